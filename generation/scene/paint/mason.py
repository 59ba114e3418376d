"""What all buildings share: a mason who knows the light, and the house he builds most often."""

from __future__ import annotations

import numpy as np

from generation.scene.canvas import Canvas, Layer
from generation.scene.light import Colour, mix
from generation.scene.plan import Element

STONE: Colour = (0.74, 0.70, 0.64)
LAMP: Colour = (1.0, 0.80, 0.45)
ROOFS: tuple[Colour, ...] = ((0.72, 0.32, 0.24), (0.30, 0.40, 0.58), (0.56, 0.30, 0.38))


class Mason:
    """Draws walls, roofs and windows of one building with light on one side."""

    def __init__(
        self, canvas: Canvas, layer: Layer, part: Element, rng: np.random.Generator
    ) -> None:
        self.canvas, self.layer, self.rng = canvas, layer, rng
        self.depth = part.depth * canvas.light.haze_depth
        self.side = canvas.side(canvas.px(part.x))

    def tint(self, colour: Colour, amount: float) -> Colour:
        return self.canvas.light.paint(colour, amount, depth=self.depth)

    def wall(self, x: float, y: float, half: float, tall: float, colour: Colour) -> None:
        """A wall standing on ``y``, rounded by three tones, with courses of stone."""
        bands = ((-1.0, -0.35, 0.86), (-0.35, 0.3, 0.6), (0.3, 1.0, 0.22))
        for left, right, amount in bands:
            a, b = sorted((x - self.side * left * half * -1, x - self.side * right * half * -1))
            self.layer.box(a, y - tall, b, y, self.tint(colour, amount))
        course = max(2.0, self.canvas.unit * 0.009)
        for n in range(1, int(tall / course)):
            for _ in range(max(1, int(half / course))):
                place = x + (float(self.rng.random()) * 2 - 1) * (half - course * 0.6)
                amount = 0.15 + 0.75 * float(self.rng.random())
                self.layer.box(
                    place - course * 0.5,
                    y - n * course,
                    place + course * 0.5,
                    y - n * course + course * 0.32,
                    mix(self.tint(colour, amount), self.tint(colour, 0.5), 0.45),
                )

    def cone(self, x: float, y: float, half: float, tall: float, colour: Colour) -> None:
        """A pointed roof with a lit and a shaded face."""
        tip = (x, y - tall)
        edge = x + self.side * half * 0.3
        near, far = x - self.side * half, x + self.side * half
        self.layer.polygon([(near, y), tip, (edge, y)], self.tint(colour, 0.95))
        self.layer.polygon([(edge, y), tip, (far, y)], self.tint(colour, 0.25))

    def window(self, x: float, y: float, half: float, tall: float, *, chance: float = 0.8) -> None:
        """An arched window, lit by chance when lamps are on."""
        lamps = self.canvas.light.lamps
        shines = float(self.rng.random()) < chance and lamps > 0.3
        colour = (
            mix(self.tint((0.2, 0.2, 0.26), 0.3), LAMP, lamps)
            if shines
            else self.tint((0.16, 0.17, 0.24), 0.35)
        )
        self.layer.box(x - half, y - tall, x + half, y, colour)
        self.layer.oval(x, y - tall, half, half, colour)
        if shines:
            self.canvas.glows.append((x, y - tall / 2, tall * 2.6, LAMP))


def cottage(mason: Mason, x: float, foot: float, size: float, roof: Colour) -> None:
    layer, rng = mason.layer, mason.rng
    walls = ((0.95, 0.90, 0.80), (0.90, 0.80, 0.66), (0.86, 0.84, 0.80))
    wall = walls[int(rng.random() * len(walls))]
    half, tall, rise = size * 0.5, size * 0.42, size * 0.34
    gable = half * 0.72
    lit, dim = mason.tint(wall, 0.95), mason.tint(wall, 0.35)
    near = mason.side  # the long side is turned away from the light, the gable toward it
    left, mid, right = x - near * half, x - near * (half - gable), x + near * half
    layer.polygon([(left, foot), (left, foot - tall), (mid, foot - tall), (mid, foot)], lit)
    layer.polygon(
        [(left, foot - tall), ((left + mid) / 2, foot - tall - rise), (mid, foot - tall)], lit
    )
    layer.polygon([(mid, foot), (mid, foot - tall), (right, foot - tall), (right, foot)], dim)
    peak = ((left + mid) / 2, foot - tall - rise * 1.06)
    far = (right - near * gable * 0.12, foot - tall - rise * 1.06)
    eave = (right + near * size * 0.05, foot - tall + size * 0.03)
    low = (mid + near * size * 0.0, foot - tall + size * 0.03)
    snow = mason.canvas.scene.season == "winter"
    tiles = mason.tint((0.95, 0.97, 1.0) if snow else roof, 0.62)
    layer.polygon([peak, far, eave, low], tiles)
    for n in range(1, 7):
        share = n / 7
        a = (peak[0] + (low[0] - peak[0]) * share, peak[1] + (low[1] - peak[1]) * share)
        b = (far[0] + (eave[0] - far[0]) * share, far[1] + (eave[1] - far[1]) * share)
        layer.line([a, b], size * 0.008, mason.tint(roof, 0.22))
    trim = mason.tint(roof, 0.3)
    layer.line([(left - near * size * 0.04, foot - tall + size * 0.03), peak], size * 0.03, trim)
    layer.line([peak, low], size * 0.03, trim)
    chimney = x + near * half * 0.45
    layer.box(
        chimney - size * 0.04, foot - tall - rise * 1.3,
        chimney + size * 0.04, foot - tall - rise * 0.8,
        mason.tint((0.6, 0.4, 0.34), 0.5),
    )  # fmt: skip
    mason.window((left + mid) / 2, foot - tall * 0.95, size * 0.035, size * 0.09)
    for share in (0.3, 0.72):
        mason.window(mid + (right - mid) * share, foot - tall * 0.4, size * 0.05, size * 0.1)
    door = mason.tint((0.38, 0.26, 0.2), 0.6)
    spot = (left + mid) / 2
    layer.box(spot - size * 0.05, foot - size * 0.2, spot + size * 0.05, foot, door)
