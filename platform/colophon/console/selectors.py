"""What waits for reviewers, and all that one case shows. A constant number of queries each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
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
from colophon.ledger.services import About
from colophon.releases.models import Claim, Decision, Release, ReleaseDestination
from colophon.releases.services import VERDICTS
from colophon.studio.errors import NotFound
from colophon.studio.models import Finding, JobInput
from colophon.web import chain, evidence, findings

PAGE = 50
WAITING = ("in_review", "second_review", "escalated", "held")
DECIDABLE = ("in_review", "second_review")
RISKS = ("low", "medium", "high")
HISTORY_DAYS = 90
HISTORY_SHOWN = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which part of the queue somebody looks at."""

    name: str = "waiting"
    risk: str = ""
    destination: str = ""
    medium: str = ""


def waiting() -> QuerySet[Release]:
    """Return cases that wait, the riskiest and oldest first; ``risk`` is 0, 1 or 2."""
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
        Release.objects.filter(state__in=WAITING).annotate(risk=risk).order_by("-risk", "at", "pk")
    )


def _live() -> QuerySet[Claim]:
    return Claim.objects.filter(ended_at__isnull=True, until__gt=timezone.now())


def _mine_to_take(person: Person) -> QuerySet[Release]:
    """Return what ``person`` may decide now: not their own, not held by others, not decided by them.

    The service asks the same again; this only spares people cases that they would be refused.
    """
    states = ["in_review"] if may(person, Act.REVIEW) else []
    if may(person, Act.APPROVE_SECOND):
        states.append("second_review")
    others = _live().filter(release=OuterRef("pk")).exclude(reviewer=person)
    approved = Decision.objects.filter(release=OuterRef("pk"), person=person, verdict="approve")
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


def queue_page(person: Person, view: View) -> dict[str, Any]:
    """Return one view of the queue with its rows and the counts of all views."""
    held = _live().filter(release=OuterRef("pk"), reviewer=person)
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
            Prefetch("claims", _live().select_related("reviewer"), to_attr="live_claims"),
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


def find_case(release_id: UUID) -> Release:
    """Return a release of the tenant; raise `NotFound`, also for another tenant's."""
    found = (
        Release.objects.filter(pk=release_id)
        .select_related(
            "author",
            "tenant",
            "artifact__project",
            "artifact__author",
            "artifact__tenant",
            "artifact__assessment",
            "artifact__job__prompt_version",
            "artifact__job__assessment",
        )
        .first()
    )
    if found is None:
        raise NotFound(kind="release")
    return found


def case_page(person: Person, release: Release, *, evidence_at: int) -> dict[str, Any]:
    """Return everything the page of one case shows."""
    work = release.artifact
    rows = findings.all_of(work)
    text = evidence.read_text(work.sha256) if work.medium == "text" else ""
    matches = evidence.matches(rows, text=text)
    bounds = findings.stored_bounds(release.ruling)
    told = findings.clauses(bounds)
    claim = _live().filter(release=release).select_related("reviewer").first()
    deciding = release.ruling.get("deciding") or ""
    prompt = work.job.prompt_version if work.job else None
    return {
        "release": release,
        "work": work,
        "text": text,
        "findings": rows,
        "tally": findings.tally(rows),
        "not_asked": findings.not_asked(work.assessment, rows),
        "matches": matches,
        "match": matches[min(evidence_at, len(matches) - 1)] if matches else None,
        "clauses": told,
        "canned": _canned(told, language=release.author.language),
        "deciding": deciding,
        "by_place": list(findings.standing_by_destination(release.ruling).items()),
        "labels": _labels(release.ruling["requirements"]["labels"]),
        "requirements": release.ruling["requirements"],
        "prompt": prompt,
        "inputs": _inputs(work.job_id),
        "claim": claim,
        "yours": claim is not None and claim.reviewer_id == person.pk,
        "verdicts": [str(one) for one in VERDICTS.get(release.state, ())],
        "barred": barred(person, release),
        "approve_stops": approve_stops(release),
        "decisions": list(release.decisions.select_related("person").order_by("at")),
        "history": chain.steps([About("release", release.id), About("artifact", work.id)])[
            -HISTORY_SHOWN:
        ][::-1],
        "author_history": _author_history(release),
        "next": next_case(person, after=release.id),
        "line": _mine_to_take(person).count(),
    }


def barred(person: Person, release: Release) -> str:
    """Return why this person cannot decide here: author | first | role | state, or nothing."""
    if release.state not in DECIDABLE:
        return "state"
    second = release.state == "second_review"
    if not may(person, Act.APPROVE_SECOND if second else Act.REVIEW):
        return "role"
    if person.pk in (release.author_id, release.artifact.author_id):
        return "author"
    approved = release.decisions.filter(person=person, verdict="approve")
    return "first" if second and approved.exists() else ""


def approve_stops(release: Release) -> list[str]:
    """Return the clauses that keep this from being approved, as judged at the request."""
    ruling = release.ruling
    stops = [one["clause"] for one in ruling["bound"] if one["standing"] == "stops"]
    if stops or ruling["open"]:
        return stops
    return sorted({one for many in ruling["blocked"].values() for one in many})


def _canned(told: list[Any], *, language: str) -> list[dict[str, str]]:
    """Return clauses with their words in the author's language, the strictest first."""
    key = "zh" if language.startswith("zh") else "en"
    return [
        {
            "clause": one.bound.clause,
            "text": one.bound.text.get(key) or one.bound.text.get("en", ""),
        }
        for one in told
    ]


def _labels(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one preview per label text, with every destination it serves."""
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for one in asked:
        if not one["text"]:
            continue
        held = seen.setdefault((one["text"], one["place"]), {**one, "destinations": []})
        held["destinations"] += [
            place for place in one["destinations"] if place not in held["destinations"]
        ]
        held["height_permille"] = max(held["height_permille"], one["height_permille"])
    return list(seen.values())


def _inputs(job_id: UUID | None) -> list[JobInput]:
    if job_id is None:
        return []
    return list(JobInput.objects.filter(job=job_id).select_related("upload"))


def _author_history(release: Release) -> dict[str, int]:
    since = timezone.now() - timedelta(days=HISTORY_DAYS)
    counted: dict[str, int] = Release.objects.filter(
        author=release.author_id, at__gt=since
    ).aggregate(
        published=Count("pk", filter=Q(state="published")),
        returned=Count("pk", filter=Q(state="returned")),
        refused=Count("pk", filter=Q(state="refused")),
    )
    return counted
