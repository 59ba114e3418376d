"""Ask for release, claim a case, decide it, clear it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act, Role
from colophon.ledger.locks import take_turn
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.releases import errors, judging, telling
from colophon.releases.models import (
    Claim,
    Clearance,
    Decision,
    Release,
    ReleaseDestination,
    Verdict,
)
from colophon.studio.models import Artifact
from compliance.policy.ruling import Ruling, Standing
from kernel.canonical import Json
from kernel.errors import BadInput
from kernel.ids import new_id

CLAIM_SECONDS = 120
DESTINATIONS = ("CN", "EU", "US-CA")
OVER = frozenset({"refused", "returned", "withdrawn_by_author", "superseded_by", "withdrawn"})

_AFTER = {
    ("in_review", Verdict.RETURN): ("returned", "release.returned"),
    ("in_review", Verdict.REFUSE): ("refused", "release.refused"),
    ("in_review", Verdict.ESCALATE): ("escalated", "release.routed"),
    ("in_review", Verdict.HOLD): ("held", "release.routed"),
    ("second_review", Verdict.RETURN): ("returned", "release.returned"),
    ("second_review", Verdict.REFUSE): ("refused", "release.refused"),
    ("second_review", Verdict.SEND_BACK): ("in_review", "release.routed"),
}
VERDICTS = {
    "in_review": (
        Verdict.APPROVE,
        Verdict.RETURN,
        Verdict.REFUSE,
        Verdict.ESCALATE,
        Verdict.HOLD,
    ),
    "second_review": (Verdict.CONFIRM, Verdict.SEND_BACK, Verdict.RETURN, Verdict.REFUSE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a reviewer says of a case."""

    verdict: Verdict
    artifact_sha256: str
    """Digest of the bytes the reviewer looked at."""
    clause: str = ""
    reason: str = ""


@transaction.atomic
def request(*, by: Person, artifact: Artifact, destinations: Sequence[str]) -> Release:
    """Ask to publish ``artifact`` at ``destinations``; each is open or blocked by named clauses.

    Raises `NotAssessed`, `AlreadyAsked`, `NotAllowed`, `BadInput` for an unknown destination.
    """
    demand(by, Act.REQUEST_RELEASE)
    wanted = tuple(dict.fromkeys(destinations))
    unknown = [place for place in wanted if place not in DESTINATIONS]
    if unknown or not wanted:
        known = ", ".join(DESTINATIONS)
        raise BadInput(field="destinations", value=", ".join(unknown), why=f"known: {known}")
    # One author may press the button twice: the second waits here, and then sees the first.
    take_turn("release", artifact.pk)
    alive = Release.objects.filter(artifact=artifact).exclude(state__in=OVER).first()
    if alive is not None:
        raise errors.AlreadyAsked(state=alive.state)
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
    _record_request(release, wanted=wanted, ruling=ruling)
    move(
        release,
        "in_review",
        by=Actor.process("router"),
        event="release.routed",
        facts={"to": "in_review", "clauses": _stops(ruling)},
    )
    return release


@transaction.atomic
def claim(*, by: Person, release: Release) -> Claim:
    """Take a case, or renew one's own hold. Of two who try at once one gets it.

    Raises `ClaimedByOther`, `SamePerson`, `NotAllowed`, `WrongVerdict` when nothing is to decide.
    """
    _demand_reviewer(by, release)
    now = timezone.now()
    until = now + timedelta(seconds=CLAIM_SECONDS)
    mine = Claim.objects.filter(release=release, reviewer=by, ended_at__isnull=True, until__gt=now)
    if mine.update(until=until):
        return Claim.objects.get(release=release, reviewer=by, ended_at__isnull=True)
    for lapsed in Claim.objects.select_for_update().filter(
        release=release, ended_at__isnull=True, until__lte=now
    ):
        Claim.objects.filter(pk=lapsed.pk).update(ended_at=Now())
        _say(release, "review.lapsed", {"reviewer": str(lapsed.reviewer.ref)})
    try:
        with transaction.atomic():
            taken = Claim.objects.create(release=release, reviewer=by, until=until)
    except IntegrityError as error:
        other = Claim.objects.filter(release=release, ended_at__isnull=True).first()
        raise errors.ClaimedByOther(
            reviewer=other.reviewer.name if other else "—",
            until=other.until.strftime("%H:%M:%S UTC") if other else "—",
        ) from error
    _say(
        release,
        "review.claimed",
        {"reviewer": pseudonym(by), "until": until.isoformat(timespec="seconds")},
    )
    return taken


