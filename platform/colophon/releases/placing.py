"""Move a case by hand: into another queue, or back from where it was escalated or held."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.errors import IllegalMove, StaleState
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.releases import errors
from colophon.releases.models import Case, Queue, Release
from colophon.releases.settling import take_row
from colophon.studio.errors import NotFound
from kernel.canonical import Json

STUCK = ("escalated", "held")
LONGEST = 1000


@transaction.atomic
def put(*, by: Person, release: Release, queue_id: UUID, reason: str) -> Queue:
    """Put a waiting case into another queue, where it stays until its next step.

    Raises `NotAllowed`, `ReasonForMove`, `NotFound`, `NotWaiting`.
    """
    demand(by, Act.REVIEW)
    words = _words(reason)
    take_row(release)
    queue = Queue.objects.filter(pk=queue_id, closed=False).first()
    if queue is None:
        raise NotFound(kind="queue")
    case = Case.objects.filter(release=release).first()
    if case is None:
        raise errors.NotWaiting(state=release.state)
    held = case.queue_id
    Case.objects.filter(release=release).update(queue=queue, placed=True)
    with connection.cursor() as cursor:
        cursor.execute("select releases_time_case(%s)", [release.pk])
    facts: dict[str, Json] = {
        "reviewer": pseudonym(by),
        "held": str(held),
        "wanted": str(queue.pk),
        "reason": words,
    }
    record("review.moved", About("release", release.pk), facts)
    return queue


@transaction.atomic
def bring_back(*, by: Person, release: Release, reason: str) -> None:
    """Bring an escalated or held case back into review.

    Raises `NotAllowed`, `SamePerson` for its author, `ReasonForMove`, `NotWaiting`.
    """
    demand(by, Act.BRING_BACK)
    words = _words(reason)
    take_row(release)
    if by.pk in (release.author_id, release.artifact.author_id):
        raise errors.SamePerson(role="author")
    if release.state not in STUCK:
        raise errors.NotWaiting(state=release.state)
    _back(release, by=Actor.person(by.ref), person=pseudonym(by), reason=words)


def bring_back_due() -> int:
    """Bring back the held cases of the current tenant whose time is over; return how many."""
    brought = 0
    due = Case.objects.filter(state="held", back_at__lte=Now()).values_list("release_id", flat=True)
    for release_id in list(due[:200]):
        with transaction.atomic():
            release = Release.objects.get(pk=release_id)
            take_row(release)
            if release.state != "held":
                continue
            try:
                _back(release, by=Actor.process("sweeper"), person="", reason="hold ended")
            except (IllegalMove, StaleState):
                continue  # somebody moved it while we looked
            brought += 1
    return brought


def _back(release: Release, *, by: Actor, person: str, reason: str) -> None:
    facts: dict[str, Json] = {"person": person, "reason": reason, "held": release.state}
    move(release, "in_review", by=by, event="review.brought_back", facts=facts)


def _words(reason: str) -> str:
    words = reason.strip()
    if not words or len(words) > LONGEST:
        raise errors.ReasonForMove(length=len(words), most=LONGEST)
    return words
