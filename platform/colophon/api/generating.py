"""Projects, uploads, jobs and works."""

from __future__ import annotations

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import File, Form, Router
from ninja.files import UploadedFile

from colophon.api import shapes
from colophon.api.answers import once
from colophon.rights import licences
from colophon.rights import services as rights
from colophon.rights.models import RegisteredWork
from colophon.rules import services as rules
from colophon.store.parsing import sandbox
from colophon.studio import incoming, projects, services
from colophon.studio.errors import JobRefused, NotFound
from colophon.studio.models import Artifact, Batch, Job, Project, Upload
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput

router = Router()
M = TypeVar("M", Artifact, Batch, Job, Project, Upload)


def find(kind: str, rows: QuerySet[M], pk: UUID) -> M:
    """Return the row with this id in the tenant; raise `NotFound`, also for another tenant's."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(kind=kind)
    return row


@router.post("/projects")
@once
def make_project(request: HttpRequest, said: shapes.ProjectIn) -> HttpResponse:
    """Begin a project in one's own team."""
    project = projects.begin(
        by=signed_in(request),
        name=said.name,
        destinations=said.destinations,
        purpose=said.purpose,
        private=said.private,
    )
    return JsonResponse({"id": str(project.id), "name": project.name}, status=201)


@router.post("/uploads")
@once
def send_file(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Keep a file; it is parsed only later, in the sandbox."""
    row = incoming.receive(
        by=signed_in(request),
        name=file.name or "file",
        media_type=file.content_type or "",
        pieces=file.chunks(),
    )
    return JsonResponse(shapes.upload(row), status=201)


@router.post("/uploads/{upload_id}/rights")
@once
def record_rights(request: HttpRequest, upload_id: UUID, said: shapes.RightsIn) -> HttpResponse:
    """Record on what basis a file may be used as an input."""
    row = find("file", Upload.objects.all(), upload_id)
    held = rights.record_input_rights(
        by=signed_in(request),
        sha256=row.sha256,
        basis=said.basis,
        holder=said.holder,
        uses=said.uses,
        until=_day("until", said.until),
    )
    return JsonResponse({"id": str(held.id)}, status=201)


@router.post("/jobs")
@once
def submit_job(request: HttpRequest, said: shapes.JobIn) -> HttpResponse:
    """Ask an engine for a work. A refusal names the clause, the span and what would pass."""
    job = services.submit(by=signed_in(request), order=order_of(said))
    if job.state != "refused":
        return JsonResponse(shapes.job(job), status=201)
    refusal = job.refusal or {}
    suggestions = refusal.get("suggestions") or [{}]
    error = JobRefused(clause=refusal["clause"], suggestion=suggestions[0].get("prompt") or "—")
    response = JsonResponse(
        {**problem(error), "job": shapes.job(job)},
        status=error.status,
        content_type="application/problem+json",
    )
    response.keep = True  # type: ignore[attr-defined]  # the refused job is a record, not a failure
    return response


@router.get("/jobs/{job_id}")
def see_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    rows = Job.objects.select_related("prompt_version", "artifact")
    return JsonResponse(shapes.job(find("job", rows, job_id)))


@router.post("/jobs/{job_id}/cancel")
@once
def cancel_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    rows = Job.objects.select_related("prompt_version")
    job = services.cancel(by=signed_in(request), job=find("job", rows, job_id))
    return JsonResponse(shapes.job(job))


@router.post("/works")
@once
def bring_in(request: HttpRequest, said: shapes.WorkIn) -> HttpResponse:
    """Bring in a work made or edited elsewhere."""
    parent = find("work", Artifact.objects.all(), said.parent) if said.parent else None
    artifact = incoming.bring_in(
        by=signed_in(request),
        incoming=incoming.Incoming(
            project=find("project", Project.objects.all(), said.project),
            upload=find("file", Upload.objects.all(), said.upload),
            title=said.title,
            tool=said.tool,
            ai_share_permille=said.ai_share_permille,
            parent=parent,
        ),
    )
    return JsonResponse({"id": str(artifact.id), "origin": artifact.origin}, status=201)


@router.get("/works/{work_id}")
def see_work(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """A work with everything the checks found."""
    rows = Artifact.objects.select_related("assessment").prefetch_related("assessment__findings")
    return JsonResponse(shapes.work(find("work", rows, work_id)))


@router.post("/registered-works")
@once
def register_work(
    request: HttpRequest,
    title: Form[str],
    right_holder: Form[str],
    file: File[UploadedFile],
) -> HttpResponse:
    """Register a work; what is generated is compared with it from now on."""
    work = rights.register(
        by=signed_in(request),
        title=title,
        right_holder=right_holder,
        media_type=(file.content_type or "").split(";")[0],
        pieces=file.chunks(),
        sandbox=sandbox(),
    )
    return JsonResponse({"id": str(work.id), "title": work.title}, status=201)


@router.post("/registered-works/{work_id}/licences")
@once
def record_licence(request: HttpRequest, work_id: UUID, said: shapes.LicenceIn) -> HttpResponse:
    """Record that the organisation may use a registered work."""
    work = RegisteredWork.objects.filter(pk=work_id).first()
    if work is None:
        raise NotFound(kind="registered work")
    licence = licences.grant(
        by=signed_in(request),
        work=work,
        purposes=said.purposes,
        destinations=said.destinations,
        until=_day("until", said.until),
        attribution=said.attribution,
    )
    return JsonResponse({"id": str(licence.id), "work": str(work.id)}, status=201)


@router.post("/terms")
@once
def ban_term(request: HttpRequest, said: shapes.TermIn) -> HttpResponse:
    """Add a term to a word bank."""
    term = rules.ban(
        by=signed_in(request),
        bank=said.bank,
        version=said.version,
        word=said.word,
        category=said.category,
    )
    return JsonResponse({"id": str(term.id)}, status=201)


def _day(field: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(
            field=field, value=str(text)[:40], why="it is no date like 2027-06-30"
        ) from error


def order_of(said: shapes.JobIn) -> services.Order:
    """Return the order a request asks for. Raises `NotFound` for a project or file not there."""
    uploads = {row.id: row for row in Upload.objects.filter(pk__in=[i.upload for i in said.inputs])}
    missing = [one.upload for one in said.inputs if one.upload not in uploads]
    if missing:
        raise NotFound(kind="file")
    return services.Order(
        project=find("project", Project.objects.all(), said.project),
        text=said.prompt,
        engine=said.engine,
        title=said.title,
        prompt_id=said.prompt_id,
        seed=said.seed,
        parameters=said.parameters,
        inputs=[(uploads[one.upload], one.use) for one in said.inputs],
    )
