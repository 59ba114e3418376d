"""What the pages of boards show. Each function asks a constant number of queries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from colophon.accounts.models import Person
from colophon.ledger.services import About
from colophon.portal.selectors import with_note, works_with_state
from colophon.studio import boards, seeing
from colophon.studio.errors import NotFound
from colophon.studio.models import Artifact, Board, BoardItem
from colophon.web import chain

PAGE = 60
LISTED = 60


def find_board(person: Person, board_id: UUID) -> Board:
    """Return a board the person sees; raise `NotFound` for every other."""
    rows = boards.seen_by(person).select_related("owner", "team")
    found = rows.filter(pk=board_id).first()
    if found is None:
        raise NotFound(kind="board")
    return found


def listed(person: Person, *, q: str = "", mine: bool = False) -> list[Board]:
    """Return boards, newest first, each with its cover and how many works are seen on it."""
    rows = boards.seen_by(person).select_related("owner", "team")
    if mine:
        rows = rows.filter(owner=person)
    if q:
        rows = rows.filter(name__icontains=q)
    first = BoardItem.objects.filter(board=OuterRef("pk"), artifact__in=seeing.works())
    rows = rows.annotate(
        n=Coalesce(Subquery(_counted(first)), 0),
        first=Subquery(first.order_by("position").values("artifact_id")[:1]),
    )
    shown: list[Any] = list(rows.order_by("-at")[:LISTED])
    wanted = {one.cover_id or one.first for one in shown} | {one.first for one in shown}
    covers = {one.pk: one for one in with_note(works_with_state().filter(pk__in=wanted))}
    for one in shown:
        one.shown_cover = covers.get(one.cover_id) or covers.get(one.first)
    return shown


def page_of(person: Person, board: Board, *, after: int = 0) -> dict[str, Any]:
    """Return a page of a board, in its order, without the first ``after``."""
    on_it = board.items.filter(artifact__in=seeing.works()).order_by("position", "pk")
    order = list(on_it.values_list("artifact_id", flat=True))
    shown = order[after : after + PAGE]
    rows = works_with_state().filter(pk__in=shown).select_related("project")
    works = sorted(with_note(rows), key=lambda one: shown.index(one.pk))
    for work in works:
        at = order.index(work.pk)
        work.earlier = order[at - 1] if at else None  # type: ignore[attr-defined]
        work.last = at == len(order) - 1  # type: ignore[attr-defined]
        work.later = order[at + 2] if at + 2 < len(order) else ""  # type: ignore[attr-defined]
    return {
        "board": board,
        "works": works,
        "more": after + PAGE if after + PAGE < len(order) else None,
        "n": len(order),
        "may_change": boards.may_change(person, board),
        "may_fill": boards.may_fill(person, board),
        "chain": chain.newest_of([About("board", board.pk)], most=20),
    }


def boards_of(person: Person, work: Artifact) -> dict[str, list[Board]]:
    """Return the boards a work is seen on, and those it may still be laid on."""
    on = list(boards.seen_by(person).filter(items__artifact=work).order_by("name"))
    others = boards.fillable_by(person).exclude(pk__in=[one.pk for one in on])
    return {"on_boards": on, "more_boards": list(others.order_by("name")[:LISTED])}


def _counted(rows: Any) -> Any:
    return rows.order_by().values("board").annotate(n=Count("pk")).values("n")
