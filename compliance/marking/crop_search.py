"""Find the imperceptible mark in a picture that may have been cropped anywhere.

A search has fewer than 2e6 places to look at and asks `PRESENT` = 4.0, 6.2e-12 per look: a false alarm
in at most 1.2e-5 of pictures (union bound; the bound per look is explained in `imperceptible`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from compliance.marking.field import (
    SIDE,
    Field,
    canonical,
    coefficients,
    correlate,
    inverse,
    luma_of,
    sequences,
)
from compliance.marking.imperceptible import Reading, detect, reading

if TYPE_CHECKING:
    from PIL.Image import Image

PRESENT = 4.0
_FOLLOWED = 4
_STEPS = 2


def search(picture: Image, *, key: bytes) -> Reading:
    """Look for the mark in a picture that may have been cropped anywhere.

    Covers crops to 70 % of both sides and to 50 % of one side. For each shape the secret patterns
    are laid over the padded field at every offset at once (FFT); the most likely places are then
    looked at exactly and followed uphill. Cost: docs/marking.md.
    """
    best = detect(picture, key=key)
    if best.present:
        return best
    luma = luma_of(picture)
    votes = sorted((_likely(luma, shape, key) for shape in _shapes()), key=lambda one: -one[0])
    for _, place in votes[:_FOLLOWED]:
        best = max(best, _climb(luma, place, key), key=lambda one: one.presence)
        if best.present:
            return best
    return best


def _climb(luma: Image, place: _Place, key: bytes) -> Reading:
    best = _look(luma, place, key)
    for _ in range(_STEPS):
        if best.present:
            break
        around = [(_look(luma, one, key), one) for one in place.neighbours()]
        seen, there = max(around, key=lambda pair: pair[0].presence)
        if seen.presence <= best.presence:
            break
        best, place = seen, there
    return best


def _look(luma: Image, place: _Place, key: bytes) -> Reading:
    statistic = correlate(coefficients(place.field(luma)), sequences(key))
    share = round(place.height * place.width / SIDE**2 * 1000)
    return reading(statistic, share_permille=share, needed=PRESENT)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a crop may lie in the canonical field of its original, in field pixels."""

    top: int
    left: int
    height: int
    width: int

    def field(self, luma: Image) -> Field:
        """Return the canonical field with the crop in its place and its rim drawn out around it."""
        crop = canonical(luma, size=(self.width, self.height))
        below, right = SIDE - self.top - self.height, SIDE - self.left - self.width
        return np.pad(crop, ((self.top, below), (self.left, right)), mode="edge")

    def neighbours(self) -> list[_Place]:
        """Return the places one field pixel away in size or offset that still fit."""
        moved = (
            _Place(self.top + down, self.left + across, self.height + taller, self.width + wider)
            for down in (-1, 0, 1)
            for across in (-1, 0, 1)
            for taller in (-1, 0, 1)
            for wider in (-1, 0, 1)
        )
        return [one for one in moved if one != self and one.fits()]

    def fits(self) -> bool:
        """Tell whether it lies within the field."""
        down = 0 <= self.top <= SIDE - self.height
        return down and 0 <= self.left <= SIDE - self.width


def _shapes() -> list[tuple[int, int]]:
    """Return the sizes a crop may have in the field: both sides alike, or one side whole."""
    both = [(edge, edge) for edge in range(179, SIDE, 4)]
    single = list(range(128, SIDE, 4))
    return both + [(edge, SIDE) for edge in single] + [(SIDE, edge) for edge in single]


def _likely(luma: Image, shape: tuple[int, int], key: bytes) -> tuple[float, _Place]:
    """Return the most likely place of a crop of this shape and how strongly it speaks."""
    height, width = shape
    levelled = inverse(coefficients(_Place(0, 0, height, width).field(luma)))
    spectrum = np.conj(np.fft.rfft2(levelled)).astype(np.complex64)
    energy = np.zeros((SIDE - height + 1, SIDE - width + 1), np.float32)
    for pattern in _spectra(key):
        votes = np.fft.irfft2(pattern * spectrum, s=(SIDE, SIDE))
        energy += votes[: energy.shape[0], : energy.shape[1]] ** 2
    top, left = divmod(int(energy.argmax()), energy.shape[1])
    strength = float(energy[top, left]) / max(float((levelled**2).sum()), 1e-6)
    return strength, _Place(top, left, height, width)


@lru_cache(maxsize=1)
def _spectra(key: bytes) -> NDArray[np.complex64]:
    """Return the Fourier spectra of the 32 secret patterns as they lie in the field (8 MB)."""
    patterns = [np.fft.rfft2(inverse(sequence)) for sequence in sequences(key)]
    return np.asarray(patterns, dtype=np.complex64)
