"""Submit a prompt, run its engine, bring works in, have everything checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.locks import take_turn
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.queue import enqueue
from colophon.rights.selectors import rights_of
from colophon.rules.selectors import packs
from colophon.store import services as store
from colophon.studio import looks, prompts
from colophon.studio.assessing import examine, keep
from colophon.studio.models import (
    Artifact,
    Assessment,
    Job,
    JobInput,
    Project,
    PromptVersion,
    Upload,
)
from compliance.findings import Answer, Finding, Material, Subject
from compliance.policy.explain import Suggestion, suggest
from compliance.policy.ruling import Bound, Standing, screen
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
    seed: int = 0
    parameters: Mapping[str, Json] = field(default_factory=dict)
    inputs: Sequence[tuple[Upload, str]] = ()
    retry_of: Job | None = None


def submit(*, by: Person, order: Order) -> Job:
    """Take an order in: `queued`, or `refused` with the clause that stops it and no engine run.

    A refused job is a record like any other, so it is returned, not raised.
    Raises `NotAllowed`, `UnknownName` for an engine we lack, `BadInput`, `TooMuch`.
    """
    demand(by, Act.SUBMIT)
    card = ENGINES.get(order.engine).describe()
    if not 0 <= order.seed < SEEDS:
        raise BadInput(field="seed", value=order.seed, why=f"it lies outside 0 to {SEEDS - 1}")
    with transaction.atomic():
        version = prompts.write(
            by=by,
            project=order.project,
            text=order.text,
            title=order.title,
            prompt_id=order.prompt_id,
        )
        answers, not_asked = examine(_materials(version, order.inputs))
        stop = _first_stop(answers, order.project)
        job = Job.objects.create(
            id=new_id(),
            state="refused" if stop else "queued",
            project=order.project,
            prompt_version=version,
            author=by,
            title=(order.title or version.prompt.title)[:120],
            engine=order.engine,
            seed=order.seed,
            parameters=dict(order.parameters),
            retry_of=order.retry_of,
            refusal=_refusal(stop, answers, order.text) if stop else None,
            sent_at=None if stop else timezone.now(),
        )
        JobInput.objects.bulk_create(
            JobInput(job=job, upload=upload, use=use) for upload, use in order.inputs
        )
        keep(answers, not_asked, job=job)
        _record_submitted(job, by=by, origin=card.origin.value, stop=stop)
        if not stop:
            enqueue("generate", job.id)
    return job


def preview(*, by: Person, order: Order) -> tuple[Bound, ...]:
    """Say which clauses stop an order, without storing anything or running an engine."""
    return foresee(by=by, order=order)[0]


def foresee(*, by: Person, order: Order) -> tuple[tuple[Bound, ...], dict[str, Any] | None]:
    """Return what binds an order, and the refusal it would get; nothing is stored, nothing runs."""
    demand(by, Act.SUBMIT)
    prompts.clean(order.text)
    ENGINES.get(order.engine)
    draft = PromptVersion(text=order.text)
    answers, _ = examine(_materials(draft, order.inputs))
    bounds = _bounds(answers, order.project)
    stops = [one for one in bounds if one.standing is Standing.STOPS]
    return bounds, _refusal(stops[0], answers, order.text) if stops else None


@transaction.atomic
def cancel(*, by: Person, job: Job) -> Job:
    """Cancel a queued job at once; ask a running one to stop at its next step."""
    demand(by, Act.SUBMIT)
    if job.state == "running":
        Job.objects.filter(pk=job.pk, state="running").update(cancel_asked=True)
        return job
    move(
        job,
        "cancelled",
        by=Actor.person(by.ref),
        event="job.cancelled",
        facts={"by": pseudonym(by)},
    )
    return job


def retry(*, by: Person, job: Job) -> Job:
    """Submit the same order again as a new job that names the old one."""
    order = Order(
        project=job.project,
        text=job.prompt_version.text,
        engine=job.engine,
        title=job.title,
        prompt_id=job.prompt_version.prompt_id,
        seed=job.seed,
        parameters=job.parameters,
        inputs=[(one.upload, one.use) for one in job.inputs.select_related("upload")],
        retry_of=job,
    )
    return submit(by=by, order=order)


def assess(*, artifact: Artifact) -> None:
    """Ask every check of an artifact, once. Asking again changes nothing."""
    if hasattr(artifact, "assessment"):
        return
    materials = _materials_of(artifact)
    with looks.folder() as left:
        answers, not_asked = examine(materials, views=left)
        _keep_answers(artifact, answers, not_asked, left=left, text=materials[0].text)


def _keep_answers(
    artifact: Artifact,
    answers: list[Answered],
    not_asked: list[str],
    *,
    left: Path,
    text: str | None,
) -> None:
    count = {one: sum(found.answer is one for _, found in answers) for one in Answer}
    with transaction.atomic():
        # Two workers may both get here; the one row an artifact allows lets one of them through.
        take_turn("assess", artifact.pk)
        if Assessment.objects.filter(artifact=artifact).exists():
            return
        assessment = keep(answers, not_asked, artifact=artifact)
        looks.keep(artifact, left=left, text=text)
        record(
            "artifact.assessed",
            About("artifact", artifact.id),
            {
                "passed": count[Answer.PASSED],
                "failed": count[Answer.FAILED],
                "unsure": count[Answer.UNSURE],
                "findings_sha256": assessment.findings_sha256,
                "checks": [*sorted({found.check for _, found in answers})],
                "as_of": max((found.as_of for _, found in answers), default=0),
            },
        )


def _materials(version: PromptVersion, inputs: Sequence[tuple[Upload, str]]) -> list[Material]:
    prompt = Material(
        subject=Subject.PROMPT,
        media_type="text/plain",
        sha256=hashlib.sha256(version.text.encode()).hexdigest(),
        text=version.text,
    )
    return [prompt, *(_input_material(upload, use) for upload, use in inputs)]


def _input_material(upload: Upload, use: str) -> Material:
    rights = rights_of(upload.sha256)
    return Material(
        subject=Subject.INPUT,
        media_type=upload.media_type,
        sha256=upload.sha256,
        path=store.path_of(upload.sha256),
        rights=None if rights is None else {**rights, "wanted": use},
    )


def _materials_of(artifact: Artifact) -> list[Material]:
    """The work itself, and what it was made from."""
    work = Material(
        subject=Subject.ARTIFACT,
        media_type=artifact.media_type,
        sha256=artifact.sha256,
        path=store.path_of(artifact.sha256),
        text=_text_of(artifact),
    )
    materials = [work]
    if artifact.parent is not None:
        own: Mapping[str, Json] = {
            "basis": "own",
            "holder": artifact.tenant.name,
            "uses": ["parent"],
            "until": None,
            "wanted": "parent",
        }
        materials.append(
            Material(
                subject=Subject.INPUT,
                media_type=artifact.parent.media_type,
                sha256=artifact.parent.sha256,
                path=store.path_of(artifact.parent.sha256),
                rights=own,
            )
        )
    if artifact.job is not None:
        inputs = artifact.job.inputs.select_related("upload")
        materials += [_input_material(one.upload, one.use) for one in inputs]
    return materials


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
    if job.retry_of_id:
        facts["retry_of"] = str(job.retry_of_id)
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


def _text_of(artifact: Artifact) -> str | None:
    if not artifact.media_type.startswith("text/"):
        return None
    with store.open_(artifact.sha256) as file:
        return file.read().decode(errors="replace")
