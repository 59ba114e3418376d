"""A notice to end: kept whenever it comes, and looked at where something waits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from colophon.stack import postgres
from colophon.stack.notice import Notice

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_is_noted_and_raises_nothing_until_somebody_looks(number: int) -> None:
    notice, before = Notice(), [signal.getsignal(one) for one in NUMBERS]
    with notice.taken():
        signal.signal(signal.SIGHUP, notice._note)  # under nohup it stays ignored
        os.kill(os.getpid(), number)
        time.sleep(0)  # where an exception would have come
        assert notice.given
        with pytest.raises(KeyboardInterrupt):
            notice.look()
    signal.signal(signal.SIGHUP, before[2])
    assert [signal.getsignal(one) for one in NUMBERS] == before


def test_what_was_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        notice = Notice()
        with notice.taken():
            os.kill(os.getpid(), signal.SIGHUP)
            time.sleep(0)
            assert not notice.given
    finally:
        signal.signal(signal.SIGHUP, before)


def test_in_another_thread_it_is_looked_at_and_nothing_else() -> None:
    notice = Notice()
    found = []

    def work() -> None:
        with notice.taken():
            found.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [before]


def test_a_program_that_runs_meanwhile_is_ended_though_it_is_deaf(tmp_path) -> None:
    notice, number = Notice(), tmp_path / "pid"
    deaf = (
        "import os, pathlib, signal, time; signal.signal(15, signal.SIG_IGN);"
        f" pathlib.Path({str(number)!r}).write_text(str(os.getpid())); time.sleep(300)"
    )

    def give() -> None:
        while not (number.exists() and number.read_text()):
            time.sleep(0.02)
        notice.given = True

    threading.Thread(target=give, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        notice.run([sys.executable, "-c", deaf], env={})
    assert time.monotonic() - began < 20
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


def test_a_program_that_ends_gives_its_status() -> None:
    assert Notice().run([sys.executable, "-c", "raise SystemExit(7)"], env={}) == 7


def test_a_server_that_does_not_listen_to_signals_yet_is_told_again(tmp_path) -> None:
    """So is a server between its start and its handlers, where all was started with `&`."""
    late = "import signal, time; time.sleep(1); signal.signal(2, signal.SIG_DFL); time.sleep(300)"
    process = subprocess.Popen(
        ["/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh", sys.executable, "-c", late]
    )
    server = postgres.Embedded(folder=tmp_path / "pg", password_file=tmp_path / "pw")
    server.process = process
    time.sleep(0.1)  # the shell has set the trap
    began = time.monotonic()
    server.stop()
    assert process.returncode == -signal.SIGINT
    assert time.monotonic() - began < 10