@transaction.atomic
def let_go(*, by: Person, release: Release, reason: str) -> None:
    """Give a case back undecided, with a reason on record."""
    if not reason.strip():
        raise errors.ReasonMissing(missing="reason")
    _end_claim(by, release)
    _say(
        release,
        "review.returned_to_queue",
        {"reviewer": pseudonym(by), "reason": reason},
    )


@transaction.atomic
def decide(*, by: Person, release: Release, opinion: Opinion) -> Decision:
    """Decide a claimed case and move it on; the last approval clears it.

    Raises `NotClaimed`, `SamePerson`, `OtherBytes`, `Stopped`, `ReasonMissing`, `WrongVerdict`,
    `NoDestinationOpen`, `RulesChanged`, `StaleState`.
    """
    _demand_reviewer(by, release)
    _check_opinion(release, opinion)
    _end_claim(by, release)
    decision = Decision.objects.create(
        release=release,
        person=by,
        role=Role.APPROVER if release.state == "second_review" else Role.REVIEWER,
        verdict=opinion.verdict,
        clause=opinion.clause,
        reason=opinion.reason,
        artifact_sha256=opinion.artifact_sha256,
    )
    facts: dict[str, Json] = {
        "release_id": str(release.id),
        "verdict": opinion.verdict.value,
        "clause": opinion.clause,
        "reason": opinion.reason,
        "person": pseudonym(by),
        "role": str(decision.role),
        "artifact_sha256": opinion.artifact_sha256,
        "decision_id": str(decision.id),
    }
    _say(release, "decision.made", facts)
    if opinion.verdict in (Verdict.APPROVE, Verdict.CONFIRM):
        _agree(release, by=by, decision=decision)
    else:
        _turn_down(release, by=by, opinion=opinion)
    return decision


@transaction.atomic
def withdraw_request(*, by: Person, release: Release, reason: str = "") -> None:
    """Let the author take the wish back before anybody cleared it."""
    if release.author_id != by.pk:
        demand(by, Act.WITHDRAW)
    move(
        release,
        "withdrawn_by_author",
        by=Actor.person(by.ref),
        event="release.withdrawn",
        facts={"person": pseudonym(by), "reason": reason},
    )
    Claim.objects.filter(release=release, ended_at__isnull=True).update(ended_at=Now())


def _agree(release: Release, *, by: Person, decision: Decision) -> None:
    """Take an approval on to the second person, or to clearance."""
    ruling = _judge_again(release)
    if release.state == "in_review" and release.persons == 2:
        move(
            release,
            "second_review",
            by=Actor.person(by.ref),
            event="release.routed",
            facts={"to": "second_review"},
        )
        telling.tell_second(release, first=by)
        return
    clear(release=release, by=by, last=decision, ruling=ruling)


