"""Prompts: their wordings, what changed between them, where their labels stand, filling them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.portal import prompt_pages, selectors
from colophon.portal.project_pages import find_project
from colophon.portal.prompting import id_of
from colophon.studio import labelling, templates
from colophon.studio import prompts as services
from colophon.studio.errors import NotFound
from colophon.studio.models import Part, Prompt, PromptVersion
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import Refused

VALUE = "v."
"""What the fields of variables are called by, before their own name."""


@require_http_methods(["GET", "HEAD", "POST"])
def prompts(request: HttpRequest) -> HttpResponse:
    """The prompts one sees, by words, label and project; and a new one."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    if request.method != "POST":
        return _list(request, person)
    form = request.POST
    try:
        project_id = id_of(form.get("project", ""))
        if project_id is None:
            raise NotFound(kind="project")
        version = services.write(
            by=person,
            project=find_project(project_id),
            text=form.get("text", "").replace("\r\n", "\n"),
            title=form.get("title", ""),
        )
    except Refused as error:
        return _list(request, person, said=problem(error), status=error.status)
    return redirect("prompt", prompt_id=version.prompt_id)


@require_http_methods(["GET", "HEAD", "POST"])
def prompt(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """One prompt at one version; a POST keeps another wording."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    held = prompt_pages.find_prompt(prompt_id)
    if request.method != "POST":
        return _page(request, person, held)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        version = services.write(by=person, project=held.project, text=text, prompt_id=held.pk)
    except Refused as error:
        return _page(request, person, held, typed=text, said=error)
    return redirect(f"{reverse('prompt', args=[version.prompt_id])}?version={version.number}")


@require_POST
def rename(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """Give a prompt another title."""
    person = signed_in(request)
    held = prompt_pages.find_prompt(prompt_id)
    try:
        services.rename(by=person, prompt=held, title=request.POST.get("title", ""))
    except Refused as error:
        return _page(request, person, held, said=error)
    return redirect("prompt", prompt_id=held.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """Show what filling the variables gives; a POST keeps it and opens the composer with it."""
    person = signed_in(request)
    demand(person, Act.SUBMIT)
    held = prompt_pages.find_prompt(prompt_id)
    form = request.POST if request.method == "POST" else request.GET
    version = prompt_pages.find_version(held, number=form.get("version", ""))
    values = {
        name.removeprefix(VALUE): str(value)
        for name, value in form.items()
        if name.startswith(VALUE)
    }
    try:
        if request.method == "POST":
            filled = services.fill(by=person, version=version, values=values)
            onward = f"?prompt={filled.prompt_id}&version={filled.number}"
            return redirect(reverse("studio") + onward)
        rendered = templates.render(version.text, values)
    except Refused as error:
        if request.method == "POST":
            return _page(request, person, held, said=error, version=version, values=values)
        shown = {"fill_problem": problem(error)}
        return render(request, "portal/_rendered.html", shown, status=error.status)
    return render(request, "portal/_rendered.html", {"rendered": rendered})


@require_POST
def label(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """Move a label, or ask for it where it is protected."""
    person = signed_in(request)
    held = prompt_pages.find_prompt(prompt_id)
    form = request.POST
    try:
        number = form.get("version", "")
        version = prompt_pages.find_version(held, number=number) if number else None
        name = form.get("other", "").strip() or form.get("label", "")
        wish = labelling.put(
            by=person, prompt=held, label=name, version=version, why=form.get("why", "")
        )
    except Refused as error:
        return _page(request, person, held, said=error)
    if wish.state == "open":
        messages.info(request, gettext("Asked for. Another person agrees before the label moves."))
    return redirect(_back(held, form.get("shown", "")))


@require_POST
def decide(request: HttpRequest, prompt_id: UUID, wish_id: UUID) -> HttpResponse:
    """Agree to a move of a label, reject it, or take one's own wish back."""
    person = signed_in(request)
    held = prompt_pages.find_prompt(prompt_id)
    rows = held.moves.select_related("prompt__project", "by", "held", "version")
    wish = rows.filter(pk=wish_id).first()
    if wish is None:
        raise NotFound(kind="move of a label")
    acts = {
        "approve": labelling.approve,
        "reject": labelling.reject,
        "withdraw": labelling.withdraw,
    }
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise NotFound(kind="act")
    try:
        act(by=person, wish=wish)
    except Refused as error:
        return _page(request, person, held, said=error)
    return redirect("prompt", prompt_id=held.pk)


def _list(
    request: HttpRequest, person: Person, *, said: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    told = request.GET
    wish = prompt_pages.Wish(
        q=told.get("q", "").strip()[:120].replace("\x00", ""),
        label=told.get("label", "").strip()[:40],
        project=id_of(told.get("project", "")),
        mine="mine" in told,
        before=id_of(told.get("before", "")),
    )
    shown = prompt_pages.found(person, wish)
    shown |= {
        "wish": wish,
        "form": request.POST,
        "projects": selectors.projects(person, also=wish.project),
        "labels": labelling.OFFERED,
        "may_write": may(person, Act.SUBMIT),
        "problem": said,
    }
    return render(request, "portal/prompts.html", shown, status=status)


def _page(
    request: HttpRequest,
    person: Person,
    held: Prompt,
    *,
    typed: str | None = None,
    said: Refused | None = None,
    version: PromptVersion | None = None,
    values: dict[str, str] | None = None,
) -> HttpResponse:
    told = request.GET
    if version is None:
        number, name = told.get("version", ""), told.get("label", "")
        version = prompt_pages.find_version(held, number=number, label=name)
    page = prompt_pages.page_of(person, held, version, against=told.get("against", ""))
    for one in page.asks:
        one["value"] = (values or {}).get(one["one"].name, one["value"])
    made = page.part in (Part.OWNER, Part.MAKER) and may(person, Act.SUBMIT)
    shown = {
        "page": page,
        "prompt": held,
        "version": page.version,
        "may_write": made and held.project.archived_at is None,
        "typed": page.version.text if typed is None else typed,
        "writing": typed is not None,
        "problem": problem(said) if said else None,
    }
    return render(request, "portal/prompt.html", shown, status=said.status if said else 200)


def _back(held: Prompt, number: str) -> str:
    path = reverse("prompt", args=[held.pk])
    return f"{path}?version={number}" if number.isdecimal() else path
