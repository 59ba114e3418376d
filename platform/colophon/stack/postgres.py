"""A private PostgreSQL 18 that lives in one folder and answers on a socket in it alone.

No TCP port, scram passwords for every role: the folder keeps strangers out, the passwords keep the
parts of Colophon apart.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg

from colophon.stack import binaries
from colophon.stack.child import last_words
from colophon.stack.errors import ForeignData, OpenFolder, OtherMajor, PostgresFault
from colophon.stack.guard import Guard

ADMIN: Final = "colophon_admin"
_PORT: Final = 5432  # only names the socket's file
_LONGEST_SOCKET: Final = 100  # bytes; Linux allows 107, macOS 103
_START_SECONDS: Final = 20
_STOP_SECONDS: Final = 20
_SAY_AGAIN_SECONDS: Final = 0.5


def socket_folder(data: Path) -> Path:
    """Return where the socket of the database in ``data`` lies: there, or in a short folder."""
    if len(os.fsencode(data / f".s.PGSQL.{_PORT}.lock")) < _LONGEST_SOCKET:
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"colophon-{name}"


def url(data: Path, *, name: str) -> str:
    """Return the DATABASE_URL of the embedded database ``name``."""
    moved = data / "moved-to"
    data = Path(moved.read_text()) if moved.exists() else data
    return f"postgresql:///{name}?host={socket_folder(data)}&port={_PORT}"


def require_major(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Raise `OtherMajor` unless the server is of the version every size runs on."""
    found = connection.info.server_version // 10000
    if found != int(binaries.MAJOR):
        raise OtherMajor(found=found, wanted=binaries.MAJOR)


