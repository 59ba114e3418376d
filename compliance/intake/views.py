"""Small views of a picture and the colours it is made of. Runs in the sandbox, on pixels already decoded.

Colours are told apart in OKLab, where equal distances look about equally far.
Source: Björn Ottosson, "A perceptual color space for image processing", 2020.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernel.canonical import Json

VERSION = "1"
SIDES: Mapping[str, int] = {"small": 320, "large": 960}
"""Pixels on the long side of each view; a smaller picture keeps its size."""
MEDIA_TYPE = "image/webp"
QUALITY = 78
COLOURS = 5
SAID = "look.json"
STEP = 0.08
"""Side of a cell of OKLab; colours in one cell are near enough to be found for one another."""
NEAR = 0.11
"""How far a colour may lie from the one asked for: a shade lighter or duller, not another hue."""

Triple = tuple[float, float, float]
Pixels = NDArray[np.uint8]

_SAMPLE = 72  # pixels on the long side of what colours are counted in
_ROUNDS = 12
_LEAST_SHARE = 0.02
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def leave(picture: Pixels, *, into: Path, said: Mapping[str, Json]) -> None:
    """Write the views of ``picture`` (height, width, 3), and `SAID` with its colours and ``said``.

    The views hold pixels alone: no metadata of the file they come from.
    """
    from PIL import Image

    sizes: dict[str, Json] = {}
    for name, side in SIDES.items():
        view = _shrunk(picture, side)
        Image.fromarray(view).save(into / f"{name}.webp", "WEBP", quality=QUALITY, method=2)
        sizes[name] = [int(view.shape[1]), int(view.shape[0])]
    shares: list[Json] = [[name, share] for name, share in colours(picture)]
    told = {**said, "views": sizes, "colours": shares}
    (into / SAID).write_text(json.dumps(told))


def colours(picture: Pixels) -> list[tuple[str, int]]:
    """Return up to `COLOURS` colours as ``#rrggbb`` with their share in permille, largest first."""
    points = oklab(_shrunk(picture, _SAMPLE).reshape(-1, 3))
    centres = _spread(points)
    for _ in range(_ROUNDS):
        nearest = ((points[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        held = [points[nearest == at] for at in range(len(centres))]
        centres = np.array([one.mean(axis=0) for one in held if len(one)])
    nearest = ((points[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    shares = np.bincount(nearest, minlength=len(centres)) / len(points)
    found: dict[str, int] = {}
    for at in np.argsort(-shares, kind="stable"):
        if shares[at] >= _LEAST_SHARE:
            name = hex_of(centres[at])
            found[name] = found.get(name, 0) + round(1000 * float(shares[at]))
    return list(found.items())


def _spread(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points that lie far from one another, the first nearest the middle: no chance in it."""
    middle = ((points - points.mean(axis=0)) ** 2).sum(axis=1)
    chosen = [points[int(middle.argmin())]]
    apart = ((points - chosen[0]) ** 2).sum(axis=1)
    while len(chosen) < COLOURS and apart.max() > 1e-4:
        chosen.append(points[int(apart.argmax())])
        apart = np.minimum(apart, ((points - chosen[-1]) ** 2).sum(axis=1))
    return np.array(chosen)


def oklab(rgb: NDArray[Any]) -> NDArray[np.float64]:
    """Return shape (n, 3) in OKLab of shape (n, 3) in sRGB, 0 to 255."""
    part = np.asarray(rgb, np.float64) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return lab


def hex_of(lab: NDArray[np.float64]) -> str:
    """Return an OKLab colour as ``#rrggbb``; what no screen shows is clipped."""
    linear = (np.linalg.inv(_TO_LAB) @ lab) ** 3 @ np.linalg.inv(_TO_LMS).T
    bent = np.maximum(linear, 0) ** (1 / 2.4)
    part = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * bent - 0.055)
    r, g, b = (int(one) for one in np.clip(np.rint(part * 255), 0, 255))
    return f"#{r:02x}{g:02x}{b:02x}"


def lab_of(colour: str) -> Triple:
    """Return ``#rrggbb`` in OKLab. Raises `ValueError` for anything else."""
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(colour)
    rgb = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)]])
    light, a, b = (float(one) for one in oklab(rgb)[0])
    return light, a, b


def cell(colour: str) -> str:
    """Return the name of the cell of OKLab that ``colour`` lies in: ``7.-1.2``."""
    return ".".join(str(math.floor(one / STEP)) for one in lab_of(colour))


def cells_near(colour: str) -> list[str]:
    """Return the cells whose middle lies within `NEAR` of ``colour``, its own first."""
    middle = lab_of(colour)
    own = [math.floor(one / STEP) for one in middle]
    found = [tuple(own)]
    for at in _around(own):
        apart = math.dist(middle, [(one + 0.5) * STEP for one in at])
        if apart <= NEAR and at != found[0]:
            found.append(at)
    return [".".join(map(str, at)) for at in found]


def _around(own: list[int]) -> Iterator[tuple[int, int, int]]:
    reach = range(-2, 3)
    for light in reach:
        for a in reach:
            for b in reach:
                yield own[0] + light, own[1] + a, own[2] + b


HUES: Mapping[str, str] = {
    "red": "#c0322b",
    "orange": "#e07b28",
    "yellow": "#e6c33a",
    "green": "#3d8a46",
    "cyan": "#2f9a9c",
    "blue": "#2f5fb0",
    "violet": "#6d4b9c",
    "pink": "#d06a9c",
    "brown": "#7a5230",
    "white": "#f4f4f0",
    "grey": "#8a8a86",
    "black": "#161616",
}
"""What people call colours, each with a swatch to show it by."""


def hue(colour: str) -> str:
    """Return which of `HUES` a person would call ``colour``.

    By lightness where there is little colour, by OKLCH hue angle otherwise; the bounds are ours.
    """
    light, a, b = lab_of(colour)
    chroma, angle = math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360
    if chroma < 0.035 or light < 0.14:
        return "black" if light < 0.27 else "white" if light > 0.9 else "grey"
    if 35 <= angle < 95 and light < 0.55 and chroma < 0.13:
        return "brown"
    bounds = ((38, "red"), (78, "orange"), (112, "yellow"), (165, "green"), (215, "cyan"))
    later = ((280, "blue"), (325, "violet"), (360, "pink"))
    if angle < 12 and light > 0.55:
        return "pink"
    return next(name for bound, name in (*bounds, *later) if angle < bound)


def _shrunk(picture: Pixels, side: int) -> Pixels:
    import cv2

    height, width = picture.shape[:2]
    scale = side / max(width, height)
    if scale >= 1:
        return np.ascontiguousarray(picture)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
