"""Boats, birds, balloons, lanterns and fireworks."""

from __future__ import annotations

import numpy as np

from generation.scene.canvas import Canvas
from generation.scene.light import Colour, mix
from generation.scene.plan import Element

GAY: tuple[Colour, ...] = (
    (0.86, 0.30, 0.22), (0.95, 0.70, 0.26), (0.20, 0.52, 0.58), (0.96, 0.92, 0.82),
    (0.56, 0.30, 0.50), (0.32, 0.56, 0.36),
)  # fmt: skip


def boat(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A sailing boat with its broken reflection."""
    x, foot, size = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    layer = canvas.layer(x - size, foot - size * 1.5, x + size, foot + size * 1.2)
    side = canvas.side(x)
    tint = canvas.light.paint
    hull, sail = GAY[int(rng.random() * 3)], (0.98, 0.95, 0.88)
    for n in range(22):  # the reflection, in strokes
        share = n / 22
        half = size * (0.4 * (1 - share) + 0.03) * (0.6 + 0.5 * float(rng.random()))
        colour = tint(mix(sail, hull, 0.9 if n < 4 else 0.15), 0.3)
        row = foot + size * (0.02 + 0.62 * share)
        drift = (float(rng.random()) - 0.5) * size * 0.1
        layer.oval(x + drift, row, half * 0.6, size * 0.007, mix(colour, canvas.light.water, 0.45))
    layer.lay(strength=0.7, tooth=0.05)
    layer = canvas.layer(x - size, foot - size * 1.5, x + size, foot + size * 0.2)
    mast = x - size * 0.02
    rear = [(mast - size * 0.03, foot - size * 1.12), (mast - size * 0.03, foot - size * 0.17)]
    layer.polygon(
        [*rear, (x - size * 0.42, foot - size * 0.2)], tint(sail, 0.95 if side > 0 else 0.5)
    )
    jib = [(mast + size * 0.02, foot - size * 1.04), (mast + size * 0.02, foot - size * 0.17)]
    layer.polygon(
        [*jib, (x + size * 0.44, foot - size * 0.14)], tint(sail, 0.5 if side > 0 else 0.95)
    )
    for n in range(1, 5):
        y = foot - size * (0.17 + 0.19 * n)
        reach = size * 0.38 * (1 - n / 5.2)
        layer.line(
            [(mast - size * 0.04, y), (mast - reach, y - size * 0.02)],
            size * 0.006,
            tint(sail, 0.3),
        )
    layer.line(
        [(mast, foot), (mast, foot - size * 1.22)], size * 0.016, tint((0.4, 0.28, 0.2), 0.5)
    )
    flag = [(mast, foot - size * 1.22), (mast + size * 0.13, foot - size * 1.18)]
    layer.polygon([*flag, (mast, foot - size * 1.13)], tint(hull, 0.9))
    deck = foot - size * 0.12
    layer.polygon(
        [
            (x - size * 0.46, deck),
            (x + size * 0.52, deck - size * 0.03),
            (x + size * 0.36, foot),
            (x - size * 0.36, foot),
        ],
        tint(hull, 0.55),
    )
    layer.line(
        [(x - size * 0.45, deck + size * 0.025), (x + size * 0.48, deck)],
        size * 0.02,
        tint(sail, 0.8),
    )
    layer.lay(tooth=0.12)
    if canvas.light.lamps > 0.6:
        canvas.glows.append((mast, foot - size * 0.3, size * 0.3, (1.0, 0.82, 0.5)))


def birds(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A loose flock, far off."""
    layer = canvas.layer(0, 0, canvas.width, canvas.py(canvas.scene.horizon))
    ink = mix(canvas.light.paint((0.25, 0.27, 0.34), 0.4), canvas.light.haze, 0.2)
    lead_x, lead_y = 0.25 + 0.5 * rng.random(), 0.16 + 0.2 * rng.random()
    for u, v, size, flap in rng.random((11, 4)):
        x = canvas.px(float(lead_x + (u - 0.5) * 0.3))
        y = canvas.py(float(lead_y + (v - 0.5) * 0.14))
        half = canvas.unit * part.size * (0.25 + 0.3 * float(size))
        lift = half * (0.25 + 0.35 * float(flap))
        for toward in (-1, 1):
            wing = [
                (x, y),
                (x + toward * half * 0.45, y - lift),
                (x + toward * half, y - lift * 0.45),
            ]
            layer.line(wing, half * 0.1, ink)
            layer.polygon([*wing[:2], (x + toward * half * 0.5, y - lift * 0.6)], ink)
    layer.lay(strength=0.9, tooth=0.0)


def balloon(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A hot-air balloon with gores of two colours."""
    x, y, radius = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    layer = canvas.layer(x - radius * 1.2, y - radius * 1.2, x + radius * 1.2, y + radius * 2.1)
    side = canvas.side(x)
    first = int(rng.random() * len(GAY))
    pair = (GAY[first], GAY[(first + 1 + int(rng.random() * 4)) % len(GAY)])
    rows = [n / 16 for n in range(17)]
    gores = 9

    def edge(share: float, up: float) -> tuple[float, float]:
        """A point of the envelope: round above, drawn in to the mouth below."""
        if up < 0.5:
            wide = max(0.0, 1 - (1 - 2 * up) * (1 - 2 * up)) ** 0.5
        else:
            t = (up - 0.5) * 2
            wide = 1 - 0.80 * t * t
        return (x + share * wide * radius, y - radius + up * radius * 2.15)

    for n in range(gores):
        # Gores grow narrow toward the rim, as on a globe: sine without the sine.
        a, b = ((2 * k / gores - 1) for k in (n, n + 1))
        a, b = (1.45 * v - 0.45 * v * v * v for v in (a, b))
        middle = (a + b) / 2
        amount = 0.62 - 0.5 * middle * side
        points = [edge(a, r) for r in rows] + [edge(b, r) for r in reversed(rows)]
        layer.polygon(points, canvas.light.paint(pair[n % 2], min(1.0, max(0.05, amount))))
    band = [edge(-1, 0.42), edge(1, 0.42), edge(1, 0.5), edge(-1, 0.5)]
    layer.polygon(band, canvas.light.paint((0.97, 0.93, 0.82), 0.75))
    rope = canvas.light.paint((0.4, 0.32, 0.26), 0.4)
    low, basket = y + radius * 1.15, y + radius * 1.5
    for toward in (-1, 1):
        layer.line(
            [(x + toward * radius * 0.19, low), (x + toward * radius * 0.11, basket)],
            radius * 0.02,
            rope,
        )
    layer.box(
        x - radius * 0.13, basket, x + radius * 0.13, basket + radius * 0.2,
        canvas.light.paint((0.58, 0.40, 0.24), 0.6),
    )  # fmt: skip
    layer.lay(tooth=0.1)
    if canvas.light.lamps > 0.6:
        canvas.glows.append((x, low, radius * 1.5, (1.0, 0.72, 0.36)))


def lantern(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A sky lantern, glowing from below."""
    x, y, size = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    layer = canvas.layer(x - size, y - size, x + size, y + size)
    warm: Colour = (1.0, 0.66 + 0.12 * float(rng.random()), 0.32)
    glow = 0.5 + 0.5 * canvas.light.lamps
    for n in range(10):
        share = n / 9
        half = size * (0.30 + 0.10 * share - 0.16 * (1 - share) * (1 - share))
        top = y - size * 0.5 + size * 0.9 * share
        tone = mix(
            (0.80, 0.30, 0.16),
            mix(warm, (1.0, 0.95, 0.75), share * share * 0.7),
            glow * (0.35 + 0.65 * share),
        )
        layer.box(x - half, top, x + half, top + size * 0.11, tone)
    layer.lay(tooth=0.08)
    canvas.glows.append((x, y + size * 0.2, size * 1.7, warm))


def firework(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A burst of sparks that fall a little and fade outward."""
    x, y, radius = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit * 0.5
    layer = canvas.layer(x - radius * 1.2, y - radius * 1.2, x + radius * 1.2, y + radius * 1.4)
    hues: tuple[Colour, ...] = (
        (1.0, 0.82, 0.45),
        (1.0, 0.45, 0.40),
        (0.55, 0.85, 1.0),
        (0.85, 0.6, 1.0),
    )
    hue = hues[int(rng.random() * len(hues))]
    for _ in range(70):
        u, v, reach, tone = (float(part) for part in rng.random(4))
        du, dv = u * 2 - 1, v * 2 - 1
        length = (du * du + dv * dv) ** 0.5
        if length > 1 or length < 0.05:
            continue
        du, dv = du / length, dv / length
        out = radius * (0.55 + 0.45 * reach)
        points = []
        for n in range(6):
            s = 0.3 + 0.7 * n / 5
            points.append((x + du * out * s, y + dv * out * s + radius * 0.16 * s * s))
        colour = mix(hue, (1.0, 1.0, 0.92), tone * 0.5)
        layer.line(points, canvas.unit * 0.0018, colour)
        layer.oval(
            *points[-1], canvas.unit * 0.0028, canvas.unit * 0.0028, mix(colour, (1, 1, 1), 0.5)
        )
    layer.lay(strength=0.92 if canvas.light.dark else 0.7, tooth=0.0)
    canvas.glows.append((x, y, radius * 1.3, hue))
