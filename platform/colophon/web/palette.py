"""The command palette's answer: places, what was open lately, and what the words find."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from colophon.accounts.access import may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.web import seeking
from colophon.web.middleware import signed_in
from kernel.words import msgid

LONGEST = 120
PLACES: tuple[tuple[str, str, Act], ...] = (
    ("studio", msgid("Studio"), Act.SUBMIT),
    ("works", msgid("Works"), Act.SEE_WORKS),
    ("bring_in", msgid("Bring in a work"), Act.BRING_IN),
    ("projects", msgid("Projects"), Act.SEE_WORKS),
    ("inputs", msgid("Add an input and its right"), Act.SUBMIT),
    ("boards", msgid("Boards"), Act.SEE_WORKS),
    ("console", msgid("Console"), Act.REVIEW),
    ("appeals", msgid("Appeals"), Act.REVIEW),
    ("decided", msgid("Just decided"), Act.REVIEW),
    ("audit", msgid("Audit"), Act.SEE_WORKS),
    ("notes", msgid("Notes"), Act.SEE_WORKS),
    ("me", msgid("My page"), Act.SEE_WORKS),
    ("guarantees", msgid("What Colophon attests, and what not"), Act.SEE_WORKS),
)


@never_cache
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Options for the palette's list: everything for ``q``, or what ``recent`` names and the places."""
    person = signed_in(request)
    q = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    shown = {
        "q": q,
        "places": _places(person, q),
        "recent": [] if q else seeking.recent(person, request.GET.getlist("recent")),
        "groups": seeking.found(person, q) if q else [],
        "may_search": bool(q) and may(person, Act.SEE_WORKS),
    }
    return render(request, "web/_found.html", shown)


def _places(person: Person, q: str) -> list[tuple[str, str]]:
    """Return name and address of the places this person's roles open and ``q`` names."""
    words = q.casefold().split()
    named = ((gettext(name), route) for route, name, act in PLACES if may(person, act))
    held = [(name, route) for name, route in named if all(w in name.casefold() for w in words)]
    return [(name, href) for name, route in held if (href := _address(route))]


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:  # a face that is not built into this size
        return ""
