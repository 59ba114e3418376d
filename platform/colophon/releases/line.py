"""Whose turn it is: one short index scan a queue, and the row locks that make a claim one act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from colophon.accounts.access import may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.ledger.tenancy import current

DECIDABLE = ("in_review", "second_review")
SKIP_HOURS = 8
"""For so long a skipped case is not offered to its skipper again; anybody else may get it."""
NEAR = 64
"""Cases looked at in each queue and step; more than there are reviewers who take one at once."""

_QUEUES = """
    select q.id from releases_queue q
     where q.tenant_id = %(tenant)s and not q.closed
       and (%(queue)s::uuid is null or q.id = %(queue)s)
       and (not exists (select 1 from releases_queuemember m where m.queue_id = q.id)
            or exists (select 1 from releases_queuemember m where m.queue_id = q.id
                       and (m.role = any (%(roles)s) or m.team_id = %(team)s
                            or m.person_id = %(me)s)))
"""
_FREE = """
    c.author_id <> %(me)s and c.maker_id <> %(me)s and not c.settling
    and (c.held_until is null or c.held_until <= now() or c.held_by_id = %(me)s)
    and c.release_id is distinct from %(but)s::uuid
    and c.severity < %(below)s
"""
_NEAR = f"""
with mine as ({_QUEUES}), near as materialized (
    select n.* from mine cross join unnest(%(states)s::text[]) as step(name)
     cross join lateral (
        select c.release_id, c.rank_at from releases_case c
         where c.tenant_id = %(tenant)s and c.queue_id = mine.id and c.state = step.name
           and {_FREE}
           and not exists (select 1 from releases_skip s
                            where s.person_id = %(me)s and s.release_id = c.release_id
                              and s.at > now() - interval '{SKIP_HOURS} hours')
           and not exists (select 1 from releases_goldenanswer g
                            where g.golden_id = c.release_id and g.person_id = %(me)s)
           and not exists (select 1 from releases_exclusion x
                            where x.release_id = c.release_id and x.person_id = %(me)s)
           and not exists (select 1 from releases_interest i
                            where i.person_id = %(me)s and i.project_id = c.project_id
                              and i.ended_at is null)
           and not exists (select 1 from releases_exclusion e
                            where e.release_id = c.release_id and e.person_id = %(me)s)
           and not exists (select 1 from releases_interest i
                            where i.project_id = c.project_id and i.person_id = %(me)s
                              and i.ended_at is null)
           and (c.state <> 'second_review' or not exists (
                select 1 from releases_decision d
                 where d.release_id = c.release_id and d.person_id = %(me)s
                   and d.verdict = 'approve' and d.state = 'effective'))
         order by c.rank_at, c.release_id limit %(near)s) n
)
"""  # noqa: S608  constants of this module
_FIRST = f"""{_NEAR}
select n.release_id from near n order by n.rank_at, n.release_id limit 1
"""  # noqa: S608
# Conditions on the case stand here again: PostgreSQL asks them anew of a row that changed between
# our snapshot and our lock. Nobody waits: a row that somebody else is taking is passed over.
_TAKE = f"""{_NEAR}
select c.release_id, c.severity, c.held_by_id from near n
  join releases_case c using (release_id)
  join releases_release r on r.id = c.release_id
 where {_FREE} and r.state = c.state
 order by c.rank_at, c.release_id limit 1
   for no key update of r, c skip locked
"""  # noqa: S608
_COUNT = f"""{_NEAR} select count(*) from (select 1 from near limit %(most)s) found"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What narrows the next case: never ``but``, only in ``queue``, only milder than ``below``."""

    but: UUID | None = None
    queue: UUID | None = None
    below: int = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """A case whose row the caller's transaction holds."""

    release_id: UUID
    severity: int
    held_by: UUID | None


def first_for(person: Person, wish: Wish = Wish()) -> UUID | None:
    """Return the case whose turn it is for ``person``, without taking it; None if nothing waits."""
    rows = _ask(_FIRST, person, wish, near=1)
    return rows[0][0] if rows else None


def take_first(person: Person, wish: Wish) -> Turn | None:
    """Lock the case whose turn it is and return it; cases that others are taking are passed over."""
    rows = _ask(_TAKE, person, wish, near=NEAR)
    return Turn(*rows[0]) if rows else None


def how_many(person: Person, *, most: int) -> int:
    """Return how many cases wait for ``person``, counting no further than ``most``."""
    rows = _ask(_COUNT, person, Wish(), near=most)
    return int(rows[0][0]) if rows else 0


def steps_of(person: Person) -> list[str]:
    """Return the states in which ``person`` may decide."""
    steps = ["in_review"] if may(person, Act.REVIEW) else []
    return [*steps, "second_review"] if may(person, Act.APPROVE_SECOND) else steps


def _ask(query: str, person: Person, wish: Wish, *, near: int) -> list[tuple[Any, ...]]:
    states = steps_of(person)
    if not states:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "tenant": current(),
                "me": person.pk,
                "team": person.team_id,
                "roles": list(person.roles),
                "states": states,
                "queue": wish.queue,
                "but": wish.but,
                "below": wish.below,
                "near": near,
                "most": near,
            },
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
