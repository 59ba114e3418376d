"""The field a mark is written into and read from: canonical luma, its levelled DCT, the secret.

Writer, detector and crop search share it, and nothing here knows a payload.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = "colophon-ss/1"
BITS = 32
SIDE = 256
_DETAIL = 5.0  # grey levels
_SIGMA = 5.0  # field pixels

Field = NDArray[np.float32]
"""256 x 256 luma, grey levels."""
Numbers = NDArray[np.float32]


@lru_cache(maxsize=4)
def sequences(key: bytes) -> Numbers:
    """Return the 32 secret sequences of +1 and -1 over the band, one row per bit."""
    if len(key) < 16:
        raise ValueError("the marking key needs 16 bytes at least")
    width = int(band()[0].size)
    seed = hmac.new(key, VERSION.encode(), hashlib.sha256).digest()
    stream = hashlib.shake_256(seed).digest((BITS * width + 7) // 8)
    bits = np.unpackbits(np.frombuffer(stream, np.uint8))[: BITS * width]
    return (2.0 * bits.reshape(BITS, width) - 1.0).astype(np.float32)


@lru_cache(maxsize=1)
def band() -> tuple[NDArray[np.intp], tuple[NDArray[np.intp], ...]]:
    """Return the indices of the middle frequencies, and those of each ring 8 wide within them."""
    down, across = np.mgrid[0:SIDE, 0:SIDE]
    inside = (down + across > 16) & (down + across < 240) & (np.maximum(down, across) < 180)
    indices = np.flatnonzero(inside)
    radius = (np.hypot(down, across).ravel()[indices] // 8).astype(np.intp)
    rings = (np.flatnonzero(radius == number) for number in range(int(radius.max()) + 1))
    return indices, tuple(ring for ring in rings if ring.size)


@lru_cache(maxsize=1)
def basis() -> Field:
    """Return the orthonormal DCT-II matrix: ``D @ x @ D.T`` transforms, ``D.T @ c @ D`` returns."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    matrix = np.cos(np.pi * (2 * columns + 1) * rows / (2 * SIDE)) * np.sqrt(2 / SIDE)
    matrix[0] /= np.sqrt(2)
    return np.asarray(matrix, dtype=np.float32)


# --- the canonical field -------------------------------------------------------------------------


def luma_of(picture: Image) -> Image:
    """Return the luma of a picture as floating grey levels."""
    return picture.convert("RGB").convert("L").convert("F")


def canonical(luma: Image, *, size: tuple[int, int] = (SIDE, SIDE)) -> Field:
    """Return the luma squeezed to the field, or a crop's to its part of it."""
    from PIL.Image import Resampling

    shrinks = min(luma.size) > max(size)
    return np.asarray(luma.resize(size, Resampling.BOX if shrinks else Resampling.BICUBIC))


def levels_of(numbers: Numbers) -> Numbers:
    """Return the usual size of a coefficient in the ring each one belongs to.

    The median: a few strong structures of the picture must not drown the many small votes.
    """
    levels = np.empty_like(numbers)
    sizes = np.abs(numbers)
    for ring in band()[1]:
        levels[ring] = 1.4 * np.median(sizes[ring]) + 0.3
    return levels


def transform(field: Field) -> Numbers:
    """Return the band of the field's DCT, after strong detail has been cut down.

    A mark is a few grey levels; an edge, a crop's rim or the letters of a label are a hundred and
    would outvote it. What stands out from its surroundings by more than `_DETAIL` is clipped, or
    by more than twice the median where the whole picture is busy.
    """
    soft, cosines = blur(), basis()
    fine = field - soft @ field @ soft.T
    most = max(_DETAIL, 2 * float(np.median(np.abs(fine))))
    return np.asarray(
        (cosines @ np.clip(fine, -most, most) @ cosines.T).ravel()[band()[0]], dtype=np.float32
    )


@lru_cache(maxsize=1)
def blur() -> Field:
    """Return the matrix that blurs along one axis: Gaussian, reflected at the rim."""
    rows, columns = np.mgrid[0:SIDE, -SIDE : 2 * SIDE]
    weights = np.exp(-(((columns - rows) / _SIGMA) ** 2) / 2)
    folded = (
        weights[:, SIDE : 2 * SIDE] + weights[:, :SIDE][:, ::-1] + weights[:, 2 * SIDE :][:, ::-1]
    )
    return np.asarray(folded / folded.sum(axis=1, keepdims=True), dtype=np.float32)


def inverse(numbers: Numbers) -> Field:
    """Return the field whose band is ``numbers`` and which holds nothing else."""
    cosines = basis()
    whole = np.zeros(SIDE * SIDE, np.float32)
    whole[band()[0]] = numbers
    return np.asarray(cosines.T @ whole.reshape(SIDE, SIDE) @ cosines, dtype=np.float32)


def coefficients(field: Field) -> Numbers:
    """Return the band of the field's DCT, levelled ring by ring and clipped."""
    numbers = transform(field)
    return clipped(numbers / levels_of(numbers))


def clipped(levelled: Numbers) -> Numbers:
    """Return levelled coefficients held within twice the usual size, so that none decides alone."""
    held: Numbers = np.clip(levelled, -2, 2)
    return held


def correlate(found: Numbers, secret: Numbers) -> Numbers:
    """Return the 32 correlations, each a sum of independent signs of variance 1 in a plain picture."""
    length = float(np.sqrt((found**2).sum()))
    return np.asarray(secret @ found / max(length, 1e-6), dtype=np.float32)
