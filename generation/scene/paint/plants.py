"""Trees: pines, broad crowns, palms, blossom."""

from __future__ import annotations

import numpy as np

from generation.scene.canvas import Canvas, Layer
from generation.scene.light import Colour, mix
from generation.scene.plan import Element

BARK: Colour = (0.36, 0.26, 0.20)
LEAVES: dict[str, tuple[Colour, ...]] = {
    "spring": ((0.45, 0.66, 0.28), (0.58, 0.74, 0.36)),
    "summer": ((0.24, 0.48, 0.24), (0.34, 0.56, 0.26)),
    "autumn": ((0.82, 0.42, 0.16), (0.88, 0.62, 0.20), (0.70, 0.26, 0.16)),
    "winter": ((0.82, 0.86, 0.90), (0.72, 0.78, 0.84)),
}
NEEDLES: Colour = (0.15, 0.34, 0.27)


def wood(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A tree of a forest: pine or broad, whichever this one is."""
    broad = rng.random() >= 0.62 and canvas.scene.season != "winter" and part.variant != "pine"
    (tree if broad else pine)(canvas, part, rng)


def pine(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A conifer in tiers of drooping boughs, lighter where the light comes from."""
    x, foot, tall = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    layer = canvas.layer(x - tall * 0.4, foot - tall * 1.05, x + tall * 0.4, foot + tall * 0.06)
    depth = part.depth * canvas.light.haze_depth
    side = canvas.side(x)
    winter = canvas.scene.season == "winter"

    def tint(colour: Colour, amount: float) -> Colour:
        return canvas.light.paint(colour, amount, depth=depth)

    layer.line([(x, foot), (x, foot - tall * 0.5)], tall * 0.035, tint(BARK, 0.4))
    green = mix(NEEDLES, (0.30, 0.46, 0.26), 0.5 * float(rng.random()))
    tiers = 13
    slim = 0.23 + 0.07 * float(rng.random())
    for n in range(tiers):
        share = n / tiers
        y = foot - tall * (0.1 + 0.78 * share)
        half = tall * slim * (1 - share) * (0.9 + 0.25 * float(rng.random())) + tall * 0.012
        drop = tall * 0.17 * (1 - 0.5 * share)
        for toward, amount in ((side, 0.12), (-side, 0.62)):
            points = [(x, y - drop)]
            points.append((x + toward * half, y + drop * (0.02 + 0.2 * float(rng.random()))))
            for k in range(5, 0, -1):  # the ragged lower edge of the bough
                reach = half * (k - 0.5) / 5
                sag = drop * (0.12 + 0.22 * float(rng.random()))
                points.append((x + toward * reach, y + sag))
                points.append((x + toward * (reach - half * 0.06), y + sag * 0.25))
            points.append((x, y + drop * 0.25))
            layer.polygon(points, tint(green, amount + 0.22 * share))
        _boughs(layer, rng, x=x, y=y, half=half, drop=drop, colours=[
            tint((0.94, 0.96, 1.0) if winter else mix(green, (0.62, 0.72, 0.36), 0.5), a)
            for a in (0.5, 0.95)
        ], side=side)  # fmt: skip
    layer.lay(tooth=0.2)


def _boughs(
    layer: Layer,
    rng: np.random.Generator,
    *,
    x: float,
    y: float,
    half: float,
    drop: float,
    colours: list[Colour],
    side: float,
) -> None:
    """Short strokes of light on the boughs."""
    for place, sink, long in rng.random((7, 3)):
        offset = float(place) * 1.5 - 1.0  # mostly on the side of the light
        start = x + side * -1 * -offset * half * 0.8
        row = y - drop * 0.45 + abs(offset) * drop * 0.4 + float(sink) * drop * 0.2
        stroke = half * (0.08 + 0.16 * float(long))
        outward = -1 if start < x else 1
        layer.line(
            [(start, row), (start + outward * stroke, row + stroke * 0.45)],
            half * 0.035,
            colours[int(long * 2)],
        )


def tree(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A broad crown: clumps of leaves from shade to light."""
    colours = LEAVES[canvas.scene.season]
    leaf = colours[int(rng.random() * len(colours))]
    _crown(canvas, part, rng, leaf=leaf, bare=canvas.scene.season == "winter")


def blossom(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A cherry in flower."""
    _crown(canvas, part, rng, leaf=(0.96, 0.66, 0.74), bare=False)


def _crown(
    canvas: Canvas, part: Element, rng: np.random.Generator, *, leaf: Colour, bare: bool
) -> None:
    x, foot, tall = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    layer = canvas.layer(x - tall * 0.7, foot - tall * 1.1, x + tall * 0.7, foot + tall * 0.06)
    depth = part.depth * canvas.light.haze_depth
    side = canvas.side(x)

    def tint(colour: Colour, amount: float) -> Colour:
        return canvas.light.paint(colour, amount, depth=depth)

    _trunk(layer, rng, x=x, foot=foot, tall=tall, colour=tint(BARK, 0.45))
    spots = rng.random((17 if not bare else 10, 3))
    clumps = []
    for across, up, size in spots:
        a = (float(across) * 2 - 1) * 0.30
        b = 0.44 + 0.46 * float(up) * (1 - abs(a) * 1.1)
        clumps.append((a, b, 0.10 + 0.08 * float(size)))
    clumps.sort(key=lambda clump: clump[1] - side * clump[0])
    for n, (a, b, size) in enumerate(clumps):
        amount = 0.05 + 0.75 * (n / len(clumps))
        cx, cy, radius = x + a * tall, foot - b * tall, size * tall
        layer.oval(cx, cy, radius, radius * 0.86, tint(leaf, amount * 0.7))
        for u, v, w in rng.random((26, 3)):  # the leaves on it, lighter toward the light
            du, dv = (float(u) * 2 - 1), (float(v) * 2 - 1)
            if du * du + dv * dv > 1.05:
                continue
            glow = amount + 0.28 * (-side * -du * -1 - dv) * 0.7 + 0.2 * float(w)
            dab = radius * (0.10 + 0.12 * float(w))
            tone = mix(leaf, (1.0, 0.95, 0.6), 0.16 * float(w))
            layer.oval(
                cx + du * radius, cy + dv * radius * 0.86, dab, dab * 0.75,
                tint(tone, min(1.0, max(0.0, glow))),
            )  # fmt: skip
    layer.lay(tooth=0.2)


def _trunk(
    layer: Layer, rng: np.random.Generator, *, x: float, foot: float, tall: float, colour: Colour
) -> None:
    lean = (float(rng.random()) - 0.5) * 0.08 * tall
    crown = foot - tall * 0.62
    wide = tall * 0.028
    layer.polygon(
        [
            (x - wide * 1.5, foot),
            (x + lean - wide * 0.6, crown),
            (x + lean + wide * 0.6, crown),
            (x + wide * 1.5, foot),
        ],
        colour,
    )
    for n in range(4):
        start = foot - tall * (0.32 + 0.08 * n)
        reach = tall * (0.16 + 0.1 * float(rng.random())) * (-1 if n % 2 else 1)
        layer.line([(x + lean * 0.6, start), (x + reach, start - tall * 0.18)], wide * 0.6, colour)


def palm(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A palm: a bent trunk and a head of feathered leaves."""
    x, foot, tall = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    layer = canvas.layer(x - tall * 0.8, foot - tall * 1.3, x + tall * 0.8, foot + tall * 0.05)
    side = canvas.side(x)
    tint = canvas.light.paint
    lean = (float(rng.random()) - 0.5) * 0.55 * tall
    spine = [(x + lean * s * s, foot - tall * 0.8 * s) for s in (n / 10 for n in range(11))]
    for n in range(10):
        wide = tall * (0.036 - 0.002 * n)
        layer.line(spine[n : n + 2], wide, tint((0.50, 0.38, 0.27), 0.35))
        lit = [(px - side * -wide * 0.25 * -1, py) for px, py in spine[n : n + 2]]
        layer.line(lit, wide * 0.4, tint((0.62, 0.48, 0.34), 0.95 if n % 2 else 0.7))
    head_x, head_y = spine[-1]
    leaf = (0.24, 0.50, 0.22)
    # Directions round the head; a cosine table, so that every machine bends them alike.
    directions = [
        (-1.0, 0.18),
        (-0.93, -0.3),
        (-0.7, -0.66),
        (-0.25, -0.9),
        (0.3, -0.9),
        (0.72, -0.62),
    ]
    directions += [(0.95, -0.25), (1.0, 0.2), (-0.75, 0.5), (0.72, 0.52)]
    for dx, dy in directions:
        length = tall * (0.34 + 0.1 * float(rng.random()))
        bright = 0.35 + 0.5 * (0.5 - 0.5 * dx * side) + 0.12 * float(rng.random())
        rib = []
        for n in range(13):
            s = n / 12
            rib.append((head_x + dx * length * s, head_y + dy * length * s + length * 0.52 * s * s))
        for n in range(1, 13):
            s = n / 12
            px, py = rib[n]
            span = length * 0.2 * (1 - (2 * s - 0.9) * (2 * s - 0.9) * 0.55)
            colour = tint(
                mix(leaf, (0.72, 0.78, 0.36), 0.4 * s), min(1.0, bright * (0.6 + 0.5 * s))
            )
            for across in (-1, 1):
                tip = (px + dx * span * 0.6 - across * dy * span * 0.35, py + span * 0.75)
                layer.line([(px, py), tip], tall * 0.011, colour)
        layer.line(rib, tall * 0.012, tint(mix(leaf, (0.8, 0.8, 0.45), 0.3), min(1.0, bright)))
    layer.lay(tooth=0.18)
