"""Projects: begin one, say what it is about, who takes part, put it away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.portal import project_pages
from colophon.releases.services import DESTINATIONS
from colophon.studio import members as membership
from colophon.studio import projects as services
from colophon.studio import quotas
from colophon.studio.models import Part, Project
from colophon.studio.models.quota import Scope
from colophon.web.answers import problem
from colophon.web.labels import PURPOSES
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused

EMPTY_ROWS = 2
"""Rows to fill offered below those of a glossary or theme; saving offers as many again."""


@require_http_methods(["GET", "HEAD", "POST"])
def projects(request: HttpRequest) -> HttpResponse:
    """The projects one sees, and a new one."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    if request.method != "POST":
        return _list(request, person, {"destinations": DESTINATIONS, "purpose": "general"})
    form = _said(request.POST)
    try:
        begun = services.begin(
            by=person,
            name=form["name"],
            destinations=form["destinations"],
            purpose=form["purpose"],
            private=form["private"],
        )
    except Refused as error:
        return _list(request, person, form, said=problem(error), status=error.status)
    return redirect("project", project_id=begun.id)


@require_http_methods(["GET", "HEAD", "POST"])
def project(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """One project: what it is for, how it speaks, who takes part, what was made."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    held = project_pages.find_project(project_id)
    if request.method != "POST":
        changing = "change" in request.GET
        form = project_pages.draft_of(held) if changing else None
        return _page(request, person, held, form=form)
    form = _said(request.POST)
    try:
        services.change(by=person, project=held, to=form)
    except Refused as error:
        return _page(request, person, held, form=form, said=problem(error), status=error.status)
    messages.success(request, gettext("Kept. The ledger holds before and after."))
    return redirect("project", project_id=held.id)


@require_POST
def members(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Give a person a part, another part, or none."""
    by = signed_in(request)
    held = project_pages.find_project(project_id)
    try:
        person = _person(request.POST.get("person", ""))
        part = request.POST.get("part", "")
        if part:
            membership.add(by=by, project=held, person=person, part=part)
        else:
            membership.remove(by=by, project=held, person=person)
    except Refused as error:
        return _page(request, by, held, said=problem(error), status=error.status)
    left = person.pk == by.pk and held.private and not part
    return redirect("projects") if left else redirect("project", project_id=held.id)


@require_POST
def archive(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Put a project away, or take it out again."""
    person = signed_in(request)
    held = project_pages.find_project(project_id)
    act = services.reopen if request.POST.get("reopen") else services.archive
    try:
        act(by=person, project=held)
    except Refused as error:
        return _page(request, person, held, said=problem(error), status=error.status)
    return redirect("project", project_id=held.id)


@require_POST
def budget(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Say how much the project may have made a month; an empty field lifts that limit."""
    person = signed_in(request)
    held = project_pages.find_project(project_id)
    try:
        caps = {name: _whole(name, request.POST.get(name, "")) for name in ("jobs", "seconds")}
        quotas.set_quota(by=person, scope=Scope.PROJECT, subject_id=held.pk, **caps)
    except Refused as error:
        return _page(request, person, held, said=problem(error), status=error.status)
    messages.success(request, gettext("Kept. The ledger holds before and after."))
    return redirect("project", project_id=held.id)


def _list(
    request: HttpRequest,
    person: Person,
    form: dict[str, Any],
    *,
    said: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:120].replace("\x00", "")
    archived = "archived" in request.GET
    shown = {
        "q": q,
        "archived": archived,
        "projects": project_pages.listed(person, q=q, archived=archived),
        "form": form,
        "destinations": DESTINATIONS,
        "purposes": list(PURPOSES),
        "may_begin": may(person, Act.SUBMIT),
        "problem": said,
    }
    return render(request, "portal/projects.html", shown, status=status)


def _page(
    request: HttpRequest,
    person: Person,
    held: Project,
    *,
    form: dict[str, Any] | None = None,
    said: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = project_pages.page_of(person, held)
    shown = {
        "page": page,
        "project": held,
        "may_change": page.part == Part.OWNER,
        "may_budget": may(person, Act.SET_QUOTAS),
        "may_make": page.part in (Part.OWNER, Part.MAKER) and held.archived_at is None,
        "form": form if page.part == Part.OWNER else None,
        "empty_rows": range(EMPTY_ROWS),
        "destinations": DESTINATIONS,
        "purposes": list(PURPOSES),
        "parts": list(Part),
        "problem": said,
    }
    return render(request, "portal/project.html", shown, status=status)


def _said(form: QueryDict) -> dict[str, Any]:
    glossary = zip(
        form.getlist("term"),
        form.getlist("wording"),
        form.getlist("use"),
        form.getlist("note"),
        strict=False,
    )
    themes = zip(form.getlist("field"), form.getlist("value"), strict=False)
    return {
        "name": form.get("name", ""),
        "destinations": [one for one in DESTINATIONS if one in form.getlist("destinations")],
        "purpose": form.get("purpose", "general"),
        "private": bool(form.get("private")),
        "brief": form.get("brief", ""),
        "glossary": [
            {"term": term, "wording": wording, "use": use == "1", "note": note}
            for term, wording, use, note in glossary
        ],
        "themes": [{"field": field, "value": value} for field, value in themes],
        "protected_labels": form.get("protected_labels", "").replace("，", ",").split(","),
    }


def _whole(field: str, told: str) -> int | None:
    if not told.strip():
        return None
    if not told.strip().isdecimal() or len(told) > 12:
        raise BadInput(field=field, value=told[:20], why="it is a whole number, or empty")
    return int(told)


def _person(told: str) -> Person:
    try:
        found = Person.objects.filter(pk=UUID(told)).first()
    except ValueError:
        found = None
    if found is None:
        raise BadInput(field="person", value=told[:40], why="choose somebody of your organisation")
    return found
