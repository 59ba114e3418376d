"""``python -m colophon.demo``: the main job on this machine, from a prompt to checked evidence."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from colophon.settings import env as environment
from colophon.stack.supervisor import Stack
from kernel.errors import ColophonError


def main() -> int:
    """Run the demo in ``var/demo``; return 0 when every step held."""
    folder = environment.ROOT / "var" / "demo"
    began = time.monotonic()
    _tidy(folder)
    os.environ.setdefault("COLOPHON_GRACE_SECONDS", "0")  # nobody is there who could undo
    try:
        with Stack(folder / "home", port=0) as stack:
            os.environ.update(stack.env("web"))
            import django

            django.setup()
            from colophon.demo.show import show

            print(f"Started in {time.monotonic() - began:.1f} s at {stack.origin}")
            show(stack.origin, folder=folder, home=stack.home)
    except ColophonError as error:
        sys.stderr.write(f"{error} {error.remedy.format(**error.facts)}\n")
        return 2
    except KeyboardInterrupt:
        print("stopped")
        return 130
    print(f"Everything is stopped. {time.monotonic() - began:.1f} s in all.")
    return 0


def _tidy(folder: Path) -> None:
    """Begin anew each time: the demo's database is nobody's record. A running one holds its lock."""
    for name in ("home", "published", "evidence.zip", "trust", "report.html", "tampered"):
        path = folder / name
        if (path / "stack.lock").exists() and _held(path / "stack.lock"):
            return  # `Stack` says who has it
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


def _held(lock: Path) -> bool:
    import fcntl

    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
