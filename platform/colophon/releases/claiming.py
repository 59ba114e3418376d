"""Hold a case: take the next, renew, skip with a reason, leave; and what happens to a hold that ran out."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.releases import caring, errors
from colophon.releases.holds import CLAIM_SECONDS
from colophon.releases.line import Wish, take_first
from colophon.releases.models import Claim, Skip
from colophon.studio.errors import NotFound
from kernel.canonical import Json
from kernel.errors import BadInput

SKIP_KINDS = ("not_my_field", "interest", "language", "needs_colleague", "rather_not", "other")


def claim_next(*, by: Person, but: UUID | None = None, queue: UUID | None = None) -> Claim | None:
    """Take the case whose turn it is for ``by``, in one act; None if nothing waits for them.

    ``but`` is never given: the case just skipped or decided. Of any number of reviewers who ask at
    once each gets another case, and nobody waits for anybody.

    Raises `NotAllowed`, `OnBreak`, both before anything is written.
    """
    demand(by, Act.REVIEW)
    first, second = caring.wish_for(by, Wish(but=but, queue=queue))
    turn = take_first(by, first) or (take_first(by, second) if second else None)
    if turn is None:
        return None
    if turn.claim is not None:
        _record_claim(turn.claim, by=by)
        return turn.claim
    held = renew(by=by, release_id=turn.release_id)
    if held is not None:
        return held
    end_lapsed(turn.release_id)
    return take(by=by, release_id=turn.release_id)


def renew(*, by: Person, release_id: UUID) -> Claim | None:
    """Put off the end of one's own claim that is alive; None if there is none."""
    now = timezone.now()
    mine = Claim.objects.filter(
        release=release_id, reviewer=by, ended_at__isnull=True, until__gt=now
    )
    if not mine.update(until=now + timedelta(seconds=CLAIM_SECONDS)):
        return None
    return Claim.objects.get(release=release_id, reviewer=by, ended_at__isnull=True)


def held_lately(*, by: Person, release_id: UUID) -> bool:
    """Tell whether ``by`` held this case within the last hour: they may finish what they began."""
    since = timezone.now() - timedelta(hours=1)
    return Claim.objects.filter(release=release_id, reviewer=by, at__gt=since).exists()


def take(*, by: Person, release_id: UUID) -> Claim:
    """Write the claim and its event; the caller holds the row of the release."""
    until = timezone.now() + timedelta(seconds=CLAIM_SECONDS)
    taken = Claim.objects.create(release_id=release_id, reviewer=by, until=until)
    _record_claim(taken, by=by)
    return taken


def _record_claim(taken: Claim, *, by: Person) -> None:
    facts: dict[str, Json] = {
        "reviewer": pseudonym(by),
        "until": taken.until.isoformat(timespec="seconds"),
    }
    record("review.claimed", About("release", taken.release_id), facts)


def end_lapsed(release_id: UUID) -> int:
    """End claims on this case that ran out, each with its event; return how many."""
    lapsed = Claim.objects.filter(
        release=release_id, ended_at__isnull=True, until__lte=timezone.now()
    ).select_related("reviewer")
    ended = 0
    for one in lapsed:
        if Claim.objects.filter(pk=one.pk, ended_at__isnull=True).update(ended_at=Now()):
            facts: dict[str, Json] = {"reviewer": pseudonym(one.reviewer)}
            record("review.lapsed", About("release", release_id), facts)
            ended += 1
    return ended


@transaction.atomic
def leave(*, by: Person, claim_id: UUID) -> bool:
    """End one's own claim because its page was closed; return whether it was still alive.

    Raises `NotFound` for a claim that is not theirs.
    """
    claim = Claim.objects.filter(pk=claim_id, reviewer=by).first()
    if claim is None:
        raise NotFound(kind="claim")
    alive = Claim.objects.filter(pk=claim_id, ended_at__isnull=True)
    if not alive.update(ended_at=Now()):
        return False
    record("review.left", About("release", claim.release_id), {"reviewer": pseudonym(by)})
    return True


def keep_skip(*, by: Person, release_id: UUID, kind: str, reason: str) -> Skip:
    """Write why a case was given back, once its claim has ended.

    Raises `BadInput` for an unknown kind, `SkipReasonMissing` where own words are asked and missing.
    """
    if kind not in SKIP_KINDS:
        raise BadInput(field="kind", value=kind[:40], why=f"known: {', '.join(SKIP_KINDS)}")
    words = reason.strip()
    if kind == "other" and not words:
        raise errors.SkipReasonMissing()
    facts: dict[str, Json] = {"reviewer": pseudonym(by), "kind": kind, "reason": words or kind}
    record("review.returned_to_queue", About("release", release_id), facts)
    return Skip.objects.create(release_id=release_id, person=by, kind=kind, reason=words)
