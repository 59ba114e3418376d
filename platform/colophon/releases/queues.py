"""Queues: which there are, who works them, how many cases wait in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from colophon.accounts.access import demand
from colophon.accounts.models import Person, Team, pseudonym
from colophon.accounts.roles import Act, Role
from colophon.ledger.locks import take_turn
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import current
from colophon.releases.errors import DefaultQueue, QueueNameTaken
from colophon.releases.models import Case, Queue, QueueMember, RoutingRule, Verdict
from colophon.studio.errors import NotFound
from kernel.canonical import Json
from kernel.errors import BadInput

WORKS = (Role.REVIEWER, Role.APPROVER, Role.ESCALATION_REVIEWER)
"""Roles a queue may be kept for."""
MOST_HOURS = 24 * 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a queue is meant to be."""

    name_en: str
    name_zh: str
    hours_high: int = 4
    hours_medium: int = 24
    hours_low: int = 72
    hold_hours: int = 72
    position: int = 0
    hidden_verdicts: Sequence[str] = ()
    roles: Sequence[str] = ()
    teams: Sequence[UUID] = field(default_factory=tuple)
    people: Sequence[UUID] = field(default_factory=tuple)


def default_queue() -> Queue:
    """Return the queue of whatever no rule sends elsewhere, made if need be."""
    with connection.cursor() as cursor:
        cursor.execute("select releases_default_queue()")
        row: tuple[UUID] = cursor.fetchone()
    return Queue.objects.get(pk=row[0])


def queues_of(person: Person) -> list[Queue]:
    """Return the open queues that ``person`` may work."""
    members = QueueMember.objects.filter(queue=OuterRef("pk"))
    theirs = Q(role__in=person.roles) | Q(person=person)
    if person.team_id is not None:
        theirs |= Q(team=person.team_id)
    return list(
        Queue.objects.filter(~Exists(members) | Exists(members.filter(theirs)), closed=False)
        .order_by("position", "name_en")
    )  # fmt: skip


def waiting_in(queues: Sequence[Queue], *, most: int) -> dict[UUID, int]:
    """Return how many cases wait in each, counting no further than ``most`` + 1; one query."""
    if not queues:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select q.id, n.found from unnest(%s::uuid[]) q(id) cross join lateral ("
            " select count(*) as found from (select 1 from releases_case c"
            "  where c.tenant_id = %s and c.queue_id = q.id and not c.settling limit %s) near) n",
            [[one.pk for one in queues], current(), most + 1],
        )
        return dict(cursor.fetchall())


def hidden_in(release_id: UUID) -> frozenset[str]:
    """Return the verdicts that the queue of a waiting case does not offer."""
    case = Case.objects.filter(release=release_id).select_related("queue").first()
    return frozenset(case.queue.hidden_verdicts) if case is not None else frozenset()


@transaction.atomic
def keep_queue(*, by: Person, plan: Plan, queue_id: UUID | None = None) -> tuple[Queue, int]:
    """Begin a queue or change one; return it and how many cases moved because of it.

    Raises `NotAllowed`, `BadInput`, `QueueNameTaken`, `NotFound`.
    """
    demand(by, Act.KEEP_RULES)
    _check(plan)
    take_turn("routing", current())
    queue = _find(queue_id) if queue_id else Queue()
    before = told(queue) if queue_id else None
    same = Queue.objects.filter(name_en=plan.name_en.strip(), closed=False).exclude(pk=queue.pk)
    if same.exists():
        raise QueueNameTaken(name=plan.name_en.strip())
    values = asdict(plan)
    for name in ("roles", "teams", "people"):
        values.pop(name)
    for name, value in values.items():
        setattr(queue, name, value.strip() if isinstance(value, str) else value)
    queue.hidden_verdicts = list(plan.hidden_verdicts)
    queue.save()
    QueueMember.objects.filter(queue=queue).delete()
    QueueMember.objects.bulk_create(_members(queue, plan))
    moved = reroute()
    facts: dict[str, Json] = {
        "person": pseudonym(by),
        "before": before,
        "after": told(queue),
        "moved": moved,
    }
    record("queue.changed", About("queue", queue.pk), facts)
    return queue, moved


