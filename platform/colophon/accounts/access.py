"""The question every service asks before it acts."""

from __future__ import annotations

from colophon.accounts.models import Person
from colophon.accounts.roles import TABLE, Act
from kernel.errors import Refused
from kernel.words import msgid


class NotAllowed(Refused):
    code = "not_allowed"
    status = 403
    says = msgid("Your roles ({held}) do not include this act: {act}. It takes one of: {needed}.")
    remedy = msgid("Ask someone who holds the role, or an administrator of your organisation.")


class NotSignedIn(Refused):
    code = "not_signed_in"
    status = 401
    says = msgid("This needs a sign-in or a token.")
    remedy = msgid("Sign in, or send the header “Authorization: Bearer …” with a token in force.")


def may(person: Person, act: Act) -> bool:
    """Tell whether ``person`` holds a role that may do ``act`` within their organisation."""
    return person.is_active and person.has_role(*TABLE[act])


def demand(person: Person, act: Act) -> None:
    """Raise `NotAllowed`, naming the roles it takes, unless ``person`` may do ``act``."""
    if not may(person, act):
        raise NotAllowed(
            held=", ".join(person.roles) or "none",
            act=act.value,
            needed=", ".join(sorted(TABLE[act])),
        )
