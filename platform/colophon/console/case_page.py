"""All that one case shows, and what its reviewer just decided. A constant number of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from colophon.accounts.access import may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.console import selectors
from colophon.ledger.services import About
from colophon.publishing import complaining
from colophon.publishing.models import Publication
from colophon.releases import appealing, caring, confirming, conflicts, drafting, many
from colophon.releases.claiming import SKIP_KINDS
from colophon.releases.models import Case, Decision, Queue, Release
from colophon.releases.placing import STUCK
from colophon.releases.services import VERDICTS
from colophon.studio.errors import NotFound
from colophon.studio.models import JobInput
from colophon.web import chain, evidence, findings
from compliance.policy.vocabulary import has_height

HISTORY_DAYS = 90
HISTORY_SHOWN = 7
JUST_SHOWN = 3
DECIDED_SHOWN = 50


def find_case(release_id: UUID) -> Release:
    """Return a release of the tenant; raise `NotFound`, also for another tenant's."""
    found = (
        Release.objects.filter(pk=release_id)
        .select_related(
            "author",
            "tenant",
            "artifact__project",
            "artifact__author",
            "artifact__assessment",
            "artifact__job__prompt_version",
            "artifact__job__assessment",
        )
        .first()
    )
    if found is None:
        raise NotFound(kind="release")
    found.artifact.tenant = found.tenant  # the same organisation, joined once
    return found


def case_page(
    person: Person, release: Release, *, evidence_at: int, after: str = ""
) -> dict[str, Any]:
    """Return everything the page of one case shows.

    ``after`` is the address of the case that will be done when this one is shown.
    """
    work = release.artifact
    rows = findings.all_of(work)
    text = evidence.read_text(work.sha256) if work.medium == "text" else ""
    matches = evidence.matches(rows, text=text)
    bounds = findings.stored_bounds(release.ruling)
    told = findings.clauses(bounds)
    claim = selectors.live_claims().filter(release=release).select_related("reviewer").first()
    deciding = release.ruling.get("deciding") or ""
    prompt = work.job.prompt_version if work.job else None
    return {
        "release": release,
        "work": work,
        "text": text,
        **findings_part(person, release, rows=rows),
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
        "barred": barred(person, release),
        "approve_stops": approve_stops(release),
        "decisions": list(
            release.decisions.filter(state="effective").select_related("person").order_by("at")
        ),
        "draft": drafting.kept(by=person, release=release),
        **(
            _complaint(person, release)
            if release.state in complaining.TAKEN
            else _appeal(person, release)
        ),
        "may_recall": _may_recall(person, release),
        "history": chain.newest_of(
            [About("release", release.id), About("artifact", work.id)], most=HISTORY_SHOWN
        ),
        **(left := leaving(person, release)),
        "author_history": _author_history(release) if left["care"].personal_figures else None,
        **selectors.ahead(person, release, after=after),
    }


def _appeal(person: Person, release: Release) -> dict[str, Any]:
    """Return the newest appeal of a release, and why this person cannot hear it, if it waits."""
    rows = release.appeals.select_related("author", "hearer", "decision__person")
    appeal = rows.order_by("at").last()
    if appeal is None or appeal.state != "filed":
        return {"appeal": appeal}
    why = "" if may(person, Act.HEAR_APPEAL) else "role"
    appeal.release = release  # as loaded, with its work
    return {
        "appeal": appeal,
        "hearing": why or ("part" if appealing.bars(person, appeal) else "open"),
    }


def _complaint(person: Person, release: Release) -> dict[str, Any]:
    """Return the newest appeal against a withdrawal, and why this person cannot hear it."""
    publication = Publication.objects.filter(release=release).first()
    complaint = complaining.newest(publication) if publication is not None else None
    if complaint is None or publication is None or complaint.state != "filed":
        return {"complaint": complaint}
    publication.release = release  # as loaded, with its work
    complaint.withdrawal.publication = publication
    why = "" if may(person, Act.HEAR_APPEAL) else "role"
    part = "part" if not why and complaining.bars(person, complaint) else "open"
    return {"complaint": complaint, "hearing": why or part}


