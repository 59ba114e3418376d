"""The trash: put works aside, take them back, at once or within thirty days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.releases import trashing as services
from colophon.studio.models import Artifact, Trashed
from colophon.web.answers import problem, sentence
from colophon.web.middleware import signed_in
from colophon.web.views import inside
from kernel.errors import Refused

PAGE = 60
REASONS_SHOWN = 5
DAY = timedelta(days=1)


@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    """What was put aside, newest first."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    return _page(request, person)


@require_POST
def put_aside(request: HttpRequest) -> HttpResponse:
    """Put works aside: one from its page, or many picked in a list. Each has its own outcome."""
    person = signed_in(request)
    ids = _ids(request)
    rows = Artifact.objects.select_related("project").filter(pk__in=ids)
    outcomes = services.trash(by=person, works=list(rows[: services.MOST + 1]))
    gone = [str(one.work.pk) for one in outcomes if one.refused is None]
    if gone:
        said = ngettext("{n} work is in the trash.", "{n} works are in the trash.", len(gone))
        tags = "trashed " + ",".join(gone)
        messages.success(request, said.replace("{n}", str(len(gone))), extra_tags=tags)
    refused = [one.refused for one in outcomes if one.refused is not None]
    for error in refused[:REASONS_SHOWN]:
        messages.warning(request, sentence(error.says, error.facts))
    if len(refused) > REASONS_SHOWN:
        more = len(refused) - REASONS_SHOWN
        said = ngettext(
            "{n} more stays for a like reason.", "{n} more stay for like reasons.", more
        )
        messages.warning(request, said.replace("{n}", str(more)))
    if not outcomes:
        messages.warning(request, gettext("No work was picked."))
    return redirect(inside(request, request.POST.get("next", "")))


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Take works out of the trash."""
    person = signed_in(request)
    try:
        n = services.restore(by=person, works=_ids(request))
    except Refused as error:
        return _page(request, person, said=problem(error), status=error.status)
    said = ngettext("{n} work is back.", "{n} works are back.", n).replace("{n}", str(n))
    messages.success(request, said)
    return redirect(inside(request, request.POST.get("next", "")))


def aside_of(person: Person, work: Artifact) -> dict[str, Any]:
    """Return what the page of a work says of the trash."""
    row = services.held(work)
    mine = work.author_id == person.pk and may(person, Act.SUBMIT)
    return {"aside": row, "may_put_aside": mine and row is None, "now": timezone.now()}


def _page(
    request: HttpRequest, person: Person, *, said: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    rows = Trashed.objects.filter(restored_at__isnull=True)
    rows = rows.select_related("artifact__project", "artifact__look", "by").order_by("-at", "-id")
    last = Trashed.objects.filter(pk=_id(request.GET.get("before", ""))).first()
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    found = list(rows[: PAGE + 1])
    now = timezone.now()
    for row in found:
        row.days = max(0, -((now - row.until) // DAY))  # type: ignore[attr-defined]
    shown = {
        "rows": found[:PAGE],
        "more": found[PAGE - 1].pk if len(found) > PAGE else None,
        "days": services.DAYS,
        "problem": said,
    }
    return render(request, "portal/trash.html", shown, status=status)


def _ids(request: HttpRequest) -> list[UUID]:
    found = [_id(one) for told in request.POST.getlist("works") for one in told.split(",")]
    return list(dict.fromkeys(found))


def _id(told: str) -> UUID:
    """Return an id, or the empty one for anything else: there is nothing of it."""
    try:
        return UUID(told.strip())
    except ValueError:
        return UUID(int=0)
