"""An imperceptible mark in pictures: 32 bits, no weights, one secret key.

Informed spread spectrum. The luma of any picture is brought to a canonical 256 x 256 field; each
bit of the payload is a secret sequence of +1 and -1 over the middle frequencies of its DCT. Only
bits whose margin is too small are pushed, so that a picture that already leans the right way is
left alone. The mark is scaled so that the finished 8-bit picture stays at `PSNR_FLOOR` dB or above.

Figures (command, table and conditions: docs/marking.md; `python -m bench.watermark`):
survives JPEG q50, half size, blur, brightness and crops. Rotation, mirroring, warping and
generative redrawing break it, and noise of full contrast cannot carry it: absence of the mark proves
nothing. Someone who holds many pictures marked under one key can estimate the patterns: one key per
organisation, rotated.

**False positives.** For ANY picture, over the choice of the secret key, each bit's statistic is a
normalised sum of independent signs, so its square has a moment generating function no greater than
that of a chi-square (Hoeffding); for 32 bits P(presence > T) <= exp(-16 (T - 1 - ln T)).
`PRESENT` = 3.5 gives 2.2e-9 per look. A crop search has fewer than 2e6 places to look at and asks
`PRESENT_CROPPED` = 4.0 (6.2e-12 per look): a union bound of 1.2e-5. `bench.watermark` checks both on
1,000 and more plain pictures.

Source: after Cox, Kilian, Leighton, Shamoon (1997) and Miller, Cox, Bloom (2004), informed embedding.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from compliance.marking.errors import CannotMark

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = "colophon-ss/1"
BITS = 32
SIDE = 256
SMALLEST = 128
"""Shortest side in pixels that carries the band we write in."""
PSNR_FLOOR = 44.0
"""Decibels over R, G and B of the 8-bit picture, before the visible label and before JPEG."""
PRESENT = 3.5
PRESENT_CROPPED = 4.0
_ROUNDS = 12
_STEP = 0.4
_AIM = 44.4
_NEED = 14.0
_LEAST = 46.0
_DETAIL = 5.0  # grey levels
_SIGMA = 5.0  # field pixels
_FOLLOWED = 4
_STEPS = 2

Field = NDArray[np.float32]
"""256 x 256 luma, grey levels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a detector saw."""

    present: bool
    presence: float
    """Mean square of the 32 normalised correlations: about 1 in a plain picture."""
    payload: int
    """The bits as read; meaningless unless ``present``."""
    share_permille: int = 1000
    """Share of the original's area that is left, as found by the crop search."""


def embed(picture: Image, *, payload: int, key: bytes) -> Image:
    """Return an RGB copy of ``picture`` that carries ``payload``, at `PSNR_FLOOR` dB or above.

    Raises:
        CannotMark: a side is shorter than `SMALLEST` pixels.
    """
    from PIL import Image as pictures

    _check_size(picture)
    signs = _signs(payload)
    luma = _luma(picture)
    field = _canonical(luma)
    rgb = np.asarray(picture.convert("RGB"), dtype=np.int16)
    pattern = _pattern(field, signs, _sequences(key))
    wide = pictures.fromarray(pattern).resize(picture.size, pictures.Resampling.BICUBIC)
    return pictures.fromarray(_add(rgb, np.asarray(wide)), "RGB")


def detect(picture: Image, *, key: bytes) -> Reading:
    """Look once, for a picture whose frame is whole; any size, since the field is canonical."""
    _check_size(picture)
    coefficients = _coefficients(_canonical(_luma(picture)))
    return _reading(_correlate(coefficients, _sequences(key)), share_permille=1000, needed=PRESENT)


def search(picture: Image, *, key: bytes) -> Reading:
    """Look for the mark in a picture that may have been cropped anywhere.

    Covers crops to 70 % of both sides and to 50 % of one side. For each shape the secret patterns
    are laid over the padded field at every offset at once (FFT); the most likely places are then
    looked at exactly and followed uphill. Cost: docs/marking.md.
    """
    best = detect(picture, key=key)
    if best.present:
        return best
    luma = _luma(picture)
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
    statistic = _correlate(_coefficients(place.field(luma)), _sequences(key))
    share = round(place.height * place.width / SIDE**2 * 1000)
    return _reading(statistic, share_permille=share, needed=PRESENT_CROPPED)


def psnr(before: Image, after: Image) -> float:
    """Return the peak signal-to-noise ratio in dB over the R, G and B of two pictures of one size."""
    first = np.asarray(before.convert("RGB"), dtype=np.float32)
    second = np.asarray(after.convert("RGB"), dtype=np.float32)
    return float(10 * np.log10(255**2 / max(1e-9, float(((first - second) ** 2).mean()))))


