"""How much of what was copied is found, and how long a look takes: ``python -m bench.similarity``.

The pictures are made here, textured and flat, so that anybody can repeat the figures. They are
no photographs: docs/similarity.md says what that means. One thread.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Edit = Callable[[Picture], Picture]


def textured(seed: int, *, width: int = 1200, height: int = 840) -> Picture:
    """Return a picture full of detail, RGB: noise of six scales, strokes and blobs."""
    import cv2

    rng = np.random.default_rng(seed)
    layers = np.zeros((height, width, 3), np.float32)
    for octave in range(6):
        small = rng.normal(size=(2 + (3 << octave), 2 + (4 << octave), 3)).astype(np.float32)
        grown = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
        layers += grown * float(rng.uniform(0.4, 1.0)) / (1.4**octave)
    low, high = np.percentile(layers, (1, 99))
    picture = np.clip((layers - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
    for _ in range(60):
        centre = tuple(int(x) for x in rng.integers((0, 0), (width, height)))
        axes = tuple(int(x) for x in rng.integers(6, 70, 2))
        colour = tuple(int(x) for x in rng.integers(0, 256, 3))
        thickness = int(rng.choice([-1, 2, 4]))
        turn = int(rng.integers(0, 180))
        cv2.ellipse(picture, centre, axes, turn, 0, 360, colour, thickness, cv2.LINE_AA)
    return picture


def plain(seed: int, *, width: int = 1200, height: int = 840) -> Picture:
    """Return a picture with next to nothing in it, RGB: one colour running into another."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(60, 200, (2, 3))
    share = np.linspace(0, 1, height)[:, None, None]
    shades = (ends[0] * (1 - share) + ends[1] * share).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(shades, (height, width, 3)))


def flat(seed: int, *, width: int = 1200, height: int = 840) -> Picture:
    """Return an illustration of few shapes in plain colours, RGB: a poster, a logo."""
    import cv2

    rng = np.random.default_rng(seed)
    picture = plain(seed, width=width, height=height)
    for _ in range(int(rng.integers(3, 8))):
        centre = tuple(int(x) for x in rng.integers((0, 0), (width, height)))
        colour = tuple(int(x) for x in rng.integers(0, 256, 3))
        cv2.circle(picture, centre, int(rng.integers(60, 260)), colour, -1, cv2.LINE_AA)
    return picture


def _crop(picture: Picture, share: float) -> Picture:
    """Keep ``share`` of each side, from a little off the middle."""
    height, width = picture.shape[:2]
    high, wide = round(height * share), round(width * share)
    top, left = (height - high) * 2 // 3, (width - wide) // 3
    return np.ascontiguousarray(picture[top : top + high, left : left + wide])


def _mirror(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


def _jpeg(picture: Picture, quality: int) -> Picture:
    import cv2

    _, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1]).astype(np.uint8)


def _turn(picture: Picture, degrees: float) -> Picture:
    import cv2

    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(turned, np.uint8)


def _tilt(picture: Picture) -> Picture:
    import cv2

    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array([[60, 40], [-20, 10], [-70, -30], [10, -50]], np.float32)
    tilt = cv2.getPerspectiveTransform(moved, corners)
    return np.asarray(cv2.warpPerspective(picture, tilt, (width, height)), np.uint8)


def _pad(picture: Picture, share: float) -> Picture:
    height, width = picture.shape[:2]
    edge = ((round(height * share),) * 2, (round(width * share),) * 2, (0, 0))
    return np.pad(picture, edge, constant_values=255)


def _inset(picture: Picture, share: float) -> Picture:
    import cv2

    height, width = picture.shape[:2]
    scene = textured(999_999, width=width, height=height)
    size = round(width * share), round(height * share)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    scene[40 : 40 + size[1], 70 : 70 + size[0]] = small
    return scene


def _noise(picture: Picture) -> Picture:
    noise = np.random.default_rng(7).normal(0, 20, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def _gamma(picture: Picture) -> Picture:
    return (255 * (picture / 255) ** 0.6).astype(np.uint8)


def _grey(picture: Picture) -> Picture:
    shade = picture.mean(axis=2, keepdims=True).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(shade, picture.shape))


EDITS: dict[str, Edit] = {
    "same": lambda p: p,
    "jpeg q20": lambda p: _jpeg(p, 20),
    "jpeg q8": lambda p: _jpeg(p, 8),
    "noise 20": _noise,
    "gamma 0.6": _gamma,
    "grey": _grey,
    "mirror": _mirror,
    "turn 90": lambda p: np.ascontiguousarray(np.rot90(p)),
    "turn 180": lambda p: np.ascontiguousarray(np.rot90(p, 2)),
    "turn 5": lambda p: _turn(p, 5),
    "turn 30": lambda p: _turn(p, 30),
    "tilt": _tilt,
    "crop 80 %": lambda p: _crop(p, 0.8),
    "crop 60 %": lambda p: _crop(p, 0.6),
    "crop 40 %": lambda p: _crop(p, 0.4),
    "mirror + crop 60 %": lambda p: _mirror(_crop(p, 0.6)),
    "mirror + crop 60 % + jpeg q20": lambda p: _jpeg(_mirror(_crop(p, 0.6)), 20),
    "pad 20 %": lambda p: _pad(p, 0.2),
    "inset 60 %": lambda p: _inset(p, 0.6),
    "inset 35 %": lambda p: _inset(p, 0.35),
}


def save(picture: Picture, path: Path) -> Path:
    """Write ``picture`` as PNG, quickly rather than small, and return its path."""
    from PIL import Image

    Image.fromarray(picture).save(path, "PNG", compress_level=1)
    return path


def work(number: int) -> UUID:
    """Return the id of work ``number`` of the bench."""
    return UUID(int=number + 1)
