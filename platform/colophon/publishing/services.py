"""Publish what was sealed; take it back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.moves import Actor, move
from colophon.publishing.errors import NotSealed, NotSoMuch, Overruled
from colophon.publishing.models import Complaint, Publication, Seal, Withdrawal
from colophon.releases.errors import ReasonMissing
from colophon.releases.models import Release
from colophon.releases.telling import tell_published, tell_restricted, tell_withdrawn
from kernel.canonical import Json
from kernel.ids import new_id


@transaction.atomic
def publish(*, by: Person, release: Release) -> Publication:
    """Make a sealed release public. Its author decides when; an approver may, too.

    Raises `NotSealed`, `NotAllowed`, `StaleState` for the second of two who publish at once.
    """
    if release.author_id != by.pk:
        demand(by, Act.PUBLISH)
    seal = Seal.objects.filter(release=release).select_related("clearance").first()
    if release.state != "sealed" or seal is None:
        raise NotSealed(state=release.state)
    publication_id = new_id()
    publication = Publication.objects.create(
        id=publication_id,
        seal=seal,
        release=release,
        title=release.artifact.title,
        destinations=seal.clearance.destinations,
        by=by,
    )
    move(
        release,
        "published",
        by=Actor.person(by.ref),
        event="release.published",
        facts={
            "publication_id": str(publication_id),
            "sealed_sha256": seal.sealed_sha256,
            "destinations": list(seal.clearance.destinations),
        },
    )
    tell_published(release, by=by)
    return publication


@transaction.atomic
def withdraw(*, by: Person, publication: Publication, clause: str, reason: str) -> Withdrawal:
    """Take a publication back with a clause and a statement of reasons; its page says so at once.

    Its author may appeal (`complaining`). Raises `NotAllowed`, `ReasonMissing`, `IllegalMove`,
    `Overruled` for whoever's withdrawal an appeal undid.
    """
    return _take(by, publication, clause=clause, reason=reason, destinations=())


@transaction.atomic
def restrict(
    *,
    by: Person,
    publication: Publication,
    destinations: Sequence[str],
    clause: str,
    reason: str,
) -> Withdrawal:
    """Take a publication back from some of its destinations; for the others it stays.

    Its page says from where and why; it cannot tell where its reader is. Its author may appeal.
    Raises as `withdraw`, and `NotSoMuch` for none, all, or others than it is published for.
    """
    wanted = tuple(one for one in publication.destinations if one in destinations)
    some = 0 < len(wanted) < len(publication.destinations)
    if not some or len(wanted) != len(set(destinations)):
        raise NotSoMuch(
            held=", ".join(publication.destinations), asked=", ".join(destinations) or "none"
        )
    return _take(by, publication, clause=clause, reason=reason, destinations=wanted)


def _take(
    by: Person,
    publication: Publication,
    *,
    clause: str,
    reason: str,
    destinations: Sequence[str],
) -> Withdrawal:
    demand(by, Act.WITHDRAW)
    for field, value in (("clause", clause), ("reason", reason)):
        if not value.strip():
            raise ReasonMissing(missing=field)
    undone = Complaint.objects.filter(withdrawal__publication=publication, state="overturned")
    if undone.filter(withdrawal__by=by).exists():
        raise Overruled()
    withdrawal = Withdrawal.objects.create(
        publication=publication,
        destinations=list(destinations),
        clause=clause,
        reason=reason,
        by=by,
    )
    facts: dict[str, Json] = {
        "publication_id": str(publication.id),
        "clause": clause,
        "reason": reason,
        "person": pseudonym(by),
    }
    if destinations:
        facts["destinations"] = list(destinations)
    to = "restricted" if destinations else "withdrawn"
    actor = Actor.person(by.ref)
    move(publication.release, to, by=actor, event=f"publication.{to}", facts=facts)
    if destinations:
        tell_restricted(publication.release, by=by, clause=clause, reason=reason)
    else:
        tell_withdrawn(publication.release, by=by, clause=clause, reason=reason)
    return withdrawal
