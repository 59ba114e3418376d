"""The visible label in pictures: text on a plate, in a corner or on an edge, large and legible.

The plate's tone and opacity follow from what lies under it, so that the text stands out at
`CONTRAST` to 1 or more at the worst pixel. Where the label must outlive centre crops, it is placed
inside all of them; if that is not on an edge of the whole picture, a second one is put in the corner.

Sources: GB 45438-2025 clause 5 (edge or corner, text height at least 5 % of the shortest side), EU
Code of Practice section 2 (survives crops): reference/regulation.md 1.2 and 2.3. Contrast: WCAG 2.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from compliance.marking.errors import LabelNotSufficient

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

FONT = Path(__file__).parent / "fonts" / "ColophonLabelSans-Bold.otf"
CROPS = {"1:1": (1, 1), "4:5": (4, 5), "9:16": (9, 16)}
PLACES = ("top-right", "top-left", "bottom-right", "bottom-left")
HEIGHT_PERMILLE = 50
"""Least height of the text, in thousandths of the picture's shortest side."""
SMALLEST = 10
"""Pixels: a lower capital cannot be read, whatever share of a small picture it is."""
CONTRAST = 7.0
_DARK, _LIGHT = 17, 250
_LEAST_OPACITY = 0.6
_UNREST = 60  # grey levels of the ground that may still show through
_MARGIN = 0.012  # of the shortest side
_SEPARATOR = "·"
_TALL = "生"  # as high as our glyphs get

Box = tuple[int, int, int, int]
"""left, top, right, bottom in pixels; right and bottom are outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One plate as it was drawn."""

    box: Box
    glyph_height: int
    """Pixels from foot to head of a Latin capital, the lowest glyph we count; Chinese is higher."""
    contrast: int
    """Hundredths: 712 is 7.12 to 1, at the plate's worst pixel."""
    lines: tuple[str, ...]


def draw(
    picture: Image,
    *,
    texts: Sequence[str],
    place: str,
    height_permille: int = HEIGHT_PERMILLE,
    crops: Sequence[str] = (),
) -> tuple[Drawn, ...]:
    """Draw ``texts``, one under the other, into ``picture`` (RGB or RGBA) and say what was drawn.

    Raises:
        LabelNotSufficient: too small, an unknown place or crop, a missing glyph, or no room.
    """
    _check(texts, place=place, height_permille=height_permille, crops=crops)
    least = max(SMALLEST, math.ceil(height_permille * min(picture.size) / 1000) + 1)
    font = _font(_size(least))
    inside = safe_area(picture.size, crops=crops)
    margin = round(_MARGIN * min(picture.size))
    lines = _wrapped(texts, font, width=inside[2] - inside[0] - 2 * margin - 2 * _pad(least))
    block = _block(lines, font, least)
    boxes = [_placed(block, inside, place, margin)]
    _check_room(boxes[0], inside, texts)
    if not on_edge(boxes[0], picture.size, margin=margin):
        whole = (0, 0, picture.width, picture.height)
        corners = [_placed(block, whole, one, margin) for one in (place, *PLACES)]
        free = [one for one in corners if not _overlap(one, boxes[0])]
        boxes += free[:1]
    return tuple(_draw(picture, box, lines, font, least) for box in boxes)


def label_font(size: int) -> FreeTypeFont:
    """Return the font of our labels at a size in pixels."""
    return _font(size)


