"""A small process that ends what is left when its parent dies, even by kill -9.

The parent holds the other end of a pipe and writes ``+<group>`` and ``-<group>`` lines into it.
When the pipe closes, the groups still named get SIGTERM, and after `GRACE_SECONDS` SIGKILL.
Unlike the kernel's parent-death signal this works on every system, survives a change of user, and
reaches grandchildren.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

GRACE_SECONDS: Final = 5.0


class Guard:
    """The parent's side. Numbers are those of process group leaders."""

    def __init__(self, *, keep: tuple[int, ...] = ()) -> None:
        # Descriptors the guard holds open: a lock that must outlive the parent until all is ended.
        self._keep = keep
        self._groups: set[int] = set()
        self._process = self._start()

    def watch(self, group: int) -> None:
        self._groups.add(group)
        self._say(f"+{group}")

    def forget(self, group: int) -> None:
        self._groups.discard(group)
        self._say(f"-{group}")

    def revive(self) -> None:
        """Start the guard again if somebody killed it, and tell it all it must know."""
        if self._process.poll() is None:
            return
        with contextlib.suppress(OSError):
            self._pipe.close()
        self._process = self._start()
        for group in self._groups:
            self._say(f"+{group}")

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        """End what is still named, and the guard itself."""
        with contextlib.suppress(OSError):
            self._pipe.close()
        self._process.wait()

    @property
    def _pipe(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - opened in _start
        return self._process.stdin

    def _start(self) -> subprocess.Popen[bytes]:
        # -I -S: neither this machine's site packages nor the environment; it needs neither.
        command = [sys.executable, "-I", "-S", str(Path(__file__).resolve())]
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, pass_fds=self._keep, start_new_session=True, cwd="/"
        )

    def _say(self, line: str) -> None:
        with contextlib.suppress(OSError):  # a killed guard is revived and told everything again
            self._pipe.write(f"{line}\n".encode())
            self._pipe.flush()


def keep_watch(source: IO[str]) -> None:
    """Read lines until the parent is gone, then end every group still named."""
    groups: set[int] = set()
    for line in source:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    end(groups)


def end(groups: Iterable[int], *, seconds: float = GRACE_SECONDS) -> None:
    """Ask every process of the groups to end; after ``seconds`` make those end that have not."""
    left = set(groups)
    deadline = time.monotonic() + seconds
    number = signal.SIGTERM
    while left:
        # PostgreSQL ends at once on SIGTERM only when nobody is connected; SIGKILL it survives.
        left = {group for group in left if _signal(group, number=number)}
        if time.monotonic() > deadline:
            number = signal.SIGKILL
        time.sleep(0.1)


def _signal(group: int, *, number: signal.Signals) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # gone; or a zombie's, on some systems
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    keep_watch(sys.stdin)
