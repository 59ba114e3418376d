"""One act on many works: each with an outcome of its own, none half-done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.releases import moving, trashing
from colophon.releases import services as releases
from colophon.studio import boards, tagging
from colophon.studio.errors import NotFound
from colophon.studio.models import Artifact, Board, Project
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused

MOST = 100
UNDO = {
    "tag": "untag",
    "untag": "tag",
    "board": "unboard",
    "unboard": "board",
    "trash": "restore",
    "restore": "trash",
}


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What an act came to for one work."""

    work: Artifact
    changed: bool = False
    problem: dict[str, Any] | None = None
    tags: list[str] = field(default_factory=list)
    places: list[Any] = field(default_factory=list)


Doing = Callable[[Person, Artifact, Any], Outcome]


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one act to every work that was picked, and show what it came to."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    act = request.POST.get("act", "")
    works = _picked(request)
    if act == "compare":
        return redirect(f"{reverse('compare')}?ids={','.join(str(one.pk) for one in works)}")
    how = _does().get(act)
    if how is None:
        known = ", ".join(_does())
        raise BadInput(
            field="act", value=act[:40], why=gettext("known: {known}").format(known=known)
        )
    form = how[1](person, request.POST)
    outcomes = [_one(person, work, how[0], form) for work in works]
    changed = [one for one in outcomes if one.changed]
    tally = Counter(_kind(one) for one in outcomes)
    shown = {
        "act": act,
        "outcomes": outcomes,
        "tally": {name: tally[name] for name in ("done", "unchanged", "refused")},
        "undo": UNDO.get(act) if changed else None,
        "undo_works": [one.work.pk for one in changed],
        "board": form if isinstance(form, Board) else None,
        "project": form if isinstance(form, Project) else None,
        "tags": ", ".join(dict.fromkeys(tag for one in changed for tag in one.tags)),
        "next": _onward(request),
    }
    return render(request, "portal/outcomes.html", shown)


def _one(person: Person, work: Artifact, does: Doing, form: Any) -> Outcome:
    try:
        with transaction.atomic():
            return does(person, work, form)
    except Refused as error:
        return Outcome(work=work, problem=problem(error))


def _kind(outcome: Outcome) -> str:
    return "refused" if outcome.problem else "done" if outcome.changed else "unchanged"


def _picked(request: HttpRequest) -> list[Artifact]:
    """Return the works that were picked, as they stood on the page. Raises `BadInput`."""
    ids: list[UUID] = []
    for one in request.POST.getlist("work"):
        try:
            ids.append(UUID(one))
        except ValueError as error:
            why = gettext("it is no id of a work")
            raise BadInput(field="work", value=one[:40], why=why) from error
    if not 0 < len(ids) <= MOST:
        why = gettext("an act takes 1 to {most} works").format(most=MOST)
        raise BadInput(field="work", value=len(ids), why=why)
    rows = Artifact.objects.select_related("look", "project", "tenant", "assessment", "author")
    held = {row.pk: row for row in rows.filter(pk__in=ids)}
    return [held[one] for one in dict.fromkeys(ids) if one in held]


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if inside and wanted.startswith("/") else reverse("works")


def _words(person: Person, form: Any) -> tuple[str, ...]:
    words = tagging.words_of(form.get("tags", ""))
    if not words:
        raise BadInput(field="tags", value="", why=gettext("no tag was given"))
    return words


def _places(person: Person, form: Any) -> list[str]:
    return [str(one) for one in form.getlist("destination")]


def _board(person: Person, form: Any) -> Board:
    try:
        found = boards.seen_by(person).filter(pk=UUID(form.get("board", ""))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(kind="board")
    return found


def _tag(person: Person, work: Artifact, words: tuple[str, ...]) -> Outcome:
    added, _ = tagging.retag(by=person, artifact=work, add=words)
    return Outcome(work=work, changed=bool(added), tags=added)


def _untag(person: Person, work: Artifact, words: tuple[str, ...]) -> Outcome:
    _, gone = tagging.retag(by=person, artifact=work, remove=words)
    return Outcome(work=work, changed=bool(gone), tags=gone)


def _lay(person: Person, work: Artifact, board: Board) -> Outcome:
    return Outcome(work=work, changed=bool(boards.place(by=person, board=board, works=[work])))


def _take_off(person: Person, work: Artifact, board: Board) -> Outcome:
    return Outcome(
        work=work, changed=bool(boards.take_off(by=person, board=board, works=[work.pk]))
    )


def _release(person: Person, work: Artifact, places: list[str]) -> Outcome:
    made = releases.request(by=person, artifact=work, destinations=places)
    return Outcome(work=work, changed=True, places=list(made.destinations.order_by("destination")))


def _project(person: Person, form: Any) -> Project:
    try:
        found = Project.objects.filter(pk=UUID(form.get("project", ""))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(kind="project")
    return found


def _move(person: Person, work: Artifact, project: Project) -> Outcome:
    return Outcome(
        work=work, changed=moving.move(by=person, work=work, project=project) is not None
    )


def _nothing(person: Person, form: Any) -> None:
    return None


def _trash(person: Person, work: Artifact, form: None) -> Outcome:
    (left,) = trashing.trash(by=person, works=[work])
    if left.refused is not None:
        raise left.refused
    return Outcome(work=work, changed=True)


def _restore(person: Person, work: Artifact, form: None) -> Outcome:
    return Outcome(work=work, changed=bool(trashing.restore(by=person, works=[work.pk])))


def _does() -> dict[str, tuple[Doing, Callable[[Person, Any], Any]]]:
    """Return each act: what it does to one work, and how its part of the form is read."""
    return {
        "tag": (_tag, _words),
        "untag": (_untag, _words),
        "board": (_lay, _board),
        "unboard": (_take_off, _board),
        "release": (_release, _places),
        "move": (_move, _project),
        "trash": (_trash, _nothing),
        "restore": (_restore, _nothing),
    }
