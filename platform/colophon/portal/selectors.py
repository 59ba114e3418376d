"""What the portal's pages show. Each function asks a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Exists,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from colophon.accounts.models import Person
from colophon.ledger import checkpoints
from colophon.ledger.services import About
from colophon.releases import confirming
from colophon.releases.models import Decision, Release, ReleaseDestination
from colophon.rights.models import InputRights
from colophon.studio import rerunning, seeing
from colophon.studio.errors import NotFound
from colophon.studio.models import (
    Artifact,
    Assessment,
    Batch,
    Job,
    Listed,
    Member,
    Placement,
    Project,
    Upload,
)
from colophon.web import chain, evidence, findings
from generation.engine import Card
from generation.shelf import ENGINES

RESULTS_SHOWN = 8
INPUTS_SHOWN = 20
MOST_PROJECTS = 100
OVER = ("refused", "returned", "withdrawn_by_author", "superseded_by", "withdrawn")
SEALED = ("sealed", "published", "restricted", "superseded")


def find_work(work_id: UUID) -> Artifact:
    """Return a work of the tenant; raise `NotFound`, also for another tenant's."""
    found = (
        Artifact.objects.select_related(
            "tenant",
            "project",
            "author",
            "parent",
            "look",
            "assessment",
            "job__prompt_version",
            "job__assessment",
        )
        .filter(pk=work_id)
        .first()
    )
    if found is None:
        raise NotFound(kind="work")
    return found


def find_job(job_id: UUID) -> Job:
    rows = Job.objects.select_related("project", "author", "prompt_version__prompt")
    found = rows.filter(pk=job_id).first()
    if found is None:
        raise NotFound(kind="job")
    return found


def find_batch(batch_id: UUID) -> Batch:
    found = Batch.objects.select_related("project", "author").filter(pk=batch_id).first()
    if found is None:
        raise NotFound(kind="batch")
    return found


def first_of(batch_id: UUID) -> Job:
    """Return the first job of a batch, whose settings stand for the whole."""
    rows = Job.objects.select_related("project", "author", "prompt_version__prompt")
    return rows.filter(batch=batch_id).earliest("place")


def find_release(release_id: UUID) -> Release:
    rows = Release.objects.select_related("artifact", "author", "tenant")
    found = rows.filter(pk=release_id).first()
    if found is None:
        raise NotFound(kind="release")
    return found


def projects(person: Person, *, also: UUID | None = None) -> list[Project]:
    """Return up to `MOST_PROJECTS` open projects to choose from, by name.

    Those ``person`` is a member of and those of the own team come before newer ones of others;
    ``also`` is among them whatever it is. The page of all projects leads to each of the rest.
    """
    member = Exists(Member.objects.filter(project=OuterRef("pk"), person=person))
    near = Case(When(member, then=0), When(team=person.team_id, then=1), default=2)
    rows = Project.objects.filter(archived_at__isnull=True)
    found = list(rows.order_by(near, "-at")[:MOST_PROJECTS])
    if also is not None and also not in {one.pk for one in found}:
        found += rows.filter(pk=also)
    return sorted(found, key=lambda one: one.name)


def placed(work: Artifact) -> Placement | None:
    """Return the newest move of a work with ``came_from``, a project's name; empty where that is
    hidden from who looks. One query."""
    name = Project.objects.filter(pk=OuterRef("held")).values("name")[:1]
    rows = (
        Placement.objects.filter(artifact=work)
        .select_related("by")
        .annotate(came_from=Subquery(name))
    )
    return rows.order_by("-at").first()


