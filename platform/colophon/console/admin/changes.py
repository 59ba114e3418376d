"""Changes that take two people: the list, one of them with before and after, and deciding it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from colophon.accounts import proposals as changing
from colophon.accounts.models import Person
from colophon.accounts.proposal import Proposal
from colophon.console.admin.frame import looks, page, uuid_of
from colophon.studio.errors import NotFound
from colophon.web.values import items
from kernel.errors import BadInput, Refused

PAGE = 50
STATES = ("open", "accepted", "rejected", "withdrawn", "lapsed")


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and what became of the rest; newest first."""
    person = looks(request)
    state = request.GET.get("state", "open")
    rows = Proposal.objects.select_related("proposed_by", "decided_by").order_by("-at", "-pk")
    if state in STATES:
        rows = rows.filter(state=state)
    last = Proposal.objects.filter(pk=uuid_of(request.GET.get("before", ""))).first()
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    found = list(rows[: PAGE + 1])
    shown = [_row(one, person) for one in found[:PAGE]]
    _name(shown)
    more = f"?state={state}&before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return page(
        request, "proposals", {"rows": shown, "state": state, "states": STATES, "older": more}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One change with before and after; posting accepts, rejects or takes it back."""
    person = looks(request)
    held = (
        Proposal.objects.filter(pk=proposal_id).select_related("proposed_by", "decided_by").first()
    )
    if held is None:
        raise NotFound(kind="proposal")
    if request.method != "POST":
        return _page(request, held, person)
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    try:
        if act == "accept":
            changing.accept(by=person, proposal=held, reason=reason)
            messages.success(request, gettext("Accepted, and done."))
        elif act == "reject":
            changing.reject(by=person, proposal=held, reason=reason)
            messages.info(request, gettext("Rejected; who proposed it is told why."))
        elif act == "withdraw":
            changing.withdraw(by=person, proposal=held)
            messages.info(request, gettext("Taken back."))
        else:
            raise BadInput(field="act", value=act[:20], why="known: accept, reject, withdraw")
    except Refused as error:
        fresh = Proposal.objects.select_related("proposed_by", "decided_by").get(pk=held.pk)
        return _page(request, fresh, person, error=error)
    return redirect("proposals")


def _page(
    request: HttpRequest, held: Proposal, person: Person, *, error: Refused | None = None
) -> HttpResponse:
    row = _row(held, person)
    _name([row])
    return page(request, "proposal", {"row": row, "lines": lines(held)}, error=error)


def lines(held: Proposal) -> list[dict[str, Any]]:
    """Return a change field by field: what goes, what comes, what stays."""
    before, after = held.before or {}, held.after or {}
    return [
        {"field": field, **_line(field, before.get(field), after.get(field))}
        for field in sorted({*before, *after})
        if before.get(field) != after.get(field) or isinstance(after.get(field), list)
    ]


def _line(field: str, was: Any, will: Any) -> dict[str, list[str]]:
    held, wanted = items(field, was), items(field, will)
    return {
        "gone": [one for one in held if one not in wanted],
        "came": [one for one in wanted if one not in held],
        "kept": [one for one in held if one in wanted],
    }


def _row(held: Proposal, person: Person) -> dict[str, Any]:
    return {
        "held": held,
        "kind": changing.KINDS[held.kind].name if held.kind in changing.KINDS else held.kind,
        "may_decide": changing.may_decide(person, held),
        "own": held.proposed_by_id == person.pk,
        "about": "",
    }


def _name(rows: list[dict[str, Any]]) -> None:
    """Name what each change is about, in one query for people; other things by their own words."""
    ids = [one["held"].about_id for one in rows if one["held"].about_kind == "person"]
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    for one in rows:
        held = one["held"]
        after = held.after if isinstance(held.after, dict) else {}
        one["about"] = names.get(held.about_id) or str(
            after.get("email") or after.get("bank") or after.get("subject") or ""
        )
