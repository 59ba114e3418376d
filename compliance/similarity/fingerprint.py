"""What is kept of a registered work so that copies of it are found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.intake.pixels import FORMATS
from kernel.canonical import Json
from kernel.errors import Refused
from kernel.words import msgid

if TYPE_CHECKING:
    from kernel.sandbox import Sandbox

TEXT_LIMIT = 8 << 20
"""Bytes of one registered text, about a million words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """One row to store: ``kind`` names the engine that compares it, ``version`` how it was made."""

    kind: str
    payload: bytes
    version: str


class NoFingerprint(Refused):
    code = "no_fingerprint"
    status = 422
    says = msgid("Copies of {media_type} files cannot be found yet.")
    remedy = msgid("Register the work as text, PNG, JPEG or WebP.")


class NoText(Refused):
    code = "no_text"
    status = 422
    says = msgid("The file is not UTF-8 text of at most {most} bytes.")
    remedy = msgid("Save it again as UTF-8, or split it.")


def fingerprint(material_path: Path, media_type: str, sandbox: Sandbox) -> tuple[Fingerprint, ...]:
    """Return the fingerprints of the file at ``material_path``, read inside the sandbox.

    A text has one per stream that is long enough to be found in (8 words, 11 Han characters), so
    a very short one has none. A picture has its hash and, where it shows enough, its features.

    Raises:
        NoFingerprint: we have no engine for that kind of file.
        Unreadable: the file is damaged, too large or of another kind.
        SandboxFault: the reader crashed or ran out of time or memory.
    """
    kind = media_type.split(";", maxsplit=1)[0]
    if kind in FORMATS:
        return _picture(material_path, kind, sandbox)
    if kind.startswith("text/"):
        return _text(material_path, sandbox)
    raise NoFingerprint(media_type=media_type)


def text_fingerprint(words: str) -> tuple[Fingerprint, ...]:
    """Return the fingerprints of a text that has been read already."""
    from compliance.similarity import text

    found = text.streams(words)
    return tuple(
        Fingerprint(kind=stream.kind, payload=text.pack(found[name]), version=text.VERSION)
        for name, stream in text.STREAMS.items()
        if len(found[name]) >= stream.guaranteed
    )


def decode(arguments: Mapping[str, Json], reads: Mapping[str, Path], into: Path | None) -> Json:
    """Return the text in ``reads["text"]``. A sandbox target.

    Raises:
        NoText: it is no UTF-8, or longer than `TEXT_LIMIT`.
    """
    with reads["text"].open("rb") as stream:
        data = stream.read(TEXT_LIMIT + 1)
    if len(data) > TEXT_LIMIT:
        raise NoText(most=TEXT_LIMIT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoText(most=TEXT_LIMIT) from None


def _text(path: Path, sandbox: Sandbox) -> tuple[Fingerprint, ...]:
    target = "compliance.similarity.fingerprint:decode"
    words = sandbox.call(target, {}, reads={"text": path})
    if not isinstance(words, str):
        raise NoText(most=TEXT_LIMIT)
    return text_fingerprint(words)


def _picture(path: Path, media_type: str, sandbox: Sandbox) -> tuple[Fingerprint, ...]:
    from compliance.similarity import looking

    seen = looking.look(path, media_type=media_type, sandbox=sandbox)
    hashed = looking.pack_hash(seen.hashes[0], quality=seen.quality)
    found = [Fingerprint(kind="image.pdq", payload=hashed, version=looking.VERSION)]
    if len(seen.features.points):
        features = looking.pack_features(seen.features)
        found.append(Fingerprint(kind="image.sift", payload=features, version=looking.VERSION))
    return tuple(found)
