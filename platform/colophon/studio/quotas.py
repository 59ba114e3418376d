"""What may still be made this month: asked before queueing, counted where it is spent.

A quota stands for a person, a team or a project; all three bind. A job counts when it is queued and
is given back when it is cancelled before an engine began; engine seconds count when an attempt ends,
however it ends. The numbers are the organisation's own and start anew on the first of a month, UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import current
from colophon.studio.models import Job, Project, Quota, Usage
from colophon.studio.models.quota import Scope
from kernel.canonical import Json
from kernel.errors import BadInput, Refused
from kernel.ids import new_id
from kernel.words import msgid

MOST = 1_000_000_000


class QuotaSpent(Refused):
    code = "quota_spent"
    status = 409
    says = msgid(
        "This month's quota of the {scope} does not cover this: {wanted} {unit} asked, {left} left."
    )
    remedy = msgid("Ask for fewer, wait for the first of the month, or ask an administrator.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """What one scope has left; None means no limit."""

    scope: str
    jobs: int | None
    seconds: int | None
    jobs_used: int
    seconds_used: int


def remaining(*, person: Person, project: Project) -> tuple[Remaining, ...]:
    """Return what is left for the person, the project and its team: two queries."""
    subjects = _subjects(person.pk, project)
    month = _month(timezone.now())
    held = {
        (one.scope, one.subject_id): one
        for one in Usage.objects.filter(_any(subjects), month=month)
    }
    caps = _caps(subjects)
    return tuple(
        _left(scope, caps.get(scope), jobs=one.jobs if one else 0, ms=one.ms if one else 0)
        for scope, subject in subjects
        for one in [held.get((scope, subject))]
    )


def reserve(*, by: Person, project: Project, jobs: int, ms: int = 0) -> None:
    """Count ``jobs`` as taken; ``ms`` is what they are expected to cost, and is not counted yet.

    Call it in the transaction that queues the jobs: the rows stay locked until it ends, so two who
    submit at once cannot both take the last job. Raises `QuotaSpent`; its caller then rolls back.
    """
    if jobs <= 0:
        return
    subjects = _subjects(by.pk, project)
    caps = _caps(subjects)
    for scope, used_jobs, used_ms in _add(subjects, jobs=jobs, ms=0, at=timezone.now()):
        left = _left(scope, caps.get(scope), jobs=used_jobs - jobs, ms=used_ms)
        if left.jobs is not None and jobs > left.jobs:
            raise QuotaSpent(scope=scope, wanted=jobs, unit="jobs", left=left.jobs)
        if left.seconds is not None and (left.seconds == 0 or ms > 1000 * left.seconds):
            raise QuotaSpent(
                scope=scope, wanted=max(1, round(ms / 1000)), unit="seconds", left=left.seconds
            )


def give_back(*, job: Job) -> None:
    """Take a job that no engine began off the count of its month."""
    _add(_subjects(job.author_id, job.project), jobs=-1, ms=0, at=job.at)


def spend(*, job: Job, ms: int) -> None:
    """Count the time an engine worked on ``job``, on the month in which it ended."""
    _add(_subjects(job.author_id, job.project), jobs=0, ms=ms, at=timezone.now())


@transaction.atomic
def set_quota(
    *,
    by: Person,
    scope: str,
    subject_id: UUID | None = None,
    jobs: int | None = None,
    seconds: int | None = None,
) -> Quota:
    """Say how much a person, team or project may have made a month; None lifts a limit.

    Without ``subject_id`` it binds every one of that scope without a quota of its own.
    Raises `BadInput`, `NotAllowed`.
    """
    demand(by, Act.SET_QUOTAS)
    if scope not in Scope.values:
        raise BadInput(field="scope", value=scope[:20], why="known: " + ", ".join(Scope.values))
    for field, value in (("jobs", jobs), ("seconds", seconds)):
        if value is not None and not 0 <= value <= MOST:
            raise BadInput(field=field, value=value, why=f"it lies outside 0 to {MOST}")
    held = Quota.objects.select_for_update().filter(scope=scope, subject_id=subject_id).first()
    before: Json = {"jobs": held.jobs, "seconds": held.seconds} if held else None
    quota, _ = Quota.objects.update_or_create(
        scope=scope,
        subject_id=subject_id,
        defaults={"jobs": jobs, "seconds": seconds, "set_by": by, "at": timezone.now()},
    )
    facts: dict[str, Json] = {
        "scope": scope,
        "before": before,
        "after": {"jobs": jobs, "seconds": seconds},
        "person": pseudonym(by),
    }
    if subject_id is not None:
        facts["subject"] = str(subject_id)
    record("quota.set", About("quota", quota.id), facts)
    return quota


Subjects = Sequence[tuple[str, UUID]]


def _subjects(person_id: UUID, project: Project) -> Subjects:
    """Whose quotas bind, always in this order: two transactions then never wait on each other."""
    return (
        (Scope.PERSON.value, person_id),
        (Scope.PROJECT.value, project.pk),
        (Scope.TEAM.value, project.team_id),
    )


def _any(subjects: Subjects) -> Q:
    found = Q()
    for scope, subject in subjects:
        found |= Q(scope=scope, subject_id=subject)
    return found


def _caps(subjects: Subjects) -> dict[str, Quota]:
    """Return the quota that binds each scope: its own before the one for all."""
    caps: dict[str, Quota] = {}
    for one in Quota.objects.filter(_any(subjects) | Q(subject_id__isnull=True)):
        if one.subject_id is not None or one.scope not in caps:
            caps[one.scope] = one
    return caps


def _left(scope: str, cap: Quota | None, *, jobs: int, ms: int) -> Remaining:
    seconds = -(-ms // 1000)
    no_jobs, no_seconds = cap is None or cap.jobs is None, cap is None or cap.seconds is None
    return Remaining(
        scope=scope,
        jobs=None if no_jobs else max(0, cap.jobs - jobs),  # type: ignore[union-attr,operator]
        seconds=None if no_seconds else max(0, cap.seconds - seconds),  # type: ignore[union-attr,operator]
        jobs_used=jobs,
        seconds_used=seconds,
    )


def _month(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)


def _add(subjects: Subjects, *, jobs: int, ms: int, at: datetime) -> list[tuple[str, int, int]]:
    """Raise the counts and return them as they now stand: scope, jobs, ms."""
    month = _month(at)
    rows = ", ".join(["(%s, %s, %s, %s, %s, greatest(%s, 0), %s)"] * len(subjects))
    values: list[Any] = []
    for scope, subject in subjects:
        values += [new_id(), current(), scope, subject, month, jobs, ms]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into studio_usage (id, tenant_id, scope, subject_id, month, jobs, ms)
            values {rows}
            on conflict (tenant_id, scope, subject_id, month) do update
                set jobs = greatest(studio_usage.jobs + %s, 0), ms = studio_usage.ms + excluded.ms
            returning scope, jobs, ms
            """,  # noqa: S608  only placeholders are put in
            [*values, jobs],
        )
        return [(scope, held, spent) for scope, held, spent in cursor.fetchall()]
