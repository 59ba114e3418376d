"""What waits for reviewers. A constant number of queries a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from colophon.accounts.access import may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.releases.models import Claim, Decision, Release, ReleaseDestination
from colophon.studio.models import Finding
from colophon.web import findings

PAGE = 50
WAITING = ("in_review", "second_review", "escalated", "held")
DECIDABLE = ("in_review", "second_review")
RISKS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which part of the queue somebody looks at."""

    name: str = "waiting"
    risk: str = ""
    destination: str = ""
    medium: str = ""


def waiting() -> QuerySet[Release]:
    """Return cases that wait, the riskiest and oldest first; ``risk`` is 0, 1 or 2.

    A case whose decision is about to take effect waits for nobody.
    """
    pending = Decision.objects.filter(release=OuterRef("pk"), state="pending")
    found = Finding.objects.filter(assessment__artifact=OuterRef("artifact"))
    risk = Case(
        When(
            Exists(found.filter(answer="failed", severity__in=("match", "strong"))), then=Value(2)
        ),
        When(Exists(found.exclude(answer="passed")), then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return (
        Release.objects.filter(state__in=WAITING)
        .exclude(Exists(pending))
        .annotate(risk=risk)
        .order_by("-risk", "at", "pk")
    )


def live_claims() -> QuerySet[Claim]:
    return Claim.objects.filter(ended_at__isnull=True, until__gt=timezone.now())


def _mine_to_take(person: Person) -> QuerySet[Release]:
    """Return what ``person`` may decide now: not their own, not held by others, not decided by them.

    The service asks the same again; this only spares people cases that they would be refused.
    """
    states = ["in_review"] if may(person, Act.REVIEW) else []
    if may(person, Act.APPROVE_SECOND):
        states.append("second_review")
    others = live_claims().filter(release=OuterRef("pk")).exclude(reviewer=person)
    approved = Decision.objects.filter(
        release=OuterRef("pk"), person=person, verdict="approve", state="effective"
    )
    return (
        waiting()
        .filter(state__in=states)
        .exclude(Q(author=person) | Q(artifact__author=person))
        .exclude(Exists(others))
        .exclude(Q(state="second_review") & Exists(approved))
    )


def next_case(person: Person, *, after: UUID | None = None) -> UUID | None:
    """Return the case to take next, or none."""
    rows = _mine_to_take(person)
    if after is not None:
        rows = rows.exclude(pk=after)
    return rows.values_list("pk", flat=True).first()


def line_of(person: Person) -> int:
    """Return how many cases ``person`` may decide now."""
    return _mine_to_take(person).count()


def queue_page(person: Person, view: View) -> dict[str, Any]:
    """Return one view of the queue with its rows and the counts of all views."""
    held = live_claims().filter(release=OuterRef("pk"), reviewer=person)
    views = {
        "waiting": waiting(),
        "yours": _mine_to_take(person),
        "mine": waiting().filter(Exists(held)),
        "second": waiting().filter(state="second_review"),
        "stuck": waiting().filter(state__in=("escalated", "held")),
    }
    rows = views.get(view.name, views["waiting"])
    if view.risk in RISKS:
        rows = rows.filter(risk=RISKS.index(view.risk))  # type: ignore[misc]
    if view.destination:
        rows = rows.filter(destinations__destination=view.destination)
    if view.medium:
        rows = rows.filter(artifact__medium=view.medium)
    shown = list(
        rows.select_related(
            "artifact__project", "artifact__assessment", "artifact__look", "author"
        ).prefetch_related(
            Prefetch("destinations", ReleaseDestination.objects.order_by("destination")),
            Prefetch("claims", live_claims().select_related("reviewer"), to_attr="live_claims"),
            Prefetch(
                "artifact__assessment__findings",
                Finding.objects.only("id", "assessment_id", "answer"),
            ),
        )[:PAGE]
    )
    takeable = set(_mine_to_take(person).values_list("pk", flat=True)[:500])
    for row in shown:
        row.risk_word = RISKS[row.risk]  # type: ignore[attr-defined]
        row.tally = findings.tally(row.artifact.assessment.findings.all())  # type: ignore[attr-defined]
        row.claim = row.live_claims[0] if row.live_claims else None  # type: ignore[attr-defined]
        row.takeable = row.pk in takeable  # type: ignore[attr-defined]
        row.own = person.pk in (row.author_id, row.artifact.author_id)  # type: ignore[attr-defined]
    today = timezone.now() - timedelta(hours=24)
    return {
        "view": view,
        "rows": shown,
        "counts": {name: found.count() for name, found in views.items()},
        "decided": Decision.objects.filter(person=person, at__gt=today).count(),
        "oldest": Release.objects.filter(state__in=DECIDABLE).order_by("at").first(),
    }
