"""Houses, a church, the skyline of a city, pyramids."""

from __future__ import annotations

import numpy as np

from generation.scene.canvas import Canvas
from generation.scene.light import Colour, mix
from generation.scene.paint.mason import LAMP, ROOFS, Mason, cottage
from generation.scene.plan import Element


def house(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """One house of a village."""
    x, foot, size = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    layer = canvas.layer(x - size, foot - size * 1.4, x + size, foot + size * 0.2)
    mason = Mason(canvas, layer, part, rng)
    cottage(mason, x, foot, size, ROOFS[int(rng.random() * 1.4)])
    layer.lay(tooth=0.2)


def church(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A small church whose spire stands over the roofs."""
    x, foot, size = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    layer = canvas.layer(x - size, foot - size * 1.2, x + size, foot + size * 0.1)
    mason = Mason(canvas, layer, part, rng)
    white = (0.93, 0.91, 0.86)
    cottage(mason, x + mason.side * size * 0.24, foot, size * 0.5, ROOFS[1])
    mason.wall(x, foot, size * 0.085, size * 0.52, white)
    mason.cone(x, foot - size * 0.52, size * 0.11, size * 0.42, ROOFS[1])
    mason.window(x, foot - size * 0.36, size * 0.02, size * 0.07)
    layer.lay(tooth=0.2)


def skyline(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A row of towers; the nearest has windows one can count."""
    foot, tallest = canvas.py(part.y) + 2, part.size * canvas.unit
    layer = canvas.layer(0, foot - tallest * 1.5, canvas.width, foot)
    mason = Mason(canvas, layer, part, rng)
    near = 1 - part.depth
    x = -canvas.unit * 0.05 * float(rng.random())
    while x < canvas.width:
        wide = canvas.unit * (0.045 + 0.075 * float(rng.random())) * (0.7 + 0.5 * near)
        middle = 1 - abs(x / canvas.width - 0.5) * 0.9
        tall = tallest * (0.28 + 0.72 * float(rng.random())) * middle
        shades = ((0.47, 0.52, 0.60), (0.60, 0.56, 0.55), (0.40, 0.46, 0.50), (0.66, 0.60, 0.52))
        body = shades[int(rng.random() * len(shades))]
        _high_rise(mason, x, foot, wide, tall, body)
        x += wide * (0.86 + 0.34 * float(rng.random()))
    layer.lay(tooth=0.16)


def _high_rise(
    mason: Mason, left: float, foot: float, wide: float, tall: float, body: Colour
) -> None:
    layer, rng, canvas = mason.layer, mason.rng, mason.canvas
    top, right = foot - tall, left + wide
    split = left + wide * (0.62 if mason.side > 0 else 0.38)
    a, b = (0.85, 0.25) if mason.side > 0 else (0.25, 0.85)
    layer.box(left, top, split, foot, mason.tint(body, a))
    layer.box(split, top, right, foot, mason.tint(body, b))
    crown = float(rng.random())
    if crown < 0.3:
        inset = wide * 0.2
        layer.box(left + inset, top - wide * 0.3, right - inset, top, mason.tint(body, 0.55))
    elif crown < 0.45:
        tip = ((left + right) / 2, top - wide * 0.75)
        layer.polygon([(left, top), tip, (right, top)], mason.tint(body, 0.5))
    if crown < 0.2 or crown > 0.85:
        mast = (left + right) / 2
        layer.line(
            [(mast, top), (mast, top - wide * 0.9)], canvas.unit * 0.0025, mason.tint(body, 0.3)
        )
    pane = max(2.4, canvas.unit * 0.0085)
    lamps = canvas.light.lamps
    columns, rows = int(wide / pane - 0.6), int(tall / (pane * 1.35) - 0.6)
    if columns < 2 or rows < 2:
        return
    lit = rng.random((rows, columns))
    tone = rng.random((rows, columns))
    gap = wide / columns
    for row in range(rows):
        y = top + (row + 0.45) * pane * 1.35
        for column in range(columns):
            x = left + (column + 0.5) * gap
            amount = (a if x < split else b) * (0.4 + 0.5 * float(tone[row, column]))
            if lit[row, column] < 0.12 + 0.38 * lamps:
                warm = mix(LAMP, (1.0, 0.95, 0.82), float(tone[row, column]))
                colour = mix(mason.tint((0.62, 0.72, 0.8), amount + 0.2), warm, lamps)
                colour = mix(colour, canvas.light.haze, mason.depth * 0.6)
            else:
                colour = mason.tint(mix(body, (0.24, 0.32, 0.42), 0.6), amount)
            layer.box(x - gap * 0.3, y, x + gap * 0.3, y + pane * 0.8, colour)


def pyramids(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """One pyramid with courses of stone; its foot stands behind a dune."""
    x, foot, half = canvas.px(part.x), canvas.py(part.y) + 4, part.size * canvas.unit
    layer = canvas.layer(x - half * 1.2, foot - half * 1.1, x + half * 1.2, foot)
    mason = Mason(canvas, layer, part, rng)
    stone = (0.84, 0.68, 0.46)
    tip, edge = (x, foot - half * 0.98), (x + mason.side * half * 0.32, foot)
    near, far = (x - mason.side * half, foot), (x + mason.side * half, foot)
    layer.polygon([near, tip, edge], mason.tint(stone, 1.0))
    layer.polygon([edge, tip, far], mason.tint(stone, 0.12))
    courses = max(8, int(half / (canvas.unit * 0.006)))
    for n in range(1, courses):
        share = n / courses
        y = tip[1] + (foot - tip[1]) * share
        xs = [x + (corner[0] - x) * share for corner in (near, edge, far)]
        for a, b, amount in ((xs[0], xs[1], 0.62), (xs[1], xs[2], 0.3)):
            start = a + (b - a) * 0.5 * float(rng.random())
            stop = start + (b - start) * float(rng.random())
            layer.line([(start, y), (stop, y)], canvas.unit * 0.0014, mason.tint(stone, amount))
    layer.lay(tooth=0.22)
