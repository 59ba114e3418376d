"""From what somebody typed and ticked to what the gallery looks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext

from colophon.accounts.models import Person
from colophon.studio.models import Artifact, Project
from colophon.studio.resembling import like
from colophon.studio.searching import Place, Wish
from colophon.web.answers import problem
from colophon.web.labels import STATES
from compliance.intake.views import HUES
from kernel.errors import BadInput, Refused

LONGEST = 200
MOST_VALUES = 20
KEYS: tuple[str, ...] = (
    "tag",
    "engine",
    "state",
    "origin",
    "medium",
    "found",
    "colour",
    "seed",
    "project",
    "by",
    "since",
    "until",
    "like",
)
_TOKEN = re.compile(r"(?:^|(?<=\s))(" + "|".join(KEYS) + r'):("[^"]*"|\S+)', re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Asked:
    """What the page was asked: the wish itself, and all it takes to show it again."""

    q: str
    given: dict[str, list[str]]
    """Of each key its values, ticked or typed; hues and hex colours apart."""
    wish: Wish = field(default_factory=Wish)
    model: Artifact | None = None
    """The work that others are to be like."""
    problems: list[dict[str, Any]] = field(default_factory=list)
    after: Place | None = None

    @property
    def anything(self) -> bool:
        return bool(self.q) or any(self.given.values())


def asked(form: QueryDict, *, person: Person, alone: bool = False) -> Asked:
    """Read a search; what cannot be read is told and left out, and what was typed stays.

    ``alone``: without what it takes queries for, the work that others are to be like.
    """
    q = _plain(form.get("q", ""))
    given: dict[str, list[str]] = {
        key: [_plain(one) for one in form.getlist(key)[:MOST_VALUES] if one.strip()]
        for key in (*KEYS, "hue")
    }
    found = Asked(q=q, given=given)
    words = _TOKEN.sub(" ", q)
    told = {key: list(values) for key, values in given.items()}
    if alone:
        q = re.sub(r"(?i)\blike:\S+", " ", q)
        told["like"] = []
    for key, value in _TOKEN.findall(q):
        told[key.lower()].append(value.strip('"'))
    found.wish = _wish(words.strip(), told, found, person)
    found.after = _place(form.get("before", ""))
    return found


def place_of(at: datetime, work: UUID) -> str:
    """Return where the next page begins, for an address: microseconds and id."""
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}.{work}"


def _place(text: str) -> Place | None:
    head, _, tail = text.partition(".")
    try:
        return Place(at=_EPOCH + timedelta(microseconds=int(head)), id=UUID(tail))
    except (ValueError, OverflowError):
        return None


def _plain(text: str) -> str:
    return text.replace("\x00", "").strip()[:LONGEST]


def _wish(words: str, told: dict[str, list[str]], found: Asked, person: Person) -> Wish:
    def read(key: str, how: Any) -> Any:
        """Return the first value of ``key`` as ``how`` reads it; tell what it cannot read."""
        for value in told[key][:1]:
            try:
                return how(value)
            except Refused as error:
                found.problems.append(problem(error))
        return None

    colours = [one for one in told["colour"] if one.lower() not in HUES]
    hues = [one.lower() for one in [*told["hue"], *told["colour"]] if one.lower() in HUES]
    told["colour"] = colours
    found.model = read("like", _work)
    return Wish(
        words=words,
        states=_known(told["state"], STATES, found),
        origins=tuple(told["origin"]),
        media=tuple(told["medium"]),
        engines=tuple(told["engine"]),
        found=tuple(told["found"]),
        tags=tuple(one.lower() for one in told["tag"]),
        hues=tuple(dict.fromkeys(hues)),
        colour=read("colour", _hex) or "",
        seed=read("seed", _seed),
        projects=_named(Project, told["project"]),
        authors=_authors(told["by"], person),
        since=read("since", _day),
        until=read("until", _day),
        among=None if found.model is None else _like(found.model),
    )


def _known(values: list[str], known: Any, found: Asked) -> tuple[str, ...]:
    for value in values:
        if value not in known:
            why = gettext("no work is ever in that state; known: {known}").format(
                known=", ".join(known)
            )
            found.problems.append(problem(BadInput(field="state", value=value, why=why)))
    return tuple(one for one in values if one in known)


def _named(rows: Any, values: list[str]) -> tuple[UUID, ...] | None:
    """Return the ids of what is called so; none where nothing was asked, and no id where none is."""
    if not values:
        return None
    found: list[UUID] = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            named = rows.objects.filter(name__icontains=value)
            found += named.values_list("pk", flat=True)[:MOST_VALUES]
    return tuple(found)


def _authors(values: list[str], person: Person) -> tuple[UUID, ...] | None:
    return _named(Person, [str(person.pk) if one == "me" else one for one in values])


def _like(model: Artifact) -> tuple[UUID, ...]:
    look = getattr(model, "look", None)
    return tuple(like(look)) if look is not None else ()


def _work(value: str) -> Artifact:
    try:
        found = Artifact.objects.select_related("look").filter(pk=UUID(value)).first()
    except ValueError:
        found = None
    if found is None:
        raise BadInput(field="like", value=value, why=gettext("no work here has this id"))
    return found


def _hex(value: str) -> str:
    named = value.lower() if value.startswith("#") else f"#{value.lower()}"
    if not re.fullmatch("#[0-9a-f]{6}", named):
        why = gettext("a colour is #rrggbb or one of: {known}").format(known=", ".join(HUES))
        raise BadInput(field="colour", value=value, why=why)
    return named


def _seed(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or int(value) >= 2**63:
        raise BadInput(field="seed", value=value, why=gettext("a seed is a whole number"))
    return int(value)


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        why = gettext("a day is written 2026-11-25")
        raise BadInput(field="date", value=value, why=why) from error
