"""Functions that the sandbox tests run inside, most of them badly behaved."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from kernel.errors import BadInput

state = {"calls": 0}


def echo(arguments, reads, into):
    return {"got": arguments, "read": {name: path.read_text() for name, path in reads.items()}}


def count(arguments, reads, into):
    state["calls"] += 1
    return state["calls"]


def write(arguments, reads, into):
    (into / "made.txt").write_text("made inside")
    return "done"


def write_then_fail(arguments, reads, into):
    (into / "made.txt").write_text("half a file")
    raise ValueError("broken\nin the middle")


def write_link(arguments, reads, into):
    (into / "made.txt").symlink_to("/etc/passwd")


def change_input(arguments, reads, into):
    reads["it"].write_text("changed")


def refuse(arguments, reads, into):
    raise BadInput(field="width", value="-1", why="it must be positive")


def hold_memory(arguments, reads, into):
    return len(bytearray(arguments["mb"] << 20))


def crash(arguments, reads, into):
    ctypes.string_at(0)


def leave(arguments, reads, into):
    os._exit(3)


def sleep_with_family(arguments, reads, into):
    """Start one child in our group and one that leaves it, write both pids, and sleep."""
    code = "import time; time.sleep(60)"
    for new_session in (False, True):
        subprocess.Popen(
            [sys.executable, "-S", "-c", code, arguments["mark"]], start_new_session=new_session
        )
    time.sleep(60)


def answer_and_leave_family(arguments, reads, into):
    code = "import time; time.sleep(60)"
    subprocess.Popen([sys.executable, "-S", "-c", code, arguments["mark"]], start_new_session=True)
    return "answered"


def surroundings(arguments, reads, into):
    open_files = []
    for fd in range(256):
        with contextlib.suppress(OSError):
            os.fstat(fd)
            open_files.append(fd)
    return {"environment": dict(os.environ), "open": open_files, "folder": str(Path.cwd())}


def connect(arguments, reads, into):
    socket.create_connection(("127.0.0.1", arguments["port"]), 2).close()
    return "connected"


def exists(arguments, reads, into):
    return Path(arguments["path"]).exists()


def not_a_number(arguments, reads, into):
    return float("nan")


def no_json(arguments, reads, into):
    os.write(3, b"\x00\x00\x00\x04\xff\xfe{[")
    time.sleep(60)


def claim_four_gigabytes(arguments, reads, into):
    os.write(3, b"\xff\xff\xff\xff")
    time.sleep(60)


def kill_parent(arguments, reads, into):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(0.3)
    return "survived"


def stop_parent(arguments, reads, into):
    os.kill(os.getppid(), signal.SIGSTOP)
    time.sleep(60)


def burn(arguments, reads, into):
    while True:
        pass


def big_file(arguments, reads, into):
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    with (into / "big").open("wb") as file:
        file.truncate(600 << 20)
