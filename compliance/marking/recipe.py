"""What a work is to carry, and what its exported bytes were seen to carry."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.marking.errors import CannotMark, LabelNotSufficient, MarkMissing
from generation.engine import Medium
from kernel.canonical import Json

if TYPE_CHECKING:
    from kernel.sandbox import Sandbox

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "text/plain": ".txt"}
SECONDS = 60.0
MEMORY_MB = 3072


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One text people are to see."""

    key: str
    """Its name in the packs: ``visible.image``, ``cropproof.image``, ``visible.text``."""
    language: str
    text: str
    place: str
    """``top-right`` and the other corners for pictures, ``start`` for texts."""
    height_permille: int = 50
    """Height of the text in thousandths of the picture's shortest side; nothing for texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that is to be written into one work before it is signed."""

    media_type: str
    labels: tuple[Label, ...] = ()
    mark: bool = False
    """Whether the imperceptible mark is to carry ``payload``."""
    payload: int = 0
    """32 bits."""
    aigc: Mapping[str, str] | None = None
    """The seven values of the Chinese AIGC label, or none."""
    source_type: str = ""
    """IPTC digital source type, a URI, or empty."""
    system: str = ""
    """Name and version of the AI system; written only where a model took part."""
    crops: tuple[str, ...] = ()
    """Centre crops the visible label must outlive: ``1:1``, ``4:5``, ``9:16``."""

    def as_json(self) -> dict[str, Json]:
        """Return the recipe as canonical JSON can hold it; `from_json` takes it back."""
        value: dict[str, Any] = asdict(self)
        value["labels"] = [dict(label) for label in value["labels"]]
        value["crops"] = list(self.crops)
        value["aigc"] = None if self.aigc is None else dict(self.aigc)
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Recipe:
        """Return the recipe written by `as_json`.

        Raises:
            TypeError: a field is unknown or missing.
        """
        taken = dict(value)
        taken["labels"] = tuple(Label(**label) for label in taken.get("labels", ()))
        taken["crops"] = tuple(taken.get("crops", ()))
        return cls(**taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer as read back from the exported bytes."""

    name: str
    """``imperceptible``, ``visible``, ``metadata.aigc``, ``metadata.iptc``, ``text_label``, ``c2pa``,
    ``timestamp``."""
    present: bool
    facts: Mapping[str, Json] = field(default_factory=dict)
    """No floats: permille, centi-dB, hundredths."""

    def as_json(self) -> dict[str, Json]:
        return {"name": self.name, "present": self.present, "facts": dict(self.facts)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The marked file, its digest, and the layers as its writer wrote them."""

    path: Path
    sha256: str
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What this installation can write into works of one medium, in the packs' vocabulary."""

    labels: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    metadata: frozenset[str] = frozenset()


_MEANS = {
    Medium.TEXT: Means(labels=frozenset({"visible.text"})),
    Medium.IMAGE: Means(
        labels=frozenset({"visible.image", "cropproof.image"}),
        marks=frozenset({"imperceptible.image"}),
        metadata=frozenset({"tc260.aigc", "iptc.source_type"}),
    ),
}


def means(medium: Medium) -> Means:
    """Return what can be written into ``medium``; a pack that needs more shows ``not met``.

    Only PNG, JPEG and plain text are marked in this version: see `SUFFIXES`.
    """
    return _MEANS.get(medium, Means())


def mark(source: Path, *, into: Path, recipe: Recipe, key: bytes, sandbox: Sandbox) -> Marked:
    """Write every layer but the signature into a copy of ``source`` in the folder ``into``.

    The order is imperceptible mark, visible label, metadata; signing comes after, in
    `compliance.provenance`. Runs in the sandboxed child, which holds the marking key meanwhile.

    Raises:
        CannotMark, LabelNotSufficient: the work or the label must change.
        SandboxFault: the child crashed or ran out of time or memory.
    """
    _check_type(recipe)
    with tempfile.TemporaryDirectory(dir=into) as folder:
        answer = _call(
            "compliance.marking.child:mark",
            {"recipe": recipe.as_json(), "key": key.hex()},
            sandbox=sandbox,
            reads={"source": source},
            into=Path(folder),
        )
        made = Path(folder) / f"marked{SUFFIXES[recipe.media_type]}"
        if not made.is_file():
            raise MarkMissing(layer="file", why="the child left no file")
        data = made.read_bytes()
        path = into / made.name
        made.replace(path)
    return Marked(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        layers=tuple(Layer(**layer) for layer in answer["layers"]),
    )


def read_back(
    path: Path, *, recipe: Recipe, key: bytes, sandbox: Sandbox, original: Path | None = None
) -> tuple[Layer, ...]:
    """Read from the exported bytes every layer the recipe asks for, with code of its own.

    Each asked layer comes back, present or not; `missing` names those that are not. ``original`` is
    the reviewed file; with it the distance in centi-dB outside the label is told as well.
    """
    _check_type(recipe)
    reads = {"exported": path} | ({"original": original} if original else {})
    answer = _call(
        "compliance.marking.child:read_back",
        {"recipe": recipe.as_json(), "key": key.hex()},
        sandbox=sandbox,
        reads=reads,
        into=None,
    )
    return tuple(Layer(**layer) for layer in answer["layers"])


def missing(layers: tuple[Layer, ...]) -> tuple[str, ...]:
    """Return the names of the layers that were not seen; publication must stop if there are any."""
    return tuple(layer.name for layer in layers if not layer.present)


def _check_type(recipe: Recipe) -> None:
    if recipe.media_type not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise CannotMark(why=f"its type is {recipe.media_type}, and we can mark {known}")


def _call(
    target: str,
    arguments: dict[str, Json],
    *,
    sandbox: Sandbox,
    reads: Mapping[str, Path],
    into: Path | None,
) -> dict[str, Any]:
    answer = sandbox.call(
        target, arguments, reads=reads, into=into, seconds=SECONDS, memory_mb=MEMORY_MB
    )
    match answer:
        case {"cannot_mark": str(why)}:
            raise CannotMark(why=why)
        case {"label_not_sufficient": {"text": str(text), "why": str(why)}}:
            raise LabelNotSufficient(text=text, why=why)
        case {"layers": list(layers)}:
            return {"layers": layers}
    raise MarkMissing(layer="all", why="the child gave no layers")
