"""The last coats: lamps, the palette, vignette, paper and brush, and eight bits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from generation.scene.canvas import Canvas
from generation.scene.light import Colour, hexed
from generation.scene.streams import Field, noise, soft, stream

# palette -> multiply by, lift toward, share of the lift, share of colour kept
GRADES: Mapping[str, tuple[Colour, str, float, float]] = {
    "warm": ((1.07, 1.0, 0.88), "f2a65a", 0.10, 1.0),
    "cool": ((0.90, 0.99, 1.09), "4f86b5", 0.12, 0.95),
    "gold": ((1.07, 1.0, 0.80), "f4c04e", 0.14, 0.95),
    "rose": ((1.06, 0.94, 1.0), "ee88a0", 0.17, 0.9),
    "violet": ((1.0, 0.92, 1.08), "7d5bb0", 0.18, 0.9),
    "green": ((0.94, 1.05, 0.92), "4f9d69", 0.14, 0.9),
    "ink": ((1.0, 1.0, 1.0), "e9e4d8", 0.08, 0.04),
    "sepia": ((1.05, 0.97, 0.82), "c9a26b", 0.16, 0.22),
    "pastel": ((1.0, 1.0, 1.0), "f7efe6", 0.30, 0.8),
    "vivid": ((1.02, 1.02, 1.02), "ffffff", 0.0, 1.3),
}


def lamps(canvas: Canvas) -> None:
    """Light every lamp seen while painting."""
    strength = 0.35 + 0.65 * canvas.light.lamps
    for x, y, radius, colour in canvas.glows:
        reach = int(radius * 2.2) + 2
        left, top = max(0, int(x) - reach), max(0, int(y) - reach)
        right, bottom = min(canvas.width, int(x) + reach), min(canvas.height, int(y) + reach)
        if right - left < 2 or bottom - top < 2:
            continue
        across = (np.arange(left, right, dtype=np.float32) - np.float32(x)) / np.float32(radius)
        down = (np.arange(top, bottom, dtype=np.float32) - np.float32(y)) / np.float32(radius)
        away = across[None, :] * across[None, :] + down[:, None] * down[:, None]
        glow = 1 / (1 + away * np.float32(7)) - np.float32(1 / 29)
        glow = np.clip(glow, 0, 1) * np.float32(0.42 * strength)
        there = canvas.pixels[top:bottom, left:right]
        # Light adds: screen, not cover.
        there += (1 - there) * glow[..., None] * np.asarray(colour, np.float32)


def grade(canvas: Canvas, palette: str) -> None:
    """Turn the whole picture toward ``palette``; empty leaves it."""
    pixels = canvas.pixels
    if palette in GRADES:
        gain, toward, share, kept = GRADES[palette]
        grey = pixels[..., 0] * np.float32(0.3) + pixels[..., 1] * np.float32(0.59)
        grey = (grey + pixels[..., 2] * np.float32(0.11))[..., None]
        pixels[:] = (grey + (pixels - grey) * np.float32(kept)) * np.asarray(gain, np.float32)
        pixels += (np.asarray(hexed(toward), np.float32) - pixels) * np.float32(share)
    down = np.linspace(-1, 1, canvas.height, dtype=np.float32)
    across = np.linspace(-1, 1, canvas.width, dtype=np.float32)
    corner = down[:, None] * down[:, None] * across[None, :] * across[None, :]
    rim = down[:, None] * down[:, None] + across[None, :] * across[None, :]
    pixels *= (1 - corner * np.float32(0.16) - rim * rim * np.float32(0.03))[..., None]


def texture(canvas: Canvas, detail: int) -> None:
    """Lay paper and brush over the picture; ``detail`` is from 0 (flat) to 100 (rough)."""
    amount = detail / 100
    if not amount:
        return
    height, width, unit = canvas.height, canvas.width, canvas.unit
    rng = stream(canvas.seed, "paper")
    dabs = noise(
        rng, height=height, width=width, across=width / 9, down=height / 7, octaves=2, roughness=0.7
    )
    strokes = noise(rng, height=height, width=width, across=width / 46, down=height / 4, octaves=2)
    grain = rng.random((height, width), dtype=np.float32) - np.float32(0.5)
    # Strokes gather where the picture is neither black nor white, as pigment does.
    grey = canvas.pixels.sum(axis=2) * np.float32(1 / 3)
    body = np.float32(0.35) + grey * (1 - grey) * np.float32(2.6)
    marks = (soft(dabs, 0.25, 0.75) - np.float32(0.5)) * np.float32(0.075)
    marks += (strokes - np.float32(0.5)) * np.float32(0.05)
    marks = (marks * body + grain * np.float32(0.035)) * np.float32(amount)
    fibres = _fibres(canvas, rng, count=int(900 * amount * (width * height) / (unit * unit)))
    canvas.pixels += (marks + fibres * np.float32(0.05 * amount))[..., None]


def _fibres(canvas: Canvas, rng: np.random.Generator, *, count: int) -> Field:
    """Short fibres and specks in the paper: few, but each one sharp."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (canvas.width, canvas.height), 128)
    draw = ImageDraw.Draw(image)
    length = canvas.unit * 0.008
    for x, y, dx, dy, tone in rng.random((count, 5)):
        px, py = float(x) * canvas.width, float(y) * canvas.height
        end = (px + (float(dx) - 0.5) * 2 * length, py + (float(dy) - 0.5) * length)
        draw.line([(px, py), end], fill=40 if tone < 0.5 else 225, width=1 + int(tone * 2.2))
    return (np.asarray(image, np.float32) - np.float32(128)) * np.float32(1 / 128)


def eight_bits(canvas: Canvas) -> NDArray[np.uint8]:
    """Return the picture as bytes, dithered by less than one level so that skies show no bands."""
    rng = stream(canvas.seed, "dither")
    speck = rng.random((canvas.height, canvas.width, 1), dtype=np.float32)
    values = canvas.pixels * np.float32(255) + speck
    picture: NDArray[np.uint8] = np.clip(values, 0, 255).astype(np.uint8)
    return picture


def small_jpeg(canvas: Canvas, side: int) -> bytes:
    """Return the canvas as it stands, at most ``side`` pixels a side; the canvas stays as it is."""
    import io

    from PIL import Image

    step = max(1, -(-max(canvas.width, canvas.height) // side))
    coarse = np.clip(canvas.pixels[::step, ::step] * np.float32(255), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(coarse).save(out, format="JPEG", quality=70)
    return out.getvalue()
