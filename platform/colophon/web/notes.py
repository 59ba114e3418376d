"""What a person is told: the count in the top bar, the page of notes, how each kind comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts import notifications
from colophon.accounts.models import Person
from colophon.accounts.note import Note, Way
from colophon.accounts.note_codes import CODES
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from colophon.web.templatetags.colophon import sentence
from kernel.errors import Refused

PAGE = 50
PLACES = {
    "artifact": "work",
    "release": "case",
    "publication": "publication",
    "proposal": "proposal",
    "project": "project",
    "prompt": "prompt",
}
"""What a note is about, and the name of the page that shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One note as its reader sees it."""

    id: UUID
    code: str
    says: SafeString
    at: datetime
    unread: bool
    mailed_at: datetime | None


@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """Everything a person was told, newest first."""
    return _page(request, signed_in(request))


@never_cache
@require_safe
def unread(request: HttpRequest) -> HttpResponse:
    """The count in the top bar, asked for again when the live stream says so."""
    return render(request, "web/_unread.html", {"unread": notifications.unread(signed_in(request))})


@require_safe
def open_note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Mark a note of one's own read and go to what it is about."""
    note = notifications.read(person=signed_in(request), note_id=note_id)
    if note is None:
        raise Http404
    return redirect(place_of(note))


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one note read, or all of them."""
    person = signed_in(request)
    one = request.POST.get("note", "")
    if one:
        notifications.read(person=person, note_id=_id(one))
    else:
        notifications.read_all(person=person)
    return redirect(reverse("notes") + ("?view=unread" if request.POST.get("view") else ""))


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Take how each kind of note should come."""
    person = signed_in(request)
    ways = {code: request.POST[code] for code in CODES if code in request.POST}
    try:
        notifications.choose(person=person, ways=ways)
    except Refused as error:
        return _page(request, person, said=problem(error), status=error.status)
    messages.success(request, gettext("Remembered."))
    return redirect("notes")


def place_of(note: Note) -> str:
    """Return the path of what a note is about; the page of notes where nothing shows it."""
    if note.code == "second_review_waits":
        return reverse("console") + "?view=second"
    if note.code == "proposal_waits":
        name, ids = "proposals", []
    else:
        name, ids = PLACES.get(note.about_kind, "notes"), [note.about_id]
    try:
        return reverse(name, args=ids if name != "notes" else [])
    except NoReverseMatch:
        return reverse("notes")


def told(rows: Iterable[Note]) -> list[Told]:
    """Return notes in the reader's language; names are looked up once for all of them."""
    held = list(rows)
    names = names_of(held)
    return [
        Told(
            id=row.pk,
            code=row.code,
            says=sentence(CODES[row.code].says, facts_of(row, names))
            if row.code in CODES
            else SafeString(""),
            at=row.at,
            unread=row.read_at is None,
            mailed_at=row.mailed_at,
        )
        for row in held
    ]


def facts_of(row: Note, names: dict[str, str]) -> dict[str, Any]:
    """Return a note's facts with the name in place of the pseudonym."""
    shown: dict[str, Any] = dict(row.facts)
    if "by" in shown:
        shown["by"] = names.get(str(shown["by"]), gettext("somebody"))
    return shown


def names_of(rows: Iterable[Note]) -> dict[str, str]:
    """Return the names of all that notes call by pseudonym, in one query or none."""
    refs = {str(row.facts["by"]) for row in rows if row.facts.get("by")}
    found = Person.objects.filter(ref__in=refs).values_list("ref", "name") if refs else ()
    return {str(ref): name for ref, name in found}


def _page(
    request: HttpRequest, person: Person, *, said: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    view = "unread" if request.GET.get("view") == "unread" else ""
    rows = Note.objects.filter(person=person).order_by("-at", "-id")
    if view:
        rows = rows.filter(read_at__isnull=True)
    last = Note.objects.filter(person=person, pk=_id(request.GET.get("before", ""))).first()
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    found = list(rows[: PAGE + 1])
    shown = {
        "view": view,
        "told": told(found[:PAGE]),
        "more": found[PAGE - 1].pk if len(found) > PAGE else None,
        "choices": [
            {"code": code, "name": CODES[code].name, "way": way}
            for code, way in notifications.choices(person).items()
        ],
        "ways": list(Way),
        "mail_server": bool(settings.COLOPHON_MAIL_URL),
        "problem": said,
    }
    return render(request, "web/notes.html", shown, status=status)


def _id(text: str) -> UUID:
    """Return an id, or the empty one for anything else: it is nobody's."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
