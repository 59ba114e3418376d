"""The reviewers' queue: what waits, taking the next, giving one back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts.access import demand
from colophon.accounts.roles import Act
from colophon.console import case_page, loads, selectors
from colophon.console.cases import case_answer, onward
from colophon.releases import claiming, services
from colophon.releases.line_errors import OnBreak
from colophon.releases.services import DESTINATIONS
from colophon.releases.waiting import RISKS
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from generation.engine import Medium
from kernel.errors import Refused


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, by due time; filters and the place in the line stand in the address."""
    person = signed_in(request)
    demand(person, Act.REVIEW)
    shown = selectors.queue_page(person, selectors.read_view(request.GET)) | {
        "destinations": DESTINATIONS,
        "risks": RISKS,
        "media": [str(one) for one in Medium],
        "just": case_page.just_decided(person),
    }
    part = "console/_queue.html" if request.headers.get("HX-Request") else "console/queue.html"
    return render(request, part, shown)


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the case whose turn it is for this person, and open it."""
    person = signed_in(request)
    queue_id = selectors.read_view(request.POST).queue
    try:
        taken = claiming.claim_next(by=person, queue=queue_id)
    except OnBreak:
        return redirect("console")  # which says until when
    if taken is None:
        messages.info(request, gettext("Nothing waits for you now."))
        return redirect("console")
    return redirect("case", release_id=taken.release_id)


@require_POST
def beat(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Claim on opening, and renew while the page is open; the answer is the line that says so.

    That somebody else holds the case, or that it was decided a moment ago, is an answer, too.
    """
    person = signed_in(request)
    release = case_page.find_case(release_id)
    try:
        held = services.claim(by=person, release=release)
    except Refused as error:
        return render(request, "console/_claim.html", {"claim_problem": problem(error)})
    return render(request, "console/_claim.html", {"held": held})


@require_POST
def skip(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Give a case back with a reason, and go on."""
    person = signed_in(request)
    release = case_page.find_case(release_id)
    try:
        services.let_go(
            by=person,
            release=release,
            kind=request.POST.get("kind", "") or "other",
            reason=request.POST.get("reason", ""),
        )
    except Refused as error:
        return case_answer(request, person, release, said=problem(error), status=error.status)
    messages.info(request, gettext("Skipped, with your reason on record."))
    return onward(request, person, but=release_id)


@require_POST
def leave(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """End a claim because its page was closed; sent by the page itself as it goes."""
    claiming.leave(by=signed_in(request), claim_id=claim_id)
    return HttpResponse(status=204)


@require_safe
def load(request: HttpRequest) -> HttpResponse:
    """How much waits and for how long, who holds what, how much was decided."""
    demand(signed_in(request), Act.REVIEW)
    return render(request, "console/load.html", loads.load_page())