def clear(*, release: Release, by: Person, last: Decision, ruling: Ruling) -> Clearance:
    """Write the clearance and move the release to `cleared`, in the caller's transaction."""
    confirmed = last.verdict == Verdict.CONFIRM
    first = _approval_of(release) if confirmed else last
    second = last if confirmed else None
    clearance_id = new_id()
    facts: dict[str, Json] = {
        "clearance_id": str(clearance_id),
        "release_id": str(release.id),
        "destinations": list(ruling.open),
        "artifact_sha256": release.artifact_sha256,
        "packs_digest": release.packs_digest,
        "author": str(release.author.ref),
        "reviewer": str(first.person.ref),
        "second": str(second.person.ref) if second else None,
    }
    event = record("release.cleared", About("release", release.id), facts)
    clearance = Clearance.objects.create(
        id=clearance_id,
        release=release,
        artifact_id=release.artifact_id,
        artifact_sha256=release.artifact_sha256,
        packs_digest=release.packs_digest,
        persons=release.persons,
        destinations=list(ruling.open),
        requirements=judging.requirements(ruling),
        author_id=release.author_id,
        reviewer_id=first.person_id,
        first=first,
        second=second,
        second_person_id=second.person_id if second else None,
        second_verdict=Verdict.CONFIRM if second else None,
        event_id=event.event_id,
    )
    move(
        release,
        "cleared",
        by=Actor.person(by.ref),
        event="release.routed",
        facts={"to": "cleared"},
    )
    telling.tell_cleared(release)
    return clearance


def _turn_down(release: Release, *, by: Person, opinion: Opinion) -> None:
    to, event = _AFTER[(release.state, opinion.verdict)]
    if event == "release.routed":
        facts: dict[str, Json] = {"to": to}
    else:
        facts = {"clause": opinion.clause, "reason": opinion.reason}
    move(release, to, by=Actor.person(by.ref), event=event, facts=facts)
    telling.tell_outcome(release, clause=opinion.clause, reason=opinion.reason)


def _judge_again(release: Release) -> Ruling:
    """Judge at the moment of approval: rules or means may have changed since the request."""
    wanted = [one.destination for one in release.destinations.all()]
    ruling = judging.ruling_for(release.artifact, destinations=wanted, purpose=release.purpose)
    if ruling.digest != release.packs_digest or ruling.persons > release.persons:
        raise errors.RulesChanged()
    stops = _stops(ruling)
    if stops:
        raise errors.Stopped(clause=stops[0])
    if not ruling.open:
        clauses = sorted({one for many in ruling.blocked.values() for one in many})
        raise errors.NoDestinationOpen(clauses=", ".join(clauses))
    return ruling


def _approval_of(release: Release) -> Decision:
    return release.decisions.filter(verdict=Verdict.APPROVE).select_related("person").latest("at")


def _demand_reviewer(by: Person, release: Release) -> None:
    second = release.state == "second_review"
    demand(by, Act.APPROVE_SECOND if second else Act.REVIEW)
    if release.author_id == by.pk or release.artifact.author_id == by.pk:
        raise errors.SamePerson(role="author")
    if second and _approval_of(release).person_id == by.pk:
        raise errors.SamePerson(role="first reviewer")
    if release.state not in VERDICTS:
        raise errors.WrongVerdict(verdict="claim", state=release.state, known="none")


def _check_opinion(release: Release, opinion: Opinion) -> None:
    known = VERDICTS[release.state]
    if opinion.verdict not in known:
        raise errors.WrongVerdict(
            verdict=opinion.verdict, state=release.state, known=", ".join(known)
        )
    if opinion.artifact_sha256 != release.artifact_sha256:
        raise errors.OtherBytes(
            looked=opinion.artifact_sha256[:12], held=release.artifact_sha256[:12]
        )
    if opinion.verdict in (Verdict.REFUSE, Verdict.RETURN):
        for field, value in (("clause", opinion.clause), ("reason", opinion.reason)):
            if not value.strip():
                raise errors.ReasonMissing(missing=field)


def _end_claim(by: Person, release: Release) -> None:
    """End the claim of ``by``, under its row lock; raise `NotClaimed` when it is not theirs."""
    ended = Claim.objects.filter(
        release=release, reviewer=by, ended_at__isnull=True, until__gt=Now()
    ).update(ended_at=Now())
    if not ended:
        raise errors.NotClaimed()


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


def _stops(ruling: Ruling) -> list[Json]:
    return [one.clause for one in ruling.bound if one.standing is Standing.STOPS]


def _say(release: Release, type_: str, facts: dict[str, Json]) -> None:
    record(type_, About("release", release.id), facts)
