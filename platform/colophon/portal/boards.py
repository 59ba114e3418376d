"""Boards: begin one, lay works on it, put them in order, share it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.portal import board_pages, selectors
from colophon.studio import boards as services
from colophon.studio.models import Board, Sharing
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def boards(request: HttpRequest) -> HttpResponse:
    """The boards one sees, and a new one."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    if request.method != "POST":
        return _list(request, person, {"sharing": Sharing.PRIVATE})
    form = _said(request.POST)
    try:
        begun = services.begin(by=person, **form)
    except Refused as error:
        return _list(request, person, form, said=problem(error), status=error.status)
    return redirect("board", board_id=begun.id)


@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest, board_id: UUID) -> HttpResponse:
    """One board: its works in its order, each with the state of its release."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    held = board_pages.find_board(person, board_id)
    if request.method != "POST":
        form = _draft(held) if "change" in request.GET else None
        return _page(request, person, held, form=form)
    form = _said(request.POST)
    try:
        services.change(by=person, board=held, to=form)
    except Refused as error:
        return _page(request, person, held, form=form, said=problem(error), status=error.status)
    return redirect("board", board_id=held.id)


@require_POST
def fill(request: HttpRequest, board_id: UUID) -> HttpResponse:
    """Move a work to another place, take it off, or make it the cover."""
    person = signed_in(request)
    held = board_pages.find_board(person, board_id)
    work, act = _id(request.POST.get("work", "")), request.POST.get("act", "")
    try:
        if act == "off":
            services.take_off(by=person, board=held, works=[work])
            messages.info(request, gettext("Taken off the board. The work itself stays."))
        elif act == "cover":
            services.change(by=person, board=held, to={"cover_id": work})
        else:
            before = request.POST.get("before", "")
            onto = _id(before) if before else None
            services.arrange(by=person, board=held, work_id=work, before=onto)
    except Refused as error:
        return _page(request, person, held, said=problem(error), status=error.status)
    after = request.POST.get("after", "")
    onward = reverse("board", args=[held.id])
    return redirect(f"{onward}?after={after}" if after.isdecimal() else onward)


@require_POST
def delete(request: HttpRequest, board_id: UUID) -> HttpResponse:
    """Delete a board. Its works stay."""
    person = signed_in(request)
    held = board_pages.find_board(person, board_id)
    try:
        services.delete(by=person, board=held)
    except Refused as error:
        return _page(request, person, held, said=problem(error), status=error.status)
    messages.info(request, gettext("The board is gone; its works stay."))
    return redirect("boards")


@require_POST
def place(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Lay a work on a board, from the work's own page."""
    person = signed_in(request)
    work = selectors.find_work(work_id)
    held = board_pages.find_board(person, _id(request.POST.get("board", "")))
    services.place(by=person, board=held, works=[work])
    messages.success(request, gettext("Laid on “{board}”.").format(board=held.name))
    return redirect("work", work_id=work.id)


def _list(
    request: HttpRequest,
    person: Person,
    form: dict[str, Any],
    *,
    said: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:80].replace("\x00", "")
    mine = "mine" in request.GET
    shown = {
        "q": q,
        "mine": mine,
        "boards": board_pages.listed(person, q=q, mine=mine),
        "form": form,
        "sharings": list(Sharing),
        "problem": said,
    }
    return render(request, "portal/boards.html", shown, status=status)


def _page(
    request: HttpRequest,
    person: Person,
    held: Board,
    *,
    form: dict[str, Any] | None = None,
    said: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    after = request.GET.get("after", "0")
    start = int(after) if after.isdecimal() and len(after) < 9 else 0
    shown = board_pages.page_of(person, held, after=start)
    shown |= {"after": start, "sharings": list(Sharing), "problem": said}
    shown["form"] = form if shown["may_change"] else None
    return render(request, "portal/board.html", shown, status=status)


def _said(form: QueryDict) -> dict[str, Any]:
    return {name: form.get(name, "") for name in ("name", "description", "sharing")}


def _draft(board: Board) -> dict[str, Any]:
    return {"name": board.name, "description": board.description, "sharing": board.sharing}


def _id(told: str) -> UUID:
    """Return an id, or the empty one for anything else: there is nothing of it."""
    try:
        return UUID(told)
    except ValueError:
        return UUID(int=0)
