"""Tasks: ids in, one service called. Nothing else."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from colophon.exports import services as exports
from colophon.exports.models import Cut
from colophon.ledger.tenancy import tenant
from colophon.studio import running, services
from colophon.studio.models import Artifact
from colophon.web import letters
from kernel.errors import Fault


@shared_task
def generate(tenant_id: str, job_id: str) -> str:
    return running.run(UUID(tenant_id), UUID(job_id))


@shared_task
def assess(tenant_id: str, artifact_id: str) -> None:
    with tenant(UUID(tenant_id)):
        artifact = Artifact.objects.select_related("assessment").get(pk=UUID(artifact_id))
        services.assess(artifact=artifact)


@shared_task(autoretry_for=(Fault,), retry_backoff=True, max_retries=5)
def cut_evidence(tenant_id: str, cut_id: str) -> None:
    with tenant(UUID(tenant_id)):
        cut = Cut.objects.select_related("by").get(pk=UUID(cut_id))
    try:
        with tenant(UUID(tenant_id)):
            exports.make(cut=cut)
    except Exception as error:
        with tenant(UUID(tenant_id)):
            exports.failed(cut=cut, error=error)
        raise


@shared_task
def send_notes(tenant_id: str, person_id: str) -> int:
    return letters.send_notes(UUID(tenant_id), UUID(person_id))


@shared_task
def send_invitation(tenant_id: str, invitation_id: str) -> int:
    return letters.send_invitation(UUID(tenant_id), UUID(invitation_id))
