"""Searches kept by name, each with how much is new since its last look."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts.access import demand
from colophon.accounts.roles import Act
from colophon.portal import wishing
from colophon.studio import searches
from colophon.studio.models import Search
from colophon.studio.searching import NEW, new_since
from colophon.web.middleware import signed_in

SHOWN = 12
_PLACE = ("before", "search", "csrfmiddlewaretoken")


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The searches of a person and their team, with what is new in each: for the gallery's side."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    rows = list(searches.seen_by(person)[:SHOWN])
    wishes = [wishing.asked(QueryDict(one.address), person=person, alone=True).wish for one in rows]
    looks = searches.last_looks(person, rows)
    counts = new_since([(wish, looks[one.pk]) for wish, one in zip(wishes, rows, strict=True)])
    shown = {"rows": list(zip(rows, counts, strict=True)), "most": NEW, "person": person}
    part = "portal/_searches.html" if request.headers.get("hx-request") else "portal/searches.html"
    return render(request, part, shown)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the search that is on the page."""
    person = signed_in(request)
    form = QueryDict(request.POST.get("address", "")[:4000]).copy()
    for name in _PLACE:
        form.pop(name, None)
    for name in list(form):
        if not any(form.getlist(name)):
            form.pop(name)
    made = searches.keep(
        by=person,
        name=request.POST.get("name", ""),
        address=form.urlencode(),
        shared="shared" in request.POST,
    )
    messages.success(request, gettext("Kept as “{name}”.").format(name=made.name))
    return redirect(_address(made))


@require_POST
def look(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Remember that the person looks at this search now."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    searches.look(by=person, search=searches.find(person, search_id))
    return HttpResponse(status=204)


@require_POST
def let_go(request: HttpRequest, search_id: UUID) -> HttpResponse:
    person = signed_in(request)
    searches.let_go(by=person, search=searches.find(person, search_id))
    messages.success(request, gettext("The search is no longer kept."))
    return redirect("works")


def _address(search: Search) -> str:
    return f"{reverse('works')}?{search.address}&search={search.pk}"
