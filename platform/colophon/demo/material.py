"""What the demo brings along: texts and pictures of its own, made here."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from generation.engine import Output, Request, Run
from generation.shelf import ENGINES

REGISTERED_TEXT = """The harbour kept its lamps lit for the boats that had not come home. Old Ansa
counted them from the window of the chandlery, first the green ones and then the red, and wrote the
number in the ledger her mother had begun. There was a page for every storm since the breakwater was
built, and on each page a line had been left empty for the name of whoever would be found by morning.
"""

COPIED_TEXT = """Our festival opens on the quay with a story told by lamplight.

Old Ansa counted them from the window of the chandlery, first the green ones and then the red, and
wrote the number in the ledger her mother had begun. There was a page for every storm since the
breakwater was built.

Come early: the first boat leaves at dusk.
"""


def picture(prompt: str, *, seed: int, width: int = 960, height: int = 720) -> bytes:
    """Return a PNG by our own scene engine, with enough texture to be recognised in parts."""
    engine = ENGINES.get("house_scene")
    with tempfile.TemporaryDirectory() as folder:
        request = Request(
            prompt=prompt, seed=seed, parameters={"width": width, "height": height, "detail": 3}
        )
        for said in engine.generate(request, Run(into=Path(folder))):
            if isinstance(said, Output):
                return said.path.read_bytes()
    raise RuntimeError("the engine gave no output")


def mirrored_crop(png: bytes, *, permille: int = 600) -> bytes:
    """Return the mirrored part of a picture that covers ``permille`` of its width and height."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(png)) as whole:
        width, height = whole.width * permille // 1000, whole.height * permille // 1000
        left, top = whole.width // 5, whole.height // 5
        part = whole.crop((left, top, left + width, top + height))
        return _png(ImageOps.mirror(part))


def edited(png: bytes) -> bytes:
    """Return a picture as an editor would send it back: warmer, with a band for a title."""
    from PIL import Image, ImageDraw, ImageEnhance

    with Image.open(io.BytesIO(png)) as whole:
        warmer = ImageEnhance.Color(whole.convert("RGB")).enhance(1.25)
    band = Image.new("RGB", (warmer.width, warmer.height // 7), (24, 22, 30))
    ImageDraw.Draw(band).line((0, 2, band.width, 2), fill=(222, 184, 96), width=3)
    warmer.paste(band, (0, warmer.height - band.height))
    return _png(warmer)


def _png(image: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")  # type: ignore[attr-defined]
    return out.getvalue()
