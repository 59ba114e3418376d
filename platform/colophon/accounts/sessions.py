"""Begin, find and end the sessions of a person; change their password."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.models import Person, pseudonym
from colophon.accounts.patience import count_try, forgive, network_of
from colophon.accounts.session import Session
from colophon.ledger.services import About, record
from kernel.canonical import Json
from kernel.errors import BadInput, Refused
from kernel.words import msgid

SEEN_EVERY = timedelta(minutes=5)
KEPT = timedelta(days=30)


class WrongPassword(Refused):
    code = "wrong_password"
    status = 403
    says = msgid("This is not your present password.")
    remedy = msgid("Type it again, or ask an administrator for a new invitation.")


def begin(*, person: Person, address: str, browser: str) -> Session:
    """Begin a session, and forget those of ``person`` that ended long ago."""
    Session.objects.filter(person=person, seen_at__lt=timezone.now() - KEPT).delete()
    return Session.objects.create(
        person=person, network=network_of(address), browser=browser_of(browser)
    )


def person_in(session_id: str, person_id: str) -> Person | None:
    """Return whose session this is, or None once it ended; one query."""
    if not (_is_id(session_id) and _is_id(person_id)):
        return None
    found = (
        Person.objects.select_related("tenant", "team")
        .filter(pk=person_id, is_active=True)
        .filter(sessions__pk=session_id, sessions__ended_at__isnull=True)
        .annotate(seen_at=F("sessions__seen_at"))
        .first()
    )
    if found is not None and found.seen_at < timezone.now() - SEEN_EVERY:
        Session.objects.filter(pk=session_id).update(seen_at=Now())
    return found


def open_sessions(person: Person) -> list[Session]:
    """Return where ``person`` is signed in, the newest first."""
    rows = Session.objects.filter(person=person, ended_at__isnull=True)
    return list(rows.order_by("-seen_at", "-id")[:50])


def end(*, person: Person, session_id: UUID) -> bool:
    """End one session of one's own; return whether there was such a one."""
    return bool(_open(person).filter(pk=session_id).update(ended_at=Now()))


@transaction.atomic
def end_others(*, person: Person, but: str) -> int:
    """End every session of ``person`` except ``but``; return how many, and leave a record."""
    rows = _open(person)
    ended = (rows.exclude(pk=but) if _is_id(but) else rows).update(ended_at=Now())
    if ended:
        facts: dict[str, Json] = {"person": pseudonym(person), "count": ended}
        record("sessions.ended", About("person", person.pk), facts)
    return ended


def change_password(
    *, person: Person, present: str, new: str, address: str, session_id: str
) -> None:
    """Change a password; every other session ends. Raises `WrongPassword`, `BadInput`, `TooManyTries`.

    Trying the present one counts like trying to sign in: a left-open browser is no place to guess.
    """
    count_try(address=person.email, network=address)
    if not person.check_password(present):
        raise WrongPassword()
    forgive(address=person.email, network=address)
    try:
        validate_password(new, user=person)
    except ValidationError as error:
        raise BadInput(field="new", value="…", why="; ".join(error.messages)) from error
    with transaction.atomic():
        person.set_password(new)
        person.save(update_fields=["password"])
        record("password.changed", About("person", person.pk), {"person": pseudonym(person)})
        end_others(person=person, but=session_id)


def browser_of(agent: str) -> str:
    """Return “Firefox, Linux” for what a browser says of itself; what we do not know, shortened."""
    names = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"))
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS X", "Linux")
    name = next((said for mark, said in (*names, ("Safari/", "Safari")) if mark in agent), "")
    system = next((one for one in systems if one in agent), "")
    return ", ".join(one for one in (name, system) if one) or agent[:60]


def _open(person: Person) -> QuerySet[Session]:
    return Session.objects.filter(person=person, ended_at__isnull=True)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
