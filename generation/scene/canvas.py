"""The picture while it is painted: a float canvas, and a layer to draw smooth shapes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from generation.scene.light import Colour, Light
from generation.scene.plan import Scene
from generation.scene.streams import Field, noise, stream

Point = tuple[float, float]
OVERSAMPLING = 2


@dataclass(slots=True, kw_only=True)
class Canvas:
    """``pixels`` are height x width x 3, from 0 to 1, as they will be shown."""

    width: int
    height: int
    seed: int
    scene: Scene
    light: Light
    pixels: Field
    tooth: Field
    """Brush marks, mean 0: one field for the whole picture, so that it looks made in one go."""
    glows: list[tuple[float, float, float, Colour]] = field(default_factory=list)
    """Lamps seen so far: x, y, radius in pixels, colour. Lit at the end, over everything."""

    @classmethod
    def blank(cls, *, width: int, height: int, seed: int, scene: Scene, light: Light) -> Canvas:
        rng = stream(seed, "tooth")
        fine = noise(rng, height=height, width=width, across=width / 16, down=height / 6, octaves=3)
        broad = noise(rng, height=height, width=width, across=9, down=7, octaves=3)
        return cls(
            width=width,
            height=height,
            seed=seed,
            scene=scene,
            light=light,
            pixels=np.zeros((height, width, 3), np.float32),
            tooth=(fine - np.float32(0.5)) * np.float32(0.6)
            + (broad - np.float32(0.5)) * np.float32(0.8),
        )

    @property
    def unit(self) -> float:
        """The shorter side in pixels: what element sizes are shares of."""
        return float(min(self.width, self.height))

    def px(self, x: float) -> float:
        return x * self.width

    def py(self, y: float) -> float:
        return y * self.height

    def side(self, x: float) -> float:
        """Return where shade falls at ``x`` (in pixels): 1 to the right, -1 to the left."""
        return 1.0 if self.px(self.scene.sun_x) < x else -1.0

    def blend(self, colour: Field | Colour, alpha: Field, *, top: int = 0, left: int = 0) -> None:
        """Lay ``colour`` over the canvas where ``alpha`` (rows x columns) says so."""
        rows, columns = alpha.shape
        there = self.pixels[top : top + rows, left : left + columns]
        there += (np.asarray(colour, np.float32) - there) * alpha[..., None]

    def layer(self, left: float, top: float, right: float, bottom: float) -> Layer:
        """Return a layer that covers the box, in pixels, as far as it lies on the canvas."""
        return Layer(self, left=left, top=top, right=right, bottom=bottom)


class Layer:
    """Shapes drawn at twice the size and laid down smoothly by `lay`. Coordinates in pixels."""

    def __init__(
        self, canvas: Canvas, *, left: float, top: float, right: float, bottom: float
    ) -> None:
        self._canvas = canvas
        self._left = int(min(max(left, 0), canvas.width - 1))
        self._top = int(min(max(top, 0), canvas.height - 1))
        width = int(min(max(right, self._left + 1), canvas.width)) - self._left
        height = int(min(max(bottom, self._top + 1), canvas.height)) - self._top
        self._image = Image.new("RGBA", (width * OVERSAMPLING, height * OVERSAMPLING), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)

    def _at(self, point: Point) -> Point:
        return (
            (point[0] - self._left) * OVERSAMPLING,
            (point[1] - self._top) * OVERSAMPLING,
        )

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self._draw.polygon([self._at(point) for point in points], fill=_bytes(colour))

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        x0, y0 = self._at((left, top))
        x1, y1 = self._at((right, bottom))
        self._draw.rectangle((x0, y0, max(x0, x1), max(y0, y1)), fill=_bytes(colour))

    def oval(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        x0, y0 = self._at((x - rx, y - ry))
        x1, y1 = self._at((x + rx, y + ry))
        self._draw.ellipse((x0, y0, max(x0, x1), max(y0, y1)), fill=_bytes(colour))

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        thick = max(1, round(width * OVERSAMPLING))
        self._draw.line(
            [self._at(point) for point in points], fill=_bytes(colour), width=thick, joint="curve"
        )

    def lay(self, *, strength: float = 1.0, tooth: float = 0.1) -> None:
        """Put the layer on the canvas; ``tooth`` is how much the brush shows in it."""
        box = self._image.getbbox()
        if box is None:
            return
        x0, y0 = box[0] // OVERSAMPLING, box[1] // OVERSAMPLING
        x1, y1 = -(-box[2] // OVERSAMPLING), -(-box[3] // OVERSAMPLING)
        part = self._image.crop(
            (OVERSAMPLING * x0, OVERSAMPLING * y0, OVERSAMPLING * x1, OVERSAMPLING * y1)
        )
        # "RGBa" is premultiplied: edges then do not darken toward the transparent black.
        small = np.asarray(part.convert("RGBa").reduce(OVERSAMPLING), np.float32)
        small = small * np.float32(1 / 255)
        rows = slice(self._top + y0, self._top + y1)
        columns = slice(self._left + x0, self._left + x1)
        marks = np.float32(1) + self._canvas.tooth[rows, columns, None] * np.float32(2 * tooth)
        there = self._canvas.pixels[rows, columns]
        alpha = small[..., 3:] * np.float32(strength)
        there += small[..., :3] * np.float32(strength) * marks - there * alpha


def _bytes(colour: Colour) -> tuple[int, int, int, int]:
    red, green, blue = (min(255, max(0, round(part * 255))) for part in colour)
    return (red, green, blue, 255)
