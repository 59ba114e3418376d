"""Boards: lay works side by side. A board owns no work, so deleting one deletes none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Q, QuerySet

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.studio.errors import BoardFull, NotYourBoard
from colophon.studio.models import Artifact, Board, BoardItem, Sharing
from kernel.canonical import Json
from kernel.errors import BadInput

MOST = 500
DESCRIPTION_CHARACTERS = 2000


def seen_by(person: Person) -> QuerySet[Board]:
    """Return the boards a person sees: their own, their team's, and the organisation's."""
    seen = Q(owner=person) | Q(sharing=Sharing.PUBLIC)
    if person.team_id is not None:
        seen |= Q(sharing=Sharing.TEAM, team_id=person.team_id)
    return Board.objects.filter(seen)


def may_change(person: Person, board: Board) -> bool:
    """Tell whether ``person`` may rename, share or delete a board: its owner may."""
    return board.owner_id == person.pk


def may_fill(person: Person, board: Board) -> bool:
    """Tell whether ``person`` may lay works on it: its owner, and its team once it is shared."""
    if may_change(person, board):
        return True
    shared = board.sharing != Sharing.PRIVATE and board.team_id is not None
    return shared and board.team_id == person.team_id


def fillable_by(person: Person) -> QuerySet[Board]:
    """Return the boards on which a person may lay works."""
    fills = Q(owner=person)
    if person.team_id is not None:
        fills |= Q(sharing__in=(Sharing.TEAM, Sharing.PUBLIC), team_id=person.team_id)
    return Board.objects.filter(fills)


@transaction.atomic
def begin(*, by: Person, name: str, description: str = "", sharing: str = "private") -> Board:
    """Begin a board of one's own. Raises `BadInput`, `NotAllowed`."""
    demand(by, Act.SEE_WORKS)
    said = _checked({"name": name, "description": description, "sharing": sharing}, by)
    board = _saved(Board(owner=by, team_id=by.team_id, **said))
    told = _told(board.sharing, {"name": board.name})
    facts = {"person": pseudonym(by), "sharing": board.sharing, **told}
    record("board.begun", About("board", board.pk), facts)
    return board


@transaction.atomic
def change(*, by: Person, board: Board, to: Mapping[str, Any]) -> Board:
    """Change name, description, sharing or cover. Raises `BadInput`, `NotYourBoard`."""
    held = _locked(board)
    if not may_change(by, held):
        raise NotYourBoard(board=held.name, owner=held.owner.name)
    said = {name: value for name, value in _checked(to, by).items() if getattr(held, name) != value}
    if said.get("cover_id") and not held.items.filter(artifact_id=said["cover_id"]).exists():
        raise BadInput(field="cover", value=said["cover_id"], why="the work is not on the board")
    if not said:
        return held
    before = _told(held.sharing, {name: _plain(getattr(held, name)) for name in said})
    for name, value in said.items():
        setattr(held, name, value)
    _saved(held)
    after = _told(held.sharing, {name: _plain(value) for name, value in said.items()})
    facts: dict[str, Json] = {"person": pseudonym(by), "before": before, "after": after}
    record("board.changed", About("board", held.pk), facts)
    return held


@transaction.atomic
def delete(*, by: Person, board: Board) -> None:
    """Delete a board; its works stay where they are. Raises `NotYourBoard`."""
    held = _locked(board)
    if not may_change(by, held):
        raise NotYourBoard(board=held.name, owner=held.owner.name)
    facts: dict[str, Json] = {
        "person": pseudonym(by),
        "works": held.items.count(),
        **_told(held.sharing, {"name": held.name}),
    }
    record("board.deleted", About("board", held.pk), facts)
    held.delete()


@transaction.atomic
def place(*, by: Person, board: Board, works: Sequence[Artifact]) -> int:
    """Lay works at the end of a board; return how many were not on it yet.

    Raises `NotYourBoard`, `BoardFull`; then none of them is laid.
    """
    held = _filling(by, board)
    there = set(held.items.values_list("artifact_id", flat=True))
    fresh = [one for one in dict.fromkeys(works) if one.pk not in there]
    if len(there) + len(fresh) > MOST:
        raise BoardFull(board=held.name, most=MOST, held=len(there))
    last = held.items.aggregate(last=Max("position"))["last"] or 0
    BoardItem.objects.bulk_create(
        BoardItem(board=held, artifact=one, position=last + number, by=by)
        for number, one in enumerate(fresh, start=1)
    )
    if fresh:
        _record("board.filled", held, by, works=[str(one.pk) for one in fresh])
    return len(fresh)


