"""Every layer parsed again from the exported bytes, by code that shares nothing with the writer.

Carriers are walked here a second time, XMP is read by a namespace-aware parser instead of offsets,
and the visible label is looked for in the pixels wherever it may be: each word is rendered, found
by correlation, measured. (The imperceptible mark has one detector; it knows no expected payload.)
"""

from __future__ import annotations

import io
import json
import unicodedata
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.marking import imperceptible, sight
from compliance.marking.recipe import Label, Layer, Recipe
from kernel.canonical import Json

if TYPE_CHECKING:
    from PIL.Image import Image

_AIGC = "{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC"
_SOURCE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
_SYSTEM = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}AISystemUsed"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def layers(path: Path, *, recipe: Recipe, key: bytes, original: Path | None) -> tuple[Layer, ...]:
    """Return each layer ``recipe`` asks for, present or not, with what was seen."""
    data = path.read_bytes()
    if recipe.media_type == "text/plain":
        return (_text_label(data, recipe.labels),) if recipe.labels else ()
    picture = _opened(data)
    seen: list[Layer] = []
    if recipe.mark:
        seen.append(_imperceptible(picture, recipe=recipe, key=key, original=original))
    if recipe.labels:
        seen.append(_visible(picture, recipe))
    packets = list(_packets(data)) if picture is not None else []
    if recipe.aigc is not None:
        seen.append(_aigc(data, packets, recipe))
    if recipe.source_type:
        seen.append(_iptc(packets, recipe))
    return tuple(seen)


def _opened(data: bytes) -> Image | None:
    from PIL import Image as pictures

    try:
        picture = pictures.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        picture.load()
    except (OSError, SyntaxError, ValueError, pictures.DecompressionBombError):
        return None
    return picture


def _missing(name: str, why: str) -> Layer:
    return Layer(name=name, present=False, facts={"why": why})


# --- what people see -----------------------------------------------------------------------------


