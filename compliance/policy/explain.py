"""Why, in sentences: what binds, what decided, and what changes on coming dates.

Sentences are msgids with facts; the faces translate them. `suggest` names a way forward.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from compliance.policy.case import Bound, Case, Ruling, Standing
from compliance.policy.pack import Pack
from compliance.policy.ruling import judge
from compliance.policy.says import SAYS
from compliance.policy.sentence import Sentence
from compliance.policy.suggest import Suggestion, suggest
from kernel.canonical import Json
from kernel.words import msgid

__all__ = [
    "Coming",
    "Explanation",
    "Sentence",
    "Suggestion",
    "Told",
    "coming",
    "explain",
    "suggest",
    "tell",
]

_STOPPED = msgid("Stops: {clause} decides. Nothing is released.")
_ALL_BLOCKED = msgid("No destination is open. {clause} decides.")
_SOME_BLOCKED = msgid("Open: {open}. Blocked: {blocked}. {clause} decides.")
_ALL_OPEN = msgid("Open: {open}. {clause} decides.")
_TALLY = msgid(
    "Clauses of {pack} {version} for {destination}: {met} met, {pending} still to be done, "
    "{not_met} not met, {stops} stop it."
)
_ONE = msgid("One person who is not the author decides.")
_TWO = msgid("Two people decide; neither is the author, and they are not the same person.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One clause as it binds, with its reasons."""

    bound: Bound
    reasons: tuple[Sentence, ...]
    """The need that stands worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    headline: Sentence
    people: Sentence
    tallies: tuple[Sentence, ...]
    """One per destination and pack."""
    clauses: tuple[Told, ...]
    """The strictest first."""
    deciding: Told | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A day on which other clauses bind than the day before, and what that does to a case."""

    on: date
    zone: str
    begin: tuple[str, ...]
    end: tuple[str, ...]
    shuts: tuple[str, ...]
    """Destinations open until then that would be blocked from then on."""
    opens: tuple[str, ...]


def explain(ruling: Ruling) -> Explanation:
    """Return the ruling in sentences, the clause that decided named first."""
    told = tuple(
        tell(one) for one in sorted(ruling.bound, key=lambda one: (-one.standing.rank, one.clause))
    )
    deciding = next((one for one in told if one.bound is ruling.deciding), None)
    return Explanation(
        headline=_headline(ruling),
        people=Sentence(says=_TWO if ruling.persons > 1 else _ONE),
        tallies=_tallies(ruling),
        clauses=told,
        deciding=deciding,
    )


def tell(bound: Bound) -> Told:
    """Return one clause with the reasons for how it stands."""
    needs = bound.facts.get("needs")
    listed = [one for one in needs if isinstance(one, dict)] if isinstance(needs, list) else []
    listed.sort(key=lambda one: -Standing(str(one["standing"])).rank)
    reasons = [_said(str(one["code"]), one) for one in listed] or [_said(bound.code, bound.facts)]
    if by := bound.facts.get("extended_by"):
        reasons.append(_said("extended_by", {"by": by}))
    return Told(bound=bound, reasons=tuple(reasons))


def coming(case: Case, packs: Sequence[Pack]) -> tuple[Coming, ...]:
    """Return what changes for ``case`` on the days after ``case.at`` that the packs name."""
    days: dict[tuple[datetime, str], tuple[list[str], list[str]]] = {}
    for pack in packs:
        for clause in pack.clauses:
            begins, ends = pack.span(clause)
            for day, side in ((begins, 0), (ends, 1)):
                if day is not None and (at := _midnight(day, pack.zone)) > case.at:
                    days.setdefault((at, pack.zone), ([], []))[side].append(pack.name(clause))
    found = []
    before = judge(case, packs).open
    for (at, zone), (begin, end) in sorted(days.items()):
        after = judge(replace(case, at=at), packs).open
        found.append(
            Coming(
                on=at.date(),
                zone=zone,
                begin=tuple(sorted(begin)),
                end=tuple(sorted(end)),
                shuts=tuple(one for one in before if one not in after),
                opens=tuple(one for one in after if one not in before),
            )
        )
        before = after
    return tuple(found)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))


def _headline(ruling: Ruling) -> Sentence:
    clause = ruling.deciding.clause if ruling.deciding else ""
    facts: dict[str, Json] = {
        "clause": clause,
        "open": ", ".join(ruling.open),
        "blocked": ", ".join(ruling.blocked),
    }
    if ruling.stops:
        return Sentence(says=_STOPPED, facts=facts)
    if not ruling.open:
        return Sentence(says=_ALL_BLOCKED, facts=facts)
    return Sentence(says=_SOME_BLOCKED if ruling.blocked else _ALL_OPEN, facts=facts)


def _tallies(ruling: Ruling) -> tuple[Sentence, ...]:
    counts: dict[tuple[str, str, str], dict[str, int]] = {}
    for one in ruling.bound:
        for destination in one.destinations:
            key = (destination, one.pack, one.version)
            tally = counts.setdefault(key, {standing.value: 0 for standing in Standing})
            tally[one.standing.value] += 1
    return tuple(
        Sentence(
            says=_TALLY,
            facts={"destination": destination, "pack": pack, "version": version, **tally},
        )
        for (destination, pack, version), tally in sorted(counts.items())
    )


def _said(code: str, facts: Mapping[str, Json]) -> Sentence:
    kept = {key: value for key, value in facts.items() if key not in {"standing", "code", "needs"}}
    return Sentence(says=SAYS[code], facts=kept)
