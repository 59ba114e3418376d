"""How well the house decides, from what was judged twice: rates with their intervals, and agreement."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from colophon.accounts.models import Person
from colophon.releases.agreement import Alpha, Rate, alpha, wilson
from colophon.releases.caring import care_of
from colophon.releases.golden import GoldenAnswer, GoldenItem, SamplingRule, SecondLook
from colophon.releases.golden import SecondLookAnswer as Answer
from colophon.releases.models import Appeal, Clearance, Decision
from kernel.words import msgid

DAYS = 90
MOST = 5000
"""Units that go into a figure, the newest first."""
SHOWN = 20
AFTER_FIRST = ("confirm", "return", "refuse", "send_back", "replace")


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate and the sentence that says of what."""

    name: str
    says: str
    rate: Rate


def quality_page(person: Person) -> dict[str, Any]:
    """Return all figures of the last `DAYS` days and the lists that feed them."""
    since = timezone.now() - timedelta(days=DAYS)
    golden = GoldenAnswer.objects.filter(at__gt=since)
    counted = golden.aggregate(right=Count("pk", filter=Q(right=True)), all=Count("pk"))
    own = golden.filter(person=person).aggregate(
        right=Count("pk", filter=Q(right=True)), all=Count("pk")
    )
    return {
        "days": DAYS,
        "figures": [
            Figure("golden", msgid("Golden items answered as known"),
                   wilson(counted["right"], counted["all"])),
            _second(since),
            _appeals(since),
            _looks(since),
        ],
        "alpha": agreement(since),
        "own": wilson(own["right"], own["all"]) if care_of(person).personal_figures else None,
        "cleared": Clearance.objects.filter(at__gt=since)[: MOST + 1].count(),
        "most": MOST,
        "sampling": SamplingRule.objects.first() or SamplingRule(),
        "open": _open(person),
        "golden": list(
            GoldenItem.objects.filter(release__state="in_review")
            .select_related("release__artifact__project")
            .annotate(
                answered=Count("answers"), right=Count("answers", filter=Q(answers__right=True))
            )
            .order_by("-at")[:SHOWN]
        ),
    }  # fmt: skip


def agreement(since: datetime) -> Alpha:
    """Return alpha over golden items, second steps and second looks since then.

    A unit is one case; its observers are those who judged it, each by verdict.
    """
    units: dict[UUID, list[str]] = defaultdict(list)
    for golden, said in (
        GoldenAnswer.objects.filter(at__gt=since)
        .order_by("-at")
        .values_list("golden", "verdict")[:MOST]
    ):
        units[golden].append(said)
    for release, said in _settled(since).order_by("-at").values_list("release", "verdict")[:MOST]:
        if said in ("approve", *AFTER_FIRST):
            units[release].append("approve" if said == "confirm" else said)
    for release, said in (
        Answer.objects.filter(at__gt=since)
        .order_by("-at")
        .values_list("look__clearance__release", "verdict")[:MOST]
    ):
        units[release].append(said)
    return alpha(units.values())


def _settled(since: datetime) -> Any:
    return Decision.objects.filter(at__gt=since).exclude(state__in=("undone", "pending"))


def _second(since: datetime) -> Figure:
    rows = _settled(since).filter(role="approver", verdict__in=AFTER_FIRST)
    counted = rows.aggregate(other=Count("pk", filter=~Q(verdict="confirm")), all=Count("pk"))
    return Figure(
        "second",
        msgid("Approvals that the second person did not confirm"),
        wilson(counted["other"], counted["all"]),
    )


def _appeals(since: datetime) -> Figure:
    rows = Appeal.objects.filter(at__gt=since, state__in=("upheld", "overturned"))
    counted = rows.aggregate(other=Count("pk", filter=Q(state="overturned")), all=Count("pk"))
    return Figure(
        "appeals",
        msgid("Refusals overturned, of those appealed and heard"),
        wilson(counted["other"], counted["all"]),
    )


def _looks(since: datetime) -> Figure:
    counted = Answer.objects.filter(at__gt=since).aggregate(
        other=Count("pk", filter=~Q(verdict="approve")), all=Count("pk")
    )
    return Figure(
        "looks",
        msgid("Clearances that a second look would not have given"),
        wilson(counted["other"], counted["all"]),
    )


def _open(person: Person) -> list[SecondLook]:
    given = Q(clearance__author=person) | Q(clearance__reviewer=person)
    given |= Q(clearance__second_person=person) | Q(clearance__artifact__author=person)
    return list(
        SecondLook.objects.filter(answer__isnull=True)
        .exclude(given)
        .select_related("clearance__artifact__project", "clearance__artifact__look")
        .order_by("at")[:SHOWN]
    )
