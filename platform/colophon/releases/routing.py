"""Rules that send cases into queues: arranged as one list, tried on what waits before they hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, Team, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.locks import take_turn
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import current
from colophon.releases.errors import RulesMovedOn
from colophon.releases.models import Queue, RoutingRule
from colophon.releases.queues import reroute
from colophon.releases.waiting import RISKS
from colophon.studio.models import Project
from generation.engine import Medium, Origin
from kernel.canonical import Json
from kernel.errors import BadInput

STEPS = ("in_review", "second_review", "escalated", "held")
DESTINATIONS = ("CN", "EU", "US-CA")
LANGUAGES = ("en", "zh-hans")
MOST_RULES = 100
_CHOICES: dict[str, tuple[str, ...]] = {
    "state": STEPS,
    "medium": tuple(Medium),
    "destination": DESTINATIONS,
    "language": LANGUAGES,
    "origin": tuple(Origin),
    "risk": RISKS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Cases that fit every field given go to ``queue``; an empty field fits every case."""

    queue: UUID
    state: str = ""
    medium: str = ""
    destination: str = ""
    language: str = ""
    risk: str = ""
    origin: str = ""
    engine: str = ""
    clause: str = ""
    team: UUID | None = None
    project: UUID | None = None
    ahead_hours: int = 0


def rules() -> list[Rule]:
    """Return the rules in force, in the order in which they are asked."""
    return [
        Rule(
            queue=row.queue_id,
            state=row.state,
            medium=row.medium,
            destination=row.destination,
            language=row.language,
            risk="" if row.risk is None else RISKS[row.risk],
            origin=row.origin,
            engine=row.engine,
            clause=row.clause,
            team=row.team_id,
            project=row.project_id,
            ahead_hours=row.ahead_hours,
        )
        for row in RoutingRule.objects.order_by("position")
    ]


def mark(arranged: Sequence[Rule]) -> str:
    """Return a short digest of a list of rules, by which a page says what it looked at."""
    text = json.dumps([told(one) for one in arranged], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def preview(*, by: Person, arranged: Sequence[Rule]) -> int:
    """Return how many waiting cases would stand in another queue; nothing is changed.

    The rules are really written and the cases really moved, in a transaction that is rolled back:
    what is foretold is what will happen.

    Raises `NotAllowed`, `BadInput`.
    """
    demand(by, Act.KEEP_RULES)
    take_turn("routing", current())
    with transaction.atomic():
        moved = _write(arranged)
        transaction.set_rollback(True)
    return moved


@transaction.atomic
def arrange(*, by: Person, arranged: Sequence[Rule], seen: str) -> int:
    """Put these rules in force in place of all others; return how many cases moved.

    ``seen`` is the `mark` of the rules that the person looked at: who comes second is told.

    Raises `NotAllowed`, `BadInput`, `RulesMovedOn`.
    """
    demand(by, Act.KEEP_RULES)
    take_turn("routing", current())
    before = rules()
    if mark(before) != seen:
        raise RulesMovedOn()
    moved = _write(arranged)
    facts: dict[str, Json] = {
        "person": pseudonym(by),
        "before": [told(one) for one in before],
        "after": [told(one) for one in arranged],
        "moved": moved,
    }
    record("routing.changed", About("organisation", current()), facts)
    return moved


def told(rule: Rule) -> dict[str, Json]:
    """Return a rule as events carry it: the fields that are given."""
    return {
        name: value if isinstance(value, int) else str(value)
        for name, value in asdict(rule).items()
        if value not in (None, "", 0)
    }


def _write(arranged: Sequence[Rule]) -> int:
    _check(arranged)
    RoutingRule.objects.all().delete()
    RoutingRule.objects.bulk_create(
        RoutingRule(
            position=position,
            queue_id=one.queue,
            state=one.state,
            medium=one.medium,
            destination=one.destination,
            language=one.language,
            risk=RISKS.index(one.risk) if one.risk else None,
            origin=one.origin,
            engine=one.engine.strip(),
            clause=one.clause.strip(),
            team_id=one.team,
            project_id=one.project,
            ahead_hours=one.ahead_hours,
        )
        for position, one in enumerate(arranged)
    )
    return reroute()


def _check(arranged: Sequence[Rule]) -> None:
    if len(arranged) > MOST_RULES:
        raise BadInput(field="rules", value=str(len(arranged)), why=f"at most {MOST_RULES}")
    for one in arranged:
        for name, known in _CHOICES.items():
            value = getattr(one, name)
            if value and value not in known:
                raise BadInput(field=name, value=value[:40], why=f"known: {', '.join(known)}")
        for name, most in (("engine", 60), ("clause", 80)):
            if len(getattr(one, name)) > most:
                raise BadInput(
                    field=name, value=getattr(one, name)[:40], why=f"at most {most} characters"
                )
        if not 0 <= one.ahead_hours <= 24 * 30:
            raise BadInput(field="ahead_hours", value=str(one.ahead_hours), why="0 to 720")
    for field, model, wanted in (
        ("queue", Queue.objects.filter(closed=False), {one.queue for one in arranged}),
        ("team", Team.objects.all(), {one.team for one in arranged if one.team}),
        ("project", Project.objects.all(), {one.project for one in arranged if one.project}),
    ):
        if model.filter(pk__in=wanted).count() != len(wanted):
            raise BadInput(field=field, value="…", why="it does not exist, or it is closed")
