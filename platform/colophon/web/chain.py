"""A work's chain of custody: its events, in order, each with its leaf in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from colophon.accounts.models import Person
from colophon.ledger import search
from colophon.ledger.facts import facts_of
from colophon.ledger.models import Disclosure, Event
from colophon.ledger.services import About
from colophon.web import happenings
from colophon.web.templatetags.colophon import sentence, word, words
from colophon.web.values import items
from kernel.words import msgid

MOST = 200
KEPT_BACK = msgid(
    "In a private project: what it says is shown to its members, auditors and administrators."
)
_PEOPLE = ("person", "author", "reviewer", "invited_by", "second", "by", "member")
_WORDED = {"destination": "destination", "verdict": "verdict", "check": "check", "to": "state"}
_SEALED = frozenset({"release.sealed", "release.published"})
_FAILED = frozenset({"job.refused", "job.failed", "release.refused", "release.seal_failed"})
_OPEN = frozenset({"release.blocked", "release.returned", "release.seal_held"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event as a person reads it."""

    type: str
    answer: str
    detail: SafeString
    at: datetime
    leaf: int | None
    event_id: UUID
    changes: tuple[tuple[str, str, str], ...] = ()
    """Field, before, after: where the event says both."""
    about: tuple[str, UUID] | None = None
    """Kind and id of what it is about; None where that is kept back."""
    kept_back: bool = False
    """It concerns a private project of which the reader is no member."""


def steps(abouts: Iterable[About]) -> list[Step]:
    """Return the events about these things, oldest first: three queries however many there are."""
    return told(_about(abouts).order_by("id")[:MOST])


def newest_of(abouts: Iterable[About], *, most: int) -> list[Step]:
    """Return the newest events about these things, newest first: three queries."""
    return told(_about(abouts).order_by("-id")[:most])


def _about(abouts: Iterable[About]) -> QuerySet[Event]:
    wanted = [Q(subject_kind=one.kind, subject_id=one.id) for one in abouts]
    return Event.objects.filter(reduce(or_, wanted)) if wanted else Event.objects.none()


def newest(most: int) -> list[Step]:
    """Return the newest events of the organisation, newest first."""
    return told(Event.objects.order_by("-id")[:most])


def told(events: Any, *, named: bool = True) -> list[Step]:
    """Return events as steps; names are looked up once for all of them.

    Without ``named`` people stay their pseudonyms, shortened.
    """
    rows = list(
        search.told_apart(events.select_related("leaf")).prefetch_related(
            Prefetch("disclosure_set", queryset=Disclosure.objects.order_by("name"))
        )
    )
    facts = {row.event_id: facts_of(row) for row in rows}
    names = _names(facts.values()) if named else _pseudonyms(facts.values())
    return [_step(row, facts[row.event_id], names) for row in rows]


def _names(facts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    refs = {str(one[key]) for one in facts for key in _PEOPLE if isinstance(one.get(key), str)}
    known = [ref for ref in refs if _is_id(ref)]
    return {str(person.ref): person.name for person in Person.objects.filter(ref__in=known)}


def _pseudonyms(facts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    refs = {str(one[key]) for one in facts for key in _PEOPLE if isinstance(one.get(key), str)}
    return {ref: f"{ref[:8]}…" for ref in refs}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _step(event: Event, facts: dict[str, Any], names: Mapping[str, str]) -> Step:
    leaf = getattr(event, "leaf", None)
    if event.kept_back:  # type: ignore[attr-defined]  # annotated by `search.told_apart`
        return Step(
            type=event.type,
            answer="done",
            detail=sentence(KEPT_BACK, {}),
            at=event.at,
            leaf=leaf.leaf_index if leaf is not None else None,
            event_id=event.event_id,
            kept_back=True,
        )
    return Step(
        type=event.type,
        answer=_answer(event.type, facts),
        detail=_detail(event.type, facts, names),
        at=event.at,
        leaf=leaf.leaf_index if leaf is not None else None,
        event_id=event.event_id,
        changes=_changes(facts),
        about=(event.subject_kind, event.subject_id),
    )


def _changes(facts: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Return what an event changed, field by field, where it holds before and after."""
    if "before" not in facts or "after" not in facts:
        return ()
    before, after = facts["before"], facts["after"]
    if not isinstance(after, dict):
        return (("", _plainly(*_alone(before)), _plainly(*_alone(after))),)
    held = before if isinstance(before, dict) else {}
    return tuple(
        (field, _plainly(field, held.get(field)), _plainly(field, value))
        for field, value in sorted(after.items())
        if held.get(field) != value
    )


def _alone(value: Any) -> tuple[str, Any]:
    """Name the field of a value that stands for itself: short names in a list are roles."""
    named = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return ("roles" if named else "", value)


def _plainly(field: str, value: Any) -> str:
    return gettext(", ").join(items(field, value)) or "—"


def _answer(type_: str, facts: Mapping[str, Any]) -> str:
    if type_ in _SEALED:
        return "sealed"
    if type_ in _FAILED or (type_ == "decision.made" and facts.get("verdict") == "refuse"):
        return "failed"
    if type_ in _OPEN:
        return "not_met"
    return "done"


def _of_projects(type_: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    if type_ in ("board.filled", "board.emptied"):
        return {"n": len(facts["works"])}
    if type_ in ("board.begun", "board.deleted"):
        return {"name": facts.get("name") or gettext("a private board")}
    if type_ in ("project.changed", "board.changed"):
        return {"fields": words(sorted(facts["after"]), "field")}
    if type_.startswith("label."):
        return {key: facts[key] or "—" for key in ("before", "after")}
    if not type_.startswith("member."):
        return {}
    named = [key for key in ("part", "before", "after") if key in facts]
    return {key: word(facts[key], "part") for key in named}


def _detail(type_: str, facts: Mapping[str, Any], names: Mapping[str, str]) -> SafeString:
    """Return what happened, in a sentence with names in place of pseudonyms."""
    shown: dict[str, Any] = dict(facts)
    for key in _PEOPLE:
        if key in shown:
            held = str(shown[key])
            process = held.startswith("process:")
            shown[key] = gettext("Colophon") if process else names.get(held, gettext("somebody"))
    if isinstance(shown.get("destinations"), list):
        shown["destinations"] = words(shown["destinations"], "destination")
    for key, kind in _WORDED.items():
        if isinstance(shown.get(key), str):
            shown[key] = word(shown[key], kind)
    shown |= _of_projects(type_, shown)
    if isinstance(shown.get("layers"), list):
        shown["layers"] = len(shown["layers"])
    if isinstance(shown.get("ai_share_permille"), int):
        shown["ai_share"] = f"{shown['ai_share_permille'] / 10:.0f}"
    said = happenings.EVENT_DETAILS.get(type_, "")
    if type_ in ("release.refused", "release.returned") and not shown.get("clause"):
        shown["clause"] = "—"
    detail = sentence(said, shown)
    reason = facts.get("reason") if type_ == "decision.made" else ""
    return (
        SafeString(detail + " " + sentence("“{reason}”", {"reason": reason})) if reason else detail
    )
