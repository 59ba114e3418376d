"""Publish what was sealed; take it back."""

from __future__ import annotations

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.moves import Actor, move
from colophon.publishing.errors import NotSealed, Overruled
from colophon.publishing.models import Complaint, Publication, Seal, Withdrawal
from colophon.releases.errors import ReasonMissing
from colophon.releases.models import Release
from colophon.releases.telling import tell_published, tell_withdrawn
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
    demand(by, Act.WITHDRAW)
    for field, value in (("clause", clause), ("reason", reason)):
        if not value.strip():
            raise ReasonMissing(missing=field)
    undone = Complaint.objects.filter(withdrawal__publication=publication, state="overturned")
    if undone.filter(withdrawal__by=by).exists():
        raise Overruled()
    withdrawal = Withdrawal.objects.create(
        publication=publication, clause=clause, reason=reason, by=by
    )
    move(
        publication.release,
        "withdrawn",
        by=Actor.person(by.ref),
        event="publication.withdrawn",
        facts={
            "publication_id": str(publication.id),
            "clause": clause,
            "reason": reason,
            "person": pseudonym(by),
        },
    )
    tell_withdrawn(publication.release, by=by, clause=clause, reason=reason)
    return withdrawal
