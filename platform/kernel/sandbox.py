"""Read hostile bytes in a child process: ``Sandbox().call("compliance.x:read", {...})``.

Two levels. *Isolated* (bubblewrap): no network, no files but the interpreter, our packages and
what is handed in, all read-only. *Limited*: resource limits, an empty environment and closed
descriptors, but the child keeps the caller's network and file system; it stops accidents and
hunger, not a determined attacker. Either way the parent reads nothing back but JSON and plain
files, and never waits longer than the deadline. Standard library only.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import weakref
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Any

from kernel.canonical import Json
from kernel.errors import Fault, Refused
from kernel.jail import bubblewrap, bubblewrap_works, code_folders, environment, python
from kernel.words import msgid
from kernel.zygote import receive, send

_TARGET = re.compile(r"([a-z]\w*(?:\.[a-z]\w*)*):([a-z]\w*)", re.ASCII)
_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_NOTHING: Mapping[str, Path] = MappingProxyType({})
_GRACE = 2.0  # seconds the zygote has to kill its fork before we kill the zygote
_MOST_FILES = 64
START_SECONDS = 60.0


class Level(StrEnum):
    ISOLATED = "isolated"
    LIMITED = "limited"


class Unreadable(Refused):
    """The reader inside refused the file; ``kind`` is the code of its own error."""

    code = "unreadable"
    status = 422
    says = msgid("The file cannot be read: {cause}")
    remedy = msgid("Save it again in its usual format, or send another file.")


class SandboxFault(Fault):
    code = "sandbox_fault"
    says = msgid("Reading in the sandbox failed: {cause}.")


class Sandbox:
    """A pool of ``children`` started processes; several threads may call it.

    ``packages`` names the packages whose functions may run inside; ``preload`` names modules the
    children import once, so that calls need not. Children start on first use.

    Raises:
        SandboxFault: ``level`` asks for isolation and bubblewrap does not work here.
    """

    def __init__(
        self,
        *,
        level: Level | None = None,
        children: int = 1,
        packages: tuple[str, ...] = ("compliance", "generation"),
        preload: tuple[str, ...] = (),
    ) -> None:
        isolates = level is not Level.LIMITED and bubblewrap_works()
        if level is Level.ISOLATED and not isolates:
            raise SandboxFault(cause="bubblewrap (bwrap) is missing or not permitted here")
        self.level = Level.ISOLATED if isolates else Level.LIMITED
        self._packages = packages
        self._children = [
            _Child(level=self.level, packages=packages, preload=preload) for _ in range(children)
        ]
        # Last in, first out: the child used last is the warm one. None means closed.
        self._free: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for child in self._children:
            self._free.put(child)
        self._finalizer = weakref.finalize(self, _stop_all, self._children)

    def call(
        self,
        target: str,
        arguments: Mapping[str, Json],
        *,
        reads: Mapping[str, Path] = _NOTHING,
        into: Path | None = None,
        seconds: float = 20.0,
        memory_mb: int = 2048,
    ) -> Json:
        """Return what ``module:function(arguments, reads, into)`` returns inside.

        ``reads`` become paths of read-only files inside, under the same names and suffixes. Plain
        files the function writes to its ``into`` are moved to yours when it succeeds.
        ``memory_mb`` is what one call may map beyond what the child has loaded.

        Raises:
            Unreadable: the function raised a `Refused`.
            SandboxFault: it crashed, ran out of time or memory, or answered no JSON.
            ValueError: ``target`` is no function of an allowed package.
        """
        self._check(target)
        order = {"target": target, "arguments": dict(arguments), "memory_mb": memory_mb}
        child = self._free.get()
        try:
            if child is None:
                raise SandboxFault(cause="the sandbox is closed")
            return child.call(order, reads=reads, into=into, seconds=seconds)
        finally:
            self._free.put(child)

    def close(self) -> None:
        """End the children; calls that are running finish first."""
        if not self._finalizer.alive:
            return
        for _ in self._children:
            self._free.get()
        for _ in range(2):
            self._free.put(None)
        self._finalizer()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _check(self, target: str) -> None:
        match = _TARGET.fullmatch(target)
        if match is None or match[1].split(".")[0] not in self._packages:
            allowed = ", ".join(self._packages)
            raise ValueError(f"{target!r} is no function of an allowed package ({allowed})")


class _Child:
    """One zygote and the folder through which files reach it and come back."""

    def __init__(
        self, *, level: Level, packages: tuple[str, ...], preload: tuple[str, ...]
    ) -> None:
        self._level = level
        self._packages = packages
        self._preload = preload
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._exchange = Path()
        self._inside: int | None = None  # a pidfd of the zygote itself under bubblewrap
        self._calls = 0

    def call(
        self,
        order: dict[str, Any],
        *,
        reads: Mapping[str, Path],
        into: Path | None,
        seconds: float,
    ) -> Json:
        control = self._ready()
        self._calls += 1
        inbox, outbox = (self._exchange / side / str(self._calls) for side in ("in", "out"))
        try:
            placed = _place(reads, inbox)
            (outbox / "made").mkdir(parents=True)
            (outbox / "scratch").mkdir()
            order = order | {
                "reads": {name: self._seen(path) for name, path in placed.items()},
                "into": self._seen(outbox / "made") if into else None,
                "scratch": self._seen(outbox / "scratch"),
                "seconds": seconds,
            }
            deadline = time.monotonic() + seconds + _GRACE
            send(control, json.dumps(order).encode())
            head = json.loads(receive(control, deadline=deadline))
            body = receive(control, deadline=deadline)
            value = _judge(head, body, seconds=seconds, memory_mb=order["memory_mb"])
            if into:
                _bring(outbox / "made", into)
            return value
        except TimeoutError:
            self.stop()
            raise SandboxFault(cause=f"stopped after {seconds:g} s") from None
        except (EOFError, ConnectionError):
            self.stop()
            raise SandboxFault(cause="the child was lost") from None
        except OSError as error:
            self.stop()
            raise SandboxFault(cause=f"files could not be exchanged ({error})") from error
        finally:
            _empty(inbox.parent)
            _empty(outbox.parent)

    def stop(self) -> None:
        """Kill the zygote with all it started; the next call starts another."""
        if self._socket is not None:
            self._socket.close()  # an intact zygote ends by itself now
            self._socket = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.5)
            if self._inside is not None:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._inside, signal.SIGKILL)
                os.close(self._inside)
                self._inside = None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            shutil.rmtree(self._exchange, ignore_errors=True)

    def _ready(self) -> socket.socket:
        """Return the socket to a zygote that runs, starting one if need be."""
        if self._socket is None or self._process is None or self._process.poll() is not None:
            self.stop()
            self._socket = self._start()
        return self._socket

    def _start(self) -> socket.socket:
        self._exchange = Path(tempfile.mkdtemp(prefix="colophon-sandbox-"))
        for side in ("in", "out"):
            (self._exchange / side).mkdir()
        ours, theirs = socket.socketpair()
        info_read, info_write = os.pipe()
        pass_fds: tuple[int, ...] = ()
        argv = python("-m", "kernel.zygote")
        if self._level is Level.ISOLATED:
            argv = [
                *bubblewrap(code_folders(self._packages)),
                *("--ro-bind", str(self._exchange / "in"), "/in"),
                *("--bind", str(self._exchange / "out"), "/out"),
                *("--remount-ro", "/", "--chdir", "/", "--info-fd", str(info_write)),
                *("--", *argv),
            ]
            pass_fds = (info_write,)
        with tempfile.TemporaryFile() as stderr, theirs, os.fdopen(info_read) as info:
            try:
                self._process = subprocess.Popen(
                    argv,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=stderr,
                    cwd="/",
                    env=environment(self._packages),
                    start_new_session=True,
                    pass_fds=pass_fds,
                )
            finally:
                os.close(info_write)
            theirs.close()  # so that the end of the child is the end of the stream
            self._greet(ours, stderr=stderr, info=info)
        return ours

    def _greet(self, ours: socket.socket, *, stderr: IO[bytes], info: IO[str]) -> None:
        try:
            send(ours, json.dumps({"preload": self._preload}).encode())
            receive(ours, deadline=time.monotonic() + START_SECONDS)
            if self._level is Level.ISOLATED:
                # Not --die-with-parent: that fires when the *thread* that started it ends.
                pid = re.search(r'"child-pid": (\d+)', info.read(200))
                self._inside = os.pidfd_open(int(pid[1])) if pid else None
        except (EOFError, OSError):
            ours.close()
            self.stop()
            stderr.seek(0)
            said = stderr.read()[-300:].decode(errors="replace").strip().splitlines()
            why = said[-1] if said else "no answer"
            raise SandboxFault(cause=f"the child did not start ({why})") from None

    def _seen(self, path: Path) -> str:
        """Return the name by which the inside knows ``path``, a path in the exchange folder."""
        if self._level is Level.LIMITED:
            return str(path)
        return "/" + str(path.relative_to(self._exchange))


def _stop_all(children: Sequence[_Child]) -> None:
    for child in children:
        child.stop()


def _place(reads: Mapping[str, Path], inbox: Path) -> dict[str, Path]:
    """Link or copy the files to be read into ``inbox``; return where each one is."""
    inbox.mkdir()
    placed = {}
    for name, path in reads.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name for a file to read")
        try:
            source = path.resolve(strict=True)
            if not source.is_file():
                raise OSError("not a plain file")
            suffix = path.suffix if _SUFFIX.fullmatch(path.suffix) else ""
            placed[name] = inbox / (name + suffix)
            try:
                os.link(source, placed[name])
            except OSError:  # another file system, or links are not permitted
                shutil.copyfile(source, placed[name])
        except OSError as error:
            raise SandboxFault(cause=f"{name} cannot be handed in ({error})") from error
    return placed


def _bring(made: Path, into: Path) -> None:
    """Move the plain files in ``made`` to ``into``. Whoever wrote them has ended already."""
    found = list(made.iterdir())
    if len(found) > _MOST_FILES:
        raise SandboxFault(cause=f"it left more than {_MOST_FILES} files")
    for path in found:
        seen = path.lstat()
        # A second link could be a file of ours that the next writer would change.
        if not stat.S_ISREG(seen.st_mode) or seen.st_nlink != 1:
            raise SandboxFault(cause="it left something that is not a plain file")
    for path in found:
        path.chmod(0o644)
        shutil.move(path, into / path.name)


def _empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            shutil.rmtree(entry, ignore_errors=True)


def _judge(head: dict[str, Any], body: bytes, *, seconds: float, memory_mb: int) -> Json:
    """Return the value in the reply, or raise what its absence means."""
    match head:
        case {"how": "replied"}:
            return _value(body, memory_mb=memory_mb)
        case {"how": "deadline"}:
            cause = f"stopped after {seconds:g} s"
        case {"how": "long"}:
            cause = "its answer was too long"
        case {"how": "signal", "number": signal.SIGXCPU}:
            cause = f"stopped after {seconds:g} s of processor time"
        case {"how": "signal", "number": int(number)}:
            cause = f"the reader was ended by {_signal_name(number)}"
        case _:
            cause = "the reader ended without an answer"
    raise SandboxFault(cause=cause)


def _value(body: bytes, *, memory_mb: int) -> Json:
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        raise SandboxFault(cause="its answer was no JSON") from None
    match reply:
        case {"value": value}:
            answer: Json = value
            return answer
        case {"refused": str(cause), "code": str(kind)}:
            raise Unreadable(cause=_plain(cause), kind=_plain(kind))
        case {"memory": True}:
            size = f"{memory_mb / 1024:g} GiB" if memory_mb >= 1024 else f"{memory_mb} MiB"
            raise SandboxFault(cause=f"used more than {size}")
        case {"fault": str(cause)}:
            raise SandboxFault(cause=_plain(cause))
    raise SandboxFault(cause="its answer had no value")


def _plain(text: str) -> str:
    """Return ``text`` fit for a sentence: the child may be in hostile hands by now."""
    return "".join(c if c.isprintable() else " " for c in text[:500])


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
