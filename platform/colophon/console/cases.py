"""The case: look, decide, undo, next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.console import case_page
from colophon.console import said as said_form
from colophon.releases import (
    claiming,
    confirming,
    deciding,
    drafting,
    planting,
    services,
    settling,
)
from colophon.releases.errors import NotClaimed
from colophon.releases.line_errors import OnBreak
from colophon.releases.models import Decision, GoldenAnswer, Release
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from colophon.web.templatetags.colophon import word
from kernel.errors import BadInput, Refused

KEYS = {
    "approve": "a",
    "confirm": "a",
    "return": "r",
    "refuse": "x",
    "escalate": "e",
    "hold": "h",
    "send_back": "b",
    "replace": "y",
}


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """One case on one screen; posting decides it."""
    person = signed_in(request)
    demand(person, Act.REVIEW)
    release = case_page.find_case(release_id)
    if request.method == "POST":
        return _decide(request, person, release)
    return case_answer(request, person, release)


@require_POST
def draft(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Keep what is typed; the answer is the line that says when."""
    person = signed_in(request)
    release = case_page.find_case(release_id)
    kept = drafting.keep(by=person, release=release, said=said_form.typed(request.POST))
    return render(request, "console/_draft.html", {"draft": kept})


@require_POST
def undo(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Take one's own decision back before it takes effect, and stand at the case again."""
    release = settling.undo(by=signed_in(request), decision_id=decision_id)
    messages.success(
        request, gettext("Undone. The case is yours again, with everything you had typed.")
    )
    return redirect("case", release_id=release.pk)


@require_POST
def recall(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Call one's own approval back while a second person has not confirmed it."""
    person = signed_in(request)
    release = case_page.find_case(release_id)
    deciding.recall(by=person, release=release, reason=request.POST.get("reason", ""))
    messages.success(request, gettext("Called back. The case waits for a first reviewer again."))
    return redirect("case", release_id=release_id)


@require_POST
def mark(request: HttpRequest, release_id: UUID, finding_id: UUID) -> HttpResponse:
    """Confirm or deconfirm a finding; the answer is the list of findings."""
    person = signed_in(request)
    release = case_page.find_case(release_id)
    verdict = request.POST.get("verdict", "")
    if verdict not in ("confirmed", "deconfirmed"):
        raise BadInput(field="verdict", value=verdict[:20], why="confirmed or deconfirmed")
    confirming.mark(
        by=person, release=release, finding_id=finding_id, confirmed=verdict == "confirmed"
    )
    if not request.headers.get("HX-Request"):
        return redirect("case", release_id=release_id)
    shown = case_page.findings_part(person, release) | {"release": release}
    return render(request, "console/_findings.html", shown)


@require_POST
def drop_draft(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Let go of what was typed, and of the note that a decision never took effect."""
    person = signed_in(request)
    drafting.keep(by=person, release=case_page.find_case(release_id), said={})
    return redirect("console")


@require_safe
def just(request: HttpRequest) -> HttpResponse:
    """What its reader just decided, as a part of a page."""
    person = signed_in(request)
    demand(person, Act.REVIEW)
    return render(request, "console/_just.html", {"just": case_page.just_decided(person)})


@require_safe
def decided(request: HttpRequest) -> HttpResponse:
    """The reader's newest decisions, and which of them can still be undone."""
    person = signed_in(request)
    demand(person, Act.REVIEW)
    return render(request, "console/decided.html", {"rows": case_page.decided_page(person)})


def onward(request: HttpRequest, person: Person, *, but: UUID | None = None) -> HttpResponse:
    """Take the next case for whoever is done with one; without one, or in a break, show the line.

    A break never costs what was just done: the line is shown, and says until when it lasts. A page
    that shows the next case in its own place is told which, with the line of what was done.
    """
    try:
        taken = claiming.claim_next(by=person, but=but)
    except OnBreak:
        taken = None
    place = reverse("case", args=[taken.release_id]) if taken else reverse("console")
    if not _in_place(request):
        return redirect(place)
    if not taken:
        return JsonResponse({"go": place})
    done = {"just": case_page.just_decided(person)}
    return JsonResponse(
        {"next": place, "done": render_to_string("console/_done.html", done, request)}
    )


def case_answer(
    request: HttpRequest,
    person: Person,
    release: Release,
    *,
    said: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of a case, with what was typed: just now, or in the draft.

    Asked for ahead of its turn it is a part, without what belongs to the moment when it is shown:
    notes, and what was just decided.
    """
    at = request.GET.get("evidence", "0")
    ahead = _in_place(request) and request.method == "GET"
    shown = case_page.case_page(
        person,
        release,
        evidence_at=int(at) if at.isdecimal() and len(at) < 4 else 0,
        after=request.headers.get("X-After", ""),
    )
    kept = shown["draft"].said if shown["draft"] else {}
    # Other forms of the page come back here, too; what they hold is no part of a decision.
    decides = "artifact_sha256" in request.POST
    typed = said_form.typed(request.POST) if decides else kept
    shown |= said_form.beside(release, typed) | {
        "problem": said,
        "form": typed,
        "keys": KEYS,
        "ahead": ahead,
        "just": None if ahead else case_page.just_decided(person),
    }
    name = "console/_case.html" if _in_place(request) else "console/case.html"
    return render(request, name, shown, status=status)


def _in_place(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


def _decide(request: HttpRequest, person: Person, release: Release) -> HttpResponse:
    try:
        opinion = said_form.opinion(request.POST)
        if planting.golden_of(release) is not None:
            services.claim(by=person, release=release)
            given = planting.answer(by=person, release=release, opinion=opinion)
            _say_known(request, given)
            return onward(request, person, but=release.pk)
        decision = _decided(person, release, opinion)
    except Refused as error:
        fresh = case_page.find_case(release.pk)
        return case_answer(request, person, fresh, said=problem(error), status=error.status)
    _say(request, decision, release)
    return onward(request, person, but=release.pk)


def _decided(person: Person, release: Release, opinion: services.Opinion) -> Decision:
    """Decide; a hold that ran out while nobody else came is taken again, so no decision is lost."""
    try:
        return services.decide(by=person, release=release, opinion=opinion)
    except NotClaimed:
        services.claim(by=person, release=release)
        return services.decide(by=person, release=release, opinion=opinion)


def _say(request: HttpRequest, decision: Decision, release: Release) -> None:
    """Say what became of a decision; one that can be undone stands in its own line on the page."""
    if decision.state == "pending":
        return
    messages.success(
        request,
        gettext("{verdict}: “{title}” is now {state}.").format(
            verdict=word(decision.verdict, "verdict"),
            title=release.artifact.title,
            state=word(release.state, "state"),
        ),
    )


def _say_known(request: HttpRequest, given: GoldenAnswer) -> None:
    """Tell whoever answered a golden item that it was one, and what is known of it."""
    item = given.golden
    said = (
        gettext("“{title}” was a golden item, and your answer is the known one: {verdict}.")
        if given.right
        else gettext("“{title}” was a golden item. Its known answer is: {verdict} {clause}")
    )
    text = said.format(
        title=item.release.artifact.title, verdict=word(item.verdict, "verdict"), clause=item.clause
    )
    messages.info(request, f"{text.rstrip()} {item.note}".rstrip())
