"""Decide a claimed case. It takes effect when the time of grace is over; `settling` sees to that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Role
from colophon.ledger.moves import Actor
from colophon.ledger.services import About, record
from colophon.releases import asking, editorial, errors, judging
from colophon.releases.conflicts import approval_of, demand_reviewer
from colophon.releases.holds import end_claim
from colophon.releases.line_errors import NotOffered
from colophon.releases.models import Bulk, Claim, Decision, Draft, Release, Verdict
from colophon.releases.queues import hidden_in
from colophon.releases.settling import AGREES, pending_of, take_effect, take_row, told
from compliance.policy.ruling import Ruling
from compliance.policy.stricter import LabelChange
from kernel.canonical import Json, digest

VERDICTS = {
    "in_review": (
        Verdict.APPROVE,
        Verdict.RETURN,
        Verdict.REFUSE,
        Verdict.ESCALATE,
        Verdict.HOLD,
    ),
    "second_review": (
        Verdict.CONFIRM,
        Verdict.SEND_BACK,
        Verdict.REPLACE,
        Verdict.RETURN,
        Verdict.REFUSE,
    ),
}
LONGEST = {"reason": 4000, "message": 4000, "clause": 80}


UNCHANGED = LabelChange()


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
    labels: LabelChange = UNCHANGED
    """Labels larger, elsewhere or in more languages than the packs ask."""
    answers: Mapping[str, asking.Answer] = field(default_factory=dict)
    """Question id -> answer, where a clause asks."""
    editorial: editorial.Record | None = None


@transaction.atomic
def decide(*, by: Person, release: Release, opinion: Opinion, bulk: Bulk | None = None) -> Decision:
    """Decide a claimed case. After the time of grace it moves on; the last approval clears it.

    With no time of grace (`COLOPHON_GRACE_SECONDS` 0) it takes effect here and now.

    Raises `NotClaimed`, `SamePerson`, `OtherBytes`, `Stopped`, `ReasonMissing`, `WrongVerdict`,
    `NoDestinationOpen`, `RulesChanged`, `DecisionPending`; of an approval also `LabelChangeRefused`,
    `Unanswered`, `AnswerBars`, `EditorialIncomplete`.
    """
    take_row(release)
    demand_reviewer(by, release)
    if pending_of(release) is not None:
        raise errors.DecisionPending()
    check_opinion(release, opinion)
    end_claim(by, release)
    ruling = judging.judge_again(release) if opinion.verdict in AGREES else None
    kept = _beside(opinion, by=by, release=release, ruling=ruling)
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
        bulk=bulk,
        artifact_sha256=opinion.artifact_sha256,
        at=now,
        due_at=now + timedelta(seconds=grace),
        **kept,
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


@transaction.atomic
def recall(*, by: Person, release: Release, reason: str) -> Decision:
    """Call one's own approval back while it waits for a second person; it takes effect at once.

    Raises `NoApproval`, `NotYours`, `DecisionPending` while the second person has decided.
    """
    take_row(release)
    first = approval_of(release) if release.state == "second_review" else None
    if first is None:
        raise errors.NoApproval(state=release.state)
    if first.person_id != by.pk:
        raise errors.NotYours()
    if pending_of(release) is not None:
        raise errors.DecisionPending()
    decision = Decision.objects.create(
        state="pending",
        release=release,
        person=by,
        role=Role.REVIEWER,
        verdict=Verdict.RECALL,
        reason=reason[: LONGEST["reason"]],
        artifact_sha256=release.artifact_sha256,
    )
    Claim.objects.filter(release=release, ended_at__isnull=True).update(ended_at=Now())
    take_effect(decision, release=release, ruling=None, by=Actor.person(by.ref))
    return decision


def _beside(
    opinion: Opinion, *, by: Person, release: Release, ruling: Ruling | None
) -> dict[str, Any]:
    """Return what an approval carries besides its verdict, checked against the ruling."""
    if ruling is None or opinion.verdict != Verdict.APPROVE:
        return {}
    judging.relabel(ruling, opinion.labels, work=release.artifact)
    return {
        "labels": opinion.labels.plain(),
        "answers": asking.checked(ruling.questions, opinion.answers),
        "editorial": editorial.checked(opinion.editorial, asked=ruling.editorial),
    }


def check_opinion(release: Release, opinion: Opinion) -> None:
    """Raise what is wrong with an opinion on a release in its present state."""
    known = VERDICTS[release.state]
    if opinion.verdict not in known:
        raise errors.WrongVerdict(
            verdict=opinion.verdict, state=release.state, known=", ".join(known)
        )
    if opinion.verdict in hidden_in(release.pk):
        raise NotOffered(verdict=opinion.verdict)
    if opinion.artifact_sha256 != release.artifact_sha256:
        raise errors.OtherBytes(
            looked=opinion.artifact_sha256[:12], held=release.artifact_sha256[:12]
        )
    needed: dict[str, str] = {}
    if opinion.verdict in (Verdict.REFUSE, Verdict.RETURN):
        needed = {"clause": opinion.clause, "reason": opinion.reason}
    elif opinion.verdict == Verdict.REPLACE:
        needed = {"reason": opinion.reason}
    for name, value in needed.items():
        if not value.strip():
            raise errors.ReasonMissing(missing=name)
    for name, most in LONGEST.items():
        length = len(getattr(opinion, name))
        if length > most:
            raise errors.TooLong(field=name, length=length, most=most)
