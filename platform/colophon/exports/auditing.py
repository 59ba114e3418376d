"""A found part of the record as a file, for people who count elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Prefetch

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.exports.shelf import FORMATS
from colophon.ledger import search
from colophon.ledger.facts import facts_of
from colophon.ledger.models import Disclosure
from colophon.ledger.services import About, record
from kernel.canonical import Json

MOST = 10_000


@transaction.atomic
def export(*, by: Person, wish: search.Wish, name: str) -> tuple[bytes, str]:
    """Return what ``wish`` finds, up to `MOST` events, as a file of format ``name``, and its type.

    Taking it along is itself on record. Raises `NotAllowed`, `UnknownName` for a format we lack.
    """
    demand(by, Act.SEE_ADMIN)
    format_ = FORMATS.get(name)
    rows = list(_rows(wish))
    facts: dict[str, Json] = {"person": pseudonym(by), "count": len(rows), "format": name}
    record("audit.exported", About("person", by.pk), facts)
    return b"".join(format_.write(rows)), format_.media_type


def _rows(wish: search.Wish) -> Iterator[dict[str, Json]]:
    found = search.find(wish, most=MOST)
    events = search.told_apart(found.events.select_related("leaf")).prefetch_related(
        Prefetch("disclosure_set", queryset=Disclosure.objects.order_by("name"))
    )
    for event in events:
        leaf = getattr(event, "leaf", None)
        kept_back: bool = event.kept_back  # type: ignore[attr-defined]  # by `told_apart`
        yield {
            "event_id": str(event.event_id),
            "at": event.at.isoformat(timespec="milliseconds"),
            "type": event.type,
            "about": event.subject_kind,
            "about_id": None if kept_back else str(event.subject_id),
            "leaf": leaf.leaf_index if leaf else None,
            "facts": facts_of(event),
            "kept_back": kept_back,
        }
