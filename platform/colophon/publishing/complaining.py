"""Appeal against the withdrawal of one's publication, hear it, let it lapse."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.publishing import errors
from colophon.publishing.models import Complaint, Publication, Withdrawal
from colophon.releases import conflicts, hearing, telling
from colophon.releases.models import Interest, Release
from colophon.releases.services import OVER
from colophon.releases.settling import take_row
from colophon.releases.turns import take_work
from colophon.studio.errors import NotFound

TAKEN = ("withdrawn", "restricted")


@transaction.atomic
def file(*, by: Person, publication: Publication, words: str, news: str = "") -> Complaint:
    """Appeal against the withdrawal in force, with facts that its maker could not know.

    Raises `NotItsAuthor`, `NothingTaken`, `ComplaintHeard`, `AskedAnew`, `AppealTooLate`,
    `WordsMissing`, `TooLong`.
    """
    release = publication.release
    if release.author_id != by.pk:
        raise errors.NotItsAuthor()
    hearing.check_words("words", words)
    hearing.check_words("news", news, needed=False)
    take_row(release)
    taken = withdrawal_of(publication)
    if release.state not in TAKEN or taken is None:
        raise errors.NothingTaken(state=release.state)
    before = taken.complaints.exclude(state="lapsed").first()
    if before is not None:
        raise errors.ComplaintHeard(state=before.state)
    _demand_alone(release)
    hearing.demand_time(deadline(taken))
    complaint = Complaint.objects.create(
        state="filed",
        withdrawal=taken,
        author=by,
        words=words.strip(),
        news=news.strip(),
        due_at=hearing.due(),
    )
    record(
        "complaint.filed",
        About("release", release.pk),
        {
            "complaint_id": str(complaint.pk),
            "publication_id": str(publication.pk),
            "author": pseudonym(by),
            "due_at": complaint.due_at.isoformat(timespec="seconds"),
        },
    )
    but = (taken.by_id, release.author_id, release.artifact.author_id)
    telling.tell_hearers(release, but=but)
    return complaint


@transaction.atomic
def hear(*, by: Person, complaint_id: UUID, overturn: bool, answer: str) -> Complaint:
    """Answer an appeal: the withdrawal stands, or the publication is there again at once.

    Whoever took it back then takes it back no more. Of two who answer at once one is told so.

    Raises `NotAllowed`, `TookItBack`, `AppealSettled`, `AskedAnew`, `WordsMissing`, `NotFound`.
    """
    demand(by, Act.HEAR_APPEAL)
    complaint = find(complaint_id)
    publication = complaint.withdrawal.publication
    release = publication.release
    hearing.take(complaint, release=release, answer=answer)
    if bars(by, complaint):
        raise errors.TookItBack()
    if overturn:
        _demand_alone(release)
    hearing.settle(complaint, by=by, release=release, overturn=overturn, answer=answer)
    if overturn:
        _reinstate(complaint, by=by)
    telling.tell_complaint(release, outcome=complaint.state, answer=answer.strip())
    return complaint


def lapse(complaint_id: UUID) -> str:
    """Let a complaint lapse that nobody heard in time; the author is told and may file anew.

    Doing it twice changes nothing more. Returns its state.
    """
    with transaction.atomic():
        complaint = find(complaint_id)
        release = complaint.withdrawal.publication.release
        if hearing.lapse(complaint, release=release):
            telling.tell_complaint(release, outcome="lapsed", answer="")
        return complaint.state


def withdrawal_of(publication: Publication) -> Withdrawal | None:
    """Return the newest withdrawal of a publication."""
    return publication.withdrawals.select_related("by").order_by("-at").first()


def newest(publication: Publication) -> Complaint | None:
    """Return the newest complaint about a publication, with its people and statement of reasons."""
    rows = Complaint.objects.filter(withdrawal__publication=publication)
    return rows.select_related("author", "hearer", "withdrawal__by").order_by("-at").first()


def deadline(taken: Withdrawal) -> datetime:
    """Return until when a withdrawal can be appealed: a lapse begins the time anew."""
    return hearing.deadline(taken.complaints, begins=taken.at, days=hearing.terms().complaint_days)


def find(complaint_id: UUID) -> Complaint:
    """Return a complaint with its publication, release and work; raise `NotFound`."""
    rows = Complaint.objects.select_related(
        "author",
        "withdrawal__by",
        "withdrawal__publication__release__author",
        "withdrawal__publication__release__artifact__project",
    )
    found = rows.filter(pk=complaint_id).first()
    if found is None:
        raise NotFound(kind="appeal")
    return found


def bars(by: Person, complaint: Complaint) -> bool:
    """Tell whether ``by`` had a part in what is appealed; a trigger asks the same."""
    publication = complaint.withdrawal.publication
    release = publication.release
    return (
        by.pk in (complaint.author_id, release.author_id, release.artifact.author_id)
        or conflicts.is_interested(by, release)
        or publication.withdrawals.filter(by=by).exists()
    )


def waiting(by: Person) -> QuerySet[Complaint]:
    """Return complaints that wait, the soonest due first, each with ``barred``: ``by`` had a part."""
    took = Withdrawal.objects.filter(publication=OuterRef("withdrawal__publication"), by=by)
    interest = Interest.objects.filter(
        project=OuterRef("withdrawal__publication__release__artifact__project"),
        person=by,
        ended_at__isnull=True,
    )
    wrote = Q(author=by) | Q(withdrawal__publication__release__artifact__author=by)
    return (
        Complaint.objects.filter(state="filed")
        .annotate(barred=wrote | Exists(took) | Exists(interest))
        .select_related("author", "withdrawal__publication__release__artifact__project")
        .order_by("due_at", "pk")
    )


def _demand_alone(release: Release) -> None:
    """Raise `AskedAnew` if another release of the work lives: of one work one is public at a time."""
    take_work(release.artifact_id)
    others = Release.objects.filter(artifact=release.artifact_id).exclude(pk=release.pk)
    if others.exclude(state__in=OVER).exists():
        raise errors.AskedAnew()


def _reinstate(complaint: Complaint, *, by: Person) -> None:
    publication = complaint.withdrawal.publication
    release: Release = publication.release
    move(
        release,
        "published",
        by=Actor.person(by.ref),
        event="publication.reinstated",
        facts={
            "publication_id": str(publication.pk),
            "complaint_id": str(complaint.pk),
            "person": pseudonym(by),
        },
    )
