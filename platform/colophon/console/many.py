"""Many works approved in one act, where a clause allows it, with every one of them in sight."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from colophon.accounts.access import demand
from colophon.accounts.roles import Act
from colophon.console.case_page import just_decided
from colophon.releases import many
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest) -> HttpResponse:
    """Works of the class, to look at and choose; posting approves the chosen ones."""
    person = signed_in(request)
    demand(person, Act.REVIEW)
    said, status = None, 200
    if request.method == "POST":
        try:
            chosen = _chosen(request.POST.getlist("work"))
            bulk = many.approve(by=person, chosen=chosen, typed=request.POST.get("typed", ""))
        except Refused as error:
            said, status = problem(error), error.status
        else:
            told = ngettext("{n} work approved.", "{n} works approved.", bulk.many)
            messages.success(request, told.format(n=bulk.many))
            return redirect("together")
    rows = list(many.in_class(person)[: many.MOST])
    shown = {
        "rows": rows,
        "most": many.MOST,
        "problem": said,
        "chosen": {one.partition(":")[0] for one in request.POST.getlist("work")},
        "typed": request.POST.get("typed", ""),
        "just": just_decided(person),
    }
    return render(request, "console/many.html", shown, status=status)


@require_POST
def undo(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Undo a bulk as one act."""
    undone = many.undo(by=signed_in(request), bulk_id=bulk_id)
    told = ngettext("{n} decision undone.", "{n} decisions undone.", undone)
    messages.success(request, told.format(n=undone))
    return redirect("together")


def _chosen(works: list[str]) -> dict[UUID, str]:
    """Return release -> digest of ``release:sha256`` as the page sent it."""
    chosen = {}
    for one in works:
        release, _, sha256 = one.partition(":")
        try:
            chosen[UUID(release)] = sha256
        except ValueError:
            raise BadInput(field="work", value=one[:40], why="no case has this id") from None
    if not chosen:
        raise BadInput(field="work", value=gettext("none"), why="choose at least one")
    return chosen
