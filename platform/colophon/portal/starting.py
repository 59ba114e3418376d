"""The first run: what is there, what comes next, and a first picture with one press."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.portal import running, selectors
from colophon.publishing.models import Publication
from colophon.releases.models import Release
from colophon.releases.services import DESTINATIONS
from colophon.studio import starting
from colophon.studio.models import Job, Project
from colophon.web.middleware import signed_in
from generation.shelf import ENGINES

SAMPLES = 4


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Five steps from an empty organisation to a work that anybody can check."""
    person = signed_in(request)
    demand(person, Act.SUBMIT)
    part = "portal/_start.html" if request.headers.get("HX-Request") else "portal/start.html"
    return render(request, part, _steps(person))


@require_POST
def first_picture(request: HttpRequest) -> HttpResponse:
    """Queue a first picture; the page then shows it being made."""
    starting.first_picture(by=signed_in(request), destinations=DESTINATIONS)
    return redirect("start")


def _steps(person: Person) -> dict[str, Any]:
    """Return where the person stands: a query a step, and those of the running list."""
    project = Project.objects.filter(archived_at__isnull=True).order_by("at").first()
    job = Job.objects.filter(author=person).order_by("-at").first()
    works = selectors.with_note(
        selectors.works_with_state().filter(author=person).order_by("-at")[:1]
    )
    samples = list(
        Publication.objects.select_related("release__artifact__look")
        .filter(release__state="published")
        .order_by("-at")[:SAMPLES]
    )
    work = works[0] if works else None
    mine = Release.objects.filter(author=person)
    return {
        "people": Person.objects.filter(is_active=True).count(),
        "may_invite": may(person, Act.INVITE),
        "project": project,
        "job": job,
        "work": work,
        "asked": mine.exists(),
        "published": Publication.objects.filter(release__author=person).exists(),
        "samples": samples,
        "engines": [engine.describe() for engine in ENGINES],
        **running.rows(person, whose="mine"),
    }
