"""The reviewers' queue and the case: look, decide, next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.console import selectors
from colophon.releases import services
from colophon.releases.models import Release, Verdict
from colophon.releases.services import DESTINATIONS
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from colophon.web.templatetags.colophon import word
from kernel.errors import BadInput, Refused


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, by risk and age."""
    person = signed_in(request)
    demand(person, Act.REVIEW)
    view = selectors.View(
        name=request.GET.get("view", "waiting"),
        risk=request.GET.get("risk", ""),
        destination=request.GET.get("destination", ""),
        medium=request.GET.get("medium", ""),
    )
    shown = selectors.queue_page(person, view) | {
        "destinations": DESTINATIONS,
        "risks": selectors.RISKS,
        "media": ("image", "text"),
    }
    part = "console/_queue.html" if request.headers.get("HX-Request") else "console/queue.html"
    return render(request, part, shown)


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Claim the riskiest, oldest case this person may decide, and open it."""
    person = signed_in(request)
    demand(person, Act.REVIEW)
    found = selectors.next_case(person)
    if found is None:
        messages.info(request, gettext("Nothing waits for you now."))
        return redirect("console")
    services.claim(by=person, release=selectors.find_case(found))
    return redirect("case", release_id=found)


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """One case on one screen; posting decides it."""
    person = signed_in(request)
    demand(person, Act.REVIEW)
    release = selectors.find_case(release_id)
    if request.method == "POST":
        return _decide(request, person, release)
    return _page(request, person, release)


@require_POST
def beat(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Claim on opening, and renew while the page is open; the answer is the line that says so."""
    person = signed_in(request)
    release = selectors.find_case(release_id)
    try:
        held = services.claim(by=person, release=release)
    except Refused as error:
        said = {"claim_problem": problem(error), "release": release}
        return render(request, "console/_claim.html", said, status=error.status)
    return render(request, "console/_claim.html", {"held": held, "release": release})


@require_POST
def skip(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Give a case back with a reason, and go on."""
    person = signed_in(request)
    release = selectors.find_case(release_id)
    try:
        services.let_go(by=person, release=release, reason=request.POST.get("reason", ""))
    except Refused as error:
        return _page(request, person, release, said=problem(error), status=error.status)
    messages.info(request, gettext("Skipped, with your reason on record."))
    return _onward(person, release)


def _decide(request: HttpRequest, person: Person, release: Release) -> HttpResponse:
    form = request.POST
    try:
        verdict = form.get("verdict", "")
        if verdict not in Verdict.values:
            raise BadInput(field="verdict", value=verdict[:40], why="choose one")
        # A claim that ran out while nobody else came is taken again, so no decision is lost.
        services.claim(by=person, release=release)
        opinion = services.Opinion(
            verdict=Verdict(verdict),
            artifact_sha256=form.get("artifact_sha256", ""),
            clause=form.get("clause", ""),
            reason=form.get("reason", ""),
        )
        services.decide(by=person, release=release, opinion=opinion)
    except Refused as error:
        fresh = selectors.find_case(release.pk)
        return _page(request, person, fresh, said=problem(error), status=error.status)
    messages.success(
        request,
        gettext("{verdict}: “{title}” is now {state}.").format(
            verdict=word(verdict, "verdict"),
            title=release.artifact.title,
            state=word(release.state, "state"),
        ),
    )
    return _onward(person, release)


def _onward(person: Person, release: Release) -> HttpResponse:
    found = selectors.next_case(person, after=release.pk)
    return redirect("case", release_id=found) if found else redirect("console")


def _page(
    request: HttpRequest,
    person: Person,
    release: Release,
    *,
    said: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    at = request.GET.get("evidence", "0")
    shown = selectors.case_page(
        person, release, evidence_at=int(at) if at.isdecimal() and len(at) < 4 else 0
    )
    shown |= {"problem": said, "form": request.POST, "keys": KEYS}
    return render(request, "console/case.html", shown, status=status)


KEYS = {
    "approve": "a",
    "confirm": "a",
    "return": "r",
    "refuse": "x",
    "escalate": "e",
    "hold": "h",
    "send_back": "b",
}
