"""One process of the stack: started, asked whether it is ready, started again when it ended."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from colophon.stack.guard import Guard, end

STEADY_SECONDS: Final = 20.0  # who ran for so long has recovered; the next wait is short again
LONGEST_WAIT_SECONDS: Final = 30.0
_FIRST_WAIT_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What to run, as whom, and how to tell that it answers."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    ready: Callable[[Child], bool]
    descriptors: tuple[int, ...] = ()  # listening sockets the child inherits
    start_seconds: float = 60.0
    stop_seconds: float = 10.0


@dataclass(slots=True, kw_only=True)
class Child:
    """A part that runs, or will run again. Only the supervisor's watch touches it."""

    part: Part
    log: Path
    folder: Path  # the working directory
    guard: Guard
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    _began: float = 0.0
    _log_from: int = 0
    _wait: float = field(default=_FIRST_WAIT_SECONDS)
    _due: float = 0.0

    def start(self) -> None:
        """Start it in a process group of its own, so that all it starts can be ended with it."""
        with self.log.open("ab") as log:
            self._log_from = log.tell()
            self.process = subprocess.Popen(
                self.part.command,
                env=dict(self.part.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.part.descriptors,
                start_new_session=True,
                cwd=self.folder,
            )
        self.guard.watch(self.process.pid)
        self.starts += 1
        self._began = time.monotonic()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ready(self) -> bool:
        return self.alive() and self.part.ready(self)

    def seconds(self) -> float:
        """How long the present process has been running."""
        return time.monotonic() - self._began

    def said(self, words: str) -> bool:
        """Tell whether ``words`` stand in the log since this start."""
        with self.log.open("rb") as log:
            log.seek(self._log_from)
            return words.encode() in log.read()

    def keep(self) -> bool:
        """Start it again if it ended and its wait is over; return whether it was started."""
        if self.alive():
            if self.seconds() > STEADY_SECONDS:
                self._wait = _FIRST_WAIT_SECONDS
            return False
        now = time.monotonic()
        if self.process is not None:
            self._bury()
            self._due = now + self._wait
            self._wait = min(2 * self._wait, LONGEST_WAIT_SECONDS)
        if now < self._due:
            return False
        self.start()
        return True

    def ask_to_stop(self) -> None:
        if self.alive() and self.process is not None:
            self.process.terminate()

    def stop(self) -> None:
        """Wait until it has ended, then end what it left behind."""
        if self.process is not None:
            try:
                self.process.wait(self.part.stop_seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self._bury()

    def _bury(self) -> None:
        # A part that was killed may leave children of its own in its group.
        if self.process is not None:
            end({self.process.pid}, seconds=0.0)
            self.guard.forget(self.process.pid)
            self.process = None


def last_words(log: Path) -> str:
    """Return the last line of a log, for whoever must find out why its writer is not there."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1][:200] if lines else "it said nothing"
