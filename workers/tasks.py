"""Tasks: ids in, one service called. Nothing else."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from colophon.ledger.tenancy import tenant
from colophon.studio import running, services
from colophon.studio.models import Artifact


@shared_task
def generate(tenant_id: str, job_id: str) -> str:
    return running.run(UUID(tenant_id), UUID(job_id))


@shared_task
def assess(tenant_id: str, artifact_id: str) -> None:
    with tenant(UUID(tenant_id)):
        artifact = Artifact.objects.select_related("assessment").get(pk=UUID(artifact_id))
        services.assess(artifact=artifact)
