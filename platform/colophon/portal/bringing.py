"""Bring in works and inputs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.portal import selectors
from colophon.rights import services as rights
from colophon.studio import incoming
from colophon.studio.models import Artifact, Project, Upload
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """A work made elsewhere, or an edit of ours that comes back."""
    person = signed_in(request)
    demand(person, Act.BRING_IN)
    form = request.POST if request.method == "POST" else request.GET
    shown = {"projects": selectors.projects(), "form": form, "parent": _work(form.get("parent"))}
    if request.method != "POST":
        return render(request, "portal/bring_in.html", shown)
    try:
        work = _brought(request, person, shown["parent"])  # type: ignore[arg-type]
    except Refused as error:
        shown["problem"] = problem(error)  # type: ignore[assignment]
        return render(request, "portal/bring_in.html", shown, status=error.status)
    messages.success(request, gettext("Brought in. The checks run now."))
    return redirect("work", work_id=work.id)


@require_http_methods(["GET", "HEAD", "POST"])
def inputs(request: HttpRequest) -> HttpResponse:
    """A file to work from, with the right to use it."""
    person = signed_in(request)
    demand(person, Act.BRING_IN)
    shown = {"form": request.POST, "bases": rights.BASES, "uses": rights.USES}
    if request.method != "POST":
        return render(request, "portal/inputs.html", shown)
    try:
        upload = _received(request, person)
        if request.POST.get("basis"):
            rights.record_input_rights(
                by=person,
                sha256=upload.sha256,
                basis=request.POST["basis"],
                holder=request.POST.get("holder", ""),
                uses=request.POST.getlist("uses"),
                until=_day(request.POST.get("until", "")),
            )
    except Refused as error:
        shown["problem"] = problem(error)
        return render(request, "portal/inputs.html", shown, status=error.status)
    return redirect(f"{reverse('studio')}?input={upload.id}")


def _brought(request: HttpRequest, person: Person, parent: Artifact | None) -> Artifact:
    share = request.POST.get("ai_share", "")
    if not share.isdecimal() or int(share) > 100:
        raise BadInput(field="ai_share", value=share[:20], why="it is a per cent from 0 to 100")
    project = Project.objects.filter(pk=_id(request.POST.get("project"))).first()  # type: ignore[misc]
    if project is None:
        raise BadInput(field="project", value="", why="choose one")
    return incoming.bring_in(
        by=person,
        incoming=incoming.Incoming(
            project=project,
            upload=_received(request, person),
            title=request.POST.get("title", ""),
            tool=request.POST.get("tool", ""),
            ai_share_permille=10 * int(share),
            parent=parent,
        ),
    )


def _received(request: HttpRequest, person: Person) -> Upload:
    file = request.FILES.get("file")
    if file is None:
        raise BadInput(field="file", value="", why="choose one")
    return incoming.receive(
        by=person,
        name=file.name or "file",
        media_type=file.content_type or "",
        pieces=file.chunks(),
    )


def _work(told: str | None) -> Artifact | None:
    wanted = _id(told)
    return Artifact.objects.filter(pk=wanted).first() if wanted else None


def _id(told: str | None) -> UUID | None:
    try:
        return UUID(told or "")
    except ValueError:
        return None


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told) if told else None
    except ValueError as error:
        raise BadInput(field="until", value=told[:20], why="it is no date") from error
