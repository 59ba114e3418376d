"""Find events: by type, person, subject, time and words. A page at a time, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from colophon.ledger.models import Disclosure, Event
from colophon.ledger.schema import HIDDEN

LOOKED_THROUGH = 2_000
"""Events whose facts one request reads for words: facts are no index, so this is a bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody looks for; empty fields ask for nothing."""

    types: tuple[str, ...] = ()
    person: UUID | None = None
    """Pseudonym of somebody who took part."""
    subject: UUID | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    """The first moment that is no longer looked at."""
    words: str = ""
    before: UUID | None = None
    """The event after which this page begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Events of one page, and where to go on."""

    events: QuerySet[Event]
    older: UUID | None
    """Give it as ``before`` for what comes next; None at the end."""
    looked_to: datetime | None = None
    """How far back facts were read for words; None where none were asked for."""


def find(wish: Wish, *, most: int) -> Found:
    """Return up to ``most`` events that fit, newest first, and whether there may be more.

    Four queries at most, five with words. Must be called inside a tenant's context.
    """
    rows = _fitting(wish).order_by("-at", "-id")
    if not wish.words:
        ids = list(rows.values_list("pk", "event_id")[: most + 1])
        older = ids[most - 1][1] if len(ids) > most else None
        return Found(events=_these([pk for pk, _ in ids[:most]]), older=older)
    looked = list(rows.values_list("pk", "event_id", "at")[:LOOKED_THROUGH])
    hits = _saying(wish.words, [event_id for _, event_id, _ in looked])
    fit = [(pk, event_id) for pk, event_id, _ in looked if event_id in hits]
    shown = fit[:most]
    last = shown if len(fit) > most else looked if len(looked) == LOOKED_THROUGH else []
    return Found(
        events=_these([pk for pk, _ in shown]),
        older=last[-1][1] if last else None,
        looked_to=looked[-1][2] if looked else None,
    )


def _these(ids: list[int]) -> QuerySet[Event]:
    return Event.objects.filter(pk__in=ids).order_by("-at", "-id")


def told_apart(events: QuerySet[Event]) -> QuerySet[Event]:
    """Return events with ``kept_back``: whether it concerns a project that is hidden from who looks.

    Their facts are then no rows at all (the policy on `Disclosure`); that they happened is shown.
    """
    # Below the rooms whose tables it asks; the function and the policy come with `releases`.
    asked = f"releases_kept_back(ledger_event.event_id, {HIDDEN})"
    return events.annotate(kept_back=RawSQL(asked, (), output_field=BooleanField()))  # noqa: S611  constants


def _fitting(wish: Wish) -> QuerySet[Event]:
    rows = Event.objects.all()
    if wish.types:
        rows = rows.filter(type__in=wish.types)
    if wish.subject is not None:
        about = told_apart(rows.filter(subject_id=wish.subject))
        rows = about.filter(kept_back=False)  # type: ignore[misc]  # annotated there
    if wish.begins is not None:
        rows = rows.filter(at__gte=wish.begins)
    if wish.ends is not None:
        rows = rows.filter(at__lt=wish.ends)
    if wish.person is not None:
        rows = rows.filter(event_id__in=_with(wish.person, wish))
    last = Event.objects.filter(event_id=wish.before).first() if wish.before else None
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    return rows


def _with(person: UUID, wish: Wish) -> list[UUID]:
    """Return the newest events somebody took part in, from where this page begins.

    Ids are made in the order of time, so the index of facts gives the newest without a sort.
    """
    rows = Disclosure.objects.filter(ref=person).order_by("-event_id")
    if wish.before is not None:
        rows = rows.filter(event_id__lte=wish.before)
    if wish.ends is not None:
        rows = rows.filter(event_id__lt=_first_id(wish.ends))
    return [one.event_id for one in rows.only("event_id")[:LOOKED_THROUGH]]


def _first_id(at: datetime) -> UUID:
    """Return the least UUIDv7 of a moment. Source: RFC 9562, section 5.7."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def _saying(words: str, ids: list[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct event_id from ledger_disclosure where event_id = any(%s)"
            " and strpos(lower(ledger_fact_of(disclosure)), lower(%s)) > 0",
            [ids, words],
        )
        return {row[0] for row in cursor.fetchall()}
