"""What a witness remembers: its key and, for each log, the largest tree it cosigned.

Everything lies in one folder, written aside, flushed and renamed before an answer goes out. A
witness that lost its memory but kept its key could cosign a second history, so it refuses to start.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from colophon.ledger.keys import make_key, read_key
from colophon.ledger.merkle import EMPTY, HASH_BYTES
from colophon.ledger.note import Algorithm, Note, Signer, TreeHead, strict_base64
from kernel.errors import Fault, Refused
from kernel.words import msgid

_MOST_DISPUTES = 100


class MemoryLost(Fault):
    code = "memory_lost"
    says = msgid("The witness in {folder} cannot say what it has seen: {why}.")
    remedy = msgid("Restore its folder. If that cannot be done, retire it and begin another one.")


class FolderTaken(Refused):
    code = "folder_taken"
    status = 409
    says = msgid("Another witness works in {folder}.")
    remedy = msgid("Stop it first, or give this one a folder of its own.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The largest tree of one log that was cosigned."""

    origin: str
    size: int
    root: bytes


class Memory:
    """The folder of one witness. One process at a time; calls are serialised by the caller."""

    def __init__(
        self, folder: Path, *, signer: Signer, seen: dict[str, Seen], lock: TextIO
    ) -> None:
        self.signer = signer
        self._folder = folder
        self._seen = seen
        self._lock = lock  # held open: closing it would free the folder

    @classmethod
    def open(cls, folder: Path, *, name: str, origins: Iterable[str]) -> Memory:
        """Return the memory in ``folder``, made anew if the folder is empty.

        Raises:
            FolderTaken: another process has it open.
            MemoryLost: it holds a key without a memory, or a memory that cannot be read.
            NoKey: the key is unusable.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / "lock").open("w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise FolderTaken(folder=folder) from None
        try:
            seen = _recall(folder)
            for origin in origins:
                seen.setdefault(origin, Seen(origin=origin, size=0, root=EMPTY))
            # The memory comes before the key: a key alone is a witness that forgot.
            _write(folder / "seen.json", _as_json(seen))
            key = folder / "witness.key"
            if not key.exists():
                make_key(key, name, algorithm=Algorithm.COSIGNATURE)
            signer = read_key(key, name, algorithm=Algorithm.COSIGNATURE)
        except BaseException:
            lock.close()
            raise
        return cls(folder, signer=signer, seen=seen, lock=lock)

    def of(self, origin: str) -> Seen:
        """Return the largest tree of ``origin`` that was cosigned."""
        return self._seen[origin]

    def all(self) -> list[Seen]:
        """Return that of every log."""
        return sorted(self._seen.values(), key=lambda one: one.origin)

    def keep(self, seen: Seen, *, of: Note) -> None:
        """Remember a tree for good; returns when it is on the disk.

        Raises:
            OSError: it could not be written, and is not remembered.
        """
        held = self._seen | {seen.origin: seen}
        _write(self._folder / f"{_file_name(seen.origin)}.checkpoint", _whole(of))
        _write(self._folder / "seen.json", _as_json(held))
        self._seen = held

    def dispute(self, signed: Note, *, head: TreeHead) -> None:
        """Keep a validly signed head that contradicts the memory: it may be proof of a rewrite."""
        folder = self._folder / "disputed"
        folder.mkdir(exist_ok=True, mode=0o700)
        content = _whole(signed)
        name = f"{head.size}-{hashlib.sha256(content).hexdigest()[:16]}.checkpoint"
        if len(list(folder.iterdir())) < _MOST_DISPUTES:
            _write(folder / name, content)

    def close(self) -> None:
        """Give the folder back."""
        self._lock.close()


def _recall(folder: Path) -> dict[str, Seen]:
    path = folder / "seen.json"
    if not path.exists():
        if (folder / "witness.key").exists():
            raise MemoryLost(folder=folder, why="there is a key, but seen.json is missing")
        return {}
    try:
        rows = json.loads(path.read_bytes())
        found = {
            str(origin): Seen(origin=origin, size=int(size), root=strict_base64(root))
            for origin, (size, root) in rows.items()
        }
    except (ValueError, TypeError, AttributeError, Refused) as error:
        raise MemoryLost(folder=folder, why="seen.json cannot be read") from error
    if any(one.size < 0 or len(one.root) != HASH_BYTES for one in found.values()):
        raise MemoryLost(folder=folder, why="seen.json names an impossible tree")
    return found


def _as_json(seen: dict[str, Seen]) -> bytes:
    rows = {one.origin: [one.size, base64.b64encode(one.root).decode()] for one in seen.values()}
    return json.dumps(rows, indent=1, sort_keys=True).encode() + b"\n"


def _whole(signed: Note) -> bytes:
    return (signed.text + "\n" + "".join(one.line for one in signed.signatures)).encode()


def _file_name(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()[:16]


def _write(path: Path, content: bytes) -> None:
    """Write aside, flush, rename, flush the folder: after this returns a power cut keeps it."""
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    held = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
