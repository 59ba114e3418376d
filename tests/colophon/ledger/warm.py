"""Management commands in processes of their own that need not load Django first.

Loading it takes a second of processor time, and the tests here start some eighty commands. A fork
server that has it loaded forks one process a command. What runs there is the command as
`manage.py` runs it, with its own sessions, output and exit status; where the start itself is the
point, tests use `Ledger.command`.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.colophon.ledger.loaded"])


class Started:
    """A process, with what the tests ask of a `subprocess.Popen`.

    ``place`` is what Django's default database says of where it is and who logs in; output and
    errors are added to files.
    """

    def __init__(
        self, argv: list[str], *, place: dict[str, str], stdout: Path, stderr: Path
    ) -> None:
        self._process = _FORKS.Process(target=_run, args=(argv, place, stdout, stderr))
        self._process.start()
        self.kill, self.terminate = self._process.kill, self._process.terminate

    def wait(self, seconds: float | None = None) -> int:
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("the command", seconds or 0)
        return self._process.exitcode


def _run(argv: list[str], place: dict[str, str], stdout: Path, stderr: Path) -> None:
    for fd, path in ((1, stdout), (2, stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), fd)
    from django.core.management import execute_from_command_line
    from django.db import connections

    connections.settings["default"].update(place)
    execute_from_command_line(["manage.py", *argv])
