"""Ctrl-C and SIGTERM as a notice that a start looks at, never as an exception in the midst of it.

An exception that a signal raises may strike between a fork and the line that keeps the child's
number, and in a destructor it is swallowed; either leaves something running. So the handler only
takes a note, and whatever waits looks at it.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import IO, Final

_NUMBERS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK_SECONDS: Final = 0.05
_IDLE_SECONDS: Final = 0.2
_END_SECONDS: Final = 3.0


@dataclass(slots=True)
class Notice:
    """Whether this process was told to end."""

    given: bool = False

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Take a note of the signals meanwhile, in the main thread. One that is ignored stays so:
        what `nohup` started outlives its terminal."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in _NUMBERS}
        ours = [
            number for number, handler in before.items() if handler not in (signal.SIG_IGN, None)
        ]
        for number in ours:
            signal.signal(number, self._note)
        try:
            yield
        finally:
            for number in ours:
                signal.signal(number, before[number])

    def look(self) -> None:
        """Raise KeyboardInterrupt if the notice was given."""
        if self.given:
            raise KeyboardInterrupt

    def wait(self) -> None:
        """Return never. Raises KeyboardInterrupt as soon as the notice is given."""
        while True:
            self.look()
            time.sleep(_IDLE_SECONDS)

    def run(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        output: IO[bytes] | None = None,
    ) -> int:
        """Run a program to its end and return its exit status.

        Raises:
            KeyboardInterrupt: the notice was given; the program has ended.
        """
        process = subprocess.Popen(command, env=dict(env), stdout=output, stderr=output)
        try:
            while process.poll() is None:
                self.look()
                time.sleep(_LOOK_SECONDS)
        finally:
            _end(process)
        self.look()
        return process.returncode

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.given = True


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
