"""A signal that strikes where a lock is held must not hold the program up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

# The handler runs while this thread holds the lock of the event, as `wait` does for a moment.
PROGRAM = """
import os, sys
from kernel import ending
stop = ending.told()
with stop._cond:
    os.kill(os.getpid(), int(sys.argv[1]))
assert stop.wait(5)
print("ended")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_told_even_in_the_midst_of_a_wait(number: signal.Signals) -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(int(number))],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert said.stdout == "ended\n", said.stderr
