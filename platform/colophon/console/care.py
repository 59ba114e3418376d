"""Care: how hard material is shown to its reader, how much of it, and what holds for the house."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts.access import demand, may
from colophon.accounts.roles import Act
from colophon.releases import caring
from colophon.releases.care import LEVELS, WAYS, CareRule, CareWish
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused

ANSWERS = {"": None, "yes": True, "no": False}


@require_safe
def care(request: HttpRequest) -> HttpResponse:
    """One's own care and figures; for who keeps rules also those of the house."""
    demand_any(request)
    return _page(request)


@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Keep one's own wishes."""
    form = request.POST
    person = demand_any(request)
    try:
        wishes: dict[str, Any] = {name: ANSWERS.get(form.get(name, "")) for name in caring.LOOKS}
        wishes |= {"way": form.get("way", ""), "veil_from": form.get("veil_from", "")}
        if form.get("items_day", "").strip():
            wishes["items_day"] = _number(form, "items_day")
        caring.prefer(by=person, wishes=wishes)
    except Refused as error:
        return _page(request, said=problem(error), status=error.status)
    messages.success(request, gettext("Kept. It holds from the next page on, for you alone."))
    return redirect("care")


@require_POST
def rule(request: HttpRequest) -> HttpResponse:
    """Set what holds for everybody in the organisation."""
    form = request.POST
    person = signed_in(request)
    try:
        caring.rule(by=person, wanted=rule_of(form))
    except Refused as error:
        return _page(request, said=problem(error), status=error.status, typed=form)
    messages.success(request, gettext("Kept. It holds for everybody, as far as they wish no more."))
    return redirect("care")


def rule_of(form: QueryDict) -> dict[str, Any]:
    """Return the rule of the house that a form gives. Raises `BadInput`."""
    return {
        **{name: name in form for name in caring.LOOKS},
        **{name: _number(form, name) for name in caring.NUMBERS},
        "veil_from": form.get("veil_from", ""),
        "personal_figures": "personal_figures" in form,
    }


def house_shown(form: QueryDict | None = None) -> dict[str, Any]:
    """Return the rule of the house as its form shows it, typed or as it stands; one query."""
    house = CareRule.objects.first() or CareRule()
    if form is None:
        shown = {name: getattr(house, name) for name in (*caring.LOOKS, *caring.NUMBERS)}
        more = {"veil_from": house.veil_from, "personal_figures": house.personal_figures}
    else:
        shown = {name: name in form for name in caring.LOOKS}
        shown |= {name: form.get(name, "") for name in caring.NUMBERS}
        more = {
            "veil_from": form.get("veil_from", ""),
            "personal_figures": "personal_figures" in form,
        }
    return more | {
        "looks": [(name, shown[name]) for name in caring.LOOKS],
        "numbers": [(name, shown[name]) for name in caring.NUMBERS],
        "levels": LEVELS,
    }


def demand_any(request: HttpRequest) -> Any:
    """Return who asks, if they review or keep rules; raise `NotAllowed` for others."""
    person = signed_in(request)
    if not may(person, Act.KEEP_RULES):
        demand(person, Act.REVIEW)
    return person


def _page(
    request: HttpRequest,
    *,
    said: dict[str, Any] | None = None,
    status: int = 200,
    typed: QueryDict | None = None,
) -> HttpResponse:
    person = signed_in(request)
    held = caring.care_of(person)
    keeps = may(person, Act.KEEP_RULES)
    exposure = caring.exposure_of(person, held) if held.personal_figures else None
    wish = CareWish.objects.filter(person=person).first() or CareWish()
    house = CareRule.objects.first() or CareRule()
    shown = {
        "problem": said,
        "care": held,
        "exposure": exposure,
        "looks": [
            (name, getattr(wish, name), getattr(house, name), getattr(held, name))
            for name in caring.LOOKS
        ],
        "wish": wish,
        "house": house,
        "rule": house_shown(typed),
        "levels": LEVELS,
        "ways": WAYS,
        "keeps": keeps,
        "crowd": caring.crowd() if keeps else None,
    }
    return render(request, "console/care.html", shown, status=status)


def _number(form: QueryDict, name: str) -> int:
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 5):
        raise BadInput(field=name, value=text[:20], why="a whole number from 0")
    return int(text)
