"""Who may decide here: the role, and nobody's own work, approval or declared interest."""

from __future__ import annotations

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.releases.errors import SamePerson, WrongVerdict
from colophon.releases.models import Decision, Release, Verdict

REVIEWED_IN = frozenset({"in_review", "second_review"})


def approval_of(release: Release) -> Decision | None:
    """Return the approval in effect that a second person confirms, or none."""
    return (
        release.decisions.filter(verdict=Verdict.APPROVE, state="effective")
        .select_related("person")
        .order_by("at")
        .last()
    )


def demand_reviewer(by: Person, release: Release) -> None:
    """Raise `NotAllowed`, `SamePerson` or `WrongVerdict` unless ``by`` may decide this case now.

    Triggers (migration 0003) ask the same of every row, whoever writes it.
    """
    second = release.state == "second_review"
    demand(by, Act.APPROVE_SECOND if second else Act.REVIEW)
    if release.author_id == by.pk or release.artifact.author_id == by.pk:
        raise SamePerson(role="author")
    first = approval_of(release) if second else None
    if first is not None and first.person_id == by.pk:
        raise SamePerson(role="first reviewer")
    if release.state not in REVIEWED_IN:
        raise WrongVerdict(verdict="claim", state=release.state, known="none")
