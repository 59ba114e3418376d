"""An embedded PostgreSQL with its roles and all migrations, made once and copied by every test run.

Migrating takes twelve seconds of processor time, and a run of all tests starts ten servers. The
whole path (`tests/path`) and some starts of the supervisor still begin with nothing, as users do.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "var" / "tests"
# What a prepared server is made of: whoever changes one of these gets another.
MADE_OF = ("platform/colophon/*/migrations/*", "platform/colophon/stack/*.py", "requirements/*.txt")


def prepared(home: Path) -> Path:
    """Put a stack's database and its administrator's password into ``home``, and return it.

    Where only `nobody` can run the server, its data lies elsewhere: ``home`` then stays empty, and
    the stack migrates as it would for anybody.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    place = KEPT / _digest()
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            _make(place)
    home.mkdir(parents=True, exist_ok=True)
    if not (place / "postgres" / "moved-to").exists():
        # Roles get new passwords from whoever starts it; only the administrator's must be known.
        for name in ("postgres", "secrets/admin"):
            shutil.copytree(place / name, home / name)
    return home


def _make(place: Path) -> None:
    from colophon.stack.supervisor import FAST, Stack

    for old in KEPT.glob("*/"):
        shutil.rmtree(old)
    making = KEPT / "making"
    with Stack(making, names=(), server_options=FAST):
        pass
    making.rename(place)


def _digest() -> str:
    found = hashlib.sha256()
    for pattern in MADE_OF:
        for file in sorted(ROOT.glob(pattern)):
            if file.is_file():
                found.update(file.read_bytes())
    return found.hexdigest()[:16]
