"""Keep queues and routing rules: each change is tried on what waits before it is confirmed."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts.access import demand
from colophon.accounts.models import Person, Team
from colophon.accounts.roles import Act
from colophon.releases import queues, routing
from colophon.releases.models import Queue, Verdict
from colophon.releases.waiting import RISKS
from colophon.studio.models import Project
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from generation.engine import Medium, Origin
from kernel.errors import BadInput, Refused

MOST_NAMED = 500
"""Teams, projects and people a form lists."""
TURNS = ("add", "remove", "up", "down")


@require_safe
def queues_page(request: HttpRequest) -> HttpResponse:
    """The queues and the rules that lead into them."""
    demand(signed_in(request), Act.KEEP_RULES)
    return _page(request)


@require_POST
def keep(request: HttpRequest, queue_id: UUID | None = None) -> HttpResponse:
    """Begin a queue, or change one."""
    person = signed_in(request)
    try:
        _, moved = queues.keep_queue(by=person, plan=_plan(request.POST), queue_id=queue_id)
    except Refused as error:
        return _page(request, said=problem(error), status=error.status)
    messages.success(request, _moved(moved))
    return redirect("queues")


@require_POST
def close(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Close a queue; its cases go where the rules say."""
    person = signed_in(request)
    try:
        moved = queues.close_queue(by=person, queue_id=queue_id)
    except Refused as error:
        return _page(request, said=problem(error), status=error.status)
    messages.success(request, _moved(moved))
    return redirect("queues")


@require_POST
def turn(request: HttpRequest) -> HttpResponse:
    """Change the list of rules: shown with what would move at first, in force once confirmed."""
    person, form = signed_in(request), request.POST
    demand(person, Act.KEEP_RULES)
    try:
        arranged = _turned(routing.rules(), form)
        if not form.get("confirm"):
            moved = routing.preview(by=person, arranged=arranged)
            asked = {"moved": moved, "fields": _echo(form), "act": form.get("act")}
            return _page(request, asked=asked)
        moved = routing.arrange(by=person, arranged=arranged, seen=form.get("seen", ""))
    except Refused as error:
        return _page(request, said=problem(error), status=error.status)
    messages.success(request, _moved(moved))
    return redirect("queues")


def _page(
    request: HttpRequest,
    *,
    said: dict[str, Any] | None = None,
    asked: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    held = list(
        Queue.objects.filter(closed=False)
        .order_by("position", "name_en")
        .prefetch_related("members__team", "members__person")
    ) or [queues.default_queue()]
    rules = routing.rules()
    waits = queues.waiting_in(held, most=1000)
    shown = {
        "problem": said,
        "asked": asked,
        "form": request.POST,
        "queues": [_shown(one, waits.get(one.pk, 0)) for one in held],
        "by_id": {one.pk: one for one in held},
        "rules": rules,
        "seen": routing.mark(rules),
        "most": 1000,
        "teams": list(Team.objects.order_by("name").only("name")[:MOST_NAMED]),
        "projects": list(Project.objects.order_by("name").only("name")[:MOST_NAMED]),
        "people": _reviewers(),
        "roles": queues.WORKS,
        "verdicts": Verdict.values,
        "steps": routing.STEPS,
        "media": [str(one) for one in Medium],
        "origins": [str(one) for one in Origin],
        "destinations": routing.DESTINATIONS,
        "languages": routing.LANGUAGES,
        "risks": RISKS,
    }
    return render(request, "console/queues.html", shown, status=status)


def _reviewers() -> list[Person]:
    rows = Person.objects.filter(is_active=True).order_by("name").only("name", "roles")
    return [one for one in rows[: 2 * MOST_NAMED] if one.has_role(*queues.WORKS)][:MOST_NAMED]


def _shown(queue: Queue, waits: int) -> dict[str, Any]:
    members = list(queue.members.all())
    return {
        "queue": queue,
        "waits": waits,
        "roles": [one.role for one in members if one.role],
        "teams": [one.team for one in members if one.team],
        "people": [one.person for one in members if one.person],
    }


def _plan(form: QueryDict) -> queues.Plan:
    numbers = {
        name: _number(form, name)
        for name in ("hours_high", "hours_medium", "hours_low", "hold_hours", "position")
    }
    return queues.Plan(
        name_en=form.get("name_en", ""),
        name_zh=form.get("name_zh", ""),
        hidden_verdicts=form.getlist("hidden_verdicts"),
        roles=form.getlist("roles"),
        teams=[_uuid("teams", one) for one in form.getlist("teams")],
        people=[_uuid("people", one) for one in form.getlist("people")],
        **numbers,
    )


def _turned(rules: list[routing.Rule], form: QueryDict) -> list[routing.Rule]:
    """Return the rules as one act of the form leaves them."""
    act = form.get("act", "")
    if act not in TURNS:
        raise BadInput(field="act", value=act[:20], why=f"known: {', '.join(TURNS)}")
    if act == "add":
        return [*rules, _rule(form)]
    at = _number(form, "at")
    if not 0 <= at < len(rules):
        raise BadInput(field="at", value=str(at), why="there is no such rule any more")
    rest = [*rules]
    rule = rest.pop(at)
    if act == "remove":
        return rest
    to = at - 1 if act == "up" else at + 1
    rest.insert(max(0, to), rule)
    return rest


def _rule(form: QueryDict) -> routing.Rule:
    texts = {
        name: form.get(name, "")
        for name in (
            "state",
            "medium",
            "destination",
            "language",
            "risk",
            "origin",
            "engine",
            "clause",
        )
    }
    return routing.Rule(
        queue=_uuid("queue", form.get("to", "")),
        team=_uuid("team", form.get("team", "")) if form.get("team") else None,
        project=_uuid("project", form.get("project", "")) if form.get("project") else None,
        ahead_hours=_number(form, "ahead_hours") if form.get("ahead_hours") else 0,
        **texts,
    )


def _echo(form: QueryDict) -> list[tuple[str, str]]:
    known = {one.name for one in fields(routing.Rule)} | {"act", "at", "to", "seen"}
    return [(name, form.get(name, "")) for name in sorted(known & set(form))]


def _number(form: QueryDict, name: str) -> int:
    text = form.get(name, "").strip()
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise BadInput(field=name, value=text[:20], why="a whole number")
    return int(text)


def _uuid(field: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput(field=field, value=text[:40], why="choose one of the list") from error


def _moved(number: int) -> str:
    return ngettext(
        "Kept. {n} waiting case moved.", "Kept. {n} waiting cases moved.", number
    ).replace("{n}", str(number))
