"""Propose a change, accept it as another person, reject it, take it back, let it lapse.

A room adds a kind of change in its own ``proposing.py`` by calling `register` there; Django's start
finds every such module, and no other file is edited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.notifications import holders, tell, tell_all
from colophon.accounts.proposal import Proposal
from colophon.accounts.roles import TABLE, Act
from colophon.ledger.errors import IllegalMove, StaleState
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import tenant
from kernel.canonical import Json
from kernel.errors import BadInput, Refused
from kernel.words import msgid

DAYS = 14
SWEEPER = Actor.process("sweeper")


class SameProposer(Refused):
    code = "same_proposer"
    status = 409
    says = msgid("You proposed this change, or it is about you: another person decides it.")
    remedy = msgid("Ask somebody who holds one of these roles: {needed}.")


class AlreadyProposed(Refused):
    code = "already_proposed"
    status = 409
    says = msgid("A change of this is already waiting for a second person.")
    remedy = msgid("Wait until it is decided, or have it taken back by who proposed it.")


class ProposalStale(Refused):
    code = "proposal_stale"
    status = 409
    says = msgid("What this would change is no longer as it was when it was proposed.")
    remedy = msgid("Reject it, and propose it anew.")


class NoSecondPerson(Refused):
    code = "no_second_person"
    status = 409
    says = msgid("Nobody but you could agree to this: it takes one of {needed}.")
    remedy = msgid("Invite a second person with one of these roles first.")


class NothingChanges(Refused):
    code = "nothing_changes"
    status = 422
    says = msgid("This is so already.")
    remedy = msgid("Nothing needs to be proposed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of change that takes two people."""

    name: str
    """A msgid: what lists call it."""
    about: str
    """Kind of the thing it changes: person, word_bank, quota."""
    proposes: Act
    agrees: Act
    now: Callable[[UUID, Any], Json]
    """Read the thing as it is: kept as ``before``, and compared again at the moment it changes."""
    check: Callable[[UUID, Any], Json]
    """Return ``after`` in its plain form; raise `Refused` for what cannot be."""
    apply: Callable[[Proposal, Person], None]
    """Make it so, in the transaction of the agreement, with an event of its own."""
    shown: Callable[[Json], Json] = lambda value: value
    """What of before and after stands in the record: ids and short names, nothing personal."""


KINDS: dict[str, Kind] = {}


def register(code: str, kind: Kind) -> None:
    """Add a kind of change. Raises `ValueError` for a name that is taken."""
    if code in KINDS:
        raise ValueError(f"two kinds of proposal are called {code!r}")
    KINDS[code] = kind


@transaction.atomic
def propose(*, by: Person, kind: str, about_id: UUID, after: Any, reason: str) -> Proposal:
    """Propose a change; everybody who may agree is told.

    Raises `NotAllowed`, `BadInput`, `NothingChanges`, `AlreadyProposed`, `NoSecondPerson`.
    """
    what = KINDS[kind]
    demand(by, what.proposes)
    said = _reason(reason)
    wanted = what.check(about_id, after)
    before = what.now(about_id, wanted)
    if before == wanted:
        raise NothingChanges()
    needed = sorted(TABLE[what.agrees])
    others = holders(*TABLE[what.agrees], but=[by, about_id])
    if not others:
        raise NoSecondPerson(needed=", ".join(needed))
    try:
        with transaction.atomic():
            made = Proposal.objects.create(
                state="open",
                kind=kind,
                about_kind=what.about,
                about_id=about_id,
                before=before,
                after=wanted,
                reason=said,
                needed=[str(one) for one in needed],
                proposed_by=by,
                until=timezone.now() + timedelta(days=DAYS),
            )
    except IntegrityError as error:
        raise AlreadyProposed() from error
    record("proposal.made", _about(made), _facts(made, by, reason=said))
    tell_all(people=others, code="proposal_waits", facts={}, about=_about(made))
    return made