def _text_label(data: bytes, labels: Sequence[Label]) -> Layer:
    """The text must open with the label lines, one after the other, and then an empty line."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return _missing("text_label", "no UTF-8")
    wanted = [unicodedata.normalize("NFC", label.text.strip()) for label in labels]
    if lines[: len(wanted)] != wanted or "".join(lines[len(wanted) : len(wanted) + 1]):
        return _missing("text_label", "the first lines are not the label")
    found: list[Json] = list(wanted)
    return Layer(name="text_label", present=True, facts={"lines": found})


def _visible(picture: Image | None, recipe: Recipe) -> Layer:
    if picture is None:
        return _missing("visible", "unreadable")
    plates: dict[tuple[str, int], list[str]] = {}
    for label in recipe.labels:
        texts = plates.setdefault((label.place, label.height_permille), [])
        texts += [label.text] if label.text not in texts else []
    found: list[Json] = []
    for (_, height), texts in plates.items():
        seen = sight.find(picture, texts=texts, height_permille=height, crops=recipe.crops)
        if isinstance(seen, str):
            return _missing("visible", seen)
        found += [one.as_json() for one in seen]
    return Layer(name="visible", present=True, facts={"seen": found})


def _imperceptible(
    picture: Image | None, *, recipe: Recipe, key: bytes, original: Path | None
) -> Layer:
    if picture is None:
        return _missing("imperceptible", "unreadable")
    if min(picture.size) < imperceptible.SMALLEST:
        return _missing("imperceptible", "too small")
    seen = imperceptible.detect(picture, key=key)
    facts: dict[str, Json] = {
        "version": imperceptible.VERSION,
        "payload": seen.payload,
        "presence_permille": round(seen.presence * 1000),
    }
    before = _opened(original.read_bytes()) if original else None
    if before is not None and before.size == picture.size:
        facts["psnr_whole_centi_db"] = round(imperceptible.psnr(before, picture) * 100)
    return Layer(
        name="imperceptible", present=seen.present and seen.payload == recipe.payload, facts=facts
    )


# --- metadata ------------------------------------------------------------------------------------


def _aigc(data: bytes, packets: list[bytes], recipe: Recipe) -> Layer:
    """There must be exactly one label in the file, in any carrier, and it must be ours."""
    values = [text for packet in packets for text in _values(packet, _AIGC)]
    others = sum(b'"AIGC"' in body or body.startswith(b"AIGC\0") for body in _elsewhere(data))
    if len(values) != 1 or others:
        return _missing("metadata.aigc", f"{len(values) + others} labels instead of one")
    try:
        pairs = json.loads(values[0], object_pairs_hook=list)
    except ValueError:
        return _missing("metadata.aigc", "no JSON")
    if dict_of(pairs) != recipe.aigc:
        return _missing("metadata.aigc", "other values")
    order = ["Label", "ContentProducer", "ProduceID", "ReservedCode1"]
    order += ["ContentPropagator", "PropagateID", "ReservedCode2"]
    if [name for name, _ in pairs] != order or not all(
        isinstance(value, str) and all("!" <= c <= "~" for c in value) for _, value in pairs
    ):
        return _missing("metadata.aigc", "keys out of order or values beyond ASCII")
    return Layer(name="metadata.aigc", present=True, facts=dict(pairs))


def brought(data: bytes) -> dict[str, Json]:
    """Return the AIGC labels and IPTC source types a file brings along, whoever wrote them."""
    packets = list(_packets(data))
    labels: list[Json] = [text[:_LABEL] for packet in packets for text in _values(packet, _AIGC)]
    sources: list[Json] = [text[:200] for packet in packets for text in _values(packet, _SOURCE)]
    others = sum(b'"AIGC"' in body or body.startswith(b"AIGC\0") for body in _elsewhere(data))
    return {"aigc": labels[:4], "aigc_elsewhere": others, "source_types": sources[:4]}


_LABEL = 600
"""Characters of a foreign label that are kept; the seven keys of a real one need fewer."""


def dict_of(pairs: Any) -> dict[str, Any] | None:
    """Return pairs as a mapping; none where they are no pairs or name a key twice."""
    if not isinstance(pairs, list) or not all(isinstance(one, tuple) for one in pairs):
        return None
    found = dict(pairs)
    return found if len(found) == len(pairs) else None


def _iptc(packets: list[bytes], recipe: Recipe) -> Layer:
    sources = [text for packet in packets for text in _values(packet, _SOURCE)]
    systems = [text for packet in packets for text in _values(packet, _SYSTEM)]
    if sources != [recipe.source_type]:
        return _missing("metadata.iptc", "the source type is not there once, as asked")
    if systems != ([recipe.system] if recipe.system else []):
        return _missing("metadata.iptc", "the AI system is not there as asked")
    return Layer(
        name="metadata.iptc",
        present=True,
        facts={"source_type": recipe.source_type, "system": recipe.system},
    )


def _values(packet: bytes, name: str) -> Iterator[str]:
    """Yield the values of a property of the resource, written as an element or as an attribute."""
    if b"<!DOCTYPE" in packet:
        return
    try:
        tree = ET.fromstring(packet.strip(b"\0 \t\r\n"))  # noqa: S314  in the child, no DTD
    except ET.ParseError:
        return
    for rdf in tree.iter(f"{_RDF}RDF"):
        for description in rdf.findall(f"{_RDF}Description"):
            if name in description.attrib:
                yield description.attrib[name]
            for element in description.findall(name):
                yield element.text or ""


def _packets(data: bytes) -> Iterator[bytes]:
    """Yield the XMP packets where the standard puts them, and nowhere else."""
    for kind, body in _parts(data):
        if kind == "iTXt" and body.startswith(b"XML:com.adobe.xmp\0\0\0"):
            yield body[20:].split(b"\0", 2)[-1]
        elif kind == "APP1" and body.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
            yield body[29:]


def _elsewhere(data: bytes) -> Iterator[bytes]:
    """Yield what else could hold an AIGC label: text chunks, EXIF."""
    for kind, body in _parts(data):
        if (
            kind in {"tEXt", "zTXt", "eXIf"}
            or (kind == "APP1" and body[:4] == b"Exif")
            or (kind == "iTXt" and not body.startswith(b"XML:com.adobe.xmp\0"))
        ):
            yield body


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    view = io.BytesIO(data)
    if view.read(8) == b"\x89PNG\r\n\x1a\n":
        while len(head := view.read(8)) == 8:
            body = view.read(int.from_bytes(head[:4], "big"))
            if zlib.crc32(head[4:] + body) == int.from_bytes(view.read(4), "big"):
                yield head[4:].decode("latin-1"), body
        return
    view.seek(2)
    while len(head := view.read(2)) == 2 and head[0] == 0xFF and head[1] != 0xDA:
        size = int.from_bytes(view.read(2), "big")
        body = view.read(max(0, size - 2))
        if 0xE0 <= head[1] <= 0xEF:
            yield f"APP{head[1] - 0xE0}", body
