"""Pictures from words, drawn by rules: ``ENGINES.get("house_scene")``.

No model takes part. Words choose a subject, an hour, weather, a season, a palette and extras; the
seed places them. The record says which words were understood and which were not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from generation.engine import (
    Card,
    Kind,
    Medium,
    Origin,
    Output,
    Parameter,
    Piece,
    Request,
    Run,
)
from generation.guard import check_stop, refuse_inputs, resolved
from kernel.canonical import Json
from kernel.words import msgid

NAME = "house_scene"
VERSION = "1.1"
MEDIA_TYPE = "image/png"


PREVIEW_PIXELS = 320


def _side(says: str, default: int) -> Parameter:
    return Parameter(
        says=says, kind=Kind.WHOLE, least=64, most=4096, default=default, unit=msgid("pixels")
    )


PARAMETERS: Mapping[str, Parameter] = {
    "width": _side(msgid("Width of the picture."), 1152),
    "height": _side(msgid("Height of the picture."), 896),
    "detail": Parameter(
        says=msgid("Paper and brush, from flat to rough."),
        kind=Kind.WHOLE,
        least=0,
        most=100,
        default=60,
    ),
}


class HouseScene:
    """Deterministic scenes; see `generation.scene`."""

    name = NAME

    def describe(self) -> Card:
        return Card(
            name=NAME,
            version=VERSION,
            medium=Medium.IMAGE,
            media_type=MEDIA_TYPE,
            origin=Origin.PROCEDURAL,
            says=msgid("Draws scenes by rules from words it knows; no model takes part."),
            parameters=PARAMETERS,
            amount=("width", "height"),
        )

    def load(self, device: str) -> None:
        """Nothing to make ready."""

    def unload(self) -> None:
        """Nothing to give back."""

    def generate(self, request: Request, run: Run) -> Iterator[Piece | Output]:
        """Give a piece per element drawn, then the picture as ``scene.png``.

        Raises:
            EngineRefused: a parameter is unknown or out of range, or inputs were given.
            Cancelled, PastDeadline: the run was stopped between two elements.
        """
        import numpy
        import PIL
        from PIL import Image

        from generation.scene.finish import eight_bits, small_jpeg
        from generation.scene.plan import plan
        from generation.scene.render import blank, render
        from generation.scene.words import read

        refuse_inputs(request, engine=NAME)
        given = resolved(request.parameters, engine=NAME, known=PARAMETERS)
        width, height, detail = (int(str(given[name])) for name in ("width", "height", "detail"))
        started = time.monotonic()
        wish = read(request.prompt)
        scene = plan(wish, seed=request.seed, prompt=request.prompt)
        canvas = blank(scene, seed=request.seed, width=width, height=height)
        for share in render(canvas, detail=detail):
            check_stop(run, engine=NAME, started=started)
            picture = small_jpeg(canvas, PREVIEW_PIXELS) if run.shown() else b""
            yield Piece(share=share * 0.95, picture=picture)
        path = run.into / "scene.png"
        # No metadata, no ancillary chunks: the same pixels are the same file.
        Image.fromarray(eight_bits(canvas)).save(
            path, format="PNG", compress_level=6, optimize=False
        )
        check_stop(run, engine=NAME, started=started)
        record: dict[str, Json] = {
            "seed": request.seed,
            "width": width,
            "height": height,
            "detail": detail,
            "scene": {
                "subject": scene.subject,
                "time": scene.time,
                "weather": scene.weather,
                "season": scene.season,
                "palette": scene.palette,
                "elements": [part.name for part in scene.elements],
            },
            "words": {
                "understood": list(wish.understood),
                "not_understood": list(wish.not_understood),
                "set_aside": list(wish.set_aside),
            },
            "libraries": {"numpy": numpy.__version__, "pillow": PIL.__version__},
        }
        yield Output(path=path, media_type=MEDIA_TYPE, record=record)


ENGINE = HouseScene()
