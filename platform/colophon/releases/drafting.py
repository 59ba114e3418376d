"""What somebody has typed of a decision, kept until it is made."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.releases.conflicts import REVIEWED_IN
from colophon.releases.errors import TooLong
from colophon.releases.models import Decision, Draft, Release

LONGEST = 16_000
"""Characters of one draft over all its fields."""


def keep(*, by: Person, release: Release, said: Mapping[str, str]) -> Draft | None:
    """Keep what ``by`` typed of this case, in place of what was kept before; nothing typed, no draft.

    It needs no claim: who lost a claim must not lose the words. It is no decision and no event. Where
    nothing is to be decided any more, what comes late (a page that was being left) is not kept.

    Raises `NotAllowed`, `TooLong`.
    """
    demand(by, Act.REVIEW)
    typed = {name: text for name, text in said.items() if text.strip()}
    length = sum(len(name) + len(text) for name, text in typed.items())
    if length > LONGEST:
        raise TooLong(field="draft", length=length, most=LONGEST)
    if not typed or release.state not in REVIEWED_IN or _decided(by, release):
        Draft.objects.filter(release=release, person=by).delete()
        return None
    # A time, not the database's own `now()`: the page shows when, and an update reads nothing back.
    kept, _ = Draft.objects.update_or_create(
        release=release, person=by, defaults={"said": typed, "at": timezone.now()}
    )
    return kept


def kept(*, by: Person, release: Release) -> Draft | None:
    """Return what ``by`` has typed of this case, or none."""
    return Draft.objects.filter(release=release, person=by).first()


def _decided(by: Person, release: Release) -> bool:
    return Decision.objects.filter(release=release, person=by, state="pending").exists()
