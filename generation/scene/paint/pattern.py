"""Abstract pictures: mosaic, rings, bands."""

from __future__ import annotations

import numpy as np

from generation.scene.canvas import Canvas
from generation.scene.light import Colour, mix
from generation.scene.plan import Element
from generation.scene.streams import Field, noise, soft, steps

_SETS: tuple[tuple[str, ...], ...] = (
    ("e4572e", "f3a712", "f0ead6", "29335c", "669bbc"),
    ("264653", "2a9d8f", "e9c46a", "f4a261", "e76f51"),
    ("3d2645", "832161", "da4167", "f0eff4", "f2c57c"),
    ("0b3954", "087e8b", "bfd7ea", "ff5a5f", "f7f0e3"),
)


def pattern(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """Fill the canvas with the pattern named by the element's variant, in five colours."""
    names = _SETS[int(rng.random() * len(_SETS))]
    colours = [tuple(int(name[n : n + 2], 16) / 255 for n in (0, 2, 4)) for name in names]
    table = np.asarray(
        [
            mix((c[0], c[1], c[2]), canvas.light.top, 0.25 if canvas.light.dark else 0)
            for c in colours
        ],
        np.float32,
    )
    wobble = noise(rng, height=canvas.height, width=canvas.width, across=5, down=4, octaves=5)
    draw = {"mosaic": _mosaic, "rings": _rings, "bands": _bands}[part.variant]
    index, edge, relief = draw(canvas, rng, wobble)
    colour = table[index] * (np.float32(0.82) + relief * np.float32(0.36))[..., None]
    lead: Colour = (0.12, 0.11, 0.13)
    colour += (np.asarray(lead, np.float32) - colour) * (edge * np.float32(0.8))[..., None]
    canvas.pixels[:] = colour * (1 + canvas.tooth[..., None] * np.float32(0.2))


def _grid(canvas: Canvas) -> tuple[Field, Field]:
    x = (np.arange(canvas.width, dtype=np.float32) - np.float32(canvas.width / 2)) / np.float32(
        canvas.unit
    )
    y = (np.arange(canvas.height, dtype=np.float32) - np.float32(canvas.height / 2)) / np.float32(
        canvas.unit
    )
    return np.broadcast_to(x[None, :], (canvas.height, canvas.width)), np.broadcast_to(
        y[:, None], (canvas.height, canvas.width)
    )


def _mosaic(
    canvas: Canvas, rng: np.random.Generator, wobble: Field
) -> tuple[np.ndarray, Field, Field]:
    """Cells round scattered points; a pixel asks only the points of its own and next squares."""
    x, y = _grid(canvas)
    x = x + (wobble - np.float32(0.5)) * np.float32(0.03)
    squares = 11
    across = int(squares * canvas.width / canvas.unit) + 4
    down = int(squares * canvas.height / canvas.unit) + 4
    places = rng.random((down, across, 2), dtype=np.float32)
    kinds = (rng.random((down, across)) * 5).astype(np.intp)
    gx = (x + np.float32(canvas.width / canvas.unit / 2)) * np.float32(squares) + np.float32(1.5)
    gy = (y + np.float32(canvas.height / canvas.unit / 2)) * np.float32(squares) + np.float32(1.5)
    column, row = np.floor(gx).astype(np.intp), np.floor(gy).astype(np.intp)
    best = np.full(gx.shape, 99, np.float32)
    second = best.copy()
    index = np.zeros(gx.shape, np.intp)
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            r, c = np.clip(row + dr, 0, down - 1), np.clip(column + dc, 0, across - 1)
            dx, dy = c + places[r, c, 0] - gx, r + places[r, c, 1] - gy
            away = dx * dx + dy * dy
            nearer = away < best
            second = np.where(nearer, best, np.minimum(second, away))
            index = np.where(nearer, kinds[r, c], index)
            best = np.where(nearer, away, best)
    gap = np.sqrt(second) - np.sqrt(best)
    edge = np.float32(1) - soft(gap.astype(np.float32), 0.02, 0.07)
    return index, edge, (np.float32(1) - np.sqrt(best)).astype(np.float32)


def _rings(
    canvas: Canvas, rng: np.random.Generator, wobble: Field
) -> tuple[np.ndarray, Field, Field]:
    x, y = _grid(canvas)
    cx, cy = (float(v) * 0.4 - 0.2 for v in rng.random(2))
    away = np.sqrt(
        (x - np.float32(cx)) * (x - np.float32(cx)) + (y - np.float32(cy)) * (y - np.float32(cy))
    )
    away = away + (wobble - np.float32(0.5)) * np.float32(0.07)
    return _banded(away * np.float32(17), rng)


def _bands(
    canvas: Canvas, rng: np.random.Generator, wobble: Field
) -> tuple[np.ndarray, Field, Field]:
    x, y = _grid(canvas)
    tilt = float(rng.random()) - 0.5
    along = y + x * np.float32(tilt) + (wobble - np.float32(0.5)) * np.float32(0.42)
    return _banded((along + 2) * np.float32(13), rng)


def _banded(level: Field, rng: np.random.Generator) -> tuple[np.ndarray, Field, Field]:
    whole = np.floor(level)
    order = (rng.random(64) * 5).astype(np.intp)
    order[1:] = np.where(order[1:] == order[:-1], (order[1:] + 2) % 5, order[1:])
    part = (level - whole).astype(np.float32)
    near = np.minimum(part, np.float32(1) - part)
    edge = (np.float32(1) - soft(near, 0.0, 0.05)) * np.float32(0.5)
    return order[whole.astype(np.intp) % 64], edge, steps(part, 3)
