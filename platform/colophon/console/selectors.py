"""The queue page: which cases wait, in the order in which they are taken, and where the page goes on.

Counts go no further than `MOST`, rows come by keyset, and what decides the order stands on the case
(`releases.waiting.Case`), so the page costs the same with fifty cases and with a million.
"""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from colophon.accounts.models import Person
from colophon.releases import line
from colophon.releases.caring import care_of, rest_of
from colophon.releases.line import DECIDABLE, steps_of
from colophon.releases.models import (
    Case,
    Claim,
    Decision,
    Exclusion,
    Interest,
    Queue,
    Release,
    ReleaseDestination,
)
from colophon.releases.queues import queues_of, waiting_in
from colophon.releases.waiting import RISKS
from colophon.studio.models import Finding
from colophon.web.answers import problem

PAGE = 25
MOST = 1000
"""Counts say “1,000+” beyond this."""
VIEWS = ("waiting", "yours", "mine", "second", "stuck", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which part of the line somebody looks at, and where the page goes on."""

    name: str = "waiting"
    queue: UUID | None = None
    risk: str = ""
    destination: str = ""
    medium: str = ""
    after: str = ""


def read_view(asked: Mapping[str, str]) -> View:
    """Return the view that an address asks for; what cannot be read is left out."""
    name = asked.get("view", "waiting")
    try:
        queue = UUID(asked.get("queue", ""))
    except ValueError:
        queue = None
    return View(
        name=name if name in VIEWS else "waiting",
        queue=queue,
        risk=asked.get("risk", ""),
        destination=asked.get("destination", ""),
        medium=asked.get("medium", ""),
        after=asked.get("after", ""),
    )


def queue_page(person: Person, view: View) -> dict[str, Any]:
    """Return one view of the line: rows, the counts of all views, and the queues."""
    yours = [one.pk for one in queues_of(person)]
    queues = list(Queue.objects.filter(closed=False).order_by("position", "name_en"))
    here = next((one for one in queues if one.pk == view.queue), None)
    views = _views(person, yours)
    shown = _rows(_narrowed(views[view.name], view, here))
    waits = waiting_in(queues, most=MOST)
    more = len(shown) > PAGE
    rows = shown[:PAGE]
    _dress(rows, person, yours)
    care = care_of(person)
    rest = rest_of(person, care)
    for row in rows:
        row.veiled = bool(care.veils(row.severity))  # type: ignore[attr-defined]
    return {
        "view": view,
        "rows": rows,
        "older": place_of(rows[-1]) if more else "",
        "queues": [(one, waits.get(one.pk, 0), one.pk in yours) for one in queues],
        "here": here,
        "address": _address(view),
        "counts": _counted(views),
        "most": MOST,
        "care": care,
        "rest": problem(rest) if rest else None,
        "decided": Decision.objects.filter(
            person=person, at__gt=timezone.now() - timedelta(hours=24)
        ).count(),
        "oldest": Case.objects.filter(state__in=DECIDABLE).order_by("rank_at", "pk").first(),
    }


def _views(person: Person, yours: list[UUID]) -> dict[str, QuerySet[Case]]:
    now = timezone.now()
    waiting = Case.objects.filter(settling=False)
    approved = Decision.objects.filter(
        release=OuterRef("pk"), person=person, verdict="approve", state="effective"
    )
    interests = Interest.objects.filter(person=person, ended_at__isnull=True)
    others = Q(held_until__gt=now) & ~Q(held_by=person)
    takeable = (
        waiting.filter(state__in=steps_of(person), queue__in=yours)
        .exclude(Q(author=person) | Q(maker=person))
        .exclude(others)
        .exclude(Q(state="second_review") & Exists(approved))
        .exclude(Exists(Exclusion.objects.filter(release=OuterRef("pk"), person=person)))
        .exclude(Exists(interests.filter(project=OuterRef("project"))))
    )
    return {
        "waiting": waiting,
        "yours": takeable,
        "mine": waiting.filter(held_by=person, held_until__gt=now),
        "second": waiting.filter(state="second_review"),
        "stuck": waiting.filter(state__in=("escalated", "held")),
        # By its place, never after its due time, the index of the line ends at what is not late yet.
        "late": waiting.filter(rank_at__lt=now, due_at__lt=now, state__in=DECIDABLE),
    }


def _narrowed(found: QuerySet[Case], view: View, here: Queue | None) -> QuerySet[Case]:
    if here is not None:
        found = found.filter(queue=here)
    if view.risk in RISKS:
        found = found.filter(risk=RISKS.index(view.risk))
    if view.destination:
        found = found.filter(destinations__contains=[view.destination[:20]])
    if view.medium:
        found = found.filter(medium=view.medium[:20])
    place = _read_place(view.after)
    if place is not None:
        at, release = place
        found = found.filter(Q(rank_at__gt=at) | Q(rank_at=at, release__gt=release))
    return found


_UNSHOWN = (
    "release__ruling",
    "release__artifact__record",
    "release__artifact__inbound",
    "release__artifact__assessment__not_asked",
    "release__artifact__look__colours",
    "release__artifact__look__marks",
    "project__destinations",
    "project__brief",
    "project__glossary",
    "project__themes",
    "project__protected_labels",
)


def live_claims() -> QuerySet[Claim]:
    """Return the claims that are alive."""
    return Claim.objects.filter(ended_at__isnull=True, until__gt=timezone.now())


def ahead(person: Person, release: Release, *, after: str = "") -> dict[str, Any]:
    """Return how many cases wait for ``person``, and the first of them but this one; two queries.

    The one whose address is ``after`` waits no more by then.
    """
    waiting = [one for one in line.near(person) if not after.endswith(str(one))]
    first = Release.objects.filter(pk__in=[one for one in waiting if one != release.pk][:1])
    return {"line": len(waiting), "next": first.select_related("artifact").first()}


def _rows(found: QuerySet[Case]) -> list[Case]:
    # Which, by the index of the line alone; then what is shown of them. In one query the planner
    # joins everything that waits before it takes the first of it.
    ordered = found.order_by("rank_at", "release_id")
    shown = list(ordered.values_list("pk", flat=True)[: PAGE + 1])
    return list(
        Case.objects.filter(pk__in=shown)
        .order_by("rank_at", "release_id")
        .select_related(
            "release__artifact__assessment",
            "release__artifact__look",
            "project",
            "author",
            "held_by",
        )
        # What only the case itself shows; reading it as JSON cost a third of the page.
        .defer(*_UNSHOWN)
        .prefetch_related(
            Prefetch("release__destinations", ReleaseDestination.objects.order_by("destination"))
        )
    )


def _tallies(rows: list[Case]) -> dict[UUID, Counter[str]]:
    """Return how many findings gave which answer, by assessment: numbers, not the findings."""
    assessed = [row.release.artifact.assessment.pk for row in rows]
    counted = (
        Finding.objects.filter(assessment__in=assessed)
        .order_by()
        .values_list("assessment_id", "answer")
        .annotate(many=Count("pk"))
    )
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    for assessment, answer, many in counted:
        found[assessment][answer] += many
    return found


def _dress(rows: list[Case], person: Person, yours: list[UUID]) -> None:
    now = timezone.now()
    steps = steps_of(person)
    approved = set(
        Decision.objects.filter(
            person=person,
            verdict="approve",
            state="effective",
            release__in=[one.pk for one in rows],
        ).values_list("release_id", flat=True)
    )
    tallies = _tallies(rows)
    for row in rows:
        held = row.held_until is not None and row.held_until > now
        row.risk_word = RISKS[row.risk]  # type: ignore[attr-defined]
        row.tally = tallies[row.release.artifact.assessment.pk]  # type: ignore[attr-defined]  # set for the page
        row.holder = row.held_by if held else None  # type: ignore[attr-defined]
        row.own = person.pk in (row.author_id, row.maker_id)  # type: ignore[attr-defined]
        row.late = row.due_at < now  # type: ignore[attr-defined]
        row.takeable = (  # type: ignore[attr-defined]
            row.state in steps
            and row.queue_id in yours
            and not row.own  # type: ignore[attr-defined]
            and not (held and row.held_by_id != person.pk)
            and not (row.state == "second_review" and row.pk in approved)
        )


def _address(view: View) -> str:
    asked = {
        "view": view.name,
        "queue": str(view.queue or ""),
        "risk": view.risk,
        "destination": view.destination,
        "medium": view.medium,
    }
    return urlencode({name: value for name, value in asked.items() if value})


def _counted(views: dict[str, QuerySet[Case]]) -> dict[str, int]:
    """Return how many cases each view holds, up to one more than `MOST`, in one query."""
    asked: dict[str, tuple[str, tuple[Any, ...]]] = {}
    for name, rows in views.items():
        with contextlib.suppress(EmptyResultSet):  # of nobody's queues nothing waits
            asked[name] = rows.order_by().values("pk")[: MOST + 1].query.sql_with_params()
    # Our own queries with their parameters apart: nothing of a request is in the text.
    counts = ", ".join(f"(select count(*) from ({sql}) held)" for sql, _ in asked.values())  # noqa: S608  ours
    with connection.cursor() as cursor:
        cursor.execute(f"select {counts}", [one for _, held in asked.values() for one in held])
        return dict.fromkeys(views, 0) | dict(zip(asked, cursor.fetchone(), strict=True))


def place_of(row: Case) -> str:
    """Return where the line goes on after ``row``, for an address."""
    return f"{row.rank_at.isoformat()}~{row.pk}"


def _read_place(text: str) -> tuple[datetime, UUID] | None:
    at, _, release = text.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(release)
    except ValueError:
        return None
