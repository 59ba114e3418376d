"""Pictures from words, drawn by rules: ``ENGINES.get("house_scene")``.

No model takes part. Words choose a subject, an hour, weather, a season, a palette and extras; the
seed places them. The record says which words were understood and which were not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generation.engine import Card, Medium, Origin, Output, Piece, Request, Run
from generation.guard import check_stop, refuse_unknown, whole_number
from kernel.canonical import Json
from kernel.words import msgid

NAME = "house_scene"
VERSION = "1.1"
MEDIA_TYPE = "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    width: int = 1152
    height: int = 896
    detail: int = 60


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
            parameters={
                "width": msgid("Width in pixels, 64 to 4096; 1152 if left out."),
                "height": msgid("Height in pixels, 64 to 4096; 896 if left out."),
                "detail": msgid("Paper and brush, 0 (flat) to 100 (rough); 60 if left out."),
            },
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

        from generation.scene.finish import eight_bits
        from generation.scene.plan import plan
        from generation.scene.render import blank, render
        from generation.scene.words import read

        size = _size(request)
        started = time.monotonic()
        wish = read(request.prompt)
        scene = plan(wish, seed=request.seed, prompt=request.prompt)
        canvas = blank(scene, seed=request.seed, width=size.width, height=size.height)
        for share in render(canvas, detail=size.detail):
            check_stop(run, engine=NAME, started=started)
            yield Piece(share=share * 0.95)
        path = run.into / "scene.png"
        # No metadata, no ancillary chunks: the same pixels are the same file.
        Image.fromarray(eight_bits(canvas)).save(
            path, format="PNG", compress_level=6, optimize=False
        )
        check_stop(run, engine=NAME, started=started)
        record: dict[str, Json] = {
            "seed": request.seed,
            "width": size.width,
            "height": size.height,
            "detail": size.detail,
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


def _size(request: Request) -> _Size:
    parameters: Mapping[str, Json] = request.parameters
    refuse_unknown(request, engine=NAME, known=("width", "height", "detail"))
    return _Size(
        width=whole_number(parameters, "width", engine=NAME, least=64, most=4096, default=1152),
        height=whole_number(parameters, "height", engine=NAME, least=64, most=4096, default=896),
        detail=whole_number(parameters, "detail", engine=NAME, least=0, most=100, default=60),
    )


ENGINE = HouseScene()
