"""Pictures made on the spot, one key, and what a whole release asks a picture to carry."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from compliance.marking.recipe import Label, Recipe

KEY = b"a marking key for tests, no more"
PAYLOAD = 0xC0FFEE12
AIGC = {
    "Label": "1",
    "ContentProducer": "001191110000MA0000000H10001",  # made up, its check digit verifies
    "ProduceID": "0193b6a2-1d5e-7c3a-9f00-5d2f6f3c1a77",
    "ReservedCode1": "",
    "ContentPropagator": "",
    "PropagateID": "",
    "ReservedCode2": "",
}
LABELS = (
    Label(key="visible.image", language="zh", text="AI 程序生成", place="top-right"),
    Label(key="visible.image", language="en", text="AI GENERATED · PROCEDURAL", place="top-right"),
)
ALGORITHMIC = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


def scene(width: int = 640, height: int = 480, *, seed: int = 0) -> Image.Image:
    """Return a picture with flat sky, soft noise, sharp edges: a bit of everything."""
    stream = np.random.default_rng(seed)
    sky = np.linspace((70, 120, 200), (230, 190, 150), height)[:, None, :].repeat(width, axis=1)
    coarse = stream.normal(0, 18, (height // 16 + 1, width // 16 + 1)).astype(np.float32)
    clouds = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))
    picture = Image.fromarray(np.clip(sky + clouds[..., None], 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for _ in range(14):
        left, top = stream.integers(0, width), stream.integers(height // 2, height)
        size = stream.integers(width // 30 + 2, width // 8 + 4)
        tone = tuple(int(one) for one in stream.integers(20, 220, 3))
        pen.rectangle((left, top, left + size, top + size), fill=tone)
    return picture


def full_recipe(media_type: str) -> Recipe:
    """Return every layer a picture of this type can carry."""
    return Recipe(
        media_type=media_type,
        labels=LABELS,
        mark=True,
        payload=PAYLOAD,
        aigc=AIGC,
        source_type=ALGORITHMIC,
        crops=("1:1", "4:5", "9:16"),
    )