@transaction.atomic
def accept(*, by: Person, proposal: Proposal, reason: str = "") -> None:
    """Agree to a change and make it, in one transaction. Of two who decide at once one does.

    Raises `NotAllowed`, `SameProposer`, `ProposalStale`, `StaleState`, `IllegalMove`, and whatever
    the change itself refuses.
    """
    what = KINDS[proposal.kind]
    _demand_other(by, proposal, what)
    if proposal.until <= timezone.now():
        raise IllegalMove(kind="proposal", held="lapsed", wanted="accepted")
    _decide(proposal, "accepted", by=by, reason=reason.strip()[:1000])
    if what.now(proposal.about_id, proposal.after) != proposal.before:
        raise ProposalStale()
    what.apply(proposal, by)
    tell(
        person=proposal.proposed_by,
        code="proposal_accepted",
        facts={"by": pseudonym(by)},
        about=_about(proposal),
    )


@transaction.atomic
def reject(*, by: Person, proposal: Proposal, reason: str) -> None:
    """Turn a change down, with a reason. Raises as `accept` does, and `BadInput` without one."""
    _demand_other(by, proposal, KINDS[proposal.kind])
    said = _reason(reason)
    _decide(proposal, "rejected", by=by, reason=said)
    tell(
        person=proposal.proposed_by,
        code="proposal_rejected",
        facts={"by": pseudonym(by), "reason": said},
        about=_about(proposal),
    )


@transaction.atomic
def withdraw(*, by: Person, proposal: Proposal) -> None:
    """Take one's own proposal back. Raises `NotAllowed` for anybody else's."""
    if proposal.proposed_by_id != by.pk:
        demand(by, KINDS[proposal.kind].agrees)
        raise SameProposer(needed=", ".join(proposal.needed))
    move(
        proposal,
        "withdrawn",
        by=Actor.person(by.ref),
        event="proposal.withdrawn",
        facts={"person": pseudonym(by)},
        decided_at=Now(),
    )


def may_decide(person: Person, proposal: Proposal) -> bool:
    """Tell whether ``person`` could agree to this, or turn it down."""
    apart = (proposal.proposed_by_id, proposal.about_id)
    return (
        proposal.state == "open"
        and person.pk not in apart
        and may(person, KINDS[proposal.kind].agrees)
    )


def sweep() -> int:
    """Let proposals lapse that nobody decided in time; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select tenant_id, id from accounts_proposals_due()")
        due: list[tuple[UUID, UUID]] = cursor.fetchall()
    for tenant_id, proposal_id in due:
        with tenant(tenant_id):
            held = Proposal.objects.get(pk=proposal_id)
            try:
                move(held, "lapsed", by=SWEEPER, event="proposal.lapsed", facts={})
            except (IllegalMove, StaleState):
                continue  # somebody decided it while we looked
    return len(due)


def _demand_other(by: Person, proposal: Proposal, what: Kind) -> None:
    demand(by, what.agrees)
    if by.pk in (proposal.proposed_by_id, proposal.about_id):
        raise SameProposer(needed=", ".join(proposal.needed))


def _decide(proposal: Proposal, to: str, *, by: Person, reason: str) -> None:
    move(
        proposal,
        to,
        by=Actor.person(by.ref),
        event=f"proposal.{to}",
        facts=_facts(proposal, by, reason=reason),
        decided_by_id=by.pk,
        decided_reason=reason,
        decided_at=timezone.now(),
    )


def _facts(proposal: Proposal, by: Person, *, reason: str) -> dict[str, Json]:
    shown = KINDS[proposal.kind].shown
    return {
        "kind": proposal.kind,
        "person": pseudonym(by),
        "before": shown(proposal.before),
        "after": shown(proposal.after),
        "reason": reason,
    }


def _about(proposal: Proposal) -> About:
    return About("proposal", proposal.pk)


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise BadInput(field="reason", value="", why="a change says why it is made")
    if len(said) > 1000:
        raise BadInput(field="reason", value=said[:60], why="it holds 1000 characters at most")
    return said
