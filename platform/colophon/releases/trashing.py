"""Put works aside and take them back. A work is append-only: it is hidden, never deleted.

What was asked to be released, decided on or released is evidence and stays where people find it;
a trigger holds that (migration ``trash``), and that nothing in the trash is asked to be released.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.releases import errors
from colophon.releases.models import Decision, Release
from colophon.releases.turns import take_work
from colophon.studio.members import demand_part
from colophon.studio.models import Artifact, Part, Trashed
from kernel.errors import BadInput, Refused

DAYS = 30
MOST = 200
"""Works put aside by one act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one work: put aside, or why not."""

    work: Artifact
    refused: Refused | None = None


def held(work: Artifact) -> Trashed | None:
    """Return who put a work aside and when; None for one that is not in the trash."""
    rows = Trashed.objects.select_related("by").filter(artifact=work, restored_at__isnull=True)
    return rows.first()


@transaction.atomic
def trash(*, by: Person, works: Sequence[Artifact]) -> list[Outcome]:
    """Put works aside, each by itself: one that may not be does not keep the others back.

    Raises `NotAllowed`, and `BadInput` for more than `MOST` at once.
    """
    demand(by, Act.SUBMIT)
    if len(works) > MOST:
        raise BadInput(field="works", value=len(works), why=f"{MOST} are the most at once")
    # One order for everybody, so that two who pick the same works never wait for each other.
    return [_outcome(by, work) for work in sorted(set(works), key=lambda one: str(one.pk))]


@transaction.atomic
def restore(*, by: Person, works: Iterable[UUID]) -> int:
    """Take works out of the trash within thirty days; return how many came back.

    Raises `NotYourPart`, `TooLateToRestore`; then none of them comes back.
    """
    now = timezone.now()
    rows = Trashed.objects.select_for_update(of=("self",)).select_related("artifact__project")
    found = list(rows.filter(artifact__in=list(works), restored_at__isnull=True).order_by("pk"))
    for row in found:
        _demand_hand(by, row.artifact)
        if row.until <= now:
            raise errors.TooLateToRestore(title=row.artifact.title, days=DAYS)
        row.restored_by, row.restored_at = by, now
        row.save(update_fields=["restored_by", "restored_at"])
        facts = {"person": pseudonym(by)}
        record("artifact.restored", About("artifact", row.artifact_id), facts)
    return len(found)


def why_kept(work: Artifact) -> Refused | None:
    """Return why a work cannot be put aside; None for one that can: two queries."""
    family = Q(artifact=work) | Q(artifact__parent=work)
    rows = Release.objects.filter(family).exclude(state="withdrawn_by_author")
    found = sorted(rows.only("state", "artifact_id"), key=lambda one: one.artifact_id != work.pk)
    decided = Decision.objects.filter(release__artifact=work).exclude(state="undone")
    facts: dict[str, Any] = {"title": work.title}
    if decided.exists():
        return errors.KeptAsEvidence(**facts)
    if not found:
        return None
    if found[0].artifact_id != work.pk:
        return errors.SourceOfReleased(**facts)
    return errors.KeptForRelease(**facts, state=found[0].state)


def _outcome(by: Person, work: Artifact) -> Outcome:
    try:
        with transaction.atomic():
            _put_aside(by, work)
    except Refused as error:
        return Outcome(work=work, refused=error)
    return Outcome(work=work)


def _put_aside(by: Person, work: Artifact) -> None:
    _demand_hand(by, work)
    # The turn in which its release is asked for: of the two, one comes first and the other sees it.
    take_work(work.pk)
    if held(work) is not None:
        return
    reason = why_kept(work)
    if reason is not None:
        raise reason
    until = timezone.now() + timedelta(days=DAYS)
    Trashed.objects.create(artifact=work, by=by, until=until)
    record("artifact.trashed", About("artifact", work.pk), {"person": pseudonym(by)})


def _demand_hand(by: Person, work: Artifact) -> None:
    if work.author_id != by.pk:
        demand_part(by, work.project, Part.OWNER)
