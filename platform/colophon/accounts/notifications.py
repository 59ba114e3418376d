"""Tell people what concerns them, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from psycopg.types.json import Jsonb

from colophon.accounts.models import Person
from colophon.accounts.note import Note, NoteChoice, Way
from colophon.accounts.note_codes import CODES, Code
from colophon.accounts.roles import Role
from colophon.ledger.services import About
from colophon.ledger.tenancy import current
from colophon.queue import enqueue
from kernel.canonical import Json
from kernel.errors import BadInput
from kernel.ids import new_id

MOST_COUNTED = 100
"""The badge counts no further; “99+” says enough."""

_COUNT_UP = """
insert into accounts_note (id, tenant_id, person_id, code, facts, about_kind, about_id, counted,
                           mail_due_at, mail_tries, mail_cause)
values (%s, %s, %s, %s, %s, %s, %s, true, case when %s then now() end, 0, '')
on conflict (person_id, code) where counted and read_at is null do update
    set facts = jsonb_set(accounts_note.facts, '{n}',
                          to_jsonb((accounts_note.facts ->> 'n')::int + 1)),
        about_id = excluded.about_id, at = now()
"""


def tell(*, person: Person, code: str, facts: Mapping[str, Json], about: About) -> None:
    """Tell ``person`` something, unless they switched this kind off; mail goes after commit.

    Must be called inside the transaction of what happened: rolled back, nobody was told.

    Raises:
        KeyError: a code that `note_codes.CODES` lacks.
        ValueError: facts that its sentences do not find.
    """
    tell_all(people=[person], code=code, facts=facts, about=about)


def tell_all(
    *, people: Iterable[Person], code: str, facts: Mapping[str, Json], about: About
) -> None:
    """Tell several people the same; two queries for a plain kind however many they are."""
    kind = CODES[code]
    _check(kind, facts)
    # In one order everywhere, so that two who tell the same people never wait for each other.
    wanted = sorted({one.pk: one for one in people}.values(), key=lambda one: str(one.pk))
    ways = _ways(code, [one.pk for one in wanted])
    told = [(one, ways.get(one.pk, kind.default)) for one in wanted]
    told = [(one, way) for one, way in told if way != Way.OFF]
    mail = bool(settings.COLOPHON_MAIL_URL)
    if kind.counted:
        _count_up(told, code=code, facts=facts, about=about)
    else:
        Note.objects.bulk_create(
            Note(
                person=one,
                code=code,
                facts=dict(facts),
                about_kind=about.kind,
                about_id=about.id,
                mail_due_at=Now() if mail and way == Way.MAIL else None,
            )
            for one, way in told
        )
    for one, way in told:
        if mail and way == Way.MAIL:
            enqueue("send_notes", one.pk)


def holders(*roles: Role, but: Iterable[Person | UUID | None] = ()) -> list[Person]:
    """Return the active people who hold one of ``roles``, without those in ``but``."""
    apart = [one.pk if isinstance(one, Person) else one for one in but if one is not None]
    held = reduce(or_, (Q(roles__contains=[str(role)]) for role in roles), Q(pk=None))
    return list(Person.objects.filter(held, is_active=True).exclude(pk__in=apart).order_by("pk"))


def read(*, person: Person, note_id: UUID) -> Note | None:
    """Mark one of ``person``'s own notes read and return it; None for one that is not theirs."""
    Note.objects.filter(pk=note_id, person=person, read_at__isnull=True).update(read_at=Now())
    return Note.objects.filter(pk=note_id, person=person).first()


def read_all(*, person: Person) -> int:
    """Mark everything read; return how much that was."""
    return Note.objects.filter(person=person, read_at__isnull=True).update(read_at=Now())


def unread(person: Person) -> int:
    """Return how many notes ``person`` has not read, counted up to `MOST_COUNTED`."""
    rows = Note.objects.filter(person=person, read_at__isnull=True)
    return len(rows.values_list("pk", flat=True)[:MOST_COUNTED])


def choices(person: Person) -> dict[str, Way]:
    """Return how each kind of note reaches ``person``."""
    held = dict(NoteChoice.objects.filter(person=person).values_list("code", "way"))
    return {code: Way(held.get(code, kind.default)) for code, kind in CODES.items()}


def choose(*, person: Person, ways: Mapping[str, str]) -> None:
    """Remember how kinds of notes should reach ``person``. No event: it concerns nobody else.

    Raises `BadInput` for a kind or way we do not know.
    """
    for code, way in ways.items():
        if code not in CODES:
            raise BadInput(field="code", value=code[:40], why="known: " + ", ".join(CODES))
        if way not in Way.values:
            raise BadInput(field=code, value=way[:20], why="known: " + ", ".join(Way.values))
    NoteChoice.objects.bulk_create(
        [NoteChoice(person=person, code=code, way=way) for code, way in ways.items()],
        update_conflicts=True,
        unique_fields=["person", "code"],
        update_fields=["way"],
    )


def _ways(code: str, ids: list[UUID]) -> dict[UUID, str]:
    rows = NoteChoice.objects.filter(code=code, person__in=ids)
    return dict(rows.values_list("person_id", "way"))


def _count_up(
    told: list[tuple[Person, str]], *, code: str, facts: Mapping[str, Json], about: About
) -> None:
    mail = bool(settings.COLOPHON_MAIL_URL)
    rows: list[Any] = [
        (
            new_id(),
            current(),
            one.pk,
            code,
            Jsonb({**facts, "n": 1}),
            about.kind,
            about.id,
            mail and way == Way.MAIL,
        )
        for one, way in told
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_COUNT_UP, rows)


def _check(kind: Code, facts: Mapping[str, Json]) -> None:
    """Hold the facts to both sentences: a missing one would show to a person, not to a developer."""
    given = {**facts, "n": 0} if kind.counted else facts
    for said in (kind.says, kind.mails):
        try:
            said.format(**given)
        except KeyError as error:
            raise ValueError(f"the note needs the fact {error}") from error
