"""Compose, see what would stop it, run, follow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.portal import drafting, prompting, running, selectors
from colophon.portal.drafting import Draft
from colophon.portal.gate import gate
from colophon.studio import batches, services
from colophon.studio.models import Job, Project
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from generation.engine import Card
from generation.shelf import ENGINES
from kernel.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def studio(request: HttpRequest) -> HttpResponse:
    """The composer beside what runs and what was made."""
    person = signed_in(request)
    demand(person, Act.SUBMIT)
    if request.method == "POST":
        return _submit(request, person)
    version = prompting.asked(request)
    if version is not None and prompting.asks(version):
        return redirect(prompting.place_to_fill(version))
    draft, job = (drafting.from_version(version), None) if version else _draft(request)
    project = version.prompt.project if version else _project(request.GET.get("project"), job)
    preset = prompting.preset_of(person, request)
    if preset is not None:
        draft = drafting.with_preset(draft, preset)
    return _page(request, person, project=project, draft=draft, job=job)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Say what binds the order as it stands, before anything is spent."""
    person = signed_in(request)
    project = _project(request.POST.get("project"), None)
    draft = drafting.from_form(request.POST)
    return render(request, "portal/_gate.html", gate(person, project, draft))


@require_safe
def parameters(request: HttpRequest) -> HttpResponse:
    """The fields of one engine, and the axes it offers."""
    signed_in(request)
    card = ENGINES.get(request.GET.get("engine", "")).describe()
    return render(request, "portal/_parameters.html", _settings(card, Draft(), {}))


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """The list of what runs, for a page that keeps itself fresh."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    said = running.rows(person, whose=_whose(request)) | {"results": selectors.results()}
    return render(request, "portal/_running.html", said | {"fresh": True})


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
    draft = drafting.from_form(request.POST)
    project = None
    try:
        project = _project(request.POST.get("project"), None)
        wanted = drafting.wanted(project, draft)
        if wanted.several:
            batch, _ = batches.submit(
                by=person, order=wanted.order, rows=wanted.rows, columns=wanted.columns
            )
            return redirect("batch", batch_id=batch.id)
        job = services.submit(by=person, order=wanted.order)
    except Refused as error:
        return _page(request, person, project=project, draft=draft, error=error)
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
    error: Refused | None = None,
) -> HttpResponse:
    cards = selectors.cards()
    card = next((one for one in cards if one.name == draft.engine), cards[0] if cards else None)
    if card is not None and not draft.engine:
        draft.engine = card.name
    wrong = drafting.faults(draft, error)
    shown: dict[str, Any] = {
        "projects": selectors.projects(person, also=project.pk if project else None),
        "project": project,
        "cards": cards,
        "draft": draft,
        "held": selectors.held_inputs(UUID(one) for one in draft.inputs),
        "recalled": job,
        "problem": problem(error) if error else None,
        "wrong": wrong,
        "results": selectors.results(),
        "most": batches.MOST,
        **(_settings(card, draft, wrong) if card else {}),
        **running.rows(person, whose=_whose(request)),
    }
    if error is None:
        shown |= gate(person, project, draft)
    return render(request, "portal/studio.html", shown, status=error.status if error else 200)


def _settings(card: Card, draft: Draft, wrong: dict[str, str]) -> dict[str, Any]:
    return {
        "fields": drafting.fields(card, draft, wrong),
        "axes": [("rows", draft.rows), ("columns", draft.columns)],
        "draft": draft,
        "card": card,
        "wrong": wrong,
    }


def _whose(request: HttpRequest) -> str:
    told = request.GET.get("whose", "")
    return told if told in ("team", "all") else "mine"


def _project(told: str | None, job: Job | None) -> Project | None:
    if job is not None:
        return job.project
    wanted = drafting.id_of(told)
    rows = Project.objects.filter(archived_at__isnull=True).order_by("-at")
    return rows.filter(pk=wanted).first() if wanted else rows.first()


def _draft(request: HttpRequest) -> tuple[Draft, Job | None]:
    """Return what the address recalls: a whole grid, a run or a part of it; else a fresh draft."""
    batch_id = drafting.id_of(request.GET.get("batch"))
    if batch_id is not None:
        batch, first = selectors.find_batch(batch_id), selectors.first_of(batch_id)
        return drafting.from_batch(batch, first), first
    job_id = drafting.id_of(request.GET.get("recall"))
    if job_id is not None:
        job = selectors.find_job(job_id)
        return drafting.from_job(job, use=request.GET.get("use", "all")), job
    return drafting.fresh(input_id=request.GET.get("input", "")), None
