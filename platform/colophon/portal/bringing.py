"""Bring in works and inputs."""

from __future__ import annotations

from datetime import date
from typing import Any
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
from colophon.portal import intake, selectors
from colophon.portal.drafting import id_of
from colophon.rights import services as rights
from colophon.studio import incoming, transfers
from colophon.studio.models import Artifact, Upload
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """Works made elsewhere, or edits of ours that come back: many files, each with its own fate."""
    person = signed_in(request)
    demand(person, Act.BRING_IN)
    form = request.POST if request.method == "POST" else request.GET
    shown: dict[str, Any] = {"form": form, "parent": _work(form.get("parent"))}
    status = 200
    if request.method == "POST":
        try:
            outcomes = intake.bring_all(request, person)
        except Refused as error:
            shown["problem"], status = problem(error), error.status
        else:
            made = [one.work for one in outcomes if one.work]
            if len(outcomes) == 1 and made:
                messages.success(request, gettext("Brought in. The checks run now."))
                return redirect("work", work_id=made[0].id)
            refused = [one.problem for one in outcomes if one.problem]
            shown["outcomes"] = outcomes
            status = refused[0]["status"] if refused and not made else 200
    response = render(
        request, "portal/bring_in.html", shown | _waiting(person, form), status=status
    )
    # Whatever came in stays in, even where the answer tells of files that were refused.
    response.keep = True  # type: ignore[attr-defined]
    return response


def _waiting(person: Person, form: Any) -> dict[str, Any]:
    """Return what lies here already: whole files as form rows, half ones to go on with."""
    rows = transfers.mine(person)
    fields = ("title", "parent", "tool", "ai_share")
    return {
        "projects": selectors.projects(person, also=id_of(form.get("project"))),
        "bases": rights.BASES,
        "parents": intake.parents(person),
        "half": [one for one in rows if one.upload_id is None],
        "ready": [
            intake.row(one, {field: form.get(f"{field}.{one.id}", "") for field in fields})
            for one in rows
            if one.upload_id is not None
        ],
    }


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


def _received(request: HttpRequest, person: Person) -> Upload:
    file = request.FILES.get("file")
    if file is None:
        raise BadInput(field="file", value="", why="choose one")
    return incoming.receive(
        by=person,
        name=file.name or "file",
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
