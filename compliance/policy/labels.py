"""The words of labels and notices, as data per language of the destination."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from compliance.policy import vocabulary
from compliance.policy.errors import PackBadValue, PackUnknownName
from compliance.policy.reading import Source, why_not
from generation.engine import Origin

TEXTS = Path(__file__).parent / "labels.toml"

_Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_Languages = Mapping[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], _Text]


class Texts(BaseModel):
    """What labels and notices say: kind -> origin -> language -> text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Mapping[str, Mapping[Origin, _Languages]]
    notice: Mapping[str, _Languages]

    def text(self, key: str, *, origin: Origin, language: str) -> str | None:
        """Return the words of label ``key``, or none where nobody has written them."""
        return self.label.get(key, {}).get(origin, {}).get(language)


def read_texts(file: Path) -> Texts:
    """Return the texts in ``file``.

    Raises:
        PackError: a label we do not know, an empty text, no TOML; with file, line and remedy.
    """
    source = Source(file)
    try:
        texts = TypeAdapter(Texts).validate_python(source.values)
    except ValidationError as error:
        found = error.errors()[0]
        path = tuple(part for part in found["loc"] if part != "[key]")
        value = repr(found["input"])
        raise source.wrong(PackBadValue, path, value=value, why=why_not(found)) from None
    for key in texts.label:
        if key not in vocabulary.LABELS:
            known = ", ".join(sorted(vocabulary.LABELS))
            raise source.wrong(PackUnknownName, ("label", key), name=key, kind="label", known=known)
    return texts


@cache
def texts() -> Texts:
    """Return the texts this installation ships."""
    return read_texts(TEXTS)
