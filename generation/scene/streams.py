"""Random numbers by name, and the noise fields made from them.

Every element of a scene draws from a stream of its own, seeded by SHA-256 of the seed and the
element's name. Changing the time of day, or adding a boat, therefore moves nothing else.

Only additions, multiplications, divisions and square roots touch whole arrays here and in the
painters, and random numbers are uniform: those are rounded alike on every processor, while sines
and exponentials of numpy differ in the last bit between instruction sets.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[Any]
"""Rows x columns of float32; numpy's types cannot follow them through arithmetic."""


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random stream of the element ``name`` under ``seed``."""
    digest = hashlib.sha256(f"{seed}\n{name}".encode("utf-8", "surrogatepass")).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def noise(
    rng: np.random.Generator,
    *,
    height: int,
    width: int,
    across: float,
    down: float,
    octaves: int = 5,
    roughness: float = 0.55,
) -> Field:
    """Return fractal noise of mean 0.5, nearly all of it between 0 and 1.

    ``across`` and ``down`` are the number of the largest blobs along each side.
    """
    columns, rows = max(2, round(across) + 1), max(2, round(down) + 1)
    field = rng.random((rows, columns), dtype=np.float32) - np.float32(0.5)
    strength, total = 1.0, 1.0
    for _ in range(octaves - 1):
        if rows > 2 * height or columns > 2 * width:
            break
        rows, columns = min(2 * rows, 2 * height), min(2 * columns, 2 * width)
        strength *= roughness
        total += strength * strength
        fresh = rng.random((rows, columns), dtype=np.float32) - np.float32(0.5)
        field = resized(field, height=rows, width=columns) + fresh * np.float32(strength)
    spread = np.float32(1.15 / total**0.5)
    return resized(field, height=height, width=width) * spread + np.float32(0.5)


def resized(field: Field, *, height: int, width: int) -> Field:
    """Return ``field`` at another size, bicubic."""
    image = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    bigger = image.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(bigger, dtype=np.float32)


def profile(
    rng: np.random.Generator, *, width: int, bumps: float, octaves: int = 6, roughness: float = 0.5
) -> Field:
    """Return ``width`` heights from 0 to 1: broken lines, as of a mountain ridge."""
    count = max(3, round(bumps) + 2)
    line = rng.random(count)
    strength = 1.0
    for _ in range(octaves - 1):
        if count > width:
            break
        strength *= roughness
        places = np.linspace(0, len(line) - 1, 2 * count - 1)
        line = np.interp(places, np.arange(len(line)), line)
        count = len(line)
        line = line + (rng.random(count) - 0.5) * strength
    line = np.interp(np.linspace(0, count - 1, width), np.arange(count), line)
    low, high = line.min(), line.max()
    found: Field = ((line - low) / max(high - low, 1e-6)).astype(np.float32)
    return found


def soft(field: Field, low: float, high: float) -> Field:
    """Return the smooth step of ``field`` between ``low`` and ``high``."""
    t: Field = np.clip((field - np.float32(low)) / np.float32(high - low), 0, 1)
    smooth: Field = t * t * (np.float32(3) - np.float32(2) * t)
    return smooth


def steps(field: Field, count: int) -> Field:
    """Return ``field`` in ``count`` levels with soft borders, as laid on with a broad brush."""
    scaled = np.clip(field, 0, 1) * np.float32(count)
    whole = np.floor(scaled)
    stepped: Field = (whole + soft(scaled - whole, 0.35, 0.65)) / np.float32(count)
    return stepped


def boxed(line: Field, width: int) -> Field:
    """Return ``line`` averaged over ``width`` neighbours, its ends held.

    Not numpy's convolve: that adds in an order that depends on the processor.
    """
    half = width // 2
    padded = np.pad(line.astype(np.float64), half + 1, mode="edge")
    total = np.cumsum(padded)
    span = 2 * half + 1
    return ((total[span : span + len(line)] - total[: len(line)]) / span).astype(np.float32)


def sampled(field: Field, rows: Field) -> Field:
    """Return the rows of ``field`` at fractional places ``rows``, mixed from their neighbours."""
    whole = np.clip(rows.astype(np.intp), 0, field.shape[0] - 2)
    part = (rows - whole)[:, None].astype(np.float32)
    return field[whole] * (1 - part) + field[whole + 1] * part
