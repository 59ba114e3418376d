"""The gallery: every work of an organisation, found, picked, and acted on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.portal import selectors, wishing
from colophon.releases import services as releases
from colophon.releases.models import Release
from colophon.studio import boards
from colophon.studio.models import Artifact, Project
from colophon.studio.searching import FACETS, WINDOW, search
from colophon.web.middleware import signed_in
from compliance.intake.views import HUES

PAGE = 40
BOARDS = 60
FIELDS = ("colour", "since", "until")
"""What the page has a field for anyway; other parts of a search are carried along hidden."""


@require_safe
def works(request: HttpRequest) -> HttpResponse:
    """All works, newest first or closest first; an id leads straight to its page."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    straight = _straight(request.GET.get("q", "").strip())
    if straight is not None:
        return straight
    asked = wishing.asked(request.GET, person=person)
    shown = {**_found(asked, request.GET), **_acts(person)}
    status = 422 if asked.problems else 200
    return render(request, "portal/works.html", shown, status=status)


def _found(asked: wishing.Asked, form: QueryDict) -> dict[str, Any]:
    page = search(asked.wish, page=PAGE, after=asked.after)
    rows = selectors.cards_of(page.ids)
    older = None
    if page.more:
        older = _address(form, before=wishing.place_of(rows[-1].at, rows[-1].pk))
    return {
        "asked": asked,
        "works": rows,
        "total": page.total,
        "bounded": page.bounded,
        "window": WINDOW,
        "facets": [(name, _choices(name, page.counts, asked)) for name in FACETS],
        "hues": [(name, shade, name in asked.wish.hues) for name, shade in HUES.items()],
        "chips": _chips(asked, form),
        "newer": _address(form) if asked.after else None,
        "older": older,
        "address": form.urlencode(),
        "kept": next(iter(_ids(form.getlist("search")[:1])), None),
    }


def _choices(
    name: str, counts: dict[str, dict[str, int]], asked: wishing.Asked
) -> list[tuple[str, int, bool]]:
    """Return the values of one facet with their counts; what is chosen stays, even at none."""
    chosen = asked.given[name]
    held = counts.get(name, {})
    values = dict.fromkeys([*sorted(held, key=lambda one: -held[one]), *chosen])
    return [(one, held.get(one, 0), one in chosen) for one in values]


def _chips(asked: wishing.Asked, form: QueryDict) -> list[dict[str, str]]:
    """Return what narrows the search beside words and facets, each with the address without it."""
    named = {str(asked.model.pk): asked.model.title} if asked.model else {}
    projects = [one for one in asked.given["project"] if len(one) == 36]
    if projects:
        rows = Project.objects.filter(pk__in=_ids(projects))
        named |= {str(pk): name for pk, name in rows.values_list("pk", "name")}
    people = [one for one in asked.given["by"] if len(one) == 36]
    if people:
        rows_of = Person.objects.filter(pk__in=_ids(people))
        named |= {str(pk): name for pk, name in rows_of.values_list("pk", "name")}
    return [
        {
            "key": key,
            "value": named.get(value, value),
            "held": "" if key in FIELDS else value,
            "without": _address(form, drop=(key, value)),
        }
        for key in ("like", "project", "by", "tag", "seed", "colour", "since", "until")
        for value in asked.given[key]
    ]


def _ids(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _address(form: QueryDict, *, drop: tuple[str, str] = ("", ""), **more: str) -> str:
    """Return the address of the same search, without ``drop``, with ``more``, from its first page."""
    kept = form.copy()
    kept.pop("before", None)
    if drop[0]:
        kept.setlist(drop[0], [one for one in kept.getlist(drop[0]) if one.strip() != drop[1]])
    for name, value in more.items():
        kept[name] = value
    return "?" + kept.urlencode()


def _acts(person: Person) -> dict[str, Any]:
    return {
        "may_tag": may(person, Act.SUBMIT),
        "may_ask": may(person, Act.REQUEST_RELEASE),
        "may_bring": may(person, Act.BRING_IN),
        "places": releases.DESTINATIONS,
        "boards": boards.fillable_by(person).order_by("name")[:BOARDS],
        "projects": selectors.projects(person) if may(person, Act.SUBMIT) else [],
    }


def _straight(q: str) -> HttpResponse | None:
    """Lead to the page of a work or release whose id was typed."""
    try:
        wanted = UUID(q)
    except ValueError:
        return None
    found = Artifact.objects.filter(pk=wanted).values_list("pk", flat=True).first()
    if found is None:
        found = Release.objects.filter(pk=wanted).values_list("artifact_id", flat=True).first()
    return redirect("work", work_id=found) if found else None
