"""Water: the scene above it upside down, broken by waves, with the path of the sun."""

from __future__ import annotations

import numpy as np

from generation.scene.canvas import Canvas
from generation.scene.paint.sky import sun_place
from generation.scene.plan import Element
from generation.scene.streams import noise, sampled, soft


def water(canvas: Canvas, part: Element, rng: np.random.Generator) -> None:
    """Everything below ``part.y``; paint it after what it reflects."""
    shore = int(canvas.py(part.y))
    height, width = canvas.height - shore, canvas.width
    if height < 4 or shore < 4:
        return
    share = np.arange(height, dtype=np.float32) / np.float32(height)
    waves = noise(rng, height=height, width=width, across=6, down=34, octaves=5, roughness=0.66)
    # Perspective: near waves are taller. Rows of the field are read more slowly toward us.
    far = 1 - share
    place = (share * np.float32(0.4) + (1 - far * far) * np.float32(0.6)) * np.float32(height - 2)
    ripple = sampled(waves, place) - np.float32(0.5)
    reach = (np.float32(0.006) + share * np.float32(0.075)) * np.float32(canvas.unit)
    rows = shore - 1 - np.arange(height, dtype=np.float32) * np.float32(min(1.0, shore / height))
    source_row = np.clip(rows[:, None] + ripple * reach[:, None] * 2, 0, shore - 1).astype(np.intp)
    across = np.arange(width, dtype=np.float32)[None, :]
    source_column = np.clip(across + ripple * reach[:, None] * np.float32(0.5), 0, width - 1)
    mirror = canvas.pixels[source_row, source_column.astype(np.intp)]
    light = canvas.light
    own = (np.float32(0.26) + share * np.float32(0.34))[:, None]
    own = np.clip(own - ripple * np.float32(0.5), 0.05, 0.9)[..., None]
    colour = mirror + (np.asarray(light.water, np.float32) - mirror) * own
    colour *= np.float32(0.97) - share[:, None, None] * np.float32(0.16)
    crest = soft(ripple, 0.14, 0.30) * (np.float32(0.1) + share[:, None] * np.float32(0.34))
    glint = np.asarray(light.low, np.float32)
    colour += (glint - colour) * crest[..., None]
    if canvas.scene.weather not in {"storm", "rain", "fog", "snow"}:
        _sun_path(canvas, colour, ripple=ripple, share=share)
    colour *= 1 + canvas.tooth[shore:, :, None] * np.float32(0.07)
    edge = np.ones((height, width), np.float32)
    edge[:1] = 0.6
    canvas.blend(colour, edge, top=shore)
    _shore_mist(canvas, shore=shore)


def _sun_path(canvas: Canvas, colour: np.ndarray, *, ripple: np.ndarray, share: np.ndarray) -> None:
    x, _ = sun_place(canvas)
    low = 1 - canvas.light.sun_height
    width = np.float32(canvas.unit) * (np.float32(0.02) + share * np.float32(0.15 + 0.1 * low))
    away = (np.arange(canvas.width, dtype=np.float32)[None, :] - np.float32(x)) / width[:, None]
    beam = 1 / (1 + away * away * away * away)
    sparkle = soft(ripple, -0.02, 0.12) * beam
    strength = 0.9 if canvas.light.sun_height < 0.4 or canvas.light.dark else 0.45
    fade = np.float32(strength) * (1 - share * np.float32(0.45))
    colour += (np.asarray(canvas.light.sun, np.float32) - colour) * (sparkle * fade[:, None])[
        ..., None
    ]


def _shore_mist(canvas: Canvas, *, shore: int) -> None:
    """A breath of haze where the water meets what stands behind it."""
    reach = max(2, int(canvas.unit * 0.02))
    top, bottom = max(0, shore - reach), min(canvas.height, shore + reach)
    rows = (np.arange(top, bottom, dtype=np.float32) - np.float32(shore)) / np.float32(reach)
    alpha = (1 - np.abs(rows)) * np.float32(0.28)
    canvas.blend(
        canvas.light.haze,
        np.repeat(alpha[:, None], canvas.width, axis=1).astype(np.float32),
        top=top,
    )