@dataclass(slots=True, kw_only=True)
class Embedded:
    """A server in ``folder``, started as a child of this process.

    The child is in a process group of its own, so that Ctrl-C reaches it in the order the
    supervisor chooses; a `guard.Guard` ends it when nobody else can.
    """

    folder: Path
    password_file: Path  # of the administrator; made if missing
    options: Mapping[str, str] = field(default_factory=dict)
    ways: tuple[str, ...] = ("plain", "namespace", "nobody")
    look: Callable[[], None] = lambda: None  # asked while it waits; what it raises ends the wait
    guard: Guard | None = None  # told the number of a server as soon as there is one
    process: subprocess.Popen[bytes] | None = None
    _programs: binaries.Programs | None = None

    @property
    def programs(self) -> binaries.Programs:
        if self._programs is None:
            self._programs = binaries.find(home=self.folder, ways=self.ways)
        return self._programs

    @property
    def data(self) -> Path:
        """The data directory: the folder itself, unless only `nobody` can run the server."""
        return self.programs.shared / "data" if self.programs.shared else self.folder

    @property
    def log(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.log")

    def admin_dsn(self, name: str = "postgres") -> str:
        """Return a connection string of the administrator. Only the supervisor needs it."""
        password = self.password_file.read_text().strip()
        return (
            f"host='{socket_folder(self.data)}' port={_PORT} user={ADMIN} "
            f"dbname='{name}' password='{password}' connect_timeout=5"
        )

    def url(self, name: str) -> str:
        return url(self.data, name=name)

    def start(self) -> int:
        """Start the server and return its process number once it answers a query.

        Just after a kill -9 the old children may hold the memory for a moment, so a start that
        fails is tried again for some seconds.

        Raises:
            ForeignData: the folder belongs to another version.
            PostgresFault: it does not answer in time.
        """
        self._make()
        deadline = time.monotonic() + _START_SECONDS
        while True:
            self._end_leftover()
            self.look()
            self._forget(self.process)
            self.process = self._spawn()
            if self.guard is not None:
                self.guard.watch(self.process.pid)
            while self.process.poll() is None and time.monotonic() < deadline:
                self.look()
                if self._answers():
                    return self.process.pid
                time.sleep(0.03)
            if time.monotonic() >= deadline:
                self.stop()
                raise PostgresFault(why=last_words(self.log), log=self.log)
            time.sleep(0.3)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End every session and the server; harmless if it does not run."""
        process, self.process = self.process, None
        if process is not None and process.poll() is None:
            self._end(process)
        self._forget(process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        for number, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 5)):
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                # Fast: roll back and write out; then immediate. Said again, because a server that
                # has just been started ignores what it was started with ignored.
                process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_SAY_AGAIN_SECONDS)
                    return
        process.kill()
        process.wait()

    def _forget(self, process: subprocess.Popen[bytes] | None) -> None:
        if self.guard is not None and process is not None:
            self.guard.forget(process.pid)

    def _make(self) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        data = self.data
        version = data / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != binaries.MAJOR:
                raise ForeignData(folder=data, found=found, wanted=binaries.MAJOR)
        else:
            self._initialise(data)
        self._open_socket_folder(socket_folder(data))

    def _initialise(self, data: Path) -> None:
        if data.exists() and any(data.iterdir()):
            raise ForeignData(folder=data, found="(unknown)", wanted=binaries.MAJOR)
        data.parent.mkdir(parents=True, exist_ok=True)
        if self.programs.shared is not None:
            self.programs.shared.chmod(0o755)
            self.folder.mkdir(exist_ok=True, mode=0o700)
            (self.folder / "moved-to").write_text(str(data))
        password = secrets.token_urlsafe(24)
        with tempfile.TemporaryDirectory(dir=data.parent, prefix="initdb-") as aside:
            # A cluster half made by a start that was killed must not pass for a whole one.
            fresh, handed = Path(aside) / "data", Path(aside) / "password"
            write_secret(handed, password)
            for path in (Path(aside), handed):
                self._give(path)
            self._initdb(fresh, handed=handed)
            write_secret(self.password_file, password)
            fresh.rename(data)

    def _initdb(self, fresh: Path, *, handed: Path) -> None:
        command = self.programs.call(
            "initdb", "-D", fresh, "-U", ADMIN, "-A", "scram-sha-256", f"--pwfile={handed}",
            "-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "-N",  # skips fsync of initdb alone, not of the server
        )  # fmt: skip
        made = subprocess.run(command, capture_output=True, check=False, text=True, cwd="/")
        if made.returncode:
            why = made.stderr.strip().splitlines()
            raise PostgresFault(why=why[-1] if why else "initdb failed", log=self.log)

    def _give(self, path: Path) -> None:
        if self.programs.uid is not None:
            os.chown(path, self.programs.uid, self.programs.uid)

    def _open_socket_folder(self, folder: Path) -> None:
        if folder == self.data:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        self._give(folder)
        found = folder.lstat()
        wanted = os.geteuid() if self.programs.uid is None else self.programs.uid
        if found.st_uid != wanted or found.st_mode & 0o077 or folder.is_symlink():
            raise OpenFolder(folder=folder)

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket_folder(self.data)),
            "unix_socket_permissions": "0700",
            "port": str(_PORT),
        } | dict(self.options)
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.programs.call("postgres", "-D", self.data, *flags),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, cwd="/",
            )  # fmt: skip

    def _answers(self) -> bool:
        # A socket that accepts is not enough: during recovery it accepts and refuses.
        try:
            with psycopg.connect(self.admin_dsn()) as connection:
                require_major(connection)
        except psycopg.OperationalError:
            return False
        return True

    def _end_leftover(self) -> None:
        # Nobody else may use this folder (the supervisor holds its lock), so a server that still
        # runs in it was left by a supervisor that was killed together with its guard.
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        for _ in range(100):
            if str(self.data) not in _command_of(pid):
                return
            os.kill(pid, signal.SIGINT)
            time.sleep(0.1)


def _command_of(pid: int) -> str:
    # A number in an old file may be anybody's by now, so it is the command that is looked at.
    asked = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, check=False, text=True).stdout


def write_secret(path: Path, content: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    aside.rename(path)
