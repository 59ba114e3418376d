"""Ridges, meadows, mounds, dunes, islands and rocks."""

from __future__ import annotations

import numpy as np

from generation.scene.canvas import Canvas
from generation.scene.light import Colour, mix
from generation.scene.plan import Element
from generation.scene.streams import Field, boxed, noise, profile, sampled, soft, steps

GRASS: dict[str, Colour] = {
    "spring": (0.47, 0.66, 0.30),
    "summer": (0.36, 0.55, 0.27),
    "autumn": (0.66, 0.50, 0.24),
    "winter": (0.88, 0.91, 0.95),
}
ROCK: Colour = (0.42, 0.43, 0.47)
SAND: Colour = (0.88, 0.70, 0.44)


def ridge(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A chain of mountains or hills, its foot lost in haze."""
    peak = part.variant == "peak"
    line = profile(
        rng,
        width=canvas.width,
        bumps=4.5 if peak else 3,
        octaves=9 if peak else 5,
        roughness=0.47 if peak else 0.4,
    )
    if peak:  # one summit stands out, the way chains are drawn
        across = np.linspace(0, 1, canvas.width, dtype=np.float32) - np.float32(part.x)
        line = line * np.float32(0.6) + np.float32(0.4) / (1 + across * across * np.float32(14))
    high = part.size * canvas.unit
    crest = np.float32(canvas.py(part.y)) - line * np.float32(high)
    winter = canvas.scene.season == "winter"
    snow = (0.42 if winter else 0.26) if peak else (0.9 if winter else 0.0)
    body = ROCK if peak else mix(GRASS[canvas.scene.season], ROCK, 0.35)
    _slope(
        canvas,
        crest,
        rng,
        body=body,
        depth=part.depth,
        high=high,
        snow=snow,
        rough=1 if peak else 0.5,
    )


def _slope(
    canvas: Canvas,
    crest: Field,
    rng: np.random.Generator,
    *,
    body: Colour,
    depth: float,
    high: float,
    snow: float = 0.0,
    rough: float = 1.0,
    side: float | None = None,
) -> None:
    """Paint everything under ``crest``: faces toward the light and away, laid in patches."""
    top = int(max(0, crest.min() - 1))
    bottom = (
        canvas.height if depth < 0.05 else int(min(canvas.height, crest.max() + high * 0.9 + 2))
    )
    height, width = bottom - top, canvas.width
    if height < 2:
        return
    rows = np.arange(top, bottom, dtype=np.float32)[:, None]
    below = rows - crest[None, :]
    # The grain of the rock follows the crest downward.
    grain = noise(
        rng, height=height, width=width, across=canvas.width / canvas.unit * 9, down=5, octaves=6
    )
    index = np.clip(below, 0, height - 1).astype(np.intp)
    grain = np.take_along_axis(grain, index, axis=0)
    shift = max(1, int(canvas.unit * 0.006))
    facing = np.roll(grain, shift, axis=1) - grain
    toward = canvas.side(width / 2) if side is None else side
    slope = np.gradient(crest)
    wide = max(3, int(canvas.unit * 0.012)) | 1
    slope = boxed(slope, wide)
    lit = np.float32(0.52) - np.float32(toward) * np.clip(slope, -1, 1)[None, :] * np.float32(0.34)
    lit = lit - np.float32(toward) * facing * np.float32(3.4 * rough)
    lit = lit + (grain - np.float32(0.5)) * np.float32(0.5 * rough)
    lit = steps(lit, 5)
    light = canvas.light
    fade = light.haze_depth * depth
    dark = np.asarray(light.paint(body, 0.0, depth=fade), np.float32)
    bright = np.asarray(light.paint(body, 1.0, depth=fade), np.float32)
    colour = dark + (bright - dark) * lit[..., None]
    if snow > 0:
        line = below / np.float32(high) - (grain - np.float32(0.5)) * np.float32(0.55)
        cover = np.float32(1) - soft(line, snow * 0.6, snow)
        white_dark = np.asarray(light.paint((0.80, 0.86, 0.97), 0.15, depth=fade), np.float32)
        white = np.asarray(light.paint((1.0, 1.0, 1.0), 1.0, depth=fade), np.float32)
        colour += (white_dark + (white - white_dark) * lit[..., None] - colour) * cover[..., None]
    mist = soft(below / np.float32(max(high, 1.0)), 0.1, 1.0)
    mist = mist * np.float32(min(0.85, 0.25 + depth * 0.7) * light.haze_depth)
    colour += (np.asarray(light.haze, np.float32) - colour) * mist[..., None]
    colour *= 1 + canvas.tooth[top:bottom, :, None] * np.float32(0.1)
    canvas.blend(colour, np.clip(below + np.float32(0.5), 0, 1), top=top)


def ground(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A meadow from the horizon to the lower edge, in patches that grow toward the viewer."""
    grass = GRASS[canvas.scene.season]
    roll = profile(rng, width=canvas.width, bumps=2, octaves=4, roughness=0.35)
    crest = np.float32(canvas.py(part.y)) - roll * np.float32(canvas.unit * 0.035)
    top = int(max(0, crest.min() - 1))
    height, width = canvas.height - top, canvas.width
    if height < 2:
        return
    share = np.arange(height, dtype=np.float32) / np.float32(height)
    field = noise(rng, height=height, width=width, across=7, down=13, octaves=7, roughness=0.62)
    # Perspective: far rows are squeezed together.
    far = 1 - share
    place = (share * np.float32(0.4) + (1 - far * far) * np.float32(0.6)) * np.float32(height - 2)
    patches = steps(sampled(field, place) * np.float32(1.25) - np.float32(0.12), 6)
    light = canvas.light
    deep = np.float32(light.haze_depth * 0.5 if part.y < 0.8 else 0.0)
    dark = np.asarray(light.paint(mix(grass, (0.16, 0.30, 0.24), 0.35), 0.1), np.float32)
    bright = np.asarray(light.paint(mix(grass, (0.98, 0.92, 0.55), 0.16), 1.0), np.float32)
    colour = dark + (bright - dark) * patches[..., None]
    haze = (deep * (1 - soft(share, 0.0, 0.55)))[:, None, None]
    colour += (np.asarray(light.haze, np.float32) - colour) * haze
    shade = soft(share, 0.35, 1.1)[:, None, None] * np.float32(0.35)
    colour *= np.float32(1) - shade
    below = np.arange(top, canvas.height, dtype=np.float32)[:, None] - crest[None, :]
    colour *= 1 + canvas.tooth[top:, :, None] * np.float32(0.16)
    canvas.blend(colour, np.clip(below + np.float32(0.5), 0, 1), top=top)
    _blades(canvas, rng, top=crest.max(), grass=grass)


def _blades(canvas: Canvas, rng: np.random.Generator, *, top: float, grass: Colour) -> None:
    """Single blades and flowers in the foreground, longer toward the lower edge."""
    layer = canvas.layer(0, top, canvas.width, canvas.height)
    winter = canvas.scene.season == "winter"
    flowers = canvas.scene.season in {"spring", "summer"}
    petals: tuple[Colour, ...] = ((0.98, 0.93, 0.72), (0.93, 0.55, 0.5), (0.98, 0.98, 0.95))
    for x, y, bend, tone in rng.random((1500, 4)):
        near = float(y * y)
        foot = canvas.height - (canvas.height - top) * (1 - near) * 0.8
        length = canvas.unit * (0.004 + 0.022 * near) * (0.6 + 0.8 * float(tone))
        left = float(x) * canvas.width
        colour = canvas.light.paint(mix(grass, (0.1, 0.26, 0.16), 0.5 * float(bend)), float(tone))
        if flowers and tone > 0.975:
            petal = petals[int(bend * 3)]
            layer.oval(
                left, foot - length, length * 0.16, length * 0.13, canvas.light.paint(petal, 1)
            )
        elif not winter:
            tip = (left + (float(bend) - 0.5) * length, foot - length)
            layer.line([(left, foot), tip], canvas.unit * 0.0012 * (1 + near), colour)
    layer.lay(strength=0.8)


def mound(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A rise in the ground for what stands on it."""
    across = (
        np.arange(canvas.width, dtype=np.float32) - np.float32(canvas.px(part.x))
    ) / np.float32(canvas.unit * part.size * 0.62)
    bump = 1 / (1 + across * across * across * across)
    rough = profile(rng, width=canvas.width, bumps=5, octaves=5) * np.float32(0.16)
    crest = np.float32(canvas.py(part.y + 0.1)) - (bump + rough * bump) * np.float32(
        canvas.unit * 0.15
    )
    _slope(
        canvas,
        crest.astype(np.float32),
        rng,
        body=mix(GRASS[canvas.scene.season], (0.25, 0.36, 0.25), 0.25),
        depth=0.0,
        high=canvas.unit * 0.6,
        rough=0.45,
        side=canvas.side(canvas.px(part.x)),
    )


def dune(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A wave of sand with a sharp crest between its lit and its shaded side."""
    line = profile(rng, width=canvas.width, bumps=2.6, octaves=3, roughness=0.25)
    line = boxed(line, max(3, int(canvas.unit * 0.05)))
    crest = np.float32(canvas.py(part.y)) - line * np.float32(part.size * canvas.unit)
    top = int(max(0, crest.min() - 1))
    height, width = canvas.height - top, canvas.width
    if height < 2:
        return
    below = np.arange(top, canvas.height, dtype=np.float32)[:, None] - crest[None, :]
    ripple = noise(rng, height=height, width=width, across=7, down=42 - 24 * part.depth, octaves=4)
    index = np.clip(below, 0, height - 1).astype(np.intp)
    ripple = np.take_along_axis(ripple, index, axis=0)
    toward = canvas.side(width / 2)
    slope = np.gradient(crest).astype(np.float32)
    # The crest runs down the dune toward us, away from the light: so does the edge of its shade.
    column = np.arange(width)[None, :] - (toward * below * 0.55).astype(np.intp)
    facing = slope[np.clip(column, 0, width - 1)]
    # Farther down the slope the edge of the shade is lost.
    facing = facing / (1 + np.maximum(below, 0) / np.float32(part.size * canvas.unit * 0.8))
    lit: Field = soft(-np.float32(toward) * facing, -0.12, 0.12) * np.float32(0.75)
    depth_in = below / np.float32(max(part.size * canvas.unit, 1.0))
    lit = lit + soft(depth_in, 0.2, 1.6) * np.float32(0.25)
    lit = np.clip(lit + (steps(ripple, 4) - np.float32(0.5)) * np.float32(0.3), 0, 1)
    light = canvas.light
    fade = light.haze_depth * part.depth
    dark = np.asarray(light.paint(mix(SAND, (0.62, 0.42, 0.33), 0.5), 0.05, depth=fade), np.float32)
    bright = np.asarray(light.paint(mix(SAND, (1.0, 0.9, 0.66), 0.35), 1.0, depth=fade), np.float32)
    colour = dark + (bright - dark) * lit[..., None]
    colour *= 1 + canvas.tooth[top:, :, None] * np.float32(0.12)
    canvas.blend(colour, np.clip(below + np.float32(0.5), 0, 1), top=top)


def island(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A sandbank with a green crown, in the water."""
    _shoal(canvas, part, rng, body=SAND, tall=0.045, crown=True)


def headland(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """The rocks a lighthouse stands on."""
    _shoal(canvas, part, rng, body=(0.46, 0.42, 0.40), tall=0.1, crown=False)


def _shoal(
    canvas: Canvas,
    part: Element,
    rng: np.random.Generator,
    *,
    body: Colour,
    tall: float,
    crown: bool,
) -> None:
    x, foot, half = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit / 2
    _foam(canvas, rng, x=x, y=foot, half=half)
    rough = profile(rng, width=canvas.width, bumps=12, octaves=6, roughness=0.55)
    across = (np.arange(canvas.width, dtype=np.float32) - np.float32(x)) / np.float32(half)
    bump = np.clip(1 - across * across, 0, 1)
    bump = np.sqrt(bump) * np.float32(0.4) + bump * np.float32(0.6)
    rise = bump * (np.float32(0.75) + rough * np.float32(0.3 if crown else 0.6))
    crest = np.float32(foot) - rise * np.float32(tall * canvas.unit)
    base = np.float32(foot) + bump * np.float32(0.028 * canvas.unit) * (1 + rough * np.float32(0.3))
    _lump(canvas, rng, crest=crest, base=base, body=body, rough=0.5 if crown else 1.0)
    if crown:
        inner = np.clip(1 - across * across * np.float32(1.7), 0, 1)
        green = np.float32(foot - tall * canvas.unit * 0.35) - inner * (
            np.float32(0.7) + rough * np.float32(0.7)
        ) * np.float32(tall * canvas.unit * 0.95)
        under = np.float32(foot - tall * canvas.unit * 0.35) + inner * np.float32(2)
        _lump(canvas, rng, crest=green, base=under, body=(0.25, 0.45, 0.24), rough=0.9)


def _lump(
    canvas: Canvas,
    rng: np.random.Generator,
    *,
    crest: Field,
    base: Field,
    body: Colour,
    rough: float,
) -> None:
    """Paint what lies between ``crest`` and ``base``, column by column."""
    there = np.flatnonzero(base - crest > 0.5)
    if there.size < 2:
        return
    left, right = int(there[0]), int(there[-1]) + 1
    crest, base = crest[left:right], base[left:right]
    top = max(0, int(crest.min()) - 1)
    bottom = min(canvas.height, int(base.max()) + 2)
    height, width = bottom - top, right - left
    if height < 2:
        return
    rows = np.arange(top, bottom, dtype=np.float32)[:, None]
    grain = noise(
        rng,
        height=height,
        width=width,
        across=width / canvas.unit * 26,
        down=height / canvas.unit * 34,
        octaves=5,
    )
    facing = (np.roll(grain, max(1, int(canvas.unit * 0.004)), axis=1) - grain) * np.float32(
        -canvas.side(float(left + right) / 2) * 4 * rough
    )
    sink = (rows - crest[None, :]) / np.maximum(base - crest, 1)[None, :]
    lit = np.float32(0.72) - sink * np.float32(0.6) + facing + (grain - np.float32(0.5)) * 0.5
    lit = steps(lit.astype(np.float32), 5)
    dark = np.asarray(canvas.light.paint(body, 0.0), np.float32)
    bright = np.asarray(canvas.light.paint(mix(body, (1, 0.95, 0.85), 0.12), 1.0), np.float32)
    colour = dark + (bright - dark) * lit[..., None]
    colour *= 1 + canvas.tooth[top:bottom, left:right, None] * np.float32(0.12)
    alpha = np.clip(rows - crest[None, :] + np.float32(0.5), 0, 1)
    alpha = alpha * np.clip(base[None, :] - rows + np.float32(0.5), 0, 1)
    canvas.blend(colour, alpha, top=top, left=left)


def _foam(canvas: Canvas, rng: np.random.Generator, *, x: float, y: float, half: float) -> None:
    layer = canvas.layer(x - half * 1.4, y - 8, x + half * 1.4, y + half * 0.3)
    white = canvas.light.paint((0.96, 0.98, 1.0), 0.85)
    for place, sink, long in rng.random((90, 3)):
        offset = (float(place) * 2 - 1) * 1.12
        row = (
            y
            + max(0.0, 1 - offset * offset) * canvas.unit * 0.03
            + float(sink) * canvas.unit * 0.02
        )
        left = x + offset * half
        stroke = canvas.unit * (0.01 + 0.035 * float(long))
        layer.oval(left, row, stroke, canvas.unit * 0.0016, white)
    layer.lay(strength=0.6)


def rock(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """A single boulder."""
    x, foot, half = canvas.px(part.x), canvas.py(part.y), part.size * canvas.unit
    across = (np.arange(canvas.width, dtype=np.float32) - np.float32(x)) / np.float32(half)
    rough = profile(rng, width=canvas.width, bumps=16, octaves=5)
    bump = np.sqrt(np.clip(1 - across * across, 0, 1)) * (np.float32(0.6) + rough * np.float32(0.5))
    crest = np.float32(foot) - bump * np.float32(half * 0.8)
    base = np.float32(foot) + bump * np.float32(half * 0.16)
    _lump(canvas, rng, crest=crest, base=base, body=(0.45, 0.43, 0.42), rough=1.0)
