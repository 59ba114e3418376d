"""Marking and reading back, as they run inside the sandboxed child: bytes in, bytes and JSON out."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.marking import carriers, imperceptible, readback, text_label, visible, xmp
from compliance.marking.errors import CannotMark, LabelNotSufficient
from compliance.marking.recipe import SUFFIXES, Label, Layer, Recipe
from kernel.canonical import Json

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 100_000_000
_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}
_QUALITY = 90


def mark(arguments: dict[str, Any], reads: dict[str, Path], into: Path | None) -> Json:
    """Write the marked copy of ``reads["source"]`` into ``into`` and say what was written."""
    recipe, key = _given(arguments)
    assert into is not None  # noqa: S101  our own caller, in recipe.py, always gives a folder
    target = into / f"marked{SUFFIXES[recipe.media_type]}"
    return _refusals(lambda: _mark(reads["source"], target=target, recipe=recipe, key=key))


def read_back(arguments: dict[str, Any], reads: dict[str, Path], _: Path | None) -> Json:
    """Say which layers of the recipe ``reads["exported"]`` shows."""
    recipe, key = _given(arguments)
    return _refusals(
        lambda: readback.layers(
            reads["exported"], recipe=recipe, key=key, original=reads.get("original")
        )
    )


def _given(arguments: Mapping[str, Any]) -> tuple[Recipe, bytes]:
    return Recipe.from_json(arguments["recipe"]), bytes.fromhex(arguments["key"])


def _refusals(act: Callable[[], tuple[Layer, ...]]) -> Json:
    """Return layers, or the refusal with its facts: exceptions would reach the parent as prose."""
    try:
        return {"layers": [layer.as_json() for layer in act()]}
    except CannotMark as refusal:
        return {"cannot_mark": str(refusal.facts["why"])}
    except LabelNotSufficient as refusal:
        facts = refusal.facts
        return {"label_not_sufficient": {"text": str(facts["text"]), "why": str(facts["why"])}}


def _mark(source: Path, *, target: Path, recipe: Recipe, key: bytes) -> tuple[Layer, ...]:
    data = source.read_bytes()
    if recipe.media_type == "text/plain":
        return _mark_text(data, target=target, recipe=recipe)
    picture, encode = open_picture(data, media_type=recipe.media_type)
    distance = 0.0
    if recipe.mark:
        plain, picture = picture, imprint(picture, payload=recipe.payload, key=key)
        distance = imperceptible.psnr(plain, picture)
    labels = draw_labels(picture, recipe)
    layers = [imprinted(picture, recipe, key=key, distance=distance)] if recipe.mark else []
    layers += labels
    belongings, written = describe(data, recipe)
    layers += written
    target.write_bytes(
        carriers.put(encode(picture), media_type=recipe.media_type, belongings=belongings)
    )
    return tuple(layers)


def _mark_text(data: bytes, *, target: Path, recipe: Recipe) -> tuple[Layer, ...]:
    if recipe.mark or recipe.aigc is not None or recipe.source_type:
        raise CannotMark(why="plain text has no place for an imperceptible mark or metadata")
    labels = [label.text for label in recipe.labels]
    text = text_label.add(text_label.normal(data), labels=labels)
    target.write_bytes(unicodedata.normalize("NFC", text).encode())
    return (Layer(name="text_label", present=bool(labels), facts={"lines": len(labels)}),)


# --- pictures, in the order of writing -----------------------------------------------------------


def open_picture(data: bytes, *, media_type: str) -> tuple[Image, Callable[[Image], bytes]]:
    """Return the picture, upright, as RGB or RGBA, and how to encode it as its source was.

    Raises:
        CannotMark: another type than said, broken, too large, several frames, or a mode (CMYK, 16
            bit) whose colours we would change.
    """
    from PIL import Image as pictures
    from PIL import ImageOps

    kind = {"image/png": "PNG", "image/jpeg": "JPEG"}[media_type]
    try:
        opened = pictures.open(io.BytesIO(data), formats=(kind,))
        if opened.width * opened.height > MOST_PIXELS:
            raise CannotMark(why=f"it has more than {MOST_PIXELS // 1_000_000} megapixels")
        if getattr(opened, "n_frames", 1) > 1:
            raise CannotMark(why="it has several frames")
        if opened.mode not in _MODES:
            raise CannotMark(why=f"its colours are {opened.mode}; save it as 8-bit RGB")
        opened.load()
    except (OSError, SyntaxError, ValueError, pictures.DecompressionBombError):
        raise CannotMark(why=f"it is no readable {kind} file") from None
    tables = getattr(opened, "quantization", None)
    picture = ImageOps.exif_transpose(opened)
    clear = "transparency" in picture.info or "A" in picture.getbands()
    bare = picture.convert("RGBA" if clear else "RGB")
    bare.info.clear()
    return bare, lambda finished: _encode(finished, kind=kind, tables=tables)


def _encode(picture: Image, *, kind: str, tables: dict[int, list[int]] | None) -> bytes:
    out = io.BytesIO()
    if kind == "PNG":
        picture.save(out, "PNG")
    else:
        fine = bool(tables) and sum((tables or {})[0]) <= _SUM_AT_85
        how: dict[str, Any] = {"qtables": tables} if fine else {"quality": _QUALITY}
        picture.save(out, "JPEG", subsampling=0, **how)
    return out.getvalue()


_SUM_AT_85 = 1109  # of the luma table of libjpeg at quality 85: finer tables are kept as they are


def imprint(picture: Image, *, payload: int, key: bytes) -> Image:
    """Return the picture with the imperceptible mark; what shows through it stays so."""
    marked = imperceptible.embed(picture, payload=payload, key=key)
    if picture.mode == "RGBA":
        marked.putalpha(picture.getchannel("A"))
    return marked


def imprinted(picture: Image, recipe: Recipe, *, key: bytes, distance: float) -> Layer:
    """Return what the mark is like in the labelled picture.

    Raises:
        CannotMark: it is not found again: pictures of full-contrast noise cannot hold it.
    """
    seen = imperceptible.detect(picture, key=key)
    if not seen.present or seen.payload != recipe.payload:
        raise CannotMark(why="it is so busy that an imperceptible mark would not be found again")
    facts: dict[str, Json] = {
        "version": imperceptible.VERSION,
        "payload": recipe.payload,
        "presence_permille": round(seen.presence * 1000),
        "psnr_centi_db": round(distance * 100),
    }
    return Layer(name="imperceptible", present=True, facts=facts)


def draw_labels(picture: Image, recipe: Recipe) -> list[Layer]:
    """Draw the labels into ``picture``, those of one place on one plate, and say where they are."""
    plates: dict[tuple[str, int], list[Label]] = {}
    for label in recipe.labels:
        plates.setdefault((label.place, label.height_permille), []).append(label)
    facts: list[Json] = []
    for (place, height), labels in plates.items():
        texts = list(dict.fromkeys(label.text for label in labels))
        for text in texts:
            if not text_label.says_generated(text):
                raise LabelNotSufficient(text=text, why="it does not name both AI and generation")
        drawn = visible.draw(
            picture, texts=texts, place=place, height_permille=height, crops=recipe.crops
        )
        facts += [
            {
                "box": list(one.box),
                "glyph_height": one.glyph_height,
                "contrast_centi": one.contrast,
                "lines": list(one.lines),
            }
            for one in drawn
        ]
    return [Layer(name="visible", present=True, facts={"plates": facts})] if facts else []


def describe(data: bytes, recipe: Recipe) -> tuple[carriers.Belongings, list[Layer]]:
    """Return what stands beside the pixels, with our XMP merged in, and what was written."""
    belongings = carriers.take(data, media_type=recipe.media_type)
    properties: dict[xmp.Property, str] = {}
    layers: list[Layer] = []
    if recipe.aigc is not None:
        properties[xmp.TC260, "AIGC"] = xmp.aigc(recipe.aigc)
        layers.append(Layer(name="metadata.aigc", present=True, facts=dict(recipe.aigc)))
    if recipe.source_type:
        properties[xmp.IPTC, "DigitalSourceType"] = recipe.source_type
        if recipe.system:
            properties[xmp.IPTC, "AISystemUsed"] = recipe.system
        facts: dict[str, Json] = {"source_type": recipe.source_type, "system": recipe.system}
        layers.append(Layer(name="metadata.iptc", present=True, facts=facts))
    if not properties:
        return belongings, layers
    packet = xmp.merged(belongings.xmp, properties)
    return carriers.Belongings(xmp=packet, parts=belongings.parts), layers
