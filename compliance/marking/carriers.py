"""Where metadata lives in PNG and JPEG files: taken out of the source, put into the marked file.

The pixels are encoded anew, so what stood beside them must be carried over: colour profile, EXIF,
IPTC, comments, XMP. Left behind are what a new encoding makes untrue (palettes, thumbnails, MPF) and
an inbound C2PA store: its hashes no longer hold, and signing keeps the inbound work as an ingredient.

Sources: PNG third edition; ITU-T T.81; Exif 3.0; ISO 16684-3 (XMP in files).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from compliance.marking.errors import CannotMark

PNG = "image/png"
JPEG = "image/jpeg"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_XMP_KEYWORD = b"XML:com.adobe.xmp"
_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_MORE = b"http://ns.adobe.com/xmp/extension/\0"
_EXIF_HEAD = b"Exif\0\0"
_ICC_HEAD = b"ICC_PROFILE\0"
_MOST_XMP = 8 << 20
_LONGEST = 65533  # payload of one JPEG segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """What stood beside the pixels of the source."""

    xmp: str | None = None
    parts: tuple[tuple[bytes, bytes], ...] = field(default=())
    """Chunks (type, data) or segments (marker, payload) to be written again as they are."""


def take(data: bytes, *, media_type: str) -> Belongings:
    """Return what is to be carried over from a PNG or JPEG file.

    Raises:
        CannotMark: the structure is broken, or there are two XMP packets.
    """
    return _TAKES[media_type](data)


def put(data: bytes, *, media_type: str, belongings: Belongings) -> bytes:
    """Return the freshly encoded file ``data`` with ``belongings`` in it.

    Raises:
        CannotMark: the XMP packet is longer than one JPEG segment.
    """
    return _PUTS[media_type](data, belongings)


def _broken() -> CannotMark:
    return CannotMark(why="its file structure is broken; save it again")


def _only(packets: list[bytes]) -> str | None:
    if len(packets) > 1:
        raise CannotMark(why="it has two XMP packets; keep one")
    try:
        return packets[0].decode() if packets else None
    except UnicodeDecodeError:
        raise CannotMark(why="its XMP metadata is no UTF-8; remove or repair it") from None


# --- PNG -----------------------------------------------------------------------------------------

_COLOUR = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
_TEXT = (b"tEXt", b"zTXt", b"iTXt")
_KEPT = (*_COLOUR, b"pHYs", b"eXIf", *_TEXT)


def _take_png(data: bytes) -> Belongings:
    at, parts, packets = 8, [], []
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        at += 12 + length
        if len(body) != length:
            raise _broken()
        keyword = body.split(b"\0", 1)[0] if kind in _TEXT else b""
        if keyword == _XMP_KEYWORD and kind == b"iTXt":
            packets.append(_itxt(body))
        elif kind in _KEPT and keyword != b"AIGC" and not (kind == b"iCCP" and not _rgb_png(body)):
            parts.append((kind, tame(body) if kind == b"eXIf" else body))
        if kind == b"IEND":
            break
    return Belongings(xmp=_only(packets), parts=tuple(parts))


def _itxt(body: bytes) -> bytes:
    try:
        _, rest = body.split(b"\0", 1)
        compressed, _, rest = rest[0], rest[1], rest[2:]
        _, _, text = rest.split(b"\0", 2)
    except (ValueError, IndexError):
        raise _broken() from None
    return _inflate(text) if compressed else text


def _inflate(data: bytes) -> bytes:
    opener = zlib.decompressobj()
    try:
        found = opener.decompress(data, _MOST_XMP)
    except zlib.error:
        raise _broken() from None
    if opener.unconsumed_tail:
        raise CannotMark(why="its metadata unpacks to more than 8 MiB")
    return found


def _rgb_png(body: bytes) -> bool:
    """Tell whether an iCCP chunk speaks of RGB; a grey profile is untrue of what we write."""
    return _inflate(body.split(b"\0", 1)[-1][1:])[16:20] == b"RGB "


def _put_png(data: bytes, belongings: Belongings) -> bytes:
    head = 8 + 12 + struct.unpack_from(">I", data, 8)[0]
    parts = sorted(belongings.parts, key=lambda part: part[0] not in _COLOUR)
    if belongings.xmp is not None:
        body = _XMP_KEYWORD + b"\0\0\0\0\0" + belongings.xmp.encode()
        parts.append((b"iTXt", body))
    chunks = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return data[:head] + chunks + data[head:]


# --- JPEG ----------------------------------------------------------------------------------------


def _take_jpeg(data: bytes) -> Belongings:
    at, parts, packets = 2, [], []
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker in (0xD9, 0xDA):
            break
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:  # markers that stand alone
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        body = data[at + 4 : at + 2 + length]
        at += 2 + length
        if length < 2 or len(body) != length - 2:
            raise _broken()
        if marker == 0xE1 and body.startswith(_XMP_HEAD):
            packets.append(body[len(_XMP_HEAD) :])
        elif kept := _kept(marker, body):
            parts.append((bytes([marker]), kept))
    parts = parts if _rgb_jpeg(parts) else [one for one in parts if one[0] != b"\xe2"]
    return Belongings(xmp=_only(packets), parts=tuple(parts))


def _kept(marker: int, body: bytes) -> bytes | None:
    """Return the payload to carry over, or nothing: EXIF, long XMP, colour profile, IPTC, comment."""
    match marker:
        case 0xE1 if body.startswith(_EXIF_HEAD):
            return _EXIF_HEAD + tame(body[len(_EXIF_HEAD) :])
        case 0xE1 if body.startswith(_XMP_MORE):
            return body
        case 0xE2 if body.startswith(_ICC_HEAD):
            return body
        case 0xED | 0xFE:
            return body
    return None


def _rgb_jpeg(parts: list[tuple[bytes, bytes]]) -> bool:
    first = next((body for kind, body in parts if kind == b"\xe2"), b"")
    return first[len(_ICC_HEAD) + 2 :][16:20] == b"RGB "


def _put_jpeg(data: bytes, belongings: Belongings) -> bytes:
    parts = [(kind, body) for kind, body in belongings.parts]
    if belongings.xmp is not None:
        body = _XMP_HEAD + belongings.xmp.encode()
        if len(body) > _LONGEST:
            raise CannotMark(why="its XMP metadata is longer than one JPEG segment holds")
        parts.append((b"\xe1", body))
    head = 2
    if data[2:4] == b"\xff\xe0":
        head += 2 + struct.unpack_from(">H", data, 4)[0]
    segments = b"".join(
        b"\xff" + kind + struct.pack(">H", len(body) + 2) + body
        for kind, body in sorted(parts, key=lambda part: not part[1].startswith(_EXIF_HEAD))
    )
    return data[:head] + segments + data[head:]


_TAKES: dict[str, Callable[[bytes], Belongings]] = {PNG: _take_png, JPEG: _take_jpeg}
_PUTS: dict[str, Callable[[bytes, Belongings], bytes]] = {PNG: _put_png, JPEG: _put_jpeg}


# --- EXIF ----------------------------------------------------------------------------------------


def tame(tiff: bytes) -> bytes:
    """Return EXIF that stays true of the marked picture, changed in place, nothing moved.

    The picture is upright now (Orientation 1), its thumbnail would show it without a label
    (unlinked), and a foreign AIGC label in UserComment would make two (blanked). EXIF we cannot
    follow is returned as it came.
    """
    data = bytearray(tiff)
    try:
        _tame(data, "<" if data[:2] == b"II" else ">")
    except (struct.error, IndexError):
        return tiff
    return bytes(data)


def _tame(data: bytearray, order: str) -> None:
    (first,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, first)
    for number in range(count):
        entry = first + 2 + 12 * number
        (tag,) = struct.unpack_from(order + "H", data, entry)
        if tag == 0x0112:
            struct.pack_into(order + "HIHH", data, entry + 2, 3, 1, 1, 0)
        elif tag == 0x8769:
            _blank_comment(data, order, struct.unpack_from(order + "I", data, entry + 8)[0])
    struct.pack_into(order + "I", data, first + 2 + 12 * count, 0)


def _blank_comment(data: bytearray, order: str, first: int) -> None:
    (count,) = struct.unpack_from(order + "H", data, first)
    for number in range(count):
        tag, _, size, where = struct.unpack_from(order + "HHII", data, first + 2 + 12 * number)
        if tag == 0x9286 and size > 8 and b'"AIGC"' in data[where : where + size]:
            data[where + 8 : where + size] = b" " * len(data[where + 8 : where + size])
