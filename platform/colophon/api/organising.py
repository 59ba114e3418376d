"""Put a work aside and take it back; move it to another project."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from colophon.api.answers import once
from colophon.api.generating import find
from colophon.api.shapes import MoveIn
from colophon.releases import moving, trashing
from colophon.studio.models import Artifact, Project
from colophon.web.middleware import signed_in

router = Router()


@router.post("/works/{work_id}/trash")
@once
def trash(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Put a work into the trash; what is evidence is refused by name."""
    work = find("work", Artifact.objects.select_related("project"), work_id)
    outcome = trashing.trash(by=signed_in(request), works=[work])[0]
    if outcome.refused is not None:
        raise outcome.refused
    return JsonResponse({"id": str(work.id), "trashed": True})


@router.post("/works/{work_id}/restore")
@once
def restore(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Take a work out of the trash, within thirty days."""
    work = find("work", Artifact.objects.all(), work_id)
    trashing.restore(by=signed_in(request), works=[work.id])
    return JsonResponse({"id": str(work.id), "trashed": False})


@router.post("/works/{work_id}/move")
@once
def move(request: HttpRequest, work_id: UUID, said: MoveIn) -> HttpResponse:
    """Show a work in another project from now on."""
    work = find("work", Artifact.objects.select_related("project"), work_id)
    project = find("project", Project.objects.all(), said.project)
    moving.move(by=signed_in(request), work=work, project=project)
    return JsonResponse({"id": str(work.id), "project": str(project.id)})
