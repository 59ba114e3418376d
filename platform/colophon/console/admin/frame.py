"""What every administrators' page has: who may see it, and where it lies among the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person
from colophon.accounts.proposal import Proposal
from colophon.accounts.roles import Act
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import Refused

MOST_OPEN = 100


def looks(request: HttpRequest) -> Person:
    """Return who asks, if they may look at administrators' pages. Raises `NotAllowed`."""
    person = signed_in(request)
    demand(person, Act.SEE_ADMIN)
    return person


def page(
    request: HttpRequest,
    name: str,
    shown: Mapping[str, Any],
    *,
    error: Refused | None = None,
) -> HttpResponse:
    """Return the page ``console/admin/<name>.html`` in its frame; with ``error``, what was typed."""
    person = signed_in(request)
    held = {
        **shown,
        "rooms": _rooms(request),
        "may_change": {act.value: may(person, act) for act in Act},
        "problem": problem(error) if error else None,
        "form": request.POST if error else {},
    }
    status = error.status if error else 200
    return render(request, f"console/admin/{name}.html", held, status=status)


def uuid_of(text: str) -> UUID:
    """Return an id, or the empty one for text that is none: it is nobody's."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _rooms(request: HttpRequest) -> list[dict[str, Any]]:
    waiting = len(Proposal.objects.filter(state="open").values_list("pk", flat=True)[:MOST_OPEN])
    places = (
        ("proposals", gettext("Changes by two")),
        ("people", gettext("People and invitations")),
        ("roles", gettext("Who may do what")),
        ("banks", gettext("Word banks")),
        ("catalogues", gettext("Catalogues")),
        ("packs", gettext("Rules in force")),
        ("engines", gettext("Engines")),
        ("quotas", gettext("Quotas")),
        ("channels", gettext("Channels")),
        ("organisation", gettext("Organisation")),
    )
    return [
        {
            "name": said,
            "href": (href := reverse(route)),
            "here": request.path.startswith(href),
            "waiting": waiting if route == "proposals" else 0,
        }
        for route, said in places
    ]
