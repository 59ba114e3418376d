"""Invitations: made, mailed, sent anew, taken back."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

from colophon.accounts.access import demand
from colophon.accounts.models import Invitation, Person, Team, pseudonym
from colophon.accounts.notifications import holders
from colophon.accounts.roles import DECIDING, TABLE, Act, Role
from colophon.ledger.services import About, record
from colophon.queue import enqueue
from kernel.canonical import Json
from kernel.errors import BadInput, Refused
from kernel.words import msgid

INVITATION_DAYS = 7


class InvitationOver(Refused):
    code = "invitation_over"
    status = 409
    says = msgid("This invitation was used or withdrawn.")
    remedy = msgid("Invite the person anew.")


class TakesTwo(Refused):
    code = "takes_two"
    status = 409
    says = msgid("An invitation to these roles takes two people: {roles}.")
    remedy = msgid("Propose it; it goes out once another person agrees.")


def takes_two(*, by: Person, roles: Iterable[Role]) -> bool:
    """Tell whether inviting to ``roles`` takes a second person.

    Only where there is one: whoever founded an organisation alone must be able to get a second.
    """
    deciding = any(role in DECIDING for role in roles)
    return deciding and bool(holders(*TABLE[Act.AGREE_PEOPLE], but=[by]))


def address_of(text: str) -> str:
    """Return an address that may be invited. Raises `BadInput`."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise BadInput(field="email", value=text[:120], why="; ".join(error.messages)) from error
    if Person.objects.filter(email=address).exists():
        raise BadInput(field="email", value=address, why="this person is here already")
    return address


def make(*, by: Person, email: str, name: str, roles: Sequence[Role], team: Team | None) -> str:
    """Return the secret of a new invitation, in the caller's transaction. Raises `BadInput`."""
    if not roles:
        raise BadInput(field="roles", value="", why="a person needs at least one role")
    invitation = Invitation(
        email=address_of(email),
        name=name.strip(),
        roles=[str(role) for role in roles],
        team=team,
        invited_by=by,
        until=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    secret = secret_of(invitation)
    invitation.sha256 = digest(secret)
    invitation.save(force_insert=True)
    facts: dict[str, Json] = {"by": pseudonym(by), "roles": list(invitation.roles)}
    record("person.invited", About("invitation", invitation.pk), facts)
    send(invitation)
    return secret


def secret_of(invitation: Invitation) -> str:
    """Return the secret of an invitation's newest issue.

    It is made from our key, so the row holds only its digest and the worker that mails it needs no
    more than the row: no secret ever lies in a queue.
    """
    made = salted_hmac(
        "colophon.accounts.invitation", f"{invitation.pk}:{invitation.issue}", algorithm="sha256"
    )
    return base64.urlsafe_b64encode(made.digest()).rstrip(b"=").decode()


def digest(secret: str) -> str:
    """Return what a row keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def send(invitation: Invitation) -> None:
    """Queue the invitation's mail, if a server is set; otherwise who invites passes the link on."""
    if settings.COLOPHON_MAIL_URL:
        Invitation.objects.filter(pk=invitation.pk).update(
            mail_due_at=Now(), mail_tries=0, mailed_at=None, mail_cause=""
        )
        enqueue("send_invitation", invitation.pk)


@transaction.atomic
def renew(*, by: Person, invitation: Invitation) -> str:
    """Return a new secret; the link sent before ends. Raises `NotAllowed`, `InvitationOver`."""
    demand(by, Act.INVITE)
    held = _open(invitation)
    held.issue += 1
    held.sha256 = digest(secret_of(held))
    held.until = timezone.now() + timedelta(days=INVITATION_DAYS)
    held.save(update_fields=["issue", "sha256", "until"])
    facts = {"by": pseudonym(by), "until": held.until.isoformat(timespec="seconds")}
    record("invitation.renewed", About("invitation", held.pk), facts)
    send(held)
    return secret_of(held)


@transaction.atomic
def withdraw(*, by: Person, invitation: Invitation) -> None:
    """Take an invitation back; its link ends. Raises `NotAllowed`, `InvitationOver`."""
    demand(by, Act.INVITE)
    held = _open(invitation)
    Invitation.objects.filter(pk=held.pk).update(withdrawn_at=Now())
    record("invitation.withdrawn", About("invitation", held.pk), {"by": pseudonym(by)})


def _open(invitation: Invitation) -> Invitation:
    """Return the row, locked, so that nobody joins by it meanwhile."""
    held = (
        Invitation.objects.select_for_update()
        .filter(pk=invitation.pk, used_at__isnull=True, withdrawn_at__isnull=True)
        .first()
    )
    if held is None:
        raise InvitationOver()
    return held
