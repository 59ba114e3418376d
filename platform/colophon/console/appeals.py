"""Appeals that wait, and hearing one on the page of its case."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts.access import demand, may
from colophon.accounts.roles import Act
from colophon.console import case_page
from colophon.console.cases import case_answer
from colophon.publishing import complaining
from colophon.releases import appealing
from colophon.releases.models import Release
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from colophon.web.templatetags.colophon import word
from kernel.errors import BadInput, Refused

SHOWN = 100


@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """What authors appealed, refusals and withdrawals, and nobody has heard; the soonest due first."""
    person = signed_in(request)
    demand(person, Act.REVIEW)
    rows = list(appealing.waiting(person)[: SHOWN + 1])
    taken = list(complaining.waiting(person)[: SHOWN + 1])
    shown = {
        "rows": rows[:SHOWN],
        "taken": taken[:SHOWN],
        "more": max(len(rows), len(taken)) > SHOWN,
        "may_hear": may(person, Act.HEAR_APPEAL),
    }
    return render(request, "console/appeals.html", shown)


@require_POST
def hear(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """Answer an appeal; a refusal of ours shows the case again with what was typed."""
    person = signed_in(request)
    release = appealing.find(appeal_id).release
    try:
        settled = appealing.hear(
            by=person,
            appeal_id=appeal_id,
            overturn=_outcome(request) == "overturned",
            answer=request.POST.get("answer", ""),
        )
    except Refused as error:
        fresh = case_page.find_case(release.pk)
        return case_answer(request, person, fresh, said=problem(error), status=error.status)
    return _told(request, release, settled.state)


@require_POST
def hear_complaint(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """Answer an appeal against a withdrawal, in the same way."""
    person = signed_in(request)
    release = complaining.find(complaint_id).withdrawal.publication.release
    try:
        settled = complaining.hear(
            by=person,
            complaint_id=complaint_id,
            overturn=_outcome(request) == "overturned",
            answer=request.POST.get("answer", ""),
        )
    except Refused as error:
        fresh = case_page.find_case(release.pk)
        return case_answer(request, person, fresh, said=problem(error), status=error.status)
    return _told(request, release, settled.state)


def _outcome(request: HttpRequest) -> str:
    outcome = request.POST.get("outcome", "")
    if outcome not in ("upheld", "overturned"):
        raise BadInput(field="outcome", value=outcome[:20], why="choose one")
    return outcome


def _told(request: HttpRequest, release: Release, state: str) -> HttpResponse:
    said = gettext("“{title}”: {state}. The author is told.")
    messages.success(request, said.format(title=release.artifact.title, state=word(state, "state")))
    return redirect("appeals")
