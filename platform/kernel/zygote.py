"""The inside of the sandbox: a clean process that forks one child per call.

Started by `kernel.sandbox` as ``python -m kernel.zygote`` with a socket as standard input. The
zygote itself never opens a hostile file: each call runs in a fresh fork, so what one file does to
its reader is gone before the next file is read. Standard library only.

Frames on the socket and the pipe: 4 bytes of length (big endian), then that many bytes.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from kernel.errors import Refused

LONGEST_REPLY = 32 << 20
LARGEST_FILE = 512 << 20
OPEN_FILES = 128
_LENGTH = struct.Struct(">I")

# prctl(2) numbers, linux/prctl.h
_PDEATHSIG, _DUMPABLE, _SUBREAPER, _NO_NEW_PRIVS = 1, 4, 36, 38


def send(sock: socket.socket, payload: bytes) -> None:
    """Write one frame to ``sock``."""
    sock.sendall(_LENGTH.pack(len(payload)) + payload)


def receive(sock: socket.socket, *, deadline: float = float("inf")) -> bytes:
    """Return the next frame from ``sock``.

    ``deadline`` is a `time.monotonic()` value for the whole frame.

    Raises:
        EOFError: the other end is gone.
        TimeoutError: the frame was not complete at ``deadline``.
    """
    (length,) = _LENGTH.unpack(_exactly(sock, _LENGTH.size, deadline))
    if length > 2 * LONGEST_REPLY:
        raise EOFError
    return _exactly(sock, length, deadline)


def _exactly(sock: socket.socket, count: int, deadline: float) -> bytes:
    got = bytearray()
    while len(got) < count:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(None if left == float("inf") else left)
        piece = sock.recv(min(count - len(got), 1 << 20))
        if not piece:
            raise EOFError
        got += piece
    return bytes(got)


def main() -> None:
    """Answer calls until the parent closes its end of the socket."""
    control = socket.socket(fileno=0)
    start = json.loads(receive(control))
    # A fork may not trace the zygote or write to its memory, and orphans come back to it.
    _prctl(_DUMPABLE, 0)
    _prctl(_SUBREAPER, 1)
    for name in start["preload"]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # forks then share these pages instead of copying them
    send(control, b'{"ready":true}')
    with contextlib.suppress(EOFError, OSError):
        while True:
            order = json.loads(receive(control))
            head, body = _run(order, control)
            send(control, json.dumps(head).encode())
            send(control, body)
    _end_all()


def _run(order: dict[str, Any], control: socket.socket) -> tuple[dict[str, object], bytes]:
    """Fork, wait for the reply or the deadline, kill all that is left, and tell how it ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _serve(order, writing)
        finally:
            os._exit(70)
    os.close(writing)
    with contextlib.suppress(OSError):  # the child does it too: whichever runs first wins
        os.setpgid(pid, pid)
    try:
        how, body = _collect(reading, control, time.monotonic() + order["seconds"])
    finally:
        os.close(reading)
        status = _end(pid)
    if how != "ended":
        return {"how": how}, body
    if os.WIFSIGNALED(status):
        return {"how": "signal", "number": os.WTERMSIG(status)}, b""
    return {"how": "exit", "number": os.WEXITSTATUS(status)}, b""


def _collect(reading: int, control: socket.socket, deadline: float) -> tuple[str, bytes]:
    """Return how the child came to an end and its reply: replied, ended, deadline or long."""
    poller = select.poll()
    poller.register(reading, select.POLLIN)
    poller.register(control, select.POLLIN)
    got = bytearray()
    while (left := deadline - time.monotonic()) > 0:
        ready = {fd for fd, _ in poller.poll(left * 1000)}
        if control.fileno() in ready:
            raise EOFError  # the parent sends nothing during a call: it is gone
        if reading not in ready:
            continue
        piece = os.read(reading, 1 << 20)
        if not piece:
            return "ended", b""
        got += piece
        if len(got) < _LENGTH.size:
            continue
        (length,) = _LENGTH.unpack_from(got)
        if length > LONGEST_REPLY:
            return "long", b""
        if len(got) >= _LENGTH.size + length:
            return "replied", bytes(got[_LENGTH.size : _LENGTH.size + length])
    return "deadline", b""


def _end(pid: int) -> int:
    """Kill the child's whole group and every orphan; return the child's wait status."""
    # Ended already? Then its own status counts, not that of our signal. It stays unreaped while
    # its group is killed, so that the number cannot belong to anybody else.
    ended = hasattr(os, "waitid") and _ended_within(pid, seconds=0.05)
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    if not ended:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    _end_all()
    return status


def _ended_within(pid: int, *, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while True:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.001)


def _end_all() -> None:
    """Kill and reap every process that a fork left behind, those that left its group as well."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        if os.getpid() == 1:
            # Alone in our own process namespace: this reaches everybody but us, at once.
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        else:
            for pid in _children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.001)
        except ChildProcessError:
            return


def _children() -> Iterable[int]:
    me = os.getpid()
    try:
        return [int(pid) for pid in Path(f"/proc/{me}/task/{me}/children").read_text().split()]
    except OSError:  # no Linux, or a kernel without that file: the group kill must do
        return []


def _serve(order: dict[str, Any], writing: int) -> NoReturn:
    """In the fork: give up everything but one pipe, do the work, answer, end."""
    os.setpgid(0, 0)
    _prctl(_PDEATHSIG, signal.SIGKILL)
    _prctl(_NO_NEW_PRIVS, 1)
    os.dup2(writing, 3)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.closerange(4, 1 << 16)
    os.chdir(order["scratch"])
    os.environ["TMPDIR"] = tempfile.tempdir = order["scratch"]
    _limit(seconds=order["seconds"], memory_mb=order["memory_mb"])
    reply = _answer(order)
    data = memoryview(_LENGTH.pack(len(reply)) + reply)
    while data:
        data = data[os.write(3, data) :]
    os._exit(0)


def _answer(order: dict[str, Any]) -> bytes:
    try:
        module, function = order["target"].split(":")
        work = getattr(importlib.import_module(module), function)
        reads = {name: Path(path) for name, path in order["reads"].items()}
        into = Path(order["into"]) if order["into"] else None
        value = work(order["arguments"], reads, into)
        return json.dumps({"value": value}, allow_nan=False).encode()
    except Refused as refused:
        return json.dumps({"refused": str(refused), "code": refused.code}).encode()
    except MemoryError:
        return b'{"memory":true}'
    except RecursionError:
        return b'{"fault":"it nested too deeply"}'
    except Exception as error:  # noqa: BLE001 - whatever a hostile file provokes is an answer
        text = f"it raised {type(error).__name__}: {str(error)[:200]}"
        return json.dumps({"fault": text}).encode()


def _limit(*, seconds: float, memory_mb: int) -> None:
    mapped = 0
    with contextlib.suppress(OSError, ValueError):
        # What the zygote has loaded is shared and does not count against the call.
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    processor = int(seconds) + 2
    for name, most in (
        (resource.RLIMIT_AS, mapped + (memory_mb << 20)),
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS knows no RLIMIT_AS
            resource.setrlimit(name, (most, most))


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()
