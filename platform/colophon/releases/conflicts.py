"""Who may decide here: the role, and nobody's own work, approval or declared interest."""

from __future__ import annotations

from typing import Final

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.releases.errors import Excluded, Interested, NothingToDecide, SamePerson
from colophon.releases.models import Decision, Exclusion, Interest, Release, Verdict

REVIEWED_IN: Final = frozenset({"in_review", "second_review"})


def approval_of(release: Release) -> Decision | None:
    """Return the approval in effect that a second person confirms, or none."""
    return (
        release.decisions.filter(verdict=Verdict.APPROVE, state="effective")
        .select_related("person")
        .order_by("at")
        .last()
    )


def demand_reviewer(by: Person, release: Release) -> None:
    """Raise `NotAllowed`, `SamePerson`, `Excluded`, `Interested` or `NothingToDecide` unless ``by``
    may decide this case now.

    Triggers (migrations 0003, 0006) ask the same of every row, whoever writes it.
    """
    second = release.state == "second_review"
    demand(by, Act.APPROVE_SECOND if second else Act.REVIEW)
    if release.author_id == by.pk or release.artifact.author_id == by.pk:
        raise SamePerson(role="author")
    first = approval_of(release) if second else None
    if first is not None and first.person_id == by.pk:
        raise SamePerson(role="first reviewer")
    if is_excluded(by, release):
        raise Excluded()
    if is_interested(by, release):
        raise Interested(project=release.artifact.project.name)
    if release.state not in REVIEWED_IN:
        raise NothingToDecide(state=release.state)


def is_excluded(by: Person, release: Release) -> bool:
    """Tell whether an overturned appeal or a replacement keeps ``by`` off this release."""
    return Exclusion.objects.filter(release=release, person=by).exists()


def is_interested(by: Person, release: Release) -> bool:
    """Tell whether ``by`` declared an interest in the project of this release."""
    return Interest.objects.filter(
        person=by, project=release.artifact.project_id, ended_at__isnull=True
    ).exists()


def exclude(person: Person, *, release: Release, cause: str) -> None:
    """Keep a person off a release from now on; once is enough."""
    Exclusion.objects.get_or_create(release=release, person=person, defaults={"cause": cause})
