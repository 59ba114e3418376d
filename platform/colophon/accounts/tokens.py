"""Keys to the API: made, shown once, used, revoked."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.access import NotSignedIn
from colophon.accounts.invitations import digest
from colophon.accounts.models import Person, Token, pseudonym
from colophon.ledger.services import About, record
from kernel.canonical import Json
from kernel.errors import BadInput, Refused
from kernel.words import msgid

SCOPES = ("all", "read")
DAYS = (0, 30, 90, 365)
"""How long a token may hold; 0: until it is revoked."""
MOST = 20
USED_EVERY = timedelta(minutes=5)


class TokenReadsOnly(Refused):
    code = "token_reads_only"
    status = 403
    says = msgid("This token may read, and changes nothing.")
    remedy = msgid("Make a token that may do what you may, on your own page.")


@transaction.atomic
def issue(*, person: Person, label: str, scope: str = "all", days: int = 0) -> str:
    """Return a new API token of ``person``. It is shown once; only its digest is kept.

    Raises `BadInput` for an empty name, an unknown scope or time, or one token too many.
    """
    name = label.strip()[:60]
    if not name:
        raise BadInput(field="label", value=label, why="a token needs a name you will know it by")
    if scope not in SCOPES:
        raise BadInput(field="scope", value=scope[:20], why="known: " + ", ".join(SCOPES))
    if days not in DAYS:
        raise BadInput(field="days", value=days, why="known: " + ", ".join(map(str, DAYS)))
    if len(in_force(person)) >= MOST:
        raise BadInput(field="label", value=name, why=f"you hold {MOST} tokens; revoke one first")
    secret = "clp_" + secrets.token_urlsafe(32)
    until = timezone.now() + timedelta(days=days) if days else None
    token = Token.objects.create(
        person=person, label=name, sha256=digest(secret), scope=scope, until=until
    )
    facts: dict[str, Json] = {"person": pseudonym(person), "label": name, "scope": scope}
    record("token.issued", About("token", token.pk), facts)
    return secret


@transaction.atomic
def revoke(*, person: Person, token_id: UUID) -> bool:
    """End one's own token; return whether there was such a one in force."""
    rows = Token.objects.filter(pk=token_id, person=person, revoked_at__isnull=True)
    if not rows.update(revoked_at=Now()):
        return False
    record("token.revoked", About("token", token_id), {"person": pseudonym(person)})
    return True


def in_force(person: Person) -> list[Token]:
    """Return the tokens of ``person`` that open something, newest first."""
    return list(_in_force(timezone.now()).filter(person=person).order_by("-made_at", "-id"))


def person_of(secret: str, *, reading: bool) -> Person:
    """Return whose token this is, within its tenant's context.

    Raises `NotSignedIn`, and `TokenReadsOnly` for a change by a token that only reads.
    """
    now = timezone.now()
    token = (
        _in_force(now)
        .filter(sha256=digest(secret))
        .select_related("person", "person__tenant", "person__team")
        .first()
    )
    if token is None or not token.person.is_active:
        raise NotSignedIn()
    if token.scope == "read" and not reading:
        raise TokenReadsOnly()
    if token.used_at is None or token.used_at < now - USED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=Now())
    return token.person


def _in_force(now: datetime) -> QuerySet[Token]:
    return Token.objects.filter(revoked_at__isnull=True).filter(
        Q(until__isnull=True) | Q(until__gt=now)
    )
