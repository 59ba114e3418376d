"""File an appeal against a refusal, hear it, let it lapse."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About
from colophon.releases import conflicts, errors, telling
from colophon.releases.models import (
    Appeal,
    Decision,
    Exclusion,
    Interest,
    Release,
    ReviewTerms,
    Verdict,
)
from colophon.releases.services import OVER
from colophon.releases.settling import PROCESS, take_row
from colophon.studio.errors import NotFound
from kernel.ids import new_id

LONGEST = 8000


@transaction.atomic
def file(*, by: Person, release: Release, words: str, news: str = "") -> Appeal:
    """Appeal against the refusal of one's own work, with facts its reviewer could not know.

    Raises `NotAuthor`, `NotAppealable`, `AppealTooLate`, `AppealHeard`, `WordsMissing`, `TooLong`.
    """
    if release.author_id != by.pk:
        raise errors.NotAuthor()
    check_words("words", words)
    check_words("news", news, needed=False)
    take_row(release)
    refusal = refusal_of(release)
    if release.state != "refused" or refusal is None or _asked_anew(release):
        raise errors.NotAppealable(state=release.state)
    before = refusal.appeals.exclude(state="lapsed").first()
    if before is not None:
        raise errors.AppealHeard(state=before.state)
    until = deadline(refusal)
    if until < timezone.now():
        raise errors.AppealTooLate(until=until.date().isoformat())
    due_at = timezone.now() + timedelta(days=terms().hearing_days)
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
    check_words("answer", answer)
    release = appeal.release
    take_row(release)
    appeal.refresh_from_db(fields=["state"])
    if appeal.state != "filed":
        raise errors.AppealSettled(state=appeal.state)
    if bars(by, appeal):
        raise errors.HadAPart()
    actor = Actor.person(by.ref)
    move(
        appeal,
        "overturned" if overturn else "upheld",
        by=actor,
        event="appeal.overturned" if overturn else "appeal.upheld",
        about=About("release", release.id),
        facts={"appeal_id": str(appeal.id), "person": pseudonym(by), "reason": answer.strip()},
        hearer=by,
        answer=answer.strip(),
        settled_at=timezone.now(),
    )
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
        take_row(release)
        appeal.refresh_from_db(fields=["state"])
        if appeal.state != "filed" or not _is_due(appeal):
            return appeal.state
        move(
            appeal,
            "lapsed",
            by=PROCESS,
            event="appeal.lapsed",
            about=About("release", release.id),
            facts={"appeal_id": str(appeal.id)},
            settled_at=timezone.now(),
        )
        reason = appeal.decision.reason
        _refuse_again(release, by=PROCESS, clause=appeal.decision.clause, reason=reason)
        telling.tell_appeal(release, outcome="lapsed", answer="")
        return appeal.state


def terms() -> ReviewTerms:
    """Return the times of the organisation; 14 and 14 days where it has set none."""
    return ReviewTerms.objects.first() or ReviewTerms()


def deadline(refusal: Decision) -> datetime:
    """Return until when a refusal can be appealed: a lapse begins the time anew."""
    lapsed = refusal.appeals.filter(state="lapsed").order_by("settled_at").last()
    begins = (lapsed.settled_at if lapsed else None) or refusal.settled_at or refusal.at
    return begins + timedelta(days=terms().appeal_days)


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


def check_words(field: str, text: str, *, needed: bool = True) -> None:
    """Raise `WordsMissing` or `TooLong`, naming the field."""
    if needed and not text.strip():
        raise errors.WordsMissing(field=field)
    if len(text) > LONGEST:
        raise errors.TooLong(field=field, length=len(text), most=LONGEST)


def _is_due(appeal: Appeal) -> bool:
    return Appeal.objects.filter(pk=appeal.pk, due_at__lte=Now()).exists()
