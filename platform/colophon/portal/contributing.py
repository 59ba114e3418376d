"""Human contributions to a work: stated on its page, printed as a statement from the records."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.ledger.services import About
from colophon.portal import selectors
from colophon.portal.drafting import id_of
from colophon.studio import contributing
from colophon.studio.models import Artifact, Contribution
from colophon.web import chain
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from colophon.web.templatetags.colophon import permille
from kernel.errors import BadInput, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """The statement of human contribution to one work, and the form that adds a part to it."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    work = selectors.find_work(work_id)
    if request.method != "POST":
        return _page(request, person, work)
    try:
        contributing.contribute(by=person, part=_part(request, work))
    except Refused as error:
        return _page(request, person, work, error=error)
    messages.success(request, gettext("Your part is on record."))
    return redirect("contribution", work_id=work_id)


def _page(
    request: HttpRequest, person: Person, work: Artifact, *, error: Refused | None = None
) -> HttpResponse:
    parts = list(
        Contribution.objects.filter(work=work).select_related("person", "before").order_by("at")
    )
    lineage = _lineage(work)
    shown = {
        "work": work,
        "parts": parts,
        "stated_percent": permille(sum(part.share_permille for part in parts)),
        "ai_percent": permille(work.ai_share_permille),
        "lineage": lineage,
        "engines": [one for one in lineage if one.engine],
        "steps": [
            step
            for step in chain.steps([About("artifact", work.id)])
            if step.type == "contribution.recorded"
        ],
        "may_add": may(person, Act.BRING_IN),
        "form": request.POST,
        "problem": problem(error) if error else None,
    }
    status = error.status if error else 200
    return render(request, "portal/contribution.html", shown, status=status)


LINEAGE = """
with recursive line (id, parent_id, step) as (
    select id, parent_id, 0 from studio_artifact where id = %s
    union all
    select a.id, a.parent_id, line.step + 1 from studio_artifact a
      join line on a.id = line.parent_id where line.step < 11)
select id from line order by step
"""


def _lineage(work: Artifact) -> list[Artifact]:
    """Return the work and what it came from, newest first, at most twelve steps: two queries."""
    with connection.cursor() as cursor:
        cursor.execute(LINEAGE, [work.pk])
        line = [row[0] for row in cursor.fetchall()]
    rows = Artifact.objects.select_related("job__prompt_version", "author").in_bulk(line)
    return [rows[one] for one in line if one in rows]


def _part(request: HttpRequest, work: Artifact) -> contributing.Part:
    form = request.POST
    share = form.get("share", "")
    if not share.isdecimal() or len(share) > 3:
        raise BadInput(field="share", value=share[:20], why="it is a per cent from 0 to 100")
    before = id_of(form.get("before"))
    return contributing.Part(
        work=work,
        what=form.get("what", ""),
        tools=form.get("tools", ""),
        share_permille=10 * int(share),
        began=_day(form.get("began", ""), "began"),
        ended=_day(form.get("ended", ""), "ended"),
        before=selectors.find_work(before) if before else None,
    )


def _day(told: str, field: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise BadInput(field=field, value=told[:20], why="it is no date") from error
