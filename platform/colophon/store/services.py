"""The object store: bytes named by their SHA-256, never changed. The only opener of it."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.conf import settings
from django.core import signing

from kernel.errors import Fault, Refused
from kernel.words import msgid

_NAME = re.compile(r"[0-9a-f]{64}")
PIECE = 1 << 20


class StoreFull(Fault):
    code = "store_full"
    status = 507
    says = msgid("The store cannot take the file: {cause}. Nothing was written.")
    remedy = msgid("The operator must free or add space; then send the file again.")


class NotInStore(Fault):
    code = "not_in_store"
    says = msgid("The store has no file {sha256}.")


class LinkSpent(Refused):
    code = "link_spent"
    status = 403
    says = msgid("This link to a file has run out or was changed.")
    remedy = msgid("Open the work's page again; it makes a new link.")


@dataclass(frozen=True, slots=True)
class Stored:
    sha256: str
    size: int


def put(pieces: Iterable[bytes]) -> Stored:
    """Keep the bytes in ``pieces`` and return their name and size.

    Written aside, flushed to disk and renamed, so a name is either whole or absent; putting the
    same bytes twice is harmless. Raises `StoreFull` when the disk refuses, leaving nothing.
    """
    root = Path(settings.COLOPHON_STORE)
    aside = root / "aside" / secrets.token_hex(16)
    total, size = hashlib.sha256(), 0
    try:
        aside.parent.mkdir(parents=True, exist_ok=True, mode=0o770)
        with aside.open("xb") as file:
            for piece in pieces:
                file.write(piece)
                total.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
        final = path_of(total.hexdigest(), must_exist=False)
        final.parent.mkdir(parents=True, exist_ok=True, mode=0o770)
        aside.rename(final)
        _flush_folder(final.parent)
    except OSError as error:
        _forget(aside)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES):
            raise StoreFull(cause=os.strerror(error.errno)) from error
        raise
    except BaseException:
        _forget(aside)  # whoever gave the pieces refused one: it was too much, or the sender left
        raise
    return Stored(sha256=total.hexdigest(), size=size)


def _forget(aside: Path) -> None:
    with suppress(OSError):
        aside.unlink(missing_ok=True)


def put_file(path: Path) -> Stored:
    """Keep a copy of the file at ``path``."""
    with path.open("rb") as file:
        return put(iter(lambda: file.read(PIECE), b""))


def open_(sha256: str) -> BinaryIO:
    """Open stored bytes for reading. Raises `NotInStore`."""
    return path_of(sha256).open("rb")


def pieces(sha256: str) -> Iterator[bytes]:
    """Give stored bytes in pieces of 1 MiB. Raises `NotInStore`."""
    with open_(sha256) as file:
        while piece := file.read(PIECE):
            yield piece


def path_of(sha256: str, *, must_exist: bool = True) -> Path:
    """Return where stored bytes lie, for readers in a sandboxed child. Raises `NotInStore`."""
    if not _NAME.fullmatch(sha256):
        raise NotInStore(sha256=sha256[:80])
    path = Path(settings.COLOPHON_STORE) / "sha256" / sha256[:2] / sha256[2:4] / sha256
    if must_exist and not path.exists():
        raise NotInStore(sha256=sha256)
    return path


class Link(NamedTuple):
    """What a signed link leads to."""

    sha256: str
    media_type: str
    name: str
    save: bool = False
    """Handed over to be kept, not shown."""


def url(sha256: str, *, media_type: str, name: str, save: bool = False) -> str:
    """Return a link to stored bytes on the media origin, signed and expiring.

    The media origin carries no cookie, so a hostile file shown there can act for nobody.
    """
    said: dict[str, object] = {"sha256": sha256, "type": media_type, "name": name}
    held = signing.dumps(said | ({"save": True} if save else {}), salt="media", compress=True)
    return f"{settings.COLOPHON_MEDIA_ORIGIN}/media/{held}"


def resolve(held: str) -> Link:
    """Return what a signed link leads to. Raises `LinkSpent`."""
    try:
        said = signing.loads(held, salt="media", max_age=settings.COLOPHON.media_seconds)
    except signing.BadSignature as error:
        raise LinkSpent() from error
    return Link(said["sha256"], said["type"], said["name"], bool(said.get("save")))


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable: on ext4 and xfs the folder is what records a name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