def safe_area(size: tuple[int, int], *, crops: Sequence[str]) -> Box:
    """Return what is left of a picture after each of the centre crops."""
    width, height = size
    across, down = width, height
    for crop in crops:
        wide, tall = CROPS[crop]
        if width * tall > height * wide:
            across = min(across, height * wide // tall)
        else:
            down = min(down, width * tall // wide)
    left, top = (width - across) // 2, (height - down) // 2
    return left, top, left + across, top + down


def on_edge(box: Box, size: tuple[int, int], *, margin: int) -> bool:
    """Tell whether ``box`` lies within ``margin`` pixels of an edge of the picture."""
    left, top, right, bottom = box
    return min(left, top, size[0] - right, size[1] - bottom) <= margin + 1


def contrast(first: float, second: float) -> float:
    """Return the WCAG contrast ratio of two relative luminances, 1 to 21."""
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def luminance(rgb: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return the relative luminance, 0 to 1, of 8-bit sRGB values in the last axis. Source: WCAG."""
    share = np.asarray(rgb, dtype=np.float64)[..., :3] / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


# --- before drawing ------------------------------------------------------------------------------


def _check(texts: Sequence[str], *, place: str, height_permille: int, crops: Sequence[str]) -> None:
    said = " / ".join(texts)
    if not texts or not all(text.strip() for text in texts):
        raise LabelNotSufficient(text=said, why="it says nothing")
    if height_permille < HEIGHT_PERMILLE:
        raise LabelNotSufficient(
            text=said, why=f"{height_permille / 10:g} % of the shortest side is below 5 %"
        )
    if place not in PLACES:
        raise LabelNotSufficient(
            text=said, why=f"“{place}” is no place; one of {', '.join(PLACES)}"
        )
    for crop in crops:
        if crop not in CROPS:
            raise LabelNotSufficient(
                text=said, why=f"“{crop}” is no crop; one of {', '.join(CROPS)}"
            )
    missing = {one for text in texts for one in text if not _has_glyph(one)}
    if missing:
        raise LabelNotSufficient(
            text=said, why=f"the label font has no {' '.join(sorted(missing))!r}"
        )


def _check_room(box: Box, inside: Box, texts: Sequence[str]) -> None:
    if box[0] < inside[0] or box[1] < inside[1] or box[2] > inside[2] or box[3] > inside[3]:
        raise LabelNotSufficient(
            text=" / ".join(texts), why="at this height it does not fit into the picture"
        )


@lru_cache(maxsize=32)
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=64)
def _size(least: int) -> int:
    """Return the font size at which a Latin capital, the lowest of our glyphs, is ``least`` high."""
    size = least
    while _height("H", _font(size)) < least:
        size += 1
    return size


def _height(glyph: str, font: FreeTypeFont) -> int:
    _, top, _, bottom = font.getbbox(glyph)
    return round(bottom - top)


@lru_cache(maxsize=512)
def _has_glyph(character: str) -> bool:
    font = _font(40)
    absent = font.getmask("\uffff")
    unknown = absent.getbbox(), bytes(absent)
    mask = font.getmask(character)
    return character == " " or (mask.getbbox(), bytes(mask)) != unknown


def _pad(least: int) -> int:
    return max(4, round(0.3 * least))  # the reader measures a rim around each word


def _wrapped(texts: Sequence[str], font: FreeTypeFont, *, width: int) -> tuple[str, ...]:
    """Return the lines, broken at spaces only: a word is never cut. A separator ends no line."""
    lines: list[str] = []
    for text in texts:
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    bare = (line.strip(f" {_SEPARATOR}") for line in lines)
    return tuple(line for line in bare if line)


def _block(lines: Sequence[str], font: FreeTypeFont, least: int) -> tuple[int, int]:
    pad = _pad(least)
    width = math.ceil(max(font.getlength(line) for line in lines)) + 2 * pad
    return width, len(lines) * _pitch(font, least) - _gap(least) + 2 * pad


def _pitch(font: FreeTypeFont, least: int) -> int:
    return _height(_TALL, font) + _gap(least)


def _gap(least: int) -> int:
    return round(0.35 * least)


def _placed(block: tuple[int, int], inside: Box, place: str, margin: int) -> Box:
    width, height = block
    down, across = place.split("-")
    left = inside[0] + margin if across == "left" else inside[2] - margin - width
    top = inside[1] + margin if down == "top" else inside[3] - margin - height
    return left, top, left + width, top + height


def _overlap(one: Box, other: Box) -> bool:
    apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    return not apart


# --- drawing -------------------------------------------------------------------------------------


def _draw(picture: Image, box: Box, lines: Sequence[str], font: FreeTypeFont, least: int) -> Drawn:
    from PIL import Image as pictures
    from PIL import ImageDraw

    under = np.asarray(picture.crop(box).convert("RGB"), dtype=np.float32)
    plate, ink = _plate(under, see_through=_see_through(picture, box))
    patch = pictures.fromarray(plate)
    pen = ImageDraw.Draw(patch)
    pad, pitch = _pad(least), _pitch(font, least)
    head = pad - round(font.getbbox(_TALL, anchor="ls")[1])  # where the first line stands
    for number, line in enumerate(lines):
        pen.text((pad, head + number * pitch), line, font=font, fill=(ink,) * 3, anchor="ls")
    picture.paste(patch, box)
    return Drawn(
        box=box,
        glyph_height=_height("H", font),
        contrast=int(_worst(luminance(plate), ink) * 100),
        lines=tuple(lines),
    )


def _see_through(picture: Image, box: Box) -> bool:
    if picture.mode != "RGBA":
        return False
    low, _ = picture.getchannel("A").crop(box).getextrema()
    return float(low) < 255  # type: ignore[arg-type]  # one band: a pair of numbers


def _plate(under: NDArray[np.float32], *, see_through: bool) -> tuple[NDArray[np.uint8], int]:
    """Return the pixels of the plate and the grey of the ink, the gentler of dark and light.

    With ink of luminance 1 the plate may reach 0.1 for 7 to 1 (grey 89); we aim at 80. With dark ink
    (0.006) it must not fall below 0.34 (grey 158); we aim at 170.
    """
    bright, dim = float(under.max()), float(under.min())
    calm = max(_LEAST_OPACITY, 1 - _UNREST / max(bright - dim, 1))
    for_light_ink = max(calm, (bright - 80) / max(bright - _DARK, 1))
    for_dark_ink = max(calm, (170 - dim) / max(_LIGHT - dim, 1))
    if for_light_ink <= for_dark_ink:
        tone, ink, opacity = _DARK, 255, for_light_ink
    else:
        tone, ink, opacity = _LIGHT, _DARK, for_dark_ink
    opacity = 1.0 if see_through else min(opacity, 1.0)
    return np.rint(under * (1 - opacity) + tone * opacity).astype(np.uint8), ink


def _worst(plate: NDArray[np.float64], ink: int) -> float:
    text = float(luminance(np.array([ink, ink, ink])))
    return min(contrast(text, float(plate.max())), contrast(text, float(plate.min())))
