"""A reviewer holds a finding to be so, or not. The finding itself never changes."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.releases import conflicts, errors
from colophon.releases.models import FindingMark, Release
from colophon.studio.errors import NotFound
from colophon.studio.models import Finding
from kernel.canonical import Json


@transaction.atomic
def mark(*, by: Person, release: Release, finding_id: UUID, confirmed: bool) -> FindingMark:
    """Record what ``by`` holds of a finding; the newest word of a person counts.

    Raises `NotAllowed`, `SamePerson` for its author, `Excluded`, `Interested`, `NotFound` for a
    finding of another work.
    """
    demand(by, Act.REVIEW)
    work = release.artifact
    if by.pk in (release.author_id, work.author_id):
        raise errors.SamePerson(role="author")
    if conflicts.is_excluded(by, release):
        raise errors.Excluded()
    if conflicts.is_interested(by, release):
        raise errors.Interested(project=work.project.name)
    asked = [getattr(work, "assessment", None), getattr(work.job, "assessment", None)]
    held = [one.pk for one in asked if one is not None]
    finding = Finding.objects.filter(pk=finding_id, assessment__in=held).first()
    if finding is None:
        raise NotFound(kind="finding")
    verdict = FindingMark.Verdict.CONFIRMED if confirmed else FindingMark.Verdict.DECONFIRMED
    facts: dict[str, Json] = {
        "finding_id": str(finding.id),
        "check": finding.check_name,
        "code": finding.code,
        "person": pseudonym(by),
    }
    record(f"finding.{verdict.value}", About("release", release.id), facts)
    return FindingMark.objects.create(release=release, finding=finding, person=by, verdict=verdict)


def newest(findings: Iterable[Finding]) -> dict[UUID, list[FindingMark]]:
    """Return finding -> the newest mark of each person, oldest first: one query."""
    rows = (
        FindingMark.objects.filter(finding__in=[one.pk for one in findings])
        .select_related("person")
        .order_by("at")
    )
    latest: dict[tuple[UUID, UUID], FindingMark] = {}
    for one in rows:
        latest.pop((one.finding_id, one.person_id), None)
        latest[(one.finding_id, one.person_id)] = one
    told: dict[UUID, list[FindingMark]] = {}
    for one in latest.values():
        told.setdefault(one.finding_id, []).append(one)
    return told


def with_marks(findings: list[Finding]) -> list[Finding]:
    """Return findings with ``held``: the newest mark of each person."""
    marks = newest(findings)
    for one in findings:
        one.held = marks.get(one.pk, [])  # type: ignore[attr-defined]
    return findings