def cards() -> list[Card]:
    """Return what every engine on the shelf says of itself, pictures and texts first."""
    order = {"image": 0, "text": 1}
    found = [engine.describe() for engine in ENGINES]
    return sorted(found, key=lambda card: (order.get(card.medium, 9), card.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A file that may serve as an input, and the newest record of its rights."""

    upload: Upload
    rights: InputRights | None


def held_inputs(also: Iterable[UUID] = ()) -> list[Held]:
    """Return files with a right on record, and those chosen already: at most three queries."""
    wanted = list(also)
    rows = list(Upload.objects.order_by("-at")[:INPUTS_SHOWN])
    missing = [one for one in wanted if one not in {row.id for row in rows}]
    if missing:
        rows += list(Upload.objects.filter(pk__in=missing))
    records = InputRights.objects.filter(sha256__in={row.sha256 for row in rows}).order_by("at")
    newest = {record.sha256: record for record in records}
    shown: dict[str, Held] = {}
    for row in rows:
        if row.sha256 in newest or row.id in wanted:
            shown.setdefault(row.sha256, Held(upload=row, rights=newest.get(row.sha256)))
    return list(shown.values())


def works_with_state() -> QuerySet[Artifact]:
    """Return works with ``shown_state``: of the newest release, or how far the checks are.

    What lies in the trash is not among them.
    """
    newest = Release.objects.filter(artifact=OuterRef("pk")).order_by("-at").values("state")[:1]
    checked = Exists(Assessment.objects.filter(artifact=OuterRef("pk")))
    before = Case(
        When(checked, then=Value("draft")),
        default=Value("checking"),
        output_field=CharField(),
    )
    return (
        seeing.works()
        .select_related("look")
        .annotate(shown_state=Coalesce(Subquery(newest), before))
    )


def with_note(rows: Iterable[Artifact]) -> list[Artifact]:
    """Mark the works that were not cleared, as every card must say."""
    shown = list(rows)
    for row in shown:
        row.uncleared = row.shown_state not in (*SEALED, "withdrawn")  # type: ignore[attr-defined]
    return shown


def results() -> list[Listed]:
    """Return the newest works, from an index alone."""
    newest = Listed.objects.order_by("-at", "-pk").values_list("pk", flat=True)
    return cards_of(newest[:RESULTS_SHOWN])


def cards_of(ids: Iterable[UUID]) -> list[Listed]:
    """Return works with their looks, in the order of ``ids``: one query."""
    wanted = list(ids)
    rows = Listed.objects.filter(pk__in=wanted).select_related("artifact__look")
    held = {row.pk: row for row in rows.defer("words", "artifact__record", "artifact__inbound")}
    return [held[one] for one in wanted if one in held]


def in_effect() -> QuerySet[Decision]:
    """Return decisions for their author to see: none that may still be undone."""
    rows = Decision.objects.filter(state__in=("effective", "recalled"))
    return rows.select_related("person").order_by("at")


@dataclass(slots=True, kw_only=True)
class WorkPage:
    """Everything the page of one work shows."""

    work: Artifact
    state: str
    text: str
    findings: list[Any]
    tally: dict[str, int]
    not_asked: list[str]
    matches: list[Any]
    releases: list[Release]
    newest: Release | None
    alive: Release | None
    clauses: list[Any] = field(default_factory=list)
    ways: list[Any] = field(default_factory=list)
    chain: list[chain.Step] = field(default_factory=list)
    head: Any = None
    cosigned: list[Any] = field(default_factory=list)
    reruns: list[Rerun] = field(default_factory=list)
    human: str = ""
    """Per cent of the work that people stated as their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """A run of the same record, before or after, and whether its bytes came out the same."""

    work: Artifact
    outcome: rerunning.Outcome


def reruns(work: Artifact) -> list[Rerun]:
    """Return the runs that repeated this work, and the work this one repeats: two queries."""
    first = work.job.rerun_of_id if work.job else None
    # Not "or" in one query: over a join it reads every work of the organisation.
    later = Job.objects.filter(rerun_of=work, artifact__isnull=False)
    held = [*later.values_list("artifact", flat=True)[:12], first]
    rows = Artifact.objects.filter(pk__in=[one for one in held if one]).order_by("at")
    return [Rerun(work=one, outcome=_compared(work, one)) for one in rows[:12]]


def _compared(work: Artifact, other: Artifact) -> rerunning.Outcome:
    before, after = sorted((work, other), key=lambda one: one.at)
    return rerunning.outcome(before, after)


def work_page(work: Artifact) -> WorkPage:
    """Return the page of a work in a constant number of queries."""
    assessment = getattr(work, "assessment", None)
    rows = confirming.with_marks(findings.all_of(work))
    text = evidence.read_text(work.sha256) if work.medium == "text" else ""
    releases = list(
        work.releases.select_related("clearance", "seal", "publication")
        .prefetch_related(
            Prefetch("destinations", ReleaseDestination.objects.order_by("destination")),
            Prefetch("decisions", in_effect()),
        )
        .order_by("-at")
    )
    newest = releases[0] if releases else None
    state = newest.state if newest else ("draft" if assessment else "checking")
    page = WorkPage(
        work=work,
        state=state,
        text=text,
        findings=rows,
        tally=findings.tally(rows),
        not_asked=findings.not_asked(assessment, rows),
        matches=evidence.matches(rows, text=text),
        releases=releases,
        newest=newest,
        alive=newest if newest is not None and newest.state not in OVER else None,
    )
    if newest is not None:
        bounds = findings.stored_bounds(newest.ruling)
        page.clauses = findings.clauses(bounds)
        page.ways = findings.ways(
            bounds, opened=newest.ruling["open"], titles=evidence.titles(page.matches)
        )
    page.reruns = reruns(work)
    stated = work.contributions.aggregate(all=Sum("share_permille"))["all"]
    page.human = f"{stated / 10:g}" if stated else ""
    page.chain = chain.steps(_abouts(work, releases))
    _put_head(page)
    return page


def _abouts(work: Artifact, releases: Iterable[Release]) -> list[About]:
    abouts = [About("artifact", work.id)]
    if work.job is not None:
        abouts += [
            About("job", work.job.id),
            About("prompt_version", work.job.prompt_version_id),
        ]
    return abouts + [About("release", one.id) for one in releases]


def _put_head(page: WorkPage) -> None:
    """Say under which signed head the last leaf stands, and who cosigned it."""
    leaves = [step.leaf for step in page.chain if step.leaf is not None]
    if not leaves:
        return
    try:
        page.head = checkpoints.holding(max(leaves))
    except checkpoints.NoCheckpoint:
        return
    page.cosigned = checkpoints.cosigned(page.head.size)
