"""What the pages of prompts show. Each function asks a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Left

from colophon.accounts.models import Person
from colophon.portal.selectors import Held, with_note, works_with_state
from colophon.rights.models import InputRights
from colophon.studio import labelling, templates
from colophon.studio.errors import NotFound
from colophon.studio.members import part_of
from colophon.studio.models import (
    Artifact,
    Job,
    JobInput,
    LabelMove,
    Part,
    Prompt,
    PromptLabel,
    PromptVersion,
    Upload,
)
from colophon.web import diffing
from colophon.web.answers import problem
from kernel.errors import BadInput

PAGE = 40
WINDOW = 5000
"""Prompts, newest first, among which words are looked for."""
VERSIONS_SHOWN = 60
MOVES_SHOWN = 30
WORKS_SHOWN = 6
INPUTS_SHOWN = 10
WORDINGS_LOOKED_AT = 500
JOBS_LOOKED_AT = 100
EXCERPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which prompts somebody looks for."""

    q: str = ""
    label: str = ""
    project: UUID | None = None
    mine: bool = False
    before: UUID | None = None


def found(person: Person, wish: Wish) -> dict[str, Any]:
    """Return a page of prompts, newest first: six queries at most."""
    rows = Prompt.objects.filter(template__isnull=True)
    if wish.project is not None:
        rows = rows.filter(project_id=wish.project)
    if wish.label:
        rows = rows.filter(labels__name=wish.label)
    if wish.mine:
        rows = rows.filter(Exists(_versions().filter(by=person)))
    if wish.q:
        newest = rows.order_by("-at", "-id").values("pk")[:WINDOW]
        words = Exists(_versions().filter(text__icontains=wish.q))
        rows = Prompt.objects.filter(pk__in=newest).filter(Q(title__icontains=wish.q) | words)
    last = Prompt.objects.filter(pk=wish.before).first() if wish.before else None
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    newest_version = _versions().order_by("-number")
    rows = rows.annotate(
        number=Subquery(newest_version.values("number")[:1]),
        excerpt=Subquery(newest_version.annotate(head=Left("text", EXCERPT)).values("head")[:1]),
    )
    labels = PromptLabel.objects.select_related("version").order_by("name")
    rows = rows.select_related("project").prefetch_related(Prefetch("labels", labels))
    taken = list(rows.order_by("-at", "-id")[: PAGE + 1])
    return {
        "prompts": taken[:PAGE],
        "more": taken[PAGE - 1].pk if len(taken) > PAGE else None,
        "window": WINDOW,
    }


def _versions() -> QuerySet[PromptVersion]:
    return PromptVersion.objects.filter(prompt=OuterRef("pk"))


def find_prompt(prompt_id: UUID) -> Prompt:
    """Return a prompt; raise `NotFound`, also for another tenant's or one kept private."""
    row = Prompt.objects.select_related("project", "template").filter(pk=prompt_id).first()
    if row is None:
        raise NotFound(kind="prompt")
    return row


def find_version(prompt: Prompt, *, number: str = "", label: str = "") -> PromptVersion:
    """Return the version asked for by number or label, else the newest. Raises `NotFound`."""
    if label and not number:
        return labelling.version_at(prompt, label)
    rows = prompt.versions.select_related("by", "template").order_by("-number")
    if number:
        if not number.isdecimal() or len(number) > 9:
            raise NotFound(kind="version")
        rows = rows.filter(number=int(number))
    row = rows.first()
    if row is None:
        raise NotFound(kind="version")
    return row


@dataclass(slots=True, kw_only=True)
class PromptPage:
    """Everything the page of one prompt shows."""

    prompt: Prompt
    version: PromptVersion
    against: PromptVersion | None
    pieces: list[diffing.Piece]
    counts: dict[str, int]
    versions: list[PromptVersion]
    labels: list[PromptLabel]
    moves: list[LabelMove]
    asks: list[dict[str, Any]]
    """Its variables, with their defaults."""
    asks_problem: dict[str, Any] | None
    works: list[Artifact]
    inputs: list[Held]
    part: Part | None
    offered: list[str] = field(default_factory=list)


def page_of(
    person: Person, prompt: Prompt, version: PromptVersion, *, against: str = ""
) -> PromptPage:
    """Return the page of a prompt at one version. Raises `NotFound` for a version it lacks."""
    versions = list(prompt.versions.select_related("by").order_by("-number")[:VERSIONS_SHOWN])
    before = [one for one in versions if one.number < version.number]
    other = find_version(prompt, number=against) if against else next(iter(before), None)
    pieces = diffing.diff(other.text, version.text) if other else []
    labels = list(prompt.labels.select_related("version").order_by("name"))
    for one in versions:
        one.shown_labels = [two.name for two in labels if two.version_id == one.pk]  # type: ignore[attr-defined]
    asks, wrong = _asks(version.text)
    jobs = _jobs(prompt)
    made = works_with_state().filter(job__in=jobs)
    return PromptPage(
        prompt=prompt,
        version=version,
        against=other,
        pieces=pieces,
        counts=diffing.counts(pieces),
        versions=versions,
        labels=labels,
        moves=_moves(person, prompt),
        asks=asks,
        asks_problem=wrong,
        works=with_note(made.order_by("-at")[:WORKS_SHOWN]),
        inputs=_inputs(jobs),
        part=part_of(person, prompt.project),
        offered=sorted({*labelling.OFFERED, *(one.name for one in labels)}),
    )


def _moves(person: Person, prompt: Prompt) -> list[LabelMove]:
    rows = prompt.moves.select_related("by", "decided_by", "held", "version")
    moves = list(rows.order_by("-at", "-id")[:MOVES_SHOWN])
    approves: dict[UUID, bool] = {}
    for one in moves:
        one.prompt = prompt
        waits = one.state == "open"
        if waits and one.by_id not in approves:
            approves[one.by_id] = labelling.may_approve(person, prompt, by=one.by)
        one.may_decide = waits and approves[one.by_id]  # type: ignore[attr-defined]
        one.may_withdraw = waits and one.by_id == person.pk  # type: ignore[attr-defined]
    return moves


def _asks(text: str) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    try:
        asked = templates.variables(text)
    except BadInput as error:
        return [], problem(error)
    return [{"one": one, "value": one.default or ""} for one in asked.values()], None


def _jobs(prompt: Prompt) -> list[UUID]:
    """Return the newest jobs that ran a wording of this prompt, filled or as written."""
    # The prompts first: "or" over a join would read every version of the organisation.
    filled = Prompt.objects.filter(template=prompt).order_by("-pk").values_list("pk", flat=True)
    family = [prompt.pk, *filled[:WORDINGS_LOOKED_AT]]
    rows = PromptVersion.objects.filter(prompt__in=family).order_by("-at")
    versions = rows.values_list("pk", flat=True)
    jobs = Job.objects.filter(prompt_version__in=list(versions[:WORDINGS_LOOKED_AT]))
    return list(jobs.order_by("-at").values_list("pk", flat=True)[:JOBS_LOOKED_AT])


def _inputs(jobs: list[UUID]) -> list[Held]:
    """Return the files they were given, with the newest record of their rights."""
    used = JobInput.objects.filter(job__in=jobs).values("upload")
    rows = list(Upload.objects.filter(pk__in=used).order_by("-at")[:INPUTS_SHOWN])
    records = InputRights.objects.filter(sha256__in={row.sha256 for row in rows}).order_by("at")
    newest = {record.sha256: record for record in records}
    return [Held(upload=row, rights=newest.get(row.sha256)) for row in rows]
