"""What is done with jobs and works: submit, cancel, have everything checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.locks import take_turn
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.store import services as store
from colophon.studio import looks, quotas
from colophon.studio.assessing import examine, keep
from colophon.studio.models import Artifact, Assessment, Job
from colophon.studio.ordering import (
    Answered,
    Order,
    foresee,
    input_material,
    preview,
    retry,
    submit,
    submit_all,
)
from compliance.findings import Answer, Material, Subject
from kernel.canonical import Json

__all__ = ["Order", "assess", "cancel", "foresee", "preview", "retry", "submit", "submit_all"]


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
    quotas.give_back(job=job)
    return job


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
        materials += [input_material(one.upload, one.use) for one in inputs]
    return materials


def _text_of(artifact: Artifact) -> str | None:
    if not artifact.media_type.startswith("text/"):
        return None
    with store.open_(artifact.sha256) as file:
        return file.read().decode(errors="replace")
