"""Start every part of Colophon on one machine, watch them, and leave nothing behind.

::

    with Stack(Path("var"), port=8000) as stack:
        print(stack.origin)

What ends how:

* the ``with`` block, Ctrl-C, SIGTERM, in the midst of a start, too: every part is asked to stop,
  then PostgreSQL;
* kill -9 of a part, or its crash: it is started again, each time after a longer wait;
* kill -9 of the supervisor: the guard's pipe closes and the guard ends every part;
* kill -9 of both: the parts go on, and the next start ends the old PostgreSQL.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from colophon.ledger.keys import make_key
from colophon.settings import env as environment
from colophon.settings.env import ROOT
from colophon.stack import parts, ports
from colophon.stack.child import Child, last_words
from colophon.stack.errors import AlreadyRunning, MigrationFault, PartFault, PostgresFault
from colophon.stack.guard import Guard
from colophon.stack.notice import Notice
from colophon.stack.postgres import Embedded, write_secret
from colophon.stack.roles import Keyring, provision
from compliance.provenance import demo_chain

_LOOK_SECONDS: Final = 0.2
_STARTS: Final = 4  # a part that ended so often while we wait for it will not come up
_LOCK_SECONDS: Final = 15.0  # a guard may still be ending the parts of a supervisor that was killed
# For a stack that nobody will miss after a power cut, nor in an hour: tests.
FAST: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # its time is another's, and statistics would come in the midst of a test
}


class Stack:
    """The parts named, over a PostgreSQL of our own or the one that DATABASE_URL names."""

    def __init__(
        self,
        home: Path,
        *,
        names: Iterable[str] = parts.NAMES,
        port: int = 0,
        server_options: dict[str, str] | None = None,
        notice: Notice | None = None,
    ) -> None:
        self.home = home.resolve()
        self.names = tuple(name for name in parts.NAMES if name in set(names))
        self.keyring = Keyring(root=self.home / "secrets")
        self.logs = self.home / "logs"
        self.children: dict[str, Child] = {}
        self.notice = notice or Notice()
        self._port = port
        self._lock: int | None = None
        self._guard: Guard | None = None
        self._sockets: list[socket.socket] = []
        self._watch: threading.Thread | None = None
        self._ending = threading.Event()
        self._embedded: Embedded | None = None
        self._plan: parts.Plan | None = None
        if not os.environ.get("DATABASE_URL"):
            self._embedded = Embedded(
                folder=self.home / "postgres",
                password_file=self.home / "secrets" / "admin" / "db-admin.password",
                options=server_options or {},
                look=self._look,
            )

    def __enter__(self) -> Self:
        with self.notice.taken():
            try:
                self._start()
                self.notice.look()
            except BaseException:
                self.stop()
                self.notice.look()  # Ctrl-C in a terminal ends initdb, too: that is no fault of it
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if error is None:
            self.notice.look()

    @property
    def plan(self) -> parts.Plan:
        """What the parts were told; there is none before the start."""
        assert self._plan is not None  # noqa: S101
        return self._plan

    @property
    def origin(self) -> str:
        return self.plan.origin

    def pids(self) -> dict[str, int]:
        """Return the process numbers of the parts, PostgreSQL and the guard that run now."""
        found = {
            name: child.process.pid
            for name, child in self.children.items()
            if child.process is not None and child.alive()
        }
        if self._embedded is not None and self._embedded.process is not None:
            found["postgres"] = self._embedded.process.pid
        if self._guard is not None:
            found["guard"] = self._guard.pid
        return found

    def env(self, process: str = "web", *, role: str = "app") -> dict[str, str]:
        """Return the environment for a program that works on this stack as ``role``."""
        return self.plan.env(process, role=role)

    def wait_ready(self, *names: str, seconds: float | None = None) -> None:
        """Return once the parts named (default: all) are ready. Raises `PartFault`."""
        for name in names or self.names:
            child = self.children[name]
            limit = seconds or child.part.start_seconds
            deadline = time.monotonic() + limit
            while not child.ready():
                self.notice.look()
                if time.monotonic() > deadline or child.starts >= _STARTS:
                    raise PartFault(part=name, why=last_words(child.log), log=child.log)
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop every part, then PostgreSQL, and give the folder free. Safe to call twice."""
        with self.notice.taken():
            self._stop()

    def _stop(self) -> None:
        self._ending.set()
        if self._watch is not None:
            self._watch.join()
        for child in self.children.values():
            child.ask_to_stop()
        for child in reversed(self.children.values()):
            child.stop()
        if self._embedded is not None:
            self._embedded.stop()
        if self._guard is not None:
            self._guard.close()
            self._guard = None
        for one in self._sockets:
            one.close()
        self._sockets.clear()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _start(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        self._take_lock()
        self._bind()
        self._guard = Guard(keep=() if self._lock is None else (self._lock,))
        self._start_database()
        self._plan = self._make_plan()
        self._migrate()
        self._make_log_key()
        self._make_sealer_keys()
        for name in self.names:
            child = Child(
                part=parts.part(name, self.plan),
                log=self.logs / f"{name}.log",
                folder=ROOT,
                guard=self._guard,
            )
            self.children[name] = child
            child.start()
            if name == "witness":  # its key must be there, and it must answer, for the sequencer
                self.wait_ready(name)
        self._watch = threading.Thread(target=self._look_after, name="supervisor", daemon=True)
        self._watch.start()
        self.wait_ready()

    def _take_lock(self) -> None:
        path = self.home / "stack.lock"
        self._lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            self.notice.look()
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                pid = path.read_text().strip() or "?"
                if _exists(pid) or time.monotonic() > deadline:
                    raise AlreadyRunning(home=self.home, pid=pid) from None
                time.sleep(0.1)
                continue
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, str(os.getpid()).encode(), 0)
            return

    def _bind(self) -> None:
        if "web" not in self.names:
            return
        self._sockets.append(ports.listen(self._port))
        self._sockets.append(ports.listen(self._port + 1 if self._port else 0))

    def _start_database(self) -> None:
        assert self._guard is not None  # noqa: S101
        if self._embedded is not None:
            self._embedded.guard = self._guard
            self._embedded.start()
            provision(self._embedded.admin_dsn(), keyring=self.keyring)
            return
        self.keyring.make_folders()
        admin = environment.read().admin_url
        if admin:
            place = environment.database(os.environ["DATABASE_URL"])
            provision(admin, keyring=self.keyring, database=place.name)

    def _make_plan(self) -> parts.Plan:
        told = environment.read()
        web, media = [one.getsockname()[1] for one in self._sockets] or (0, 0)
        own = self._port == 0  # the caller chose nothing, so the ports found are the addresses
        url = self._embedded.url("colophon") if self._embedded else os.environ["DATABASE_URL"]
        return parts.Plan(
            home=self.home,
            keyring=self.keyring,
            database_url=url,
            broker_url=os.environ.get("BROKER_URL") or "pgmq://",
            origin=_at(told.origin, port=web, local=own),
            media_origin=_at(told.media_origin, port=media, local=own),
            web_descriptors=tuple(one.fileno() for one in self._sockets),
            web_port=web,
            witness_port=ports.free_port(),
            tsa_port=ports.free_port() if "tsa" in self.names else 0,
        )

    def _migrate(self) -> None:
        log = self.logs / "migrate.log"
        with log.open("ab") as file:
            status = self.notice.run(
                [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input"],
                env=self.env("owner", role="owner"),
                output=file,
            )
        if status:
            raise MigrationFault(why=last_words(log), log=log)

    def _make_log_key(self) -> None:
        # Here and not by the sequencer: the witness must know the key before the log begins.
        key = self.keyring.folder("sequencer") / "log.key"
        if not key.exists():
            make_key(key, environment.read().log_name)

    def _make_sealer_keys(self) -> None:
        """Give the sealer TEST credentials, unless an operator has put others there."""
        folder = self.keyring.folder("sealer")
        if "sealer" in self.names and not (folder / "mark.key").exists():
            write_secret(folder / "mark.key", secrets.token_hex(32))
        if "tsa" not in self.names:
            return
        demo_chain.make(self.plan.authority)
        for name in (demo_chain.SEALER_KEY, demo_chain.SEALER_CHAIN, demo_chain.ROOTS):
            if not (folder / name).exists():
                write_secret(folder / name, (self.plan.authority / name).read_text())

    def _look(self) -> None:
        """Raise KeyboardInterrupt once nothing is to be started any more."""
        if self._ending.is_set():
            raise KeyboardInterrupt
        self.notice.look()

    def _look_after(self) -> None:
        while not self._ending.wait(_LOOK_SECONDS):
            if self._guard is not None:
                self._guard.revive()
            if self._embedded is not None and not self._embedded.alive():
                self._revive_database()
            for child in self.children.values():
                child.keep()

    def _revive_database(self) -> None:
        assert self._embedded is not None  # noqa: S101  for mypy; asked above
        try:
            self._embedded.start()
        except PostgresFault as error:
            sys.stderr.write(f"{error}\n")
        except KeyboardInterrupt:  # of our own `_look`; whoever is told to end ends the server
            return


def _at(origin: str, *, port: int, local: bool) -> str:
    """Return ``origin`` with the port that was found, if it names this machine."""
    parts_ = urlsplit(origin)
    if not port or (not local and parts_.hostname not in ("127.0.0.1", "localhost")):
        return origin
    return f"{parts_.scheme}://{parts_.hostname}:{port}"


def _exists(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
