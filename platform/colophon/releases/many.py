"""Approve many works in one act, where a clause allows their class; each is its own decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.releases import errors, services, settling
from colophon.releases.models import Bulk, Decision, Exclusion, Interest, Release, Verdict
from colophon.studio.errors import NotFound
from colophon.studio.models import Finding
from kernel.errors import BadInput, Refused

MOST = 50
"""Works in one act: as many as a person can look at on one page."""


def in_class(by: Person) -> QuerySet[Release]:
    """Return cases that ``by`` may approve among many, the oldest first.

    A clause in force when the release was asked for allows it, every finding passed, nothing is
    unsure, and nobody holds the case. Approval judges each anew.
    """
    # Asked apart: "or" over the two would read every finding of the organisation for each case.
    doubts = Finding.objects.exclude(answer="passed")
    of_the_work = doubts.filter(assessment__artifact=OuterRef("artifact"))
    of_its_prompt = doubts.filter(assessment__job=OuterRef("artifact__job"))
    mine = {"person": by}
    return (
        Release.objects.filter(case__state="in_review", case__settling=False, case__risk=0)
        .filter(case__bulk=True, golden__isnull=True)
        .exclude(Q(author=by) | Q(artifact__author=by))
        .exclude(Exists(of_the_work))
        .exclude(Exists(of_its_prompt))
        .exclude(Exists(Exclusion.objects.filter(release=OuterRef("pk"), **mine)))
        .exclude(
            Exists(
                Interest.objects.filter(
                    project=OuterRef("artifact__project"), ended_at__isnull=True, **mine
                )
            )
        )
        .select_related("artifact__project", "artifact__look", "author")
        .order_by("case__entered_at", "pk")
    )


@transaction.atomic
def approve(*, by: Person, chosen: Mapping[UUID, str], typed: str) -> Bulk:
    """Approve each chosen release over the bytes that were shown; all of them, or none.

    Args:
        chosen: release -> SHA-256 of the work as it stood on the page.
        typed: how many they are, typed by hand.

    Raises `NotAllowed`, `CountDiffers`, `NotInClass` with the title and why, `BadInput`.
    """
    demand(by, Act.REVIEW)
    if not 1 <= len(chosen) <= MOST:
        raise BadInput(field="works", value=str(len(chosen)), why=f"from 1 to {MOST} at once")
    if typed.strip() != str(len(chosen)):
        raise errors.CountDiffers(typed=typed.strip()[:20] or "nothing", many=len(chosen))
    rows = _found(chosen)
    allowed = set(in_class(by).filter(pk__in=chosen).values_list("pk", flat=True))
    for row in rows:
        if row.pk not in allowed:
            raise errors.NotInClass(title=row.artifact.title, why=_why(row, by))
    clause = rows[0].ruling["bulk"][0]
    bulk = Bulk.objects.create(person=by, clause=clause, many=len(rows))
    facts = {"clause": clause, "many": len(rows), "person": pseudonym(by)}
    record("bulk.decided", About("bulk", bulk.id), {**facts})
    for row in rows:
        _approve_one(row, by=by, sha256=chosen[row.pk], bulk=bulk)
    return bulk


@transaction.atomic
def undo(*, by: Person, bulk_id: UUID) -> int:
    """Undo every decision of a bulk that is still pending, in one act; return how many.

    Raises `NotFound`, `NotYours`, `TooLate` where none is pending any more.
    """
    bulk = Bulk.objects.filter(pk=bulk_id).first()
    if bulk is None:
        raise NotFound(kind="bulk")
    if bulk.person_id != by.pk:
        raise errors.NotYours()
    pending = bulk.decisions.filter(state="pending").order_by("release_id")
    undone = 0
    for decision_id in pending.values_list("pk", flat=True):
        try:
            with transaction.atomic():
                settling.undo(by=by, decision_id=decision_id)
            undone += 1
        except errors.TooLate:
            continue  # it took effect while we came to it
    if not undone:
        raise errors.TooLate(state="effective")
    record("bulk.undone", About("bulk", bulk.id), {"many": undone, "person": pseudonym(by)})
    return undone


def _found(chosen: Mapping[UUID, str]) -> Sequence[Release]:
    """Return the releases in one order everywhere, so that two bulks never wait for each other."""
    rows = list(
        Release.objects.filter(pk__in=chosen)
        .select_related("author", "artifact__assessment", "artifact__tenant", "artifact__project")
        .prefetch_related("destinations")
        .order_by("pk")
    )
    if len(rows) != len(chosen):
        raise NotFound(kind="release")
    return rows


def _approve_one(row: Release, *, by: Person, sha256: str, bulk: Bulk) -> Decision:
    opinion = services.Opinion(verdict=Verdict.APPROVE, artifact_sha256=sha256)
    try:
        services.claim(by=by, release=row)
        return services.decide(by=by, release=row, opinion=opinion, bulk=bulk)
    except errors.NotInClass:
        raise
    except Refused as error:
        raise errors.NotInClass(title=row.artifact.title, why=str(error)) from error


def _why(row: Release, by: Person) -> str:
    if row.state != "in_review":
        return f"it is {row.state}"
    if not row.ruling.get("bulk"):
        return "no clause allows its class"
    if by.pk in (row.author_id, row.artifact.author_id):
        return "it is your own work"
    return "a check did not pass, or a question is to be answered"
