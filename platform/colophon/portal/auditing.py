"""The record of the organisation: searched, read event by event with its proof, taken along."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.exports import auditing
from colophon.exports import services as exports
from colophon.exports.models import Cut
from colophon.exports.shelf import FORMATS
from colophon.ledger import checkpoints, search
from colophon.ledger.events import REQUIRED
from colophon.ledger.facts import facts_of
from colophon.ledger.models import Event
from colophon.studio.errors import NotFound
from colophon.web import chain
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def audit(request: HttpRequest) -> HttpResponse:
    """Where the ledger stands, what it holds of the organisation, and evidence to take along."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    if request.method == "POST":
        exports.ask(by=person)
        messages.success(
            request, gettext("Asked for. The bundle appears here once a witness signed.")
        )
        return redirect("audit")
    try:
        wish = _wish(request, person)
    except Refused as error:
        return _page(request, person, None, error=error)
    return _page(request, person, wish)


@require_safe
def event(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """One event: its facts, its leaf, and the path that proves it against the newest head."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    found = Event.objects.filter(event_id=event_id).prefetch_related("disclosure_set").first()
    if found is None:
        raise NotFound(kind="event")
    try:
        proof = checkpoints.proof_of(event_id)
    except (checkpoints.NotSequenced, checkpoints.NoCheckpoint):
        proof = None
    (step,) = chain.told(Event.objects.filter(pk=found.pk), named=may(person, Act.SEE_ADMIN))
    shown = {
        "step": step,
        "event": found,
        "facts": sorted(facts_of(found).items()),
        "proof": proof,
        "path": [one.hex() for one in proof.hashes] if proof else [],
        "leaf_hash": bytes(found.leaf_hash).hex(),
        "body": "" if step.kept_back else bytes(found.body).decode(),
    }
    return render(request, "portal/event.html", shown)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """What was found, as a file."""
    person = signed_in(request)
    name = request.GET.get("format", "")
    data, media_type = auditing.export(by=person, wish=_wish(request, person), name=name)
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="record.{name}"'
    return response


def _page(
    request: HttpRequest,
    person: Person,
    wish: search.Wish | None,
    *,
    error: Refused | None = None,
) -> HttpResponse:
    try:
        head = checkpoints.latest()
    except checkpoints.NoCheckpoint:
        head = None
    named = may(person, Act.SEE_ADMIN)
    found = search.find(wish, most=PAGE) if wish else None
    kept = [(name, value) for name, value in request.GET.items() if name != "before" and value]
    query = urlencode(kept)
    shown: dict[str, Any] = {
        "problem": problem(error) if error else None,
        "asked": request.GET,
        "filtered": bool(kept),
        "types": sorted(REQUIRED),
        "steps": chain.told(found.events, named=named) if found else [],
        "older": f"?{query}&before={found.older}" if found and found.older else "",
        "looked_to": found.looked_to if found and found.older else None,
        "bound": search.LOOKED_THROUGH,
        "named": named,
        "query": query,
        "formats": [one.name for one in FORMATS] if named else [],
        "most": auditing.MOST,
        "head": head,
        "cosigned": checkpoints.cosigned(head.size) if head else [],
        "lag": checkpoints.lag(),
        "cuts": list(Cut.objects.select_related("by").order_by("-at")[:10]),
        "may_cut": may(person, Act.CUT_EVIDENCE),
    }
    return render(request, "portal/audit.html", shown, status=error.status if error else 200)


def _wish(request: HttpRequest, person: Person) -> search.Wish:
    """Return what the address asks for. Raises `BadInput` naming the field that cannot be read."""
    asked = request.GET
    wanted = asked.get("type", "")
    if wanted and wanted not in REQUIRED:
        raise BadInput(field="type", value=wanted[:40], why="no event is called that")
    before = asked.get("before", "")
    ends = _day(asked.get("until", ""), "until")
    return search.Wish(
        types=(wanted,) if wanted else (),
        person=_person(asked.get("person", "").strip(), may(person, Act.SEE_ADMIN)),
        subject=_id(asked.get("about", "").strip(), "about"),
        begins=_day(asked.get("since", ""), "since"),
        ends=ends + timedelta(days=1) if ends else None,
        words=asked.get("words", "").strip()[:120].replace("\x00", ""),
        before=_id(before, "before"),
    )


def _person(said: str, named: bool) -> UUID | None:  # noqa: FBT001  private
    """Return a pseudonym; whoever may see names may give a name or an address instead."""
    if not said:
        return None
    try:
        return UUID(said)
    except ValueError:
        pass
    if not named:
        raise BadInput(field="person", value=said[:60], why="it is no pseudonym")
    by = {"email": said.lower()} if "@" in said else {"name__iexact": said}
    found = list(Person.objects.filter(**by).values_list("ref", flat=True)[:2])
    if len(found) != 1:
        why = "nobody is called that" if not found else "several are; give the address"
        raise BadInput(field="person", value=said[:60], why=why)
    return found[0]


def _id(said: str, field: str) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError as error:
        raise BadInput(field=field, value=said[:60], why="it is no id") from error


def _day(said: str, field: str) -> datetime | None:
    try:
        found = date.fromisoformat(said) if said else None
    except ValueError as error:
        why = "it is no date like 2027-06-30"
        raise BadInput(field=field, value=said[:20], why=why) from error
    return datetime(found.year, found.month, found.day, tzinfo=UTC) if found else None
