"""Castle, pagoda and lighthouse: the buildings that are a picture's subject."""

from __future__ import annotations

import numpy as np

from generation.scene.canvas import Canvas
from generation.scene.light import Colour, mix
from generation.scene.paint.mason import ROOFS, STONE, Mason, cottage
from generation.scene.plan import Element


def castle(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A keep with three to five towers on its mound."""
    x, foot, size = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    layer = canvas.layer(x - size, foot - size * 1.3, x + size, foot + size * 0.1)
    mason = Mason(canvas, layer, part, rng)
    roof = ROOFS[int(rng.random() * len(ROOFS))]
    back = [(-0.34, 0.62, 0.07), (0.31, 0.7, 0.075)]
    front = [(-0.52, 0.46, 0.085), (0.52, 0.5, 0.085), (0.0, 0.92, 0.1)]
    mason.wall(x, foot, size * 0.3, size * 0.5, STONE)
    _battlements(mason, x, foot - size * 0.5, size * 0.3)
    for place, tall, half in back:
        _tower(mason, x + place * size, foot, half * size, tall * size * 0.9, roof)
    mason.wall(x, foot, size * 0.52, size * 0.28, mix(STONE, (0.6, 0.55, 0.5), 0.3))
    _battlements(mason, x, foot - size * 0.28, size * 0.52)
    for place, tall, half in front:
        _tower(mason, x + place * size, foot, half * size, tall * size * 0.8, roof)
    gate = mason.tint((0.22, 0.16, 0.13), 0.3)
    layer.box(x - size * 0.045, foot - size * 0.11, x + size * 0.045, foot, gate)
    layer.oval(x, foot - size * 0.11, size * 0.045, size * 0.05, gate)
    for n in range(6):
        side = (-1, 1)[n % 2]
        mason.window(
            x + side * size * (0.17 + 0.11 * (n // 2)),
            foot - size * 0.13,
            size * 0.011,
            size * 0.035,
        )
    layer.lay(tooth=0.22)


def _battlements(mason: Mason, x: float, y: float, half: float) -> None:
    count = max(4, int(half / (mason.canvas.unit * 0.011)))
    step = 2 * half / (2 * count - 1)
    for n in range(count):
        left = x - half + 2 * n * step
        amount = 0.75 if (left - x) * mason.side < 0 else 0.35
        mason.layer.box(left, y - step * 1.1, left + step, y + 1, mason.tint(STONE, amount))


def _tower(mason: Mason, x: float, y: float, half: float, tall: float, roof: Colour) -> None:
    mason.wall(x, y, half, tall, STONE)
    top = y - tall
    mason.wall(x, top, half * 1.18, half * 0.5, mix(STONE, (1, 1, 1), 0.12))
    mason.cone(x, top - half * 0.5, half * 1.4, half * 3.0, roof)
    pole = top - half * 3.5
    mason.layer.line(
        [(x, pole + 2), (x, pole - half * 0.9)], half * 0.09, mason.tint((0.3,) * 3, 0.5)
    )
    flag = mason.tint((0.86, 0.30, 0.22), 0.9)
    mason.layer.polygon(
        [(x, pole - half * 0.9), (x + half * 1.0, pole - half * 0.66), (x, pole - half * 0.4)], flag
    )
    for share in (0.42, 0.78):
        mason.window(x, y - tall * share, half * 0.16, half * 0.5)


def temple(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A pagoda of three to five storeys with swept roofs."""
    x, foot, size = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    storeys = 3 + int(rng.random() * 3)
    layer = canvas.layer(x - size, foot - size * 1.4, x + size, foot + size * 0.1)
    mason = Mason(canvas, layer, part, rng)
    red, wood, tile = (0.70, 0.24, 0.17), (0.90, 0.82, 0.68), (0.27, 0.34, 0.36)
    for n in range(3):  # the stairs and the terrace
        layer.box(
            x - size * (0.40 - 0.03 * n),
            foot - size * 0.018 * (n + 1),
            x + size * (0.40 - 0.03 * n),
            foot - size * 0.018 * n + 1,
            mason.tint(STONE, 0.85 - 0.22 * n),
        )
    y = foot - size * 0.054
    for storey in range(storeys):
        shrink = 1 - 0.72 * storey / (storeys + 0.6)
        half, tall = size * 0.25 * shrink, size * 0.56 / storeys * (0.75 + 0.25 * shrink)
        mason.wall(x, y, half, tall, wood)
        for n in range(5):
            post = x + half * (n / 2 - 1) * 0.97
            amount = 0.9 if (post - x) * mason.side < 0 else 0.35
            layer.box(
                post - size * 0.006, y - tall, post + size * 0.006, y, mason.tint(red, amount)
            )
            if n < 4:
                mason.window(
                    post + half * 0.245, y - tall * 0.12, half * 0.085, tall * 0.42, chance=0.9
                )
        rail = y - tall * 0.1
        layer.box(x - half * 1.16, rail, x + half * 1.16, rail + size * 0.008, mason.tint(red, 0.6))
        y -= tall
        _swept_roof(mason, x, y, half * 1.62, tall * 0.55, half * 0.8, tile)
        y -= tall * 0.32
    layer.line([(x, y), (x, y - size * 0.17)], size * 0.008, mason.tint((0.86, 0.68, 0.3), 0.9))
    for n in range(4):
        layer.oval(
            x, y - size * (0.05 + 0.026 * n), size * (0.017 - 0.003 * n), size * 0.006,
            mason.tint((0.93, 0.75, 0.34), 0.95),
        )  # fmt: skip
    layer.lay(tooth=0.2)


def _swept_roof(
    mason: Mason, x: float, y: float, half: float, tall: float, ridge: float, colour: Colour
) -> None:
    """A roof whose eaves curve upward to their tips."""
    count = 14
    shares = [n / count for n in range(count + 1)]

    def eave(side: float) -> list[tuple[float, float]]:
        return [(x + side * half * s, y - tall * 0.62 * s * s * s) for s in shares]

    def slope(side: float) -> list[tuple[float, float]]:
        return [
            (
                x + side * (ridge + (half - ridge) * s),
                y - tall + tall * 0.38 * (1 - (1 - s) * (1 - s)),
            )
            for s in shares
        ]

    for side in (-1.0, 1.0):
        amount = 0.85 if side * mason.side < 0 else 0.3
        outline = [(x, y - tall), *slope(side), *reversed(eave(side)), (x, y)]
        mason.layer.polygon(outline, mason.tint(colour, amount))
        for n in range(1, 11):  # rows of tiles
            s = n / 11
            top = (x + side * ridge * s, y - tall)
            low = (x + side * half * s, y - tall * 0.62 * s * s * s)
            mason.layer.line(
                [top, low], mason.canvas.unit * 0.0012, mason.tint(colour, amount * 0.45)
            )
        rim = [(px, py) for px, py in eave(side)]
        mason.layer.line(rim, mason.canvas.unit * 0.0035, mason.tint((0.80, 0.60, 0.32), amount))


def lighthouse(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A banded tower with its lamp, and a keeper's house at its foot."""
    x, foot, size = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    layer = canvas.layer(x - size, foot - size * 1.2, x + size, foot + size * 0.1)
    mason = Mason(canvas, layer, part, rng)
    band = ((0.78, 0.22, 0.18), (0.22, 0.34, 0.50), (0.16, 0.18, 0.24))[int(rng.random() * 3)]
    white = (0.96, 0.94, 0.90)
    cottage(mason, x - mason.side * -size * 0.2, foot + size * 0.015, size * 0.15, ROOFS[0])
    tall, wide, narrow, bands = size * 0.82, size * 0.082, size * 0.05, 7
    for n in range(bands):
        low, high = n / bands, (n + 1) / bands
        a, b = wide + (narrow - wide) * low, wide + (narrow - wide) * high
        colour = white if n % 2 else band
        for left, right, amount in (
            (-1, -0.4, 0.95),
            (-0.4, 0.25, 0.68),
            (0.25, 0.7, 0.36),
            (0.7, 1, 0.12),
        ):
            corners = [(left, a, low), (right, a, low), (right, b, high), (left, b, high)]
            layer.polygon(
                [(x + mason.side * s * half, foot - tall * up) for s, half, up in corners],
                mason.tint(colour, amount),
            )
    for up in (0.2, 0.48, 0.76):
        mason.window(x - mason.side * size * 0.012, foot - tall * up, size * 0.009, size * 0.026)
    top = foot - tall
    layer.box(x - narrow * 1.5, top - size * 0.012, x + narrow * 1.5, top, mason.tint(band, 0.5))
    for n in range(9):
        post = x + narrow * 1.45 * (n / 4 - 1)
        layer.line([(post, top - size * 0.04), (post, top)], size * 0.003, mason.tint(white, 0.5))
    layer.line(
        [(x - narrow * 1.45, top - size * 0.04), (x + narrow * 1.45, top - size * 0.04)],
        size * 0.003,
        mason.tint(white, 0.6),
    )
    glass = mix(
        mason.tint((0.75, 0.85, 0.9), 0.8), (1.0, 0.92, 0.62), 0.4 + 0.6 * canvas.light.lamps
    )
    layer.box(x - narrow * 0.62, top - size * 0.085, x + narrow * 0.62, top - size * 0.012, glass)
    for n in range(4):
        post = x + narrow * 0.62 * (n * 2 / 3 - 1)
        layer.line(
            [(post, top - size * 0.085), (post, top)],
            size * 0.003,
            mason.tint((0.2, 0.2, 0.24), 0.4),
        )
    mason.cone(x, top - size * 0.083, narrow * 0.95, size * 0.075, band)
    layer.oval(x, top - size * 0.163, size * 0.009, size * 0.009, mason.tint(band, 0.8))
    layer.lay(tooth=0.2)
    if canvas.light.lamps > 0.2:
        lamp = top - size * 0.05
        canvas.glows.append((x, lamp, size * 0.5, (1.0, 0.92, 0.66)))
        _beam(canvas, x, lamp)


def _beam(canvas: Canvas, x: float, y: float) -> None:
    """The beam of the lamp to both sides, thinning with the distance."""
    across = (np.arange(canvas.width, dtype=np.float32) - np.float32(x)) / np.float32(canvas.unit)
    down = (np.arange(canvas.height, dtype=np.float32) - np.float32(y)) / np.float32(canvas.unit)
    tilt = down[:, None] + across[None, :] * np.float32(0.07)
    wide = np.float32(0.006) + np.abs(across)[None, :] * np.float32(0.075)
    ray = tilt / wide
    ray = 1 / (1 + ray * ray * ray * ray)
    fade = 1 / (1 + across * across * np.float32(9))
    strength = np.float32(0.5 * canvas.light.lamps)
    canvas.blend((1.0, 0.94, 0.74), (ray * fade[None, :] * strength).astype(np.float32))