@transaction.atomic
def take_off(*, by: Person, board: Board, works: Iterable[UUID]) -> int:
    """Take works off a board; return how many were on it. Raises `NotYourBoard`."""
    held = _filling(by, board)
    rows = held.items.filter(artifact__in=list(works))
    gone = [str(one) for one in rows.values_list("artifact_id", flat=True)]
    rows.delete()
    if str(held.cover_id) in gone:
        Board.objects.filter(pk=held.pk).update(cover=None)
    if gone:
        _record("board.emptied", held, by, works=gone)
    return len(gone)


@transaction.atomic
def arrange(*, by: Person, board: Board, work_id: UUID, before: UUID | None) -> None:
    """Move a work before another one, or to the end. Raises `BadInput`, `NotYourBoard`."""
    held = _filling(by, board)
    order = list(held.items.order_by("position", "pk").values_list("artifact_id", flat=True))
    for one in (work_id, before):
        if one is not None and one not in order:
            raise BadInput(field="work", value=one, why="it is not on the board")
    if work_id == before:
        return
    order.remove(work_id)
    order.insert(len(order) if before is None else order.index(before), work_id)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update studio_boarditem i set position = o.place
              from unnest(%s::uuid[]) with ordinality as o (artifact_id, place)
             where i.board_id = %s and i.artifact_id = o.artifact_id and i.position <> o.place
            """,
            [order, held.pk],
        )
    facts = {"work": str(work_id), "to": order.index(work_id) + 1}
    _record("board.arranged", held, by, **facts)


def _filling(by: Person, board: Board) -> Board:
    held = _locked(board)
    if not may_fill(by, held):
        raise NotYourBoard(board=held.name, owner=held.owner.name)
    return held


def _locked(board: Board) -> Board:
    """Take the board for this transaction: places on it are counted and numbered."""
    rows = Board.objects.select_related("owner").select_for_update(of=("self",))
    return rows.get(pk=board.pk)


def _record(type_: str, board: Board, by: Person, **facts: Any) -> None:
    record(type_, About("board", board.pk), {"person": pseudonym(by), **facts})


def _saved(board: Board) -> Board:
    try:
        with transaction.atomic():
            board.save()
    except IntegrityError as error:
        why = "you have a board of that name"
        raise BadInput(field="name", value=board.name, why=why) from error
    return board


def _checked(said: Mapping[str, Any], by: Person) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "name" in said:
        found["name"] = str(said["name"]).replace("\x00", "").strip()[:80]
        if not found["name"]:
            raise BadInput(field="name", value="", why="a board needs a name")
    if "description" in said:
        found["description"] = str(said["description"]).replace("\x00", "").strip()
        if len(found["description"]) > DESCRIPTION_CHARACTERS:
            why = f"{DESCRIPTION_CHARACTERS} characters are the most"
            raise BadInput(field="description", value=found["description"][:20] + "…", why=why)
    if "sharing" in said:
        found["sharing"] = str(said["sharing"])
        if found["sharing"] not in Sharing.values:
            known = ", ".join(Sharing.values)
            raise BadInput(field="sharing", value=found["sharing"][:20], why=f"known: {known}")
        if found["sharing"] == Sharing.TEAM and by.team_id is None:
            raise BadInput(field="sharing", value="team", why="you belong to no team")
    if "cover_id" in said:
        found["cover_id"] = said["cover_id"]
    return found


def _told(sharing: str, said: Mapping[str, Any]) -> dict[str, Json]:
    """Return what an event says of a board: of a private one which fields, but none of its words.

    Whoever sees works reads the record, and no row of it can be taken back (decision 0006).
    """
    kept = ("name", "description") if sharing == Sharing.PRIVATE else ()
    return {field: "" if field in kept else value for field, value in said.items()}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
