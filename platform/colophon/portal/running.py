"""What runs, waits or went wrong: whose, in which place, why it waits, and how it looks now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from colophon.accounts.models import Person
from colophon.studio import estimating
from colophon.studio.models import Job
from colophon.web.sights import preview_url
from kernel.words import msgid

ALIVE = ("queued", "running")
SHOWN = 8
ENDED_SHOWN = 4
ENDED_FOR = timedelta(days=1)
LINE = 200
"""Places in line are counted this far; beyond it is “more than”."""
NO_WORKER = msgid("No worker is alive now. It runs once the operator starts one.")
BUSY = msgid("Next in line: every worker is busy.")
PLACE = msgid("{place} in line")
FAR = msgid("More than {place} in line")
_FIRST = {"failed": 0, "running": 1, "queued": 2, "refused": 3, "cancelled": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Why a job waits: a sentence and its facts, for the `told` filter."""

    says: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    job: Job
    percent: int
    waiting: Waiting | None
    stopped_at: list[str]
    text: str
    picture: str
    """Link to the preview on the media origin; empty without one."""


def rows(person: Person, *, whose: str) -> dict[str, Any]:
    """Return jobs that run, wait or went wrong within a day, failures first: five queries.

    ``whose`` is mine, team (of the person's team's projects) or all (of the organisation).
    """
    every = Job.objects.select_related("author", "prompt_version", "preview")
    seen = _of(every, person, whose)
    alive = list(seen.filter(state__in=ALIVE).order_by("at")[:SHOWN])
    # A failure that was tried again is answered; one of yesterday is history.
    ended = (
        seen.filter(state__in=("failed", "refused", "cancelled"), at__gt=Now() - ENDED_FOR)
        .exclude(job__isnull=False)
        .order_by("-at")[:ENDED_SHOWN]
    )
    shown = sorted([*alive, *ended], key=lambda job: _FIRST[job.state])
    line = Job.objects.filter(state="queued").order_by("at").values_list("pk", flat=True)
    places = {pk: number for number, pk in enumerate(line[:LINE], start=1)}
    counts = Job.objects.filter(state__in=ALIVE).aggregate(
        mine=Count("pk", filter=Q(author=person)),
        team=Count("pk", filter=Q(project__team=person.team_id)),
        all=Count("pk"),
    )
    workers = estimating.workers_alive()
    return {
        "jobs": [_row(job, places.get(job.pk), workers=workers) for job in shown],
        "counts": counts,
        "whose": whose,
        "said": {state: sum(job.state == state for job in shown) for state in _FIRST},
    }


def _of(every: QuerySet[Job], person: Person, whose: str) -> QuerySet[Job]:
    if whose == "mine":
        return every.filter(author=person)
    return every.filter(project__team=person.team_id) if whose == "team" else every


def _row(job: Job, place: int | None, *, workers: int) -> Row:
    preview = getattr(job, "preview", None) if job.state == "running" else None
    return Row(
        job=job,
        percent=job.share_permille // 10,
        waiting=_waiting(place, workers=workers) if job.state == "queued" else None,
        stopped_at=[
            job.prompt_version.text[start:end]
            for start, end in (job.refusal or {}).get("spans", [])
        ],
        text=preview.text if preview else "",
        picture=preview_url(preview) if preview and preview.picture else "",
    )


def _waiting(place: int | None, *, workers: int) -> Waiting:
    if not workers:
        return Waiting(says=NO_WORKER, facts={})
    if place is None:
        return Waiting(says=FAR, facts={"place": LINE})
    if place == 1:
        return Waiting(says=BUSY, facts={})
    return Waiting(says=PLACE, facts={"place": place})
