"""Find a visible label in a picture without being told where it is, and measure it.

Each word of the label is rendered on its own and looked for by normalised correlation, light on dark
and dark on light, in a copy small enough to be quick; its height and contrast are then measured in
the full picture. A label counts if its words lie together, on an edge, as high and as clear as the
rules ask, and once more inside every crop it must outlive.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kernel.canonical import Json

if TYPE_CHECKING:
    from PIL.Image import Image

_FONT = Path(__file__).parent / "fonts" / "ColophonLabelSans-Bold.otf"
_SMALL = 18.0
"""Height in pixels of a capital in the copy that is searched."""
ALIKE = 0.72
"""Least correlation of a word. Most seen in pictures without a label: docs/marking.md."""
CONTRAST = 4.5
SMALLEST = 9
"""Pixels; a lower capital cannot be read, whatever share of a small picture it is."""
_MOST = 6
_RATIOS = {"1:1": 1.0, "4:5": 0.8, "9:16": 0.5625}

Grey = NDArray[np.float32]
Spot = tuple[int, int, int, int]
"""left, top, right, bottom in pixels of the full picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A label as it was found."""

    text: str
    box: Spot
    glyph_height: int
    """Pixels, of the lowest word."""
    contrast: float
    alike: float
    """Correlation of the least similar word, 0 to 1."""

    def as_json(self) -> dict[str, Json]:
        return {
            "text": self.text,
            "box": list(self.box),
            "glyph_height": self.glyph_height,
            "contrast_centi": int(self.contrast * 100),
            "alike_permille": int(self.alike * 1000),
        }


@dataclass(frozen=True, slots=True)
class _Word:
    box: Spot
    alike: float


def find(
    picture: Image, *, texts: Sequence[str], height_permille: int, crops: Sequence[str]
) -> tuple[Seen, ...] | str:
    """Return the lines of one label as found on an edge (and in the crops), or why it fails.

    A label that lies on an edge outside the crops needs a second one inside them; both come back.
    """
    shortest = min(picture.size)
    least = math.ceil(height_permille * shortest / 1000)
    field = _Field(picture, capital=max(least, SMALLEST))
    blocks: list[tuple[Seen, ...]] = [()]
    for text in texts:
        lines = _lines(picture, field, text=text, least=least)
        if isinstance(lines, str):
            return lines
        blocks = [
            (*block, line)
            for block in blocks
            for line in lines
            if _stands_under(block, line, least)
        ]
    if not blocks:
        return "its lines do not stand together"
    near = round(0.04 * shortest) + least
    edge = [one for one in blocks if _to_edge(_union(one), picture.size) <= near]
    safe = [one for one in blocks if _within(_union(one), picture.size, crops)]
    if not edge:
        return "it is not in a corner or on an edge"
    if crops and not safe:
        return "it does not outlive the centre crops"
    both = [one for one in edge if one in safe]
    return both[0] if both else edge[0] + (safe[0] if crops else ())


def _lines(picture: Image, field: _Field, *, text: str, least: int) -> list[Seen] | str:
    """Return the places where all words of ``text`` lie together, high and clear enough."""
    words = [word for word in text.split() if any(one.isalnum() for one in word)]
    found = [field.find(word) for word in words]
    if not words or not all(found):
        return f"“{text}” was not found in the pixels"
    labels = [_together(text, group, picture) for group in _groups(found, least)]
    if not labels:
        return f"the words of “{text}” do not lie together"
    clear = [one for one in labels if one.glyph_height >= least and one.contrast >= CONTRAST]
    return clear or f"“{text}” is too low or too faint"


def _stands_under(block: tuple[Seen, ...], line: Seen, least: int) -> bool:
    if not block:
        return True
    above = block[-1].box
    starts_left = abs(above[0] - line.box[0]) < least
    return starts_left and line.box[3] - above[3] > 0 and line.box[1] - above[3] < 2 * least


def _union(block: Sequence[Seen] | Sequence[_Word]) -> Spot:
    boxes = [one.box for one in block]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


class _Field:
    """A picture, shrunk so that a capital of the label is `_SMALL` pixels high, ready to search."""

    def __init__(self, picture: Image, *, capital: int) -> None:
        from PIL.Image import Resampling

        self.scale = min(1.0, _SMALL / (capital + 1))
        size = (round(picture.width * self.scale), round(picture.height * self.scale))
        grey = picture.convert("RGB").convert("L").resize(size, Resampling.BOX)
        self._grey = np.asarray(grey, dtype=np.float32)
        self._capital = capital + 1
        height, width = self._grey.shape
        self._shape = (_fast(height * 5 // 4 + 64), _fast(width * 5 // 4 + 64))
        self._spectrum = np.fft.rfft2(self._grey, self._shape)
        padded = np.pad(self._grey.astype(np.float64), ((1, 0), (1, 0)))
        self._sums = padded.cumsum(0).cumsum(1)
        self._squares = (padded**2).cumsum(0).cumsum(1)

    def find(self, word: str) -> list[_Word]:
        """Return the places that look like ``word``, the best first."""
        template = _rendered(word, capital=self._capital, scale=self.scale)
        height, width = template.shape
        if height > self._grey.shape[0] or width > self._grey.shape[1]:
            return []
        alike = self._correlation(template)
        spots: list[_Word] = []
        for _ in range(_MOST):
            top, left = divmod(int(alike.argmax()), alike.shape[1])
            best = float(alike[top, left])
            if best < ALIKE:
                break
            box = (left, top, left + width, top + height)
            at = tuple(round(edge / self.scale) for edge in box)
            spots.append(_Word((at[0], at[1], at[2], at[3]), best))
            rows = slice(max(0, top - height // 2), top + height // 2 + 1)
            alike[rows, max(0, left - width // 2) : left + width // 2 + 1] = 0
        return spots

    def _correlation(self, template: Grey) -> Grey:
        """Return the size of the normalised cross-correlation at every offset, either polarity."""
        height, width = template.shape
        rows, columns = self._grey.shape[0] - height + 1, self._grey.shape[1] - width + 1
        centred = template - template.mean()
        product = np.fft.irfft2(
            self._spectrum * np.conj(np.fft.rfft2(centred, self._shape)), self._shape
        )[:rows, :columns]
        total = _windows(self._sums, height, width)
        spread = _windows(self._squares, height, width) - total**2 / template.size
        scale = np.sqrt(np.maximum(spread, 25.0 * template.size) * float((centred**2).sum()))
        return np.abs(product / scale).astype(np.float32)


def _windows(sums: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    below = sums[height:, width:] - sums[height:, :-width]
    return np.asarray(below - sums[:-height, width:] + sums[:-height, :-width])


def _fast(size: int) -> int:
    """Return the next size whose only factors are 2, 3 and 5."""
    while True:
        rest = size
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return size
        size += 1


def _rendered(word: str, *, capital: int, scale: float) -> Grey:
    """Return the word in light on dark, at the size it must have, with a rim of the ground."""
    from PIL import Image as pictures
    from PIL import ImageDraw, ImageFont

    size = capital
    while True:
        font = ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)
        _, head, _, foot = font.getbbox("H")
        if foot - head >= capital:
            break
        size += 1
    left, top, right, bottom = (round(edge) for edge in font.getbbox(word))
    rim = max(1, capital // 12)
    canvas = pictures.new("L", (right - left + 2 * rim, bottom - top + 2 * rim))
    ImageDraw.Draw(canvas).text((rim - left, rim - top), word, font=font, fill=255)
    small = (max(3, round(canvas.width * scale)), max(3, round(canvas.height * scale)))
    return np.asarray(canvas.resize(small, pictures.Resampling.BOX), dtype=np.float32)


# --- words to labels -----------------------------------------------------------------------------


def _groups(found: list[list[_Word]], least: int) -> list[list[_Word]]:
    """Return sets of one place per word that lie together: the next word follows or stands below."""
    groups = [[first] for first in found[0]]
    for places in found[1:]:
        groups = [
            [*group, place] for group in groups for place in places if _follows(group, place, least)
        ]
    return groups


def _follows(group: list[_Word], place: _Word, least: int) -> bool:
    before, here = group[-1].box, place.box
    same_line = abs(before[3] - here[3]) < least and 0 <= here[0] - before[2] + least < 4 * least
    next_line = least / 2 < here[3] - before[3] < 3 * least
    starts_left = abs(min(word.box[0] for word in group) - here[0]) < least
    return same_line or (next_line and starts_left)


def _together(text: str, group: list[_Word], picture: Image) -> Seen:
    measured = [_measured(picture, word.box) for word in group]
    return Seen(
        text=text,
        box=_union(group),
        glyph_height=min(height for height, _ in measured),
        contrast=min(contrast for _, contrast in measured),
        alike=min(word.alike for word in group),
    )


def _measured(picture: Image, spot: Spot) -> tuple[int, float]:
    """Return the height of the ink in the box, in pixels, and its contrast with the ground."""
    spot = (max(0, spot[0] - 1), max(0, spot[1] - 1), spot[2] + 1, spot[3] + 1)
    box = (*spot[:2], min(spot[2], picture.width), min(spot[3], picture.height))
    colours = np.asarray(picture.convert("RGB").crop(box), dtype=np.float64)
    linear = np.where(
        colours <= 10.31475, colours / 3294.6, ((colours / 255 + 0.055) / 1.055) ** 2.4
    )
    light = linear @ np.array([0.2126, 0.7152, 0.0722])
    grey = colours @ np.array([0.299, 0.587, 0.114])
    rim = np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    far = grey[np.abs(grey - rim) >= 0.9 * np.abs(grey - rim).max()].mean()
    ink = (grey - rim) * np.sign(far - rim) > np.abs(far - rim) / 2
    if not ink.any() or ink.all():
        return 0, 1.0
    rows = np.flatnonzero(ink.sum(axis=1) >= 2)
    height = int(rows[-1] - rows[0] + 1) if rows.size else 0
    first, second = float(np.median(light[ink])), float(np.median(light[~ink]))
    return height, (max(first, second) + 0.05) / (min(first, second) + 0.05)


def _to_edge(box: Spot, size: tuple[int, int]) -> int:
    return min(box[0], box[1], size[0] - box[2], size[1] - box[3])


def _within(box: Spot, size: tuple[int, int], crops: Sequence[str]) -> bool:
    for crop in crops:
        across = min(size[0], size[1] * _RATIOS[crop])
        down = min(size[1], size[0] / _RATIOS[crop])
        left, top = (size[0] - across) / 2, (size[1] - down) / 2
        if box[0] < left or box[1] < top or box[2] > left + across or box[3] > top + down:
            return False
    return True
