"""A reviewer's change of labels: larger, elsewhere, in more languages; never less than the packs ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from compliance.policy import vocabulary
from compliance.policy.case import LabelNeed
from compliance.policy.labels import texts
from generation.engine import Medium, Origin
from kernel.errors import Refused
from kernel.words import msgid

HIGHEST = 200
"""Thousandths of the shortest side; a larger label would leave no picture."""


class LabelChangeRefused(Refused):
    code = "label_change_refused"
    status = 422
    says = msgid("The label cannot be changed so: {why}.")
    remedy = msgid("Labels may become larger, stand where every rule allows it, or be added.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """What a reviewer asks for beyond the packs. Nothing given changes nothing."""

    height_permille: int = 0
    place: str = ""
    languages: tuple[str, ...] = ()
    """Further languages in which the label is put on the file as well."""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> LabelChange:
        """Return the change that `plain` wrote."""
        return cls(
            height_permille=int(said.get("height_permille", 0)),
            place=str(said.get("place", "")),
            languages=tuple(said.get("languages", ())),
        )

    def plain(self) -> dict[str, Any]:
        """Return it as JSON; {} where nothing changes."""
        told: dict[str, Any] = {
            "height_permille": self.height_permille,
            "place": self.place,
            "languages": list(self.languages),
        }
        return {name: value for name, value in told.items() if value}


def languages_for(labels: Sequence[LabelNeed], *, origin: Origin) -> tuple[str, ...]:
    """Return languages in which these labels are written and not asked for yet."""
    asked = {one.language for one in labels}
    written = [set(texts().label.get(one.key, {}).get(origin, {})) for one in labels]
    return tuple(sorted(set.intersection(*written) - asked)) if written else ()


def strengthen(
    labels: Sequence[LabelNeed],
    change: LabelChange,
    *,
    places: Sequence[str],
    origin: Origin,
    medium: Medium,
) -> tuple[LabelNeed, ...]:
    """Return the labels with ``change``, each at least as strict as the packs ask.

    Raises:
        LabelChangeRefused: smaller than the minimum, a place a rule does not allow, a language
            nobody has written, or no label to change.
    """
    if change == LabelChange():
        return tuple(labels)
    if not labels:
        raise LabelChangeRefused(why="no rule asks for a label here")
    _check_place(change, places=places)
    _check_height(change, labels=labels, medium=medium)
    unknown = set(change.languages) - set(languages_for(labels, origin=origin))
    if unknown:
        raise LabelChangeRefused(why=f"there is no further label in {', '.join(sorted(unknown))}")
    kept = [
        replace(
            one,
            place=change.place or one.place,
            height_permille=max(one.height_permille, change.height_permille),
        )
        for one in labels
    ]
    return (*kept, *_added(kept, change.languages, origin=origin))


def _check_place(change: LabelChange, *, places: Sequence[str]) -> None:
    if change.place and change.place not in places:
        known = ", ".join(places) or "none"
        raise LabelChangeRefused(why=f"“{change.place}” is not among the places allowed: {known}")


def _check_height(change: LabelChange, *, labels: Sequence[LabelNeed], medium: Medium) -> None:
    if not change.height_permille:
        return
    if medium not in (Medium.IMAGE, Medium.VIDEO):
        raise LabelChangeRefused(why="only labels in pictures have a height")
    least = max(one.height_permille for one in labels)
    if not least <= change.height_permille <= HIGHEST:
        asked = f"{change.height_permille / 10:g} %"
        why = f"{asked} of the shortest side is not between {least / 10:g} and {HIGHEST / 10:g} %"
        raise LabelChangeRefused(why=why)


def _added(
    labels: Sequence[LabelNeed], languages: Sequence[str], *, origin: Origin
) -> list[LabelNeed]:
    """Repeat each worded label once in every further language."""
    keys = {one.key: one for one in labels if vocabulary.has_words(one.key)}
    return [
        replace(
            one, language=language, text=texts().text(key, origin=origin, language=language) or ""
        )
        for language in languages
        for key, one in sorted(keys.items())
    ]
