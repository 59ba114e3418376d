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
from colophon.releases import appealing
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from colophon.web.templatetags.colophon import word
from kernel.errors import BadInput, Refused

SHOWN = 100


@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """What authors appealed and nobody has heard yet, the soonest due first."""
    person = signed_in(request)
    demand(person, Act.REVIEW)
    rows = list(appealing.waiting(person)[: SHOWN + 1])
    shown = {
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "may_hear": may(person, Act.HEAR_APPEAL),
    }
    return render(request, "console/appeals.html", shown)


@require_POST
def hear(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """Answer an appeal; a refusal of ours shows the case again with what was typed."""
    person = signed_in(request)
    appeal = appealing.find(appeal_id)
    form = request.POST
    try:
        outcome = form.get("outcome", "")
        if outcome not in ("upheld", "overturned"):
            raise BadInput(field="outcome", value=outcome[:20], why="choose one")
        settled = appealing.hear(
            by=person,
            appeal_id=appeal_id,
            overturn=outcome == "overturned",
            answer=form.get("answer", ""),
        )
    except Refused as error:
        fresh = case_page.find_case(appeal.release_id)
        return case_answer(request, person, fresh, said=problem(error), status=error.status)
    messages.success(
        request,
        gettext("“{title}”: {state}. The author is told.").format(
            title=appeal.release.artifact.title, state=word(settled.state, "state")
        ),
    )
    return redirect("appeals")
