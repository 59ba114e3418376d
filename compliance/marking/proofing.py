"""Proof sheets: a work with its visible labels drawn as the sealer would, crossed out and made small.

A proof can be looked at and never passed on as the work: it carries no mark, no metadata and no
signature, is at most `SIDE` pixels a side, and says over its middle what it is.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.marking import text_label, visible
from compliance.marking.child import draw_labels, open_picture
from compliance.marking.errors import CannotMark, LabelNotSufficient
from compliance.marking.recipe import Recipe
from kernel.canonical import Json
from kernel.errors import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

    from compliance.marking.recipe import Layer
    from kernel.sandbox import Sandbox

SIDE = 1200
TEXT_SHOWN = 4000
SAYS = "PREVIEW · NOT SEALED"
VERSION = 2
"""Raised when the same recipe would be drawn in another way."""
_TARGET = "compliance.marking.proofing:draw"


def render(source: Path, *, into: Path, recipe: Recipe, sandbox: Sandbox) -> list[Json]:
    """Draw the proof of a work into ``into``: ``proof.jpg``, or ``proof.txt``; say what was drawn.

    Raises:
        CannotMark, LabelNotSufficient: the sealer could not label this work so either.
        SandboxFault: the child crashed or ran out of time or memory.
    """
    answer = sandbox.call(
        _TARGET,
        {"recipe": recipe.as_json()},
        reads={"source": source},
        into=into,
        seconds=30.0,
        memory_mb=3072,
    )
    match answer:
        case {"cannot_mark": str(why)}:
            raise CannotMark(why=why)
        case {"label_not_sufficient": {"text": str(text), "why": str(why)}}:
            raise LabelNotSufficient(text=text, why=why)
        case {"layers": list(layers)}:
            return layers
    raise CannotMark(why="the child gave no answer")


def draw(arguments: Mapping[str, Any], reads: Mapping[str, Path], into: Path | None) -> Json:
    """Sandbox target of `render`."""
    assert into is not None  # noqa: S101  our own caller always gives a folder
    recipe = Recipe.from_json(arguments["recipe"])
    data = reads["source"].read_bytes()
    try:
        if recipe.media_type == "text/plain":
            return {"layers": _text(data, recipe, into / "proof.txt")}
        return {"layers": _picture(data, recipe, into / "proof.jpg")}
    except LabelNotSufficient as refusal:
        facts = refusal.facts
        return {"label_not_sufficient": {"text": str(facts["text"]), "why": str(facts["why"])}}
    except Refused as refusal:
        return {"cannot_mark": str(refusal.facts.get("why", refusal))}


def _text(data: bytes, recipe: Recipe, target: Path) -> list[Json]:
    labels = [label.text for label in recipe.labels]
    text = text_label.add(text_label.normal(data), labels=labels)
    target.write_text(f"[{SAYS}]\n{text[:TEXT_SHOWN]}", "utf-8")
    return [{"name": "text_label", "facts": {"lines": [*labels]}}]


def _picture(data: bytes, recipe: Recipe, target: Path) -> list[Json]:
    picture, _ = open_picture(data, media_type=recipe.media_type)
    size = picture.size
    layers = draw_labels(picture, recipe)  # at full size: so large, and there, it will stand
    small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    _cross_out(small, around=_boxes(layers, scale=small.width / size[0]))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82)
    target.write_bytes(out.getvalue())
    return [{**layer.as_json(), "size": [*size]} for layer in layers]


def _boxes(layers: Sequence[Layer], *, scale: float) -> list[Box]:
    """Return where labels stand, in pixels of the small picture."""
    plates: list[Any] = []
    for layer in layers:
        held: Any = layer.facts.get("plates", ())
        plates += held
    found = [[at * scale for at in one["box"]] for one in plates]
    return [(one[0], one[1], one[2], one[3]) for one in found]


Box = tuple[float, float, float, float]


def _cross_out(picture: Image, *, around: Sequence[Box] = ()) -> None:
    """Strike a preview through, and say what it is where no label stands, if there is such a place."""
    from PIL import ImageDraw

    pen = ImageDraw.Draw(picture, "RGBA")
    width, height = picture.size
    for line in (((0, 0), (width, height)), ((0, height), (width, 0))):
        pen.line(line, fill=(255, 255, 255, 150), width=max(3, width // 200))
        pen.line(line, fill=(20, 20, 20, 170), width=max(1, width // 600))
    font = visible.label_font(max(12, min(width // 16, height // 6)))
    tried = []
    for share in (0.5, 0.85, 0.15):
        middle = (width / 2, height * share)
        left, top, right, bottom = pen.textbbox(middle, SAYS, font=font, anchor="mm")
        rim = (bottom - top) // 2
        tried.append((middle, (left - rim, top - rim, right + rim, bottom + rim)))
    free = [one for one in tried if not any(_meet(one[1], box) for box in around)]
    middle, sign = (free or tried)[0]
    pen.rectangle(sign, fill=(20, 20, 20, 190))
    pen.text(middle, SAYS, font=font, anchor="mm", fill=(255, 255, 255, 255))


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
