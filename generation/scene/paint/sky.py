"""The sky with its lights and clouds, and what falls from it."""

from __future__ import annotations

import numpy as np

from generation.scene.canvas import Canvas
from generation.scene.light import Colour, mix
from generation.scene.plan import Element
from generation.scene.streams import Field, noise, resized, sampled, soft, stream


def sky(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """Fill the canvas with the sky, down to the horizon and haze below it."""
    light, height, width = canvas.light, canvas.height, canvas.width
    horizon = canvas.py(canvas.scene.horizon)
    down = np.clip(np.arange(height, dtype=np.float32) / np.float32(horizon), 0, 1)
    upper, lower = soft(down, 0.0, 0.62)[:, None], soft(down, 0.42, 1.0)[:, None]
    colours = np.asarray([light.top, light.middle, light.low], np.float32)
    column = colours[0] + (colours[1] - colours[0]) * upper
    column = column + (colours[2] - column) * lower
    canvas.pixels[:] = column[:, None, :]
    drift = noise(rng, height=height, width=width, across=5, down=9, octaves=4)
    canvas.pixels += ((drift - np.float32(0.5)) * np.float32(0.045))[..., None]

    x, y = sun_place(canvas)
    bright = canvas.scene.weather not in {"storm", "rain", "fog"}
    if light.dark:
        _stars(canvas)
    _glow(canvas, x, y, strength=0.85 if bright else 0.3)
    if bright and "sun" not in _hidden(canvas):
        _disc(canvas, x, y)
    if canvas.scene.weather != "clear":
        _clouds(canvas, horizon=horizon, sun_y=y)


def sun_place(canvas: Canvas) -> tuple[float, float]:
    """Return where the sun or moon stands, in pixels."""
    height = canvas.light.sun_height
    return canvas.px(canvas.scene.sun_x), canvas.py(canvas.scene.horizon) * (1 - height)


def _hidden(canvas: Canvas) -> frozenset[str]:
    return frozenset({"sun"}) if canvas.scene.weather == "snow" else frozenset()


def _distance(canvas: Canvas, x: float, y: float) -> Field:
    """Return the squared distance from a point, in units of the shorter side."""
    across = (np.arange(canvas.width, dtype=np.float32) - np.float32(x)) / np.float32(canvas.unit)
    down = (np.arange(canvas.height, dtype=np.float32) - np.float32(y)) / np.float32(canvas.unit)
    return across[None, :] * across[None, :] + down[:, None] * down[:, None]


def _glow(canvas: Canvas, x: float, y: float, *, strength: float) -> None:
    away = _distance(canvas, x, y)
    reach = 260.0 if canvas.light.dark else 34.0
    near = np.float32(0.8 * strength) / (1 + away * np.float32(reach))
    wide = np.float32(0.34 * strength) / (1 + away * np.float32(6.0))
    canvas.blend(canvas.light.sun, np.minimum(near * near * np.float32(0.8) + wide * wide, 0.8))


def _disc(canvas: Canvas, x: float, y: float) -> None:
    rng = stream(canvas.seed, "sun")
    radius = canvas.unit * (0.042 + 0.014 * float(rng.random()))
    crescent = canvas.light.dark and rng.random() < 0.5
    away = np.sqrt(_distance(canvas, x, y)) * np.float32(canvas.unit)
    shape = np.clip(np.float32(radius) + np.float32(0.5) - away, 0, 1)
    if crescent:
        bite = np.sqrt(_distance(canvas, x + radius * 0.55, y - radius * 0.2))
        shape = shape * np.clip(bite * np.float32(canvas.unit) - np.float32(radius * 0.88), 0, 1)
    elif canvas.light.dark:  # the seas of the moon
        seas = noise(rng, height=canvas.height, width=canvas.width, across=46, down=36, octaves=3)
        shape = shape * (np.float32(1) - soft(seas, 0.5, 0.75) * np.float32(0.22))
    canvas.blend(mix(canvas.light.sun, (1, 1, 1), 0.35), shape)


def _stars(canvas: Canvas) -> None:
    rng = stream(canvas.seed, "stars")
    count = 520
    places = rng.random((count, 2))
    power = rng.random(count)
    for (x, y), bright in zip(places, power, strict=True):
        fade = 1 - min(1.0, float(y) * 1.02)
        size = canvas.unit * (0.0007 + 0.0013 * float(bright**6))
        reach = max(2, int(size * 5) + 1)
        left, top = int(x * canvas.width), int(y * canvas.py(canvas.scene.horizon))
        rows = np.arange(-reach, reach + 1, dtype=np.float32)
        away = rows[:, None] * rows[:, None] + rows[None, :] * rows[None, :]
        spot = 1 / (1 + away / np.float32(max(size * size, 0.2)))
        spot = spot * spot * np.float32((0.2 + 0.8 * bright**3) * fade)
        y0, x0 = max(0, top - reach), max(0, left - reach)
        y1 = min(canvas.height, top + reach + 1)
        x1 = min(canvas.width, left + reach + 1)
        cut = spot[y0 - top + reach : y1 - top + reach, x0 - left + reach : x1 - left + reach]
        tint: Colour = (1.0, 0.96, 0.88) if bright > 0.7 else (0.85, 0.9, 1.0)
        canvas.blend(tint, cut, top=y0, left=x0)


def _clouds(canvas: Canvas, *, horizon: float, sun_y: float) -> None:
    """Two layers of cloud, flatter and paler toward the horizon, lit from above."""
    light, width = canvas.light, canvas.width
    rows = int(horizon) + 1
    heavy = canvas.scene.weather in {"storm", "rain"}
    rng = stream(canvas.seed, "clouds")
    tall = int(rows * 1.5)
    field = noise(rng, height=tall, width=width, across=4.5, down=7.5, octaves=7, roughness=0.6)
    # Perspective: the rows of the field come faster toward the horizon.
    share = np.arange(rows, dtype=np.float32) / np.float32(rows)
    place = (share * np.float32(0.45) + share * share * np.float32(0.54)) * np.float32(tall - 2)
    seen = sampled(field, place)
    cover = 0.36 if heavy else 0.55
    thick = soft(seen, cover, cover + 0.2)
    fade = np.float32(1) - soft(share, 0.55, 1.0) * np.float32(0.85)
    above = sampled(field, np.maximum(place - np.float32(tall * 0.022), 0))
    lit = soft(seen - above, -0.10, 0.13)
    body = soft(seen, cover, cover + 0.4)
    lit = lit * np.float32(0.7) + (1 - body) * np.float32(0.4)
    if sun_y > horizon * 0.6:  # a low sun lights clouds from below
        lit = np.float32(1) - lit * np.float32(0.8)
    shade = np.asarray(light.cloud_shade, np.float32)
    colour = shade + (np.asarray(light.cloud, np.float32) - shade) * lit[..., None]
    alpha = thick * fade[:, None] * np.float32(0.9)
    canvas.blend(colour, alpha)


def falling(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """Rain, snow, fog or lightning, over everything."""
    weather = canvas.scene.weather
    if weather in {"rain", "storm"}:
        _rain(canvas, rng)
    elif weather == "snow":
        _snow(canvas, rng)
    elif weather == "fog":
        _fog(canvas, rng)


def _rain(canvas: Canvas, rng: np.random.Generator) -> None:
    streaks = rng.random((max(2, canvas.height // 90), canvas.width), dtype=np.float32)
    long = resized(streaks, height=canvas.height, width=canvas.width)
    # Each row moves a little to the side: slanted strokes.
    rows = np.arange(canvas.height)
    columns = (np.arange(canvas.width)[None, :] + (rows // 5)[:, None]) % canvas.width
    alpha = soft(long[rows[:, None], columns], 0.86, 1.06) * np.float32(0.3)
    canvas.blend(mix(canvas.light.haze, (1, 1, 1), 0.45), alpha)


def _snow(canvas: Canvas, rng: np.random.Generator) -> None:
    layer = canvas.layer(0, 0, canvas.width, canvas.height)
    white = canvas.light.paint((1, 1, 1), 1.0) if canvas.light.dark else (0.98, 0.99, 1.0)
    for x, y, near in rng.random((700, 3)):
        size = canvas.unit * (0.0012 + 0.0042 * float(near**4))
        layer.oval(float(x) * canvas.width, float(y) * canvas.height, size, size, white)
    layer.lay(strength=0.85, tooth=0.0)


def _fog(canvas: Canvas, rng: np.random.Generator) -> None:
    banks = noise(rng, height=canvas.height, width=canvas.width, across=2.5, down=8, octaves=4)
    rows = np.arange(canvas.height, dtype=np.float32) / np.float32(canvas.height)
    middle = rows - np.float32(canvas.scene.horizon + 0.04)
    band = 1 / (1 + middle * middle * np.float32(26))
    alpha = soft(banks, 0.2, 0.95) * band[:, None] * np.float32(0.5)
    canvas.blend(canvas.light.haze, alpha)
