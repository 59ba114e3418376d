"""What kind of file bytes are, and where that file ends, by its own structure.

Source: PNG (ISO/IEC 15948), JPEG (ITU-T T.81), GIF89a, RIFF/WebP, ISO base media ("ftyp").
"""

from __future__ import annotations

import struct
from collections.abc import Callable

Ends = Callable[[bytes], int | None]

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"MThd", "audio/midi"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/x-executable"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"M4A ": "audio/mp4",
}


def kind_of(head: bytes) -> str | None:
    """Return the media type the first bytes of a file speak of; none where they name no kind.

    Text has no magic number: the caller decodes what has none.
    """
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    return None


def end_of(data: bytes, *, media_type: str) -> int | None:
    """Return the offset where the picture in ``data`` ends; none where its end is missing.

    Kinds whose structure we do not walk end where the file ends.
    """
    walk = _WALKS.get(media_type)
    return len(data) if walk is None else walk(data)


def _png_end(data: bytes) -> int | None:
    at = 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        at += 12 + length
        if name == b"IEND":
            return at if at <= len(data) else None
    return None


def _jpeg_end(data: bytes) -> int | None:
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker == 0xD9:
            return at + 2
        elif marker == 0xDA:
            at = _scan_end(data, at + 2 + _short(data, at + 2))
        else:
            at += 2 + _short(data, at + 2)
    return at + 2 if data[at : at + 2] == b"\xff\xd9" else None


def _short(data: bytes, at: int) -> int:
    # A segment counts its own two length bytes; a smaller number would walk in place.
    return max(2, int.from_bytes(data[at : at + 2], "big"))


def _scan_end(data: bytes, at: int) -> int:
    """Return where the entropy-coded data from ``at`` gives way to the next marker."""
    while (at := data.find(b"\xff", at)) >= 0:
        following = data[at + 1 : at + 2]
        if following and following != b"\x00" and not b"\xd0" <= following <= b"\xd7":
            return at
        at += 1
    return len(data)


def _riff_end(data: bytes) -> int | None:
    size = 8 + int.from_bytes(data[4:8], "little")
    size += size % 2
    return size if size <= len(data) else None


def _gif_end(data: bytes) -> int | None:
    if len(data) < 13:
        return None
    at = 13 + _palette(data[10])
    while at < len(data):
        block = data[at]
        if block == 0x3B:
            return at + 1
        if block == 0x21:
            at += 2
        elif block == 0x2C and at + 10 < len(data):
            at += 11 + _palette(data[at + 9])
        else:
            return None
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return None


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


_WALKS: dict[str, Ends] = {
    "image/png": _png_end,
    "image/jpeg": _jpeg_end,
    "image/gif": _gif_end,
    "image/webp": _riff_end,
}
