"""From asking for release to its end: labels on the real file, who moved it when, answers to returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.ledger.models import Move
from colophon.portal import selectors
from colophon.releases import proofing
from colophon.releases.models import Release
from colophon.releases.services import DESTINATIONS
from colophon.studio.models import Artifact
from colophon.web import sheets as sheets_shown
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import Refused

ANSWERABLE_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One state a request came to: when, and by whom; processes have no name."""

    state: str
    at: datetime
    who: str


@require_safe
def labels(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """The work with the labels each destination would get, drawn as the sealer draws them."""
    person = signed_in(request)
    demand(person, Act.REQUEST_RELEASE)
    work = selectors.find_work(work_id)
    asked = set(request.GET.getlist("destination"))
    wanted = tuple(one for one in DESTINATIONS if one in asked)
    try:
        sheets = [sheets_shown.shown(one) for one in proofing.sheets(work, destinations=wanted)]
    except Refused as error:
        return render(request, "portal/_labels.html", {"problem": problem(error)})
    return render(request, "portal/_labels.html", {"work": work, "sheets": sheets})


def follow(release: Release | None) -> list[Followed]:
    """Return the states of a request in order: two queries."""
    if release is None:
        return []
    moves = list(Move.objects.filter(kind="release", subject_id=release.pk).order_by("at", "pk"))
    names = _names(move.by for move in moves)
    asked = Followed(state="requested", at=release.at, who=release.author.name)
    return [
        asked,
        *(Followed(state=move.wanted, at=move.at, who=names.get(move.by, "")) for move in moves),
    ]


def answerable(person: Person, work: Artifact) -> list[Release]:
    """Return the person's returned requests that ``work`` may answer, its parent's first: one query."""
    rows = (
        Release.objects.filter(state="returned", author=person, artifact__project=work.project_id)
        .exclude(artifact=work)
        .select_related("artifact")
        .order_by("-at")
    )
    found = list(rows[:ANSWERABLE_SHOWN])
    return sorted(found, key=lambda one: one.artifact_id != work.parent_id)


def _names(refs: Iterable[str]) -> dict[str, str]:
    people = {ref.removeprefix("person:") for ref in refs if ref.startswith("person:")}
    rows = Person.objects.filter(ref__in=people).values_list("ref", "name")
    return {f"person:{ref}": name for ref, name in rows}
