"""Found an organisation, let people in, issue tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from colophon.accounts import invitations, tokens
from colophon.accounts.access import NotSignedIn, demand
from colophon.accounts.invitations import digest
from colophon.accounts.models import Invitation, Organisation, Person, Team, pseudonym
from colophon.accounts.patience import count_try, forgive
from colophon.accounts.roles import Act, Role
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import tenant
from kernel.canonical import Json
from kernel.errors import BadInput, Refused
from kernel.words import msgid


class InvitationSpent(Refused):
    code = "invitation_spent"
    status = 410
    says = msgid("This invitation was used, has run out, or never existed.")
    remedy = msgid("Ask the person who invited you for a new link.")


class AddressTaken(Refused):
    code = "address_taken"
    status = 409
    says = msgid("Somebody signs in with this address already.")
    remedy = msgid("Sign in, or ask for an invitation to another address.")


class WrongSignIn(Refused):
    code = "wrong_sign_in"
    status = 403
    says = msgid("This address and password do not belong together.")
    remedy = msgid("Check both; an administrator can send you a new invitation.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What an operator says when an organisation begins."""

    name: str
    operator_name: str
    team: str
    languages: tuple[str, ...] = ("en",)
    provider_code: str = ""
    filing_number: str = ""
    is_test: bool = False


def found(founding: Founding) -> Organisation:
    """Create an organisation with its first team, and record it."""
    if not founding.name.strip():
        raise BadInput(field="name", value=founding.name, why="an organisation needs a name")
    organisation = Organisation(
        name=founding.name.strip(),
        operator_name=founding.operator_name,
        provider_code=founding.provider_code,
        filing_number=founding.filing_number,
        is_test=founding.is_test,
        languages=list(founding.languages),
    )
    with tenant(organisation.id):
        organisation.save(force_insert=True)
        Team.objects.create(name=founding.team)
        record(
            "organisation.founded",
            About("organisation", organisation.id),
            {
                "name": organisation.name,
                "test": organisation.is_test,
                "provider_code": organisation.provider_code,
                "filing_number": organisation.filing_number,
            },
        )
    return organisation


@transaction.atomic
def join(
    *,
    email: str,
    name: str,
    password: str,
    roles: Sequence[Role],
    team: Team | None = None,
    language: str = "en",
    invited_by: Person | None = None,
) -> Person:
    """Add a person to the current tenant. Raises `BadInput`, `AddressTaken`."""
    try:
        validate_email(email)
        validate_password(password)
    except ValidationError as error:
        field = "password" if "password" in str(error).lower() else "email"
        shown = "…" if field == "password" else email
        raise BadInput(field=field, value=shown, why="; ".join(error.messages)) from error
    address = email.strip().lower()
    person = Person(email=address, name=name, roles=list(roles), team=team, language=language)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:  # the one unique thing is the address, over all tenants
        raise AddressTaken() from error
    facts: dict[str, Json] = {
        "person": pseudonym(person),
        "roles": [str(role) for role in roles],
    }
    if invited_by is not None:
        facts["invited_by"] = pseudonym(invited_by)
    record("person.joined", About("person", person.id), facts)
    return person


@transaction.atomic
def invite(*, by: Person, email: str, name: str, roles: Sequence[Role], team: Team | None) -> str:
    """Return the secret of a single-use invitation; only its digest is kept. Mail goes by itself.

    Raises `BadInput` for a bad address, no role, or somebody who is here already; `NotAllowed`;
    `TakesTwo` for a role that decides, once a second person could agree to it.
    """
    demand(by, Act.INVITE)
    if invitations.takes_two(by=by, roles=roles):
        raise invitations.TakesTwo(roles=", ".join(roles))
    return invitations.make(by=by, email=email, name=name, roles=roles, team=team)


def accept(*, secret: str, name: str, password: str) -> Person:
    """Spend an invitation; of two who try at once one joins. Raises `InvitationSpent`."""
    tenant_id = tenant_by("invitation", digest(secret))
    if tenant_id is None:
        raise InvitationSpent()
    with tenant(tenant_id):
        now = timezone.now()
        spent = Invitation.objects.filter(
            sha256=digest(secret), used_at__isnull=True, withdrawn_at__isnull=True, until__gt=now
        ).update(used_at=now)
        if not spent:
            raise InvitationSpent()
        invitation = Invitation.objects.select_related("invited_by", "team").get(
            sha256=digest(secret)
        )
        return join(
            email=invitation.email,
            name=name or invitation.name,
            password=password,
            roles=[Role(role) for role in invitation.roles],
            team=invitation.team,
            invited_by=invitation.invited_by,
        )


def check_password(*, email: str, password: str, network: str = "") -> Person:
    """Return who signs in with these; raise `WrongSignIn`, the same for either being wrong.

    An unknown address costs the same hashing as a known one, and the same wait after too many
    tries (`TooManyTries`), so neither tells anything.
    """
    address = email.strip().lower()
    count_try(address=address, network=network)
    tenant_id = tenant_by("email", address)
    if tenant_id is None:
        Person().set_password(password)
        raise WrongSignIn()
    with tenant(tenant_id):
        person = Person.objects.select_related("tenant").get(email=address)
        if not person.check_password(password):
            raise WrongSignIn()
    forgive(address=address, network=network)
    return person


def issue_token(*, person: Person, label: str) -> str:
    """Return a new API token that may do what ``person`` may; see `tokens.issue`."""
    return tokens.issue(person=person, label=label)


def tenant_of_token(secret: str) -> UUID:
    """Return the tenant a token belongs to; raise `NotSignedIn` for one not in force."""
    found_tenant = tenant_by("token", digest(secret))
    if found_tenant is None:
        raise NotSignedIn()
    return found_tenant


def person_of_token(secret: str) -> Person:
    """Return whose token this is, within its tenant's context. Raises `NotSignedIn`."""
    return tokens.person_of(secret, reading=True)


def tenant_by(kind: str, key: str) -> UUID | None:
    """Look up whose an address, token or invitation is, before any tenant is known.

    One SECURITY DEFINER function answers this and nothing else; all else stays behind
    row-level security.
    """
    with connection.cursor() as cursor:
        cursor.execute("select accounts_tenant_by(%s, %s)", [kind, key])
        row = cursor.fetchone()
    return row[0] if row else None
