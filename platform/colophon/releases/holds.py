"""A reviewer's hold on a case: how it ends, and how an undone decision gives it back."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.models import Person, pseudonym
from colophon.ledger.services import About, record
from colophon.releases.errors import NotClaimed
from colophon.releases.models import Claim, Release

CLAIM_SECONDS = 120


def end_claim(by: Person, release: Release) -> None:
    """End the claim of ``by``, under its row lock; raise `NotClaimed` when it is not theirs."""
    ended = Claim.objects.filter(
        release=release, reviewer=by, ended_at__isnull=True, until__gt=Now()
    ).update(ended_at=Now())
    if not ended:
        raise NotClaimed()


def hold_again(by: Person, release: Release) -> Claim:
    """Give the case back to whoever decided it; nobody could claim it while that was pending."""
    until = timezone.now() + timedelta(seconds=CLAIM_SECONDS)
    Claim.objects.filter(release=release, ended_at__isnull=True).update(ended_at=Now())
    taken = Claim.objects.create(release=release, reviewer=by, until=until)
    record(
        "review.claimed",
        About("release", release.id),
        {"reviewer": pseudonym(by), "until": until.isoformat(timespec="seconds")},
    )
    return taken