def findings_part(
    person: Person, release: Release, *, rows: list[Any] | None = None
) -> dict[str, Any]:
    """Return findings with what people hold of each, and the one that the keys mark next."""
    shown: list[Any] = findings.all_of(release.artifact) if rows is None else rows
    confirming.with_marks(shown)
    may_mark = person.pk not in (release.author_id, release.artifact.author_id)
    next_one = None
    for row in shown:
        row.mine = next((one.verdict for one in row.held if one.person_id == person.pk), "")
        if next_one is None and may_mark and not row.mine and row.answer != "passed":
            next_one = row.pk
    return {"findings": shown, "may_mark": may_mark, "marks_next": next_one}


def _may_recall(person: Person, release: Release) -> bool:
    if release.state != "second_review":
        return False
    first = conflicts.approval_of(release)
    return first is not None and first.person_id == person.pk


def leaving(person: Person, release: Release) -> dict[str, Any]:
    """Return what is needed to skip, move or bring back a case, and how it is veiled; three queries."""
    case = Case.objects.filter(release=release).select_related("queue").first()
    hidden: set[str] = set(case.queue.hidden_verdicts) if case is not None else set()
    others = Queue.objects.filter(closed=False).order_by("position", "name_en")
    own = person.pk in (release.author_id, release.artifact.author_id)
    held = caring.care_of(person)
    return {
        "case": case,
        "care": held,
        "veil": held.veils(case.severity) if case is not None else "",
        "skip_kinds": SKIP_KINDS,
        "queues": [one for one in others if case is not None and one.pk != case.queue_id],
        "may_bring_back": release.state in STUCK and may(person, Act.BRING_BACK) and not own,
        "verdicts": [str(one) for one in VERDICTS.get(release.state, ()) if str(one) not in hidden],
    }


def just_decided(person: Person) -> dict[str, Any]:
    """Return what ``person`` decided and may still undo, and what never took effect: two queries."""
    # Every page of a case shows it, and a brisk minute holds fifty: no more is read than is shown.
    mine = (
        Decision.objects.filter(person=person)
        .select_related("release__artifact")
        .only("verdict", "bulk", "due_at", "cause", "release__artifact__title")
    )
    undone = mine.filter(state="undone", cause__isnull=False, release__drafts__person=person)
    pending = list(mine.filter(state="pending").order_by("-at")[: many.MOST + JUST_SHOWN])
    now = timezone.now()
    shown: dict[UUID, Decision] = {}
    for one in pending:
        one.seconds = max(0, round((one.due_at - now).total_seconds()))  # type: ignore[attr-defined]
        first = shown.setdefault(one.bulk_id or one.pk, one)
        first.together = getattr(first, "together", 0) + 1  # type: ignore[attr-defined]
    acts = list(shown.values())
    return {
        "pending": acts[:JUST_SHOWN],
        "more": len(acts) > JUST_SHOWN,
        "undone": list(undone.order_by("-at")[:JUST_SHOWN]),
    }


def decided_page(person: Person) -> list[Decision]:
    """Return the newest decisions of ``person``, pending ones among them."""
    rows = Decision.objects.filter(person=person).select_related("release__artifact")
    return list(rows.order_by("-at")[:DECIDED_SHOWN])


def barred(person: Person, release: Release) -> str:
    """Return why this person cannot decide here, or nothing.

    author | first | role | state | pending | excluded | interest
    """
    if release.state not in conflicts.REVIEWED_IN:
        return "state"
    if release.decisions.filter(state="pending").exists():
        return "pending"
    if conflicts.is_excluded(person, release):
        return "excluded"
    if conflicts.is_interested(person, release):
        return "interest"
    second = release.state == "second_review"
    if not may(person, Act.APPROVE_SECOND if second else Act.REVIEW):
        return "role"
    if person.pk in (release.author_id, release.artifact.author_id):
        return "author"
    approved = release.decisions.filter(person=person, verdict="approve", state="effective")
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
        first = {**one, "destinations": [], "height_permille": 0}
        held = seen.setdefault((one["text"], one["place"]), first)
        held["destinations"] += [
            place for place in one["destinations"] if place not in held["destinations"]
        ]
        tall = one["height_permille"] if has_height(one["key"]) else 0
        held["height_permille"] = max(held["height_permille"], tall)
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
