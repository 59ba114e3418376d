"""Take orders in: one job, or several of one submission; say before what would become of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.queue import enqueue
from colophon.rights.selectors import rights_of
from colophon.rules.selectors import packs
from colophon.store import services as store
from colophon.studio import estimating, prompts, quotas, switches
from colophon.studio.assessing import examine, keep
from colophon.studio.members import demand_making
from colophon.studio.models import (
    Artifact,
    Batch,
    Job,
    JobInput,
    Project,
    PromptVersion,
    Upload,
)
from compliance.findings import Answer, Finding, Material, Subject
from compliance.policy.explain import Suggestion, suggest
from compliance.policy.ruling import Bound, Standing, screen
from generation.engine import Card
from generation.guard import resolved
from generation.shelf import ENGINES
from kernel.canonical import Json
from kernel.errors import BadInput
from kernel.ids import new_id

SEEDS = 2**63

Answered = tuple[Subject, Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an author asks an engine for."""

    project: Project
    text: str
    engine: str
    title: str = ""
    prompt_id: UUID | None = None
    version: PromptVersion | None = None
    """A wording on record to be used as it is; then ``text`` is its text."""
    seed: int = 0
    parameters: Mapping[str, Json] = field(default_factory=dict)
    inputs: Sequence[tuple[Upload, str]] = ()
    retry_of: Job | None = None
    rerun_of: Artifact | None = None


def submit(*, by: Person, order: Order) -> Job:
    """Take an order in: `queued`, or `refused` with the clause that stops it and no engine run.

    A refused job is a record like any other, so it is returned, not raised.
    Raises `NotAllowed`, `UnknownName` for an engine we lack, `EngineRefused` for a parameter it
    does not take, `BadInput`, `TooMuch`, `QuotaSpent`, `NotYourPart`, `Archived`.
    """
    return submit_all(by=by, orders=[order])[0]


def submit_all(*, by: Person, orders: Sequence[Order], batch: Batch | None = None) -> list[Job]:
    """Take several orders of one project in, all or none; each job is queued or refused as above.

    One wording is examined once, however many orders use it.
    """
    demand(by, Act.SUBMIT)
    demand_making(by, orders[0].project)
    cards = [_checked(order) for order in orders]
    with transaction.atomic():
        desk = _Desk(by=by, batch=batch)
        jobs = [
            desk.take_in(order, card, place=place)
            for place, (order, card) in enumerate(zip(orders, cards, strict=True))
        ]
        queued = [job for job in jobs if job.state == "queued"]
        expected = estimating.expected_ms(queued)
        quotas.reserve(by=by, project=orders[0].project, jobs=len(queued), ms=expected)
        for job in queued:
            enqueue("generate", job.id)
    return jobs


def preview(*, by: Person, order: Order) -> tuple[Bound, ...]:
    """Say which clauses stop an order, without storing anything or running an engine."""
    return foresee(by=by, order=order)[0]


def foresee(*, by: Person, order: Order) -> tuple[tuple[Bound, ...], dict[str, Any] | None]:
    """Return what binds an order, and the refusal it would get; nothing is stored, nothing runs.

    Raises what `submit` raises, but for the quota.
    """
    demand(by, Act.SUBMIT)
    prompts.clean(order.text)
    _checked(order)
    draft = PromptVersion(text=order.text)
    answers, _ = examine(_materials(draft, order.inputs))
    bounds = _bounds(answers, order.project)
    stops = [one for one in bounds if one.standing is Standing.STOPS]
    return bounds, _refusal(stops[0], answers, order.text) if stops else None


def retry(*, by: Person, job: Job) -> Job:
    """Submit the same order again as a new job that names the old one."""
    return submit(by=by, order=again(job, retry_of=job))


def again(job: Job, **also: Any) -> Order:
    """Return the order a job was made from: the same wording, engine, seed, parameters, inputs."""
    return Order(
        project=job.project,
        text=job.prompt_version.text,
        engine=job.engine,
        title=job.title,
        prompt_id=job.prompt_version.prompt_id,
        version=job.prompt_version,
        seed=job.seed,
        parameters=job.parameters,
        inputs=[(one.upload, one.use) for one in job.inputs.select_related("upload")],
        **also,
    )


def _checked(order: Order) -> Card:
    """Return the card of the engine asked for; raise for what it can never take."""
    card = ENGINES.get(order.engine).describe()
    if not 0 <= order.seed < SEEDS:
        raise BadInput(field="seed", value=order.seed, why=f"it lies outside 0 to {SEEDS - 1}")
    resolved(order.parameters, engine=card.name, known=card.parameters)
    switches.demand_on(card.name, team_id=order.project.team_id)
    return card


