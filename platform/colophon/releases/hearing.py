"""What appeals share, against a refusal and against a withdrawal: words, times, the answer, the lapse."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.models import Person, pseudonym
from colophon.ledger.models import Stateful
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About
from colophon.releases import errors
from colophon.releases.models import Release, ReviewTerms
from colophon.releases.settling import PROCESS, take_row

LONGEST = 8000


def check_words(field: str, text: str, *, needed: bool = True) -> None:
    """Raise `WordsMissing` or `TooLong`, naming the field."""
    if needed and not text.strip():
        raise errors.WordsMissing(field=field)
    if len(text) > LONGEST:
        raise errors.TooLong(field=field, length=len(text), most=LONGEST)


def terms() -> ReviewTerms:
    """Return the times of the organisation; 14 and 14 days where it has set none."""
    return ReviewTerms.objects.first() or ReviewTerms()


def deadline(appeals: Any, *, begins: datetime, days: int) -> datetime:
    """Return until when something can be appealed: of its ``appeals`` a lapse begins the time anew."""
    lapsed = appeals.filter(state="lapsed").order_by("settled_at").last()
    return (lapsed.settled_at if lapsed else begins) + timedelta(days=days)


def due() -> datetime:
    """Return until when an appeal that is filed now is to be heard."""
    return timezone.now() + timedelta(days=terms().hearing_days)


def demand_time(until: datetime) -> None:
    """Raise `AppealTooLate` after ``until``."""
    if until < timezone.now():
        raise errors.AppealTooLate(until=until.date().isoformat())


def take(appeal: Stateful, *, release: Release, answer: str) -> None:
    """Hold an appeal that somebody answers. Raises `WordsMissing`, `TooLong`, `AppealSettled`."""
    check_words("answer", answer)
    take_row(release)
    appeal.refresh_from_db(fields=["state"])
    if appeal.state != "filed":
        raise errors.AppealSettled(state=appeal.state)


def settle(appeal: Stateful, *, by: Person, release: Release, overturn: bool, answer: str) -> None:
    """Write down the answer to an appeal that is held."""
    outcome, said = ("overturned" if overturn else "upheld"), answer.strip()
    _end(
        appeal,
        outcome,
        by=Actor.person(by.ref),
        release=release,
        facts={"person": pseudonym(by), "reason": said},
        hearer=by,
        answer=said,
    )


def lapse(appeal: Stateful, *, release: Release) -> bool:
    """Let an appeal lapse that nobody heard in time; tell whether it lapsed now."""
    take_row(release)
    appeal.refresh_from_db(fields=["state"])
    if appeal.state != "filed" or not _is_due(appeal):
        return False
    _end(appeal, "lapsed", by=PROCESS, release=release, facts={})
    return True


def _is_due(appeal: Stateful) -> bool:
    rows: Any = type(appeal)._default_manager  # noqa: SLF001  the documented way to its rows
    return bool(rows.filter(pk=appeal.pk, due_at__lte=Now()).exists())


def _end(
    appeal: Stateful,
    outcome: str,
    *,
    by: Actor,
    release: Release,
    facts: dict[str, Any],
    **also: object,
) -> None:
    move(
        appeal,
        outcome,
        by=by,
        event=f"{appeal.KIND}.{outcome}",
        about=About("release", release.pk),
        facts={f"{appeal.KIND}_id": str(appeal.pk), **facts},
        settled_at=timezone.now(),
        **also,
    )
