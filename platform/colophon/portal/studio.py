"""Compose, see what would stop it, run, follow."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.portal import selectors
from colophon.studio import services
from colophon.studio.models import Job, Project, Upload
from colophon.web import findings
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from generation.shelf import ENGINES
from kernel.canonical import Json
from kernel.errors import BadInput, Refused

SEEDS_OFFERED = 1_000_000


@dataclass(slots=True, kw_only=True)
class Draft:
    """What stands in the composer: typed just now, recalled from a job, or fresh."""

    text: str = ""
    title: str = ""
    engine: str = ""
    seed: str = ""
    prompt_id: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    """Upload id -> use."""


@require_http_methods(["GET", "HEAD", "POST"])
def studio(request: HttpRequest) -> HttpResponse:
    """The composer beside what runs and what was made."""
    person = signed_in(request)
    demand(person, Act.SUBMIT)
    if request.method == "POST":
        return _submit(request, person)
    job = _recalled(request)
    project = _project(request.GET.get("project"), job)
    draft = _from_job(job) if job else _fresh(request)
    return _page(request, person, project=project, draft=draft, job=job)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Say what binds the order as it stands, before anything is spent."""
    person = signed_in(request)
    project = _project(request.POST.get("project"), None)
    draft = _from_form(request.POST)
    return render(request, "portal/_gate.html", _gate(person, project, draft))


@require_safe
def parameters(request: HttpRequest) -> HttpResponse:
    """The fields of one engine."""
    signed_in(request)
    card = ENGINES.get(request.GET.get("engine", "")).describe()
    return render(request, "portal/_parameters.html", {"fields": _fields(card, Draft())})


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """The list of what runs, for a page that keeps itself fresh."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    mine = request.GET.get("whose") != "team"
    said = selectors.alive_jobs(person, mine=mine)
    said["results"] = selectors.results()
    return render(request, "portal/_running.html", said)


@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = services.cancel(by=signed_in(request), job=selectors.find_job(job_id))
    if job.state == "running":
        messages.info(request, gettext("The engine was asked to stop at its next step."))
    return redirect("studio")


@require_POST
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = services.retry(by=signed_in(request), job=selectors.find_job(job_id))
    return redirect(f"{reverse('studio')}?recall={job.id}")


def _submit(request: HttpRequest, person: Person) -> HttpResponse:
    draft = _from_form(request.POST)
    project = None
    try:
        project = _project(request.POST.get("project"), None)
        job = services.submit(by=person, order=_order(project, draft))
    except Refused as error:
        said = problem(error)
        return _page(request, person, project=project, draft=draft, said=said, status=error.status)
    if job.state == "refused":
        messages.info(request, gettext("Refused before any engine ran. Nothing was spent."))
    return redirect(f"{reverse('studio')}?recall={job.id}")


def _page(
    request: HttpRequest,
    person: Person,
    *,
    project: Project | None,
    draft: Draft,
    job: Job | None = None,
    said: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    cards = selectors.cards()
    card = next((one for one in cards if one.name == draft.engine), cards[0] if cards else None)
    if card is not None and not draft.engine:
        draft.engine = card.name
    shown = {
        "projects": selectors.projects(),
        "project": project,
        "cards": cards,
        "fields": _fields(card, draft) if card else [],
        "draft": draft,
        "held": selectors.held_inputs(UUID(one) for one in draft.inputs),
        "recalled": job,
        "problem": said,
        "results": selectors.results(),
        **selectors.alive_jobs(person, mine=request.GET.get("whose") != "team"),
    }
    if not said:
        shown |= _gate(person, project, draft)
    return render(request, "portal/studio.html", shown, status=status)


def _gate(person: Person, project: Project | None, draft: Draft) -> dict[str, Any]:
    """Return what would happen to this order: clauses, the refusal, wordings that pass."""
    if project is None or not draft.text.strip():
        return {"gate": "empty"}
    try:
        bounds, refusal = services.foresee(by=person, order=_order(project, draft))
    except Refused as error:
        return {"gate": "problem", "gate_problem": problem(error)}
    spans = sorted((start, end) for start, end in (refusal or {}).get("spans", []))
    return {
        "gate": "stops" if refusal else "open",
        "refusal": refusal,
        "marked": _marked(draft.text, spans),
        "bounds": findings.clauses(bounds),
    }


def _marked(text: str, spans: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Cut a prompt at the places that stop it."""
    pieces: list[dict[str, Any]] = []
    at = 0
    for start, end in spans:
        if start < at:
            continue
        pieces += [{"text": text[at:start]}, {"text": text[start:end], "stops": True}]
        at = end
    return [*pieces, {"text": text[at:]}] if pieces else []


def _order(project: Project | None, draft: Draft) -> services.Order:
    if project is None:
        raise BadInput(field="project", value="", why="choose one, or begin one first")
    uploads = {str(one.id): one for one in Upload.objects.filter(pk__in=list(draft.inputs))}
    return services.Order(
        project=project,
        text=draft.text,
        engine=draft.engine,
        title=draft.title,
        prompt_id=_id(draft.prompt_id),
        seed=_seed(draft.seed),
        parameters={name: _typed(value) for name, value in draft.parameters.items() if value},
        inputs=[(uploads[one], use) for one, use in draft.inputs.items() if one in uploads],
    )


def _seed(text: str) -> int:
    plain = text.replace(" ", "").replace(",", "")
    if not plain.isdecimal():
        raise BadInput(field="seed", value=text[:40], why="it is a whole number from 0 on")
    return int(plain)


def _typed(value: str) -> Json:
    return int(value) if value.isdecimal() and len(value) < 19 else value


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _project(told: str | None, job: Job | None) -> Project | None:
    if job is not None:
        return job.project
    wanted = _id(told or "")
    rows = Project.objects.order_by("-at")
    return rows.filter(pk=wanted).first() if wanted else rows.first()


def _recalled(request: HttpRequest) -> Job | None:
    wanted = _id(request.GET.get("recall", ""))
    return selectors.find_job(wanted) if wanted else None


def _from_job(job: Job) -> Draft:
    return Draft(
        text=job.prompt_version.text,
        title=job.title,
        engine=job.engine,
        seed=str(job.seed),
        prompt_id=str(job.prompt_version.prompt_id),
        parameters={name: str(value) for name, value in job.parameters.items()},
        inputs={str(one.upload_id): one.use for one in job.inputs.all()},
    )


def _fresh(request: HttpRequest) -> Draft:
    added = _id(request.GET.get("input", ""))
    return Draft(
        seed=str(secrets.randbelow(SEEDS_OFFERED)),
        inputs={str(added): "reference"} if added else {},
    )


def _from_form(form: QueryDict) -> Draft:
    chosen = [one for one in form.getlist("input") if _id(one)]
    return Draft(
        text=form.get("prompt", "").replace("\r\n", "\n"),
        title=form.get("title", ""),
        engine=form.get("engine", ""),
        seed=form.get("seed", ""),
        prompt_id=form.get("prompt_id", ""),
        parameters={
            name.removeprefix("parameter."): value.strip()
            for name, value in form.items()
            if name.startswith("parameter.") and isinstance(value, str)
        },
        inputs={one: form.get(f"use.{one}", "reference") for one in chosen},
    )


def _fields(card: Any, draft: Draft) -> list[dict[str, str]]:
    return [
        {"name": name, "says": says, "value": draft.parameters.get(name, "")}
        for name, says in card.parameters.items()
    ]
