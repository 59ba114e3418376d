"""Decide a claimed case. It takes effect when the time of grace is over; `settling` sees to that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Role
from colophon.ledger.moves import Actor
from colophon.ledger.services import About, record
from colophon.releases import errors, judging
from colophon.releases.conflicts import demand_reviewer
from colophon.releases.holds import end_claim
from colophon.releases.models import Decision, Draft, Release, Verdict
from colophon.releases.settling import AGREES, pending_of, take_effect, take_row, told
from kernel.canonical import Json, digest

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
LONGEST = {"reason": 4000, "message": 4000, "clause": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a reviewer says of a case."""

    verdict: Verdict
    artifact_sha256: str
    """Digest of the bytes the reviewer looked at."""
    clause: str = ""
    reason: str = ""
    message: str = ""
    """To the author, beside the reason."""


@transaction.atomic
def decide(*, by: Person, release: Release, opinion: Opinion) -> Decision:
    """Decide a claimed case. After the time of grace it moves on; the last approval clears it.

    With no time of grace (`COLOPHON_GRACE_SECONDS` 0) it takes effect here and now.

    Raises `NotClaimed`, `SamePerson`, `OtherBytes`, `Stopped`, `ReasonMissing`, `WrongVerdict`,
    `NoDestinationOpen`, `RulesChanged`, `DecisionPending`.
    """
    take_row(release)
    demand_reviewer(by, release)
    if pending_of(release) is not None:
        raise errors.DecisionPending()
    check_opinion(release, opinion)
    end_claim(by, release)
    ruling = judging.judge_again(release) if opinion.verdict in AGREES else None
    grace = settings.COLOPHON.grace_seconds
    now = timezone.now()
    decision = Decision.objects.create(
        state="pending",
        release=release,
        person=by,
        role=Role.APPROVER if release.state == "second_review" else Role.REVIEWER,
        verdict=opinion.verdict,
        clause=opinion.clause,
        reason=opinion.reason,
        message=opinion.message,
        artifact_sha256=opinion.artifact_sha256,
        at=now,
        due_at=now + timedelta(seconds=grace),
    )
    Draft.objects.filter(release=release, person=by).delete()
    if grace:
        # What was decided is nobody's business before it takes effect: the ledger holds its digest.
        facts: dict[str, Json] = {
            "release_id": str(release.id),
            "person": pseudonym(by),
            "due_at": decision.due_at.isoformat(timespec="seconds"),
            "decision_sha256": digest(told(decision)),
        }
        record("decision.entered", About("decision", decision.id), facts)
    else:
        take_effect(decision, release=release, ruling=ruling, by=Actor.person(by.ref))
    return decision


def check_opinion(release: Release, opinion: Opinion) -> None:
    """Raise what is wrong with an opinion on a release in its present state."""
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
    for field, most in LONGEST.items():
        length = len(getattr(opinion, field))
        if length > most:
            raise errors.TooLong(field=field, length=length, most=most)
