"""Canned reasons and the times for appeals: what an organisation decides once for all its cases."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import current
from colophon.releases.errors import ReasonHeld, TooLong, WordsMissing
from colophon.releases.models import CannedReason, ReviewTerms
from colophon.studio.errors import NotFound
from kernel.canonical import Json
from kernel.errors import BadInput

LONGEST = 1000


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
def set_terms(*, by: Person, appeal_days: int, hearing_days: int) -> ReviewTerms:
    """Set within how many days authors appeal and appeals are heard; appeals under way keep theirs.

    Raises `NotAllowed`, `BadInput`.
    """
    demand(by, Act.KEEP_RULES)
    after = {"appeal_days": appeal_days, "hearing_days": hearing_days}
    for field, days in after.items():
        if not 1 <= days <= 365:
            raise BadInput(field=field, value=str(days), why="from 1 to 365 days")
    held = ReviewTerms.objects.select_for_update().first() or ReviewTerms()
    before = {"appeal_days": held.appeal_days, "hearing_days": held.hearing_days}
    if before != after:
        held.appeal_days, held.hearing_days = appeal_days, hearing_days
        held.save()
        facts: dict[str, Json] = {"before": {**before}, "after": {**after}}
        record("terms.changed", About("organisation", current()), facts | {"person": pseudonym(by)})
    return held
