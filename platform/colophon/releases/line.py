"""Whose turn it is: one short index scan a queue, and the row locks that make a claim one act.

Both are functions of the database (migration 0012), so that a session plans them once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from colophon.accounts.access import may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.ledger.tenancy import current
from colophon.releases.holds import CLAIM_SECONDS
from colophon.releases.models import Claim

DECIDABLE = ("in_review", "second_review")
SHOWN = 99
"""Cases of the line that are looked at without taking one."""

_ASKED = "%(own)s, %(me)s, %(team)s, %(roles)s, %(steps)s, %(queue)s, %(but)s, %(below)s"
_NEAR = f"select release_id from releases_near({_ASKED}, {SHOWN})"  # noqa: S608  constants
_TAKE = f"""
select release_id, held_by, claim_id, at, until, severity from releases_take({_ASKED}, {CLAIM_SECONDS})
"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What narrows the next case: never ``but``, only in ``queue``, only milder than ``below``."""

    but: UUID | None = None
    queue: UUID | None = None
    below: int = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """A case whose row the caller's transaction holds: claimed now, or held until now by somebody."""

    release_id: UUID
    held_by: UUID | None
    claim: Claim | None


def near(person: Person) -> list[UUID]:
    """Return the cases whose turn it is next for ``person``, without taking any; `SHOWN` at most."""
    return [row[0] for row in _ask(_NEAR, person, Wish())]


def take_first(person: Person, wish: Wish) -> Turn | None:
    """Lock the case whose turn it is, and claim it where nobody held it; None if none waits.

    Cases that others are taking are passed over. The event of the claim is left to the caller.
    """
    rows = _ask(_TAKE, person, wish)
    if not rows:
        return None
    release_id, held_by, claim_id, at, until, severity = rows[0]
    if claim_id is None:
        return Turn(release_id, held_by, None)
    claim = Claim(
        id=claim_id, release_id=release_id, reviewer=person, at=at, until=until, severity=severity
    )
    claim._state.adding = False  # noqa: SLF001  the database wrote it
    return Turn(release_id, None, claim)


def steps_of(person: Person) -> list[str]:
    """Return the states in which ``person`` may decide."""
    steps = ["in_review"] if may(person, Act.REVIEW) else []
    return [*steps, "second_review"] if may(person, Act.APPROVE_SECOND) else steps


def _ask(query: str, person: Person, wish: Wish) -> list[tuple[Any, ...]]:
    steps = steps_of(person)
    if not steps:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "own": current(),
                "me": person.pk,
                "team": person.team_id,
                "roles": list(person.roles),
                "steps": steps,
                "queue": wish.queue,
                "but": wish.but,
                "below": wish.below,
            },
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