class _Desk:
    """Where the orders of one submission are taken in."""

    def __init__(self, *, by: Person, batch: Batch | None) -> None:
        self._by, self._batch = by, batch
        self._versions: dict[str, PromptVersion] = {}
        self._examined: dict[UUID, tuple[list[Answered], list[str]]] = {}

    def take_in(self, order: Order, card: Card, *, place: int) -> Job:
        version = self._version(order)
        if version.id not in self._examined:
            self._examined[version.id] = examine(_materials(version, order.inputs))
        answers, not_asked = self._examined[version.id]
        stop = _first_stop(answers, order.project)
        job = Job.objects.create(
            id=new_id(),
            state="refused" if stop else "queued",
            project=order.project,
            prompt_version=version,
            author=self._by,
            title=(order.title or version.prompt.title)[:120],
            engine=order.engine,
            seed=order.seed,
            parameters=dict(order.parameters),
            retry_of=order.retry_of,
            rerun_of=order.rerun_of,
            batch=self._batch,
            place=place,
            refusal=_refusal(stop, answers, order.text) if stop else None,
            sent_at=None if stop else timezone.now(),
        )
        JobInput.objects.bulk_create(
            JobInput(job=job, upload=upload, use=use) for upload, use in order.inputs
        )
        keep(answers, not_asked, job=job)
        _record_submitted(job, by=self._by, origin=card.origin.value, stop=stop)
        return job

    def _version(self, order: Order) -> PromptVersion:
        if order.version is not None:
            return order.version
        held = self._versions.get(order.text)
        if held is None:
            first = next(iter(self._versions.values()), None)
            held = self._versions[order.text] = prompts.write(
                by=self._by,
                project=order.project,
                text=order.text,
                title=order.title,
                prompt_id=first.prompt_id if first else order.prompt_id,
            )
        return held


def _materials(version: PromptVersion, inputs: Sequence[tuple[Upload, str]]) -> list[Material]:
    prompt = Material(
        subject=Subject.PROMPT,
        media_type="text/plain",
        sha256=hashlib.sha256(version.text.encode()).hexdigest(),
        text=version.text,
    )
    return [prompt, *(input_material(upload, use) for upload, use in inputs)]


def input_material(upload: Upload, use: str) -> Material:
    rights = rights_of(upload.sha256)
    return Material(
        subject=Subject.INPUT,
        media_type=upload.media_type,
        sha256=upload.sha256,
        path=store.path_of(upload.sha256),
        rights=None if rights is None else {**rights, "wanted": use},
    )


def _bounds(answers: list[Answered], project: Project) -> tuple[Bound, ...]:
    found = tuple(finding for _, finding in answers)
    return screen(
        found,
        packs(),
        at=timezone.now(),
        destinations=tuple(project.destinations),
        purpose=project.purpose,
        expects=frozenset(subject for subject, _ in answers) | {Subject.PROMPT},
    )


def _first_stop(answers: list[Answered], project: Project) -> Bound | None:
    stops = [one for one in _bounds(answers, project) if one.standing is Standing.STOPS]
    return stops[0] if stops else None


def _refusal(stop: Bound, answers: list[Answered], text: str) -> dict[str, Any]:
    """What a person is told: the clause, where it stops, and what would pass."""
    return {
        "clause": stop.clause,
        "code": stop.code,
        "version": stop.version,
        "spans": _spans(answers),
        "facts": dict(stop.facts),
        "text": dict(stop.text),
        "source": stop.source,
        "suggestions": [_plain_suggestion(one) for one in suggest([stop], text=text, ask=_ask)],
    }


def _ask(text: str) -> list[Finding]:
    """Put another wording to the checks of a prompt; nothing is stored."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    material = Material(subject=Subject.PROMPT, media_type="text/plain", sha256=sha256, text=text)
    return [finding for _, finding in examine([material])[0]]


def _spans(answers: list[Answered]) -> list[Json]:
    """Where in the prompt something was found: pairs of character offsets, end exclusive."""
    return [
        pair
        for subject, finding in answers
        if subject is Subject.PROMPT and finding.answer is Answer.FAILED
        for piece in finding.evidence
        for pair in _pairs(piece.get("at"))
    ]


def _pairs(at: Json) -> list[Json]:
    return at if isinstance(at, list) else []


def _plain_suggestion(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "kind": suggestion.kind,
        "says": suggestion.sentence.says,
        "facts": dict(suggestion.sentence.facts),
        "prompt": suggestion.text,
        "tried": suggestion.tried,
    }


def _record_submitted(job: Job, *, by: Person, origin: str, stop: Bound | None) -> None:
    sha256 = hashlib.sha256(job.prompt_version.text.encode()).hexdigest()
    facts: dict[str, Json] = {
        "prompt_sha256": sha256,
        "engine": job.engine,
        "origin": origin,
        "person": pseudonym(by),
    }
    named = {"retry_of": job.retry_of_id, "rerun_of": job.rerun_of_id, "batch": job.batch_id}
    facts |= {name: str(value) for name, value in named.items() if value}
    record("job.submitted", About("job", job.id), facts)
    if stop:
        refused: dict[str, Json] = {
            "clause": stop.clause,
            "code": stop.code,
            "person": pseudonym(by),
            "prompt_sha256": sha256,
        }
        if job.refusal and job.refusal["spans"]:
            refused["span"] = job.refusal["spans"]
        record("job.refused", About("job", job.id), refused)
