"""File an appeal against a refusal, hear it, let it lapse."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.moves import Actor, move
from colophon.releases import conflicts, errors, hearing, telling
from colophon.releases.models import (
    Appeal,
    Decision,
    Exclusion,
    Interest,
    Release,
    Verdict,
)
from colophon.releases.services import OVER
from colophon.releases.settling import PROCESS, take_row
from colophon.studio.errors import NotFound
from kernel.ids import new_id


@transaction.atomic
def file(*, by: Person, release: Release, words: str, news: str = "") -> Appeal:
    """Appeal against the refusal of one's own work, with facts its reviewer could not know.

    Raises `NotAuthor`, `NotAppealable`, `AppealTooLate`, `AppealHeard`, `WordsMissing`, `TooLong`.
    """
    if release.author_id != by.pk:
        raise errors.NotAuthor()
    hearing.check_words("words", words)
    hearing.check_words("news", news, needed=False)
    take_row(release)
    refusal = refusal_of(release)
    if release.state != "refused" or refusal is None or _asked_anew(release):
        raise errors.NotAppealable(state=release.state)
    before = refusal.appeals.exclude(state="lapsed").first()
    if before is not None:
        raise errors.AppealHeard(state=before.state)
    hearing.demand_time(deadline(refusal))
    due_at = hearing.due()
    appeal_id = new_id()
    appeal = Appeal.objects.create(
        id=appeal_id,
        state="filed",
        release=release,
        decision=refusal,
        author=by,
        words=words.strip(),
        news=news.strip(),
        due_at=due_at,
    )
    move(
        release,
        "appealed",
        by=Actor.person(by.ref),
        event="appeal.filed",
        facts={
            "appeal_id": str(appeal_id),
            "decision_id": str(refusal.id),
            "author": pseudonym(by),
            "due_at": due_at.isoformat(timespec="seconds"),
        },
    )
    telling.tell_hearers(release, but=_took_part(release))
    return appeal


@transaction.atomic
def hear(*, by: Person, appeal_id: UUID, overturn: bool, answer: str) -> Appeal:
    """Answer an appeal: the refusal stands, or the work goes back into an ordinary review.

    Whoever refused it then decides on it no more. Of two who answer at once one is told so.

    Raises `NotAllowed`, `HadAPart`, `AppealSettled`, `WordsMissing`, `NotFound`.
    """
    demand(by, Act.HEAR_APPEAL)
    appeal = find(appeal_id)
    release = appeal.release
    hearing.take(appeal, release=release, answer=answer)
    if bars(by, appeal):
        raise errors.HadAPart()
    hearing.settle(appeal, by=by, release=release, overturn=overturn, answer=answer)
    actor = Actor.person(by.ref)
    if overturn:
        conflicts.exclude(appeal.decision.person, release=release, cause=Exclusion.Cause.OVERTURNED)
        move(release, "in_review", by=actor, event="release.routed", facts={"to": "in_review"})
    else:
        _refuse_again(release, by=actor, clause=appeal.decision.clause, reason=answer.strip())
    telling.tell_appeal(release, outcome=appeal.state, answer=answer.strip())
    return appeal


def lapse(appeal_id: UUID) -> str:
    """Let an appeal lapse that nobody heard in time; the author is told and may file anew.

    Doing it twice changes nothing more. Returns its state.
    """
    with transaction.atomic():
        appeal = find(appeal_id)
        release = appeal.release
        if not hearing.lapse(appeal, release=release):
            return appeal.state
        reason = appeal.decision.reason
        _refuse_again(release, by=PROCESS, clause=appeal.decision.clause, reason=reason)
        telling.tell_appeal(release, outcome="lapsed", answer="")
        return appeal.state


def deadline(refusal: Decision) -> datetime:
    """Return until when a refusal can be appealed: a lapse begins the time anew."""
    begins = refusal.settled_at or refusal.at
    return hearing.deadline(refusal.appeals, begins=begins, days=hearing.terms().appeal_days)


def refusal_of(release: Release) -> Decision | None:
    """Return the refusal in effect that ended the newest review of a release."""
    rows = release.decisions.filter(verdict=Verdict.REFUSE, state="effective")
    return rows.select_related("person").order_by("at").last()


def find(appeal_id: UUID) -> Appeal:
    rows = Appeal.objects.select_related(
        "author",
        "decision__person",
        "release__author",
        "release__artifact__project",
        "release__artifact__author",
    )
    found = rows.filter(pk=appeal_id).first()
    if found is None:
        raise NotFound(kind="appeal")
    return found


def bars(by: Person, appeal: Appeal) -> bool:
    """Tell whether ``by`` had a part in what is appealed; a trigger asks the same."""
    release = appeal.release
    authors = (appeal.author_id, release.author_id, release.artifact.author_id)
    return (
        by.pk in authors
        or conflicts.is_interested(by, release)
        or release.decisions.filter(person=by).exclude(state="undone").exists()
    )


def waiting(by: Person) -> QuerySet[Appeal]:
    """Return appeals that wait, the soonest due first, each with ``barred``: ``by`` had a part in it."""
    took_part = Decision.objects.filter(release=OuterRef("release"), person=by)
    interest = Interest.objects.filter(
        project=OuterRef("release__artifact__project"), person=by, ended_at__isnull=True
    )
    return (
        Appeal.objects.filter(state="filed")
        .annotate(
            barred=Q(author=by)
            | Q(release__artifact__author=by)
            | Exists(took_part.exclude(state="undone"))
            | Exists(interest)
        )
        .select_related("author", "decision", "release__artifact__project")
        .order_by("due_at", "pk")
    )


def _refuse_again(release: Release, *, by: Actor, clause: str, reason: str) -> None:
    facts = {"clause": clause, "reason": reason}
    move(release, "refused", by=by, event="release.refused", facts={**facts})


def _took_part(release: Release) -> list[UUID]:
    rows = release.decisions.exclude(state="undone").values_list("person_id", flat=True)
    return [*rows, release.author_id, release.artifact.author_id]


def _asked_anew(release: Release) -> bool:
    others = Release.objects.filter(artifact=release.artifact_id).exclude(pk=release.pk)
    return others.exclude(state__in=OVER).exists()
