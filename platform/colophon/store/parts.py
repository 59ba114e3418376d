"""Files that come in pieces: bytes appended at an offset, then kept whole under their SHA-256.

The length of the file is the truth about what has come; a row may say less after a lost answer.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings

from colophon.store import services as store
from colophon.store.services import Stored, StoreFull
from kernel.errors import Refused
from kernel.words import msgid


class WrongOffset(Refused):
    code = "wrong_offset"
    status = 409
    says = msgid("The piece begins at {offset}, but {held} bytes have come.")
    remedy = msgid("Ask where to go on, and send from there.")


class PartTooLong(Refused):
    code = "part_too_long"
    status = 413
    says = msgid("The file was announced with {size} bytes; more came.")
    remedy = msgid("Begin anew and announce its real size.")


def append(part_id: UUID, *, offset: int, pieces: Iterable[bytes], size: int) -> int:
    """Add ``pieces`` at ``offset`` and return how many bytes there are now.

    Of two who append at once one waits, and is then told the offset it missed. What came before a
    connection broke is kept. Raises `WrongOffset`, `PartTooLong`, `StoreFull`.
    """
    path = _path(part_id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o770)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            held = file.seek(0, os.SEEK_END)
            if held != offset:
                raise WrongOffset(offset=offset, held=held)
            for piece in pieces:
                if held + len(piece) > size:
                    raise PartTooLong(size=size)
                file.write(piece)
                held += len(piece)
            return held
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES):
            raise StoreFull(cause=os.strerror(error.errno)) from error
        raise


def length(part_id: UUID) -> int:
    """Return how many bytes have come; 0 where none did."""
    try:
        return _path(part_id).stat().st_size
    except FileNotFoundError:
        return 0


def finish(part_id: UUID) -> Stored:
    """Keep the whole file in the store. The part stays until `drop`."""
    return store.put_file(_path(part_id))


def drop(part_id: UUID) -> None:
    with suppress(FileNotFoundError):
        _path(part_id).unlink()


def _path(part_id: UUID) -> Path:
    return Path(settings.COLOPHON_STORE) / "parts" / str(part_id)
