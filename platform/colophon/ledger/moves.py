"""The one way a state changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from colophon.ledger.errors import IllegalMove, StaleState
from colophon.ledger.models import Event, Move, Stateful
from colophon.ledger.services import About, record
from kernel.canonical import Json


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person by pseudonym, or a process by name."""

    ref: str

    @classmethod
    def process(cls, name: str) -> Actor:
        return cls(f"process:{name}")

    @classmethod
    def person(cls, ref: UUID) -> Actor:
        return cls(f"person:{ref}")


@transaction.atomic
def move(
    row: Stateful,
    to: str,
    *,
    by: Actor,
    event: str,
    facts: Mapping[str, Json],
    about: About | None = None,
    **also: object,
) -> Event:
    """Take ``row`` to state ``to``, set the columns in ``also``, and leave a Move and an event.

    The event is about ``row``, or about what ``row`` belongs to where ``about`` says so.

    The row changes only if it still is in the state we hold, so of two people who decide at once
    one wins and the other is told. The Move comes first because the trigger on the state column
    asks for it; losing the race rolls all three back.

    Raises:
        IllegalMove: no such move from the state we hold.
        StaleState: somebody moved it since we read it.
    """
    held = row.state
    if to not in row.MOVES.get(held, frozenset()):
        raise IllegalMove(kind=row.KIND, held=held, wanted=to)
    happened = record(event, about or About(row.KIND, row.pk), facts)
    Move.objects.create(
        kind=row.KIND, subject_id=row.pk, held=held, wanted=to, by=by.ref, event=happened
    )
    rows = type(row)._default_manager  # noqa: SLF001  the documented way to an abstract model's rows
    if not rows.filter(pk=row.pk, state=held).update(state=to, **also):
        raise StaleState(kind=row.KIND, held=held)
    row.state = to
    for name, value in also.items():
        setattr(row, name, value)
    return happened