@transaction.atomic
def close_queue(*, by: Person, queue_id: UUID) -> int:
    """Close a queue and the rules that lead into it; return how many cases moved elsewhere.

    Raises `NotAllowed`, `DefaultQueue`, `NotFound`.
    """
    demand(by, Act.KEEP_RULES)
    take_turn("routing", current())
    queue = _find(queue_id)
    if queue.is_default:
        raise DefaultQueue()
    before = told(queue)
    RoutingRule.objects.filter(queue=queue).delete()
    queue.cases.update(placed=False)
    queue.closed = True
    queue.save(update_fields=["closed"])
    moved = reroute()
    facts: dict[str, Json] = {
        "person": pseudonym(by),
        "before": before,
        "after": None,
        "moved": moved,
    }
    record("queue.changed", About("queue", queue.pk), facts)
    return moved


def reroute() -> int:
    """Put every open case where the rules say now; return how many stand in another queue."""
    with connection.cursor() as cursor:
        cursor.execute("select releases_reroute()")
        (moved,) = cursor.fetchone() or (0,)
    return int(moved)


def told(queue: Queue) -> dict[str, Json]:
    """Return a queue as its events and its form carry it."""
    members = list(queue.members.select_related("person"))
    return {
        "name_en": queue.name_en,
        "name_zh": queue.name_zh,
        "position": queue.position,
        "hours_high": queue.hours_high,
        "hours_medium": queue.hours_medium,
        "hours_low": queue.hours_low,
        "hold_hours": queue.hold_hours,
        "hidden_verdicts": sorted(queue.hidden_verdicts),
        "roles": [*sorted(one.role for one in members if one.role)],
        "teams": [*sorted(str(one.team_id) for one in members if one.team_id)],
        "people": [*sorted(pseudonym(one.person) for one in members if one.person)],
    }


def _find(queue_id: UUID) -> Queue:
    found = Queue.objects.filter(pk=queue_id, closed=False).first()
    if found is None:
        raise NotFound(kind="queue")
    return found


def _check(plan: Plan) -> None:
    for name in ("name_en", "name_zh"):
        text = getattr(plan, name).strip()
        if not 1 <= len(text) <= 60:
            raise BadInput(field=name, value=text[:40], why="1 to 60 characters")
    for name in ("hours_high", "hours_medium", "hours_low", "hold_hours"):
        hours = getattr(plan, name)
        if not 1 <= hours <= MOST_HOURS:
            raise BadInput(field=name, value=str(hours), why=f"1 to {MOST_HOURS} hours")
    if not 0 <= plan.position <= 999:
        raise BadInput(field="position", value=str(plan.position), why="0 to 999")
    for field_, named, known in (
        ("roles", plan.roles, WORKS),
        ("hidden_verdicts", plan.hidden_verdicts, tuple(Verdict.values)),
    ):
        strange = [one for one in named if one not in known]
        if strange:
            raise BadInput(field=field_, value=strange[0][:40], why=f"known: {', '.join(known)}")


def _members(queue: Queue, plan: Plan) -> list[QueueMember]:
    teams = Team.objects.filter(pk__in=plan.teams)
    people = Person.objects.filter(pk__in=plan.people)
    if len(teams) != len(set(plan.teams)) or len(people) != len(set(plan.people)):
        raise BadInput(field="members", value="…", why="a team or person that does not exist")
    chosen: list[dict[str, Any]] = [{"role": role} for role in dict.fromkeys(plan.roles)]
    chosen += [{"team": one} for one in teams]
    chosen += [{"person": one} for one in people]
    return [QueueMember(queue=queue, **one) for one in chosen]
