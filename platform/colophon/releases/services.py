"""Ask for release, claim a case, take the wish back; deciding is re-exported from `deciding`."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Now

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.releases import caring, claiming, errors, judging, line_errors
from colophon.releases.clearing import clear
from colophon.releases.conflicts import demand_reviewer
from colophon.releases.deciding import VERDICTS, Opinion, decide
from colophon.releases.holds import CLAIM_SECONDS, end_claim
from colophon.releases.models import Case, Claim, GoldenAnswer, Release, ReleaseDestination
from colophon.releases.settling import forget_pending, pending_of, take_row
from colophon.releases.turns import take_work
from colophon.studio.models import Artifact, Trashed
from compliance.policy.ruling import Ruling
from kernel.canonical import Json
from kernel.errors import BadInput

__all__ = [
    "CLAIM_SECONDS",
    "VERDICTS",
    "Opinion",
    "claim",
    "clear",
    "decide",
    "let_go",
    "request",
    "withdraw_request",
]

DESTINATIONS = ("CN", "EU", "US-CA")
OVER = frozenset({"refused", "returned", "withdrawn_by_author", "superseded_by", "withdrawn"})


@transaction.atomic
def request(*, by: Person, artifact: Artifact, destinations: Sequence[str]) -> Release:
    """Ask to publish ``artifact`` at ``destinations``; each is open or blocked by named clauses.

    Raises `NotAssessed`, `AlreadyAsked`, `InTrash`, `NotAllowed`, `BadInput` for an unknown
    destination.
    """
    demand(by, Act.REQUEST_RELEASE)
    wanted = checked_destinations(destinations)
    # One author may press the button twice: the second waits here, and then sees the first.
    take_work(artifact.pk)
    alive = Release.objects.filter(artifact=artifact).exclude(state__in=OVER).first()
    if alive is not None:
        raise errors.AlreadyAsked(state=alive.state)
    if Trashed.objects.filter(artifact=artifact, restored_at__isnull=True).exists():
        raise errors.InTrash(title=artifact.title)
    purpose = artifact.project.purpose
    ruling = judging.ruling_for(artifact, destinations=wanted, purpose=purpose)
    release = Release.objects.create(
        state="requested",
        artifact=artifact,
        artifact_sha256=artifact.sha256,
        author=by,
        purpose=purpose,
        packs_digest=ruling.digest,
        persons=ruling.persons,
        ruling=judging.plainly(ruling),
    )
    put_up(release, wanted=wanted, ruling=ruling)
    return release


def checked_destinations(destinations: Sequence[str]) -> tuple[str, ...]:
    """Return the destinations asked for, each once; raise `BadInput` for none or an unknown one."""
    wanted = tuple(dict.fromkeys(destinations))
    unknown = [place for place in wanted if place not in DESTINATIONS]
    if unknown or not wanted:
        known = ", ".join(DESTINATIONS)
        raise BadInput(field="destinations", value=", ".join(unknown), why=f"known: {known}")
    return wanted


def put_up(release: Release, *, wanted: Sequence[str], ruling: Ruling) -> None:
    """Record what was asked for and put the release before people."""
    _record_request(release, wanted=wanted, ruling=ruling)
    move(
        release,
        "in_review",
        by=Actor.process("router"),
        event="release.routed",
        facts={"to": "in_review", "clauses": judging.stops(ruling)},
    )


@transaction.atomic
def claim(*, by: Person, release: Release) -> Claim:
    """Take a case, or renew one's own hold. Of two who try at once one gets it.

    Raises `ClaimedByOther`, `SamePerson`, `NotAllowed`, `DecisionPending`, `OnBreak`,
    `BudgetSpent`, `NothingToDecide`.
    """
    take_row(release)
    demand_reviewer(by, release)
    if pending_of(release) is not None:
        raise errors.DecisionPending()
    if GoldenAnswer.objects.filter(golden=release.pk, person=by).exists():
        raise line_errors.AnsweredAlready()
    held = claiming.renew(by=by, release_id=release.pk)
    if held is not None:
        return held
    claiming.end_lapsed(release.pk)
    other = (
        Claim.objects.filter(release=release, ended_at__isnull=True)
        .select_related("reviewer")
        .first()
    )
    if other is not None:
        raise errors.ClaimedByOther(
            reviewer=other.reviewer.name, until=other.until.strftime("%H:%M:%S UTC")
        )
    if not claiming.held_lately(by=by, release_id=release.pk):
        case = Case.objects.filter(release=release).first()
        caring.demand_room(by, severity=case.severity if case else 0)
    return claiming.take(by=by, release_id=release.pk)


@transaction.atomic
def let_go(*, by: Person, release: Release, kind: str = "other", reason: str = "") -> None:
    """Give a case back undecided, with a reason on record; it is not soon offered to ``by`` again.

    Raises `NotClaimed`, `SkipReasonMissing`, `BadInput`.
    """
    take_row(release)
    end_claim(by, release)
    claiming.keep_skip(by=by, release_id=release.pk, kind=kind, reason=reason)


@transaction.atomic
def withdraw_request(*, by: Person, release: Release, reason: str = "") -> None:
    """Let the author take the wish back before anybody cleared it.

    A decision that has not taken effect is undone by this, and its maker told.
    """
    if release.author_id != by.pk:
        demand(by, Act.WITHDRAW)
    take_row(release)
    forget_pending(release, by=Actor.person(by.ref), error=errors.TakenBack())
    move(
        release,
        "withdrawn_by_author",
        by=Actor.person(by.ref),
        event="release.withdrawn",
        facts={"person": pseudonym(by), "reason": reason},
    )
    Claim.objects.filter(release=release, ended_at__isnull=True).update(ended_at=Now())


def _record_request(release: Release, *, wanted: Sequence[str], ruling: Ruling) -> None:
    _say(
        release,
        "release.requested",
        {
            "artifact_id": str(release.artifact_id),
            "artifact_sha256": release.artifact_sha256,
            "destinations": [*wanted],
            "purpose": release.purpose,
            "packs_digest": release.packs_digest,
            "author": str(release.author.ref),
        },
    )
    for place in wanted:
        clauses: list[Json] = [*ruling.blocked.get(place, ())]
        ReleaseDestination.objects.create(release=release, destination=place, clauses=clauses)
        if clauses:
            _say(release, "release.blocked", {"destination": place, "clauses": clauses})


def _say(release: Release, type_: str, facts: dict[str, Json]) -> None:
    record(type_, About("release", release.id), facts)
