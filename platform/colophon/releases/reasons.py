"""Canned reasons and the times for appeals: what an organisation decides once for all its cases."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.locks import take_turn
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import current
from colophon.releases.appeal import HALF_A_YEAR
from colophon.releases.errors import ReasonHeld, TooLong, WordsMissing
from colophon.releases.models import CannedReason, ReviewTerms
from colophon.studio.errors import NotFound
from kernel.canonical import Json
from kernel.errors import BadInput

LONGEST = 1000
TERMS = {
    "appeal_days": (1, 365),
    "hearing_days": (1, 365),
    "complaint_days": (HALF_A_YEAR, 3650),
}
"""Least and most days of each time."""


@transaction.atomic
def add(*, by: Person, clause: str, text_en: str, text_zh: str) -> CannedReason:
    """Add a reason in both languages, for one clause or for any.

    Raises `NotAllowed`, `WordsMissing`, `TooLong`, `ReasonHeld`.
    """
    demand(by, Act.KEEP_RULES)
    said = {"text_en": text_en.strip(), "text_zh": text_zh.strip(), "clause": clause.strip()}
    for field, text in said.items():
        if not text and field != "clause":
            raise WordsMissing(field=field)
        most = 80 if field == "clause" else LONGEST
        if len(text) > most:
            raise TooLong(field=field, length=len(text), most=most)
    try:
        with transaction.atomic():
            row = CannedReason.objects.create(by=by, **said)
    except IntegrityError as error:
        raise ReasonHeld() from error
    facts: dict[str, Json] = {**said, "person": pseudonym(by)}
    record("reason.added", About("reason", row.id), facts)
    return row


@transaction.atomic
def retire(*, by: Person, reason_id: UUID) -> None:
    """Offer a reason no more; decisions that used it keep its words. Raises `NotFound`."""
    demand(by, Act.KEEP_RULES)
    rows = CannedReason.objects.filter(pk=reason_id)
    if not rows.exists():
        raise NotFound(kind="reason")
    if rows.filter(retired_at__isnull=True).update(retired_at=Now()):
        record("reason.retired", About("reason", reason_id), {"person": pseudonym(by)})


def offered() -> list[CannedReason]:
    """Return the reasons on offer, by clause."""
    return list(CannedReason.objects.filter(retired_at__isnull=True).order_by("clause", "at"))


@transaction.atomic
def set_terms(*, by: Person, **days: int) -> ReviewTerms:
    """Set times for appeals, those of `TERMS` that are given; appeals under way keep theirs.

    Raises `NotAllowed`, `BadInput`.
    """
    demand(by, Act.KEEP_RULES)
    for field, value in days.items():
        least, most = TERMS[field]
        if not least <= value <= most:
            raise BadInput(field=field, value=str(value), why=f"from {least} to {most} days")
    take_turn("terms", current())
    held = ReviewTerms.objects.first() or ReviewTerms()
    before = {field: getattr(held, field) for field in days}
    if before != days:
        for field, value in days.items():
            setattr(held, field, value)
        held.save()
        facts: dict[str, Json] = {"before": {**before}, "after": {**days}}
        record("terms.changed", About("organisation", current()), facts | {"person": pseudonym(by)})
    return held