def _check_size(picture: Image) -> None:
    if min(picture.size) < SMALLEST:
        raise CannotMark(
            why=f"it is {picture.width} x {picture.height} pixels, and the imperceptible mark"
            f" needs {SMALLEST} on its shortest side"
        )


def _signs(payload: int) -> NDArray[np.float32]:
    if not 0 <= payload < 2**BITS:
        raise ValueError("a payload has 32 bits")
    bits = (payload >> np.arange(BITS, dtype=np.int64)) & 1
    return (2 * bits - 1).astype(np.float32)


def _reading(statistic: NDArray[np.float32], *, share_permille: int, needed: float) -> Reading:
    presence = float((statistic.astype(np.float64) ** 2).mean())
    payload = sum(1 << number for number in range(BITS) if statistic[number] > 0)
    return Reading(
        present=presence >= needed,
        presence=presence,
        payload=payload,
        share_permille=share_permille,
    )


# --- the secret ----------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _sequences(key: bytes) -> NDArray[np.float32]:
    """Return the 32 secret sequences of +1 and -1 over the band, one row per bit."""
    if len(key) < 16:
        raise ValueError("the marking key needs 16 bytes at least")
    width = int(_band()[0].size)
    seed = hmac.new(key, VERSION.encode(), hashlib.sha256).digest()
    stream = hashlib.shake_256(seed).digest((BITS * width + 7) // 8)
    bits = np.unpackbits(np.frombuffer(stream, np.uint8))[: BITS * width]
    return (2.0 * bits.reshape(BITS, width) - 1.0).astype(np.float32)


@lru_cache(maxsize=1)
def _band() -> tuple[NDArray[np.intp], tuple[NDArray[np.intp], ...]]:
    """Return the indices of the middle frequencies, and those of each ring 8 wide within them."""
    down, across = np.mgrid[0:SIDE, 0:SIDE]
    inside = (down + across > 16) & (down + across < 200)
    indices = np.flatnonzero(inside)
    radius = (np.hypot(down, across).ravel()[indices] // 8).astype(np.intp)
    rings = (np.flatnonzero(radius == number) for number in range(int(radius.max()) + 1))
    return indices, tuple(ring for ring in rings if ring.size)


@lru_cache(maxsize=1)
def _basis() -> Field:
    """Return the orthonormal DCT-II matrix: ``D @ x @ D.T`` transforms, ``D.T @ c @ D`` returns."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    matrix = np.cos(np.pi * (2 * columns + 1) * rows / (2 * SIDE)) * np.sqrt(2 / SIDE)
    matrix[0] /= np.sqrt(2)
    return np.asarray(matrix, dtype=np.float32)


# --- the canonical field -------------------------------------------------------------------------


def _luma(picture: Image) -> Image:
    return picture.convert("RGB").convert("L").convert("F")


def _canonical(luma: Image, *, size: tuple[int, int] = (SIDE, SIDE)) -> Field:
    from PIL.Image import Resampling

    shrinks = min(luma.size) > max(size)
    return np.asarray(luma.resize(size, Resampling.BOX if shrinks else Resampling.BICUBIC))


def _levels(band: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the usual size of a coefficient in the ring each one belongs to.

    The median: a few strong structures of the picture must not drown the many small votes.
    """
    levels = np.empty_like(band)
    sizes = np.abs(band)
    for ring in _band()[1]:
        levels[ring] = 1.4 * np.median(sizes[ring]) + 0.3
    return levels


def _transform(field: Field) -> NDArray[np.float32]:
    """Return the band of the field's DCT, after strong detail has been cut down.

    A mark is a few grey levels; an edge, a crop's rim or the letters of a label are a hundred and
    would outvote it. What stands out from its surroundings by more than `_DETAIL` is clipped.
    """
    blur, basis = _blur(), _basis()
    fine = np.clip(field - blur @ field @ blur.T, -_DETAIL, _DETAIL)
    return np.asarray((basis @ fine @ basis.T).ravel()[_band()[0]], dtype=np.float32)


@lru_cache(maxsize=1)
def _blur() -> Field:
    """Return the matrix that blurs along one axis: Gaussian, reflected at the rim."""
    rows, columns = np.mgrid[0:SIDE, -SIDE : 2 * SIDE]
    weights = np.exp(-(((columns - rows) / _SIGMA) ** 2) / 2)
    folded = (
        weights[:, SIDE : 2 * SIDE] + weights[:, :SIDE][:, ::-1] + weights[:, 2 * SIDE :][:, ::-1]
    )
    return np.asarray(folded / folded.sum(axis=1, keepdims=True), dtype=np.float32)


def _inverse(band: NDArray[np.float32]) -> Field:
    basis = _basis()
    whole = np.zeros(SIDE * SIDE, np.float32)
    whole[_band()[0]] = band
    return np.asarray(basis.T @ whole.reshape(SIDE, SIDE) @ basis, dtype=np.float32)


def _coefficients(field: Field) -> NDArray[np.float32]:
    """Return the band of the field's DCT, levelled ring by ring and clipped."""
    band = _transform(field)
    return np.clip(band / _levels(band), -2, 2)


def _correlate(
    coefficients: NDArray[np.float32], sequences: NDArray[np.float32]
) -> NDArray[np.float32]:
    length = float(np.sqrt((coefficients**2).sum()))
    return np.asarray(sequences @ coefficients / max(length, 1e-6), dtype=np.float32)


# --- embedding -----------------------------------------------------------------------------------


def _pattern(field: Field, signs: NDArray[np.float32], sequences: NDArray[np.float32]) -> Field:
    """Return what to add to ``field``: no bit left behind, within the budget in dB.

    Each step goes where a grey level buys most: to the bits that lack margin, in the rings where
    the picture itself is quiet.
    """
    mask = _mask(field)
    budget = float(np.sqrt(255**2 / 10 ** (_AIM / 10)))
    pattern = np.zeros((SIDE, SIDE), np.float32)
    for _ in range(_ROUNDS):
        band = _transform(field + pattern)
        levels = _levels(band)
        margin = _correlate(np.clip(band / levels, -2, 2), sequences) * signs
        lacking = np.clip(_NEED - margin, 0, None)
        if float(lacking.max()) < 0.3:
            break
        push = mask * _inverse((signs * lacking) @ sequences / levels)
        pattern += push * (_STEP * budget / _rms(push))
        pattern *= min(1.0, budget / _rms(pattern))
    least = float(np.sqrt(255**2 / 10 ** (_LEAST / 10)))
    return pattern * np.float32(max(1.0, least / max(_rms(pattern), 1e-6)))


def _rms(field: Field) -> float:
    return float(np.sqrt(np.mean(field**2)))


def _mask(field: Field) -> Field:
    """Return where more may be added: 0.8 in flat places to 2 in busy ones."""
    from PIL import Image as pictures

    down, across = np.gradient(field)
    busy = pictures.fromarray((np.abs(down) + np.abs(across)).astype(np.float32))
    small = busy.resize((64, 64), pictures.Resampling.BOX)
    smooth = small.resize((SIDE, SIDE), pictures.Resampling.BICUBIC)
    return np.asarray(0.8 + np.clip(np.asarray(smooth) / 10, 0, 1.2), dtype=np.float32)


def _add(rgb: NDArray[np.int16], wide: Field) -> NDArray[np.uint8]:
    """Return the picture with the pattern, held at the floor by the finished 8-bit values."""
    share = 1.0
    while True:
        step = np.rint(wide * share).astype(np.int16)
        marked = np.clip(rgb + step[..., None], 0, 255).astype(np.uint8)
        error = float(((marked - rgb).astype(np.float32) ** 2).mean())
        if 10 * np.log10(255**2 / max(error, 1e-9)) >= PSNR_FLOOR:
            return marked
        share *= 0.97


# --- the crop search -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a crop may lie in the canonical field of its original, in field pixels."""

    top: int
    left: int
    height: int
    width: int

    def field(self, luma: Image) -> Field:
        """Return the canonical field with the crop in its place and its rim drawn out around it."""
        crop = _canonical(luma, size=(self.width, self.height))
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
        return [one for one in moved if one != self and one._fits()]

    def _fits(self) -> bool:
        down = 0 <= self.top <= SIDE - self.height
        return down and 0 <= self.left <= SIDE - self.width


def _shapes() -> list[tuple[int, int]]:
    """Return the sizes a crop may have in the field: both sides alike, or one side whole."""
    both = [(edge, edge) for edge in range(179, SIDE, 4)]
    single = [edge for edge in range(128, SIDE, 4)]
    return both + [(edge, SIDE) for edge in single] + [(SIDE, edge) for edge in single]


def _likely(luma: Image, shape: tuple[int, int], key: bytes) -> tuple[float, _Place]:
    """Return the most likely place of a crop of this shape and how strongly it speaks."""
    height, width = shape
    levelled = _inverse(_coefficients(_Place(0, 0, height, width).field(luma)))
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
    patterns = (np.fft.rfft2(_inverse(sequence)) for sequence in _sequences(key))
    return np.asarray(list(patterns), dtype=np.complex64)
