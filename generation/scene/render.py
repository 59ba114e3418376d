"""Scene graph -> picture, element by element, so that a run can report and be stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from generation.scene import finish
from generation.scene.canvas import Canvas
from generation.scene.light import light_of
from generation.scene.paint import buildings, land, pattern, plants, sky, things, town, water
from generation.scene.plan import Element, Scene
from generation.scene.streams import stream

Painter = Callable[[Canvas, Element, np.random.Generator], None]

PAINTERS: Mapping[str, Painter] = {
    "sky": sky.sky,
    "falling": sky.falling,
    "ridge": land.ridge,
    "ground": land.ground,
    "mound": land.mound,
    "dune": land.dune,
    "island": land.island,
    "headland": land.headland,
    "rock": land.rock,
    "water": water.water,
    "castle": buildings.castle,
    "temple": buildings.temple,
    "lighthouse": buildings.lighthouse,
    "house": town.house,
    "church": town.church,
    "skyline": town.skyline,
    "pyramids": town.pyramids,
    "wood": plants.wood,
    "pine": plants.pine,
    "tree": plants.tree,
    "blossom": plants.blossom,
    "palm": plants.palm,
    "boat": things.boat,
    "birds": things.birds,
    "balloon": things.balloon,
    "lantern": things.lantern,
    "firework": things.firework,
    "pattern": pattern.pattern,
}


def blank(scene: Scene, *, seed: int, width: int, height: int) -> Canvas:
    """Return an empty canvas of ``width`` x ``height`` pixels under the scene's light."""
    light = light_of(hour=scene.time, weather=scene.weather)
    return Canvas.blank(width=width, height=height, seed=seed, scene=scene, light=light)


def render(canvas: Canvas, *, detail: int) -> Iterator[float]:
    """Paint the canvas's scene; give the share done before every element and at the end."""
    elements = canvas.scene.elements
    whole = len(elements) + 2
    for done, part in enumerate(elements):
        yield done / whole
        PAINTERS[part.kind](canvas, part, stream(canvas.seed, f"paint {part.name}"))
    yield (whole - 2) / whole
    finish.lamps(canvas)
    finish.grade(canvas, canvas.scene.palette)
    yield (whole - 1) / whole
    finish.texture(canvas, detail)
    yield 1.0
