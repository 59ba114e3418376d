"""Who is told what when a release moves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from colophon.accounts.models import Person
from colophon.accounts.notifications import holders, tell, tell_all
from colophon.accounts.roles import Role
from colophon.ledger.services import About
from colophon.releases.models import Release

OUTCOMES = {"returned": "release_returned", "refused": "release_refused"}
"""States the author is told of, with the clause and reason that led there."""


def tell_outcome(release: Release, *, clause: str, reason: str) -> None:
    """Tell the author that a case was returned or refused, and why; other states tell nobody."""
    code = OUTCOMES.get(release.state)
    if code is None:
        return
    facts = {"title": release.artifact.title, "clause": clause, "reason": reason}
    tell(person=release.author, code=code, facts=facts, about=_work(release))


def tell_cleared(release: Release) -> None:
    """Tell the author that everything the rules require was given."""
    facts = {"title": release.artifact.title}
    tell(person=release.author, code="release_cleared", facts=facts, about=_work(release))


def tell_published(release: Release, *, by: Person) -> None:
    """Tell the author that somebody else published their work."""
    if by.pk != release.author_id:
        facts = {"title": release.artifact.title}
        tell(person=release.author, code="release_published", facts=facts, about=_work(release))


def tell_withdrawn(release: Release, *, by: Person, clause: str, reason: str) -> None:
    """Tell the author that a publication was taken back, and why."""
    if by.pk != release.author_id:
        facts = {"title": release.artifact.title, "clause": clause, "reason": reason}
        tell(person=release.author, code="publication_withdrawn", facts=facts, about=_work(release))


def tell_restricted(release: Release, *, by: Person, clause: str, reason: str) -> None:
    """Tell the author that a publication was taken back from some destinations, and why."""
    if by.pk != release.author_id:
        facts = {"title": release.artifact.title, "clause": clause, "reason": reason}
        about = _work(release)
        tell(person=release.author, code="publication_restricted", facts=facts, about=about)


def tell_second(release: Release, *, first: Person) -> None:
    """Count one more case for everybody who may be its second person."""
    people = holders(Role.APPROVER, but=[first, release.author_id, release.artifact.author_id])
    about = About("release", release.pk)
    tell_all(people=people, code="second_review_waits", facts={}, about=about)


def tell_undone(release: Release, *, maker: Person) -> None:
    """Tell whoever decided that it came to nothing, because the process or the author undid it."""
    about = About("release", release.pk)
    facts = {"title": release.artifact.title}
    tell(person=maker, code="decision_undone", facts=facts, about=about)


def tell_called_back(release: Release, *, maker: Person, reason: str) -> None:
    """Tell the first reviewer that the second person sent the case back or asked for another."""
    about = About("release", release.pk)
    facts = {"title": release.artifact.title, "reason": reason or "—"}
    tell(person=maker, code="approval_called_back", facts=facts, about=about)


def tell_hearers(release: Release, *, but: Sequence[UUID]) -> None:
    """Count one more appeal for everybody who may hear it."""
    people = holders(Role.APPROVER, Role.ESCALATION_REVIEWER, but=but)
    about = About("release", release.pk)
    tell_all(people=people, code="appeal_waits", facts={}, about=about)


def tell_appeal(release: Release, *, outcome: str, answer: str) -> None:
    """Tell the author what became of their appeal."""
    facts = {"title": release.artifact.title}
    if outcome != "lapsed":
        facts["reason"] = answer
    tell(person=release.author, code=f"appeal_{outcome}", facts=facts, about=_work(release))


def tell_complaint(release: Release, *, outcome: str, answer: str) -> None:
    """Tell the author what became of their appeal against a withdrawal."""
    facts = {"title": release.artifact.title}
    if outcome != "lapsed":
        facts["reason"] = answer
    code = "appeal_lapsed" if outcome == "lapsed" else f"complaint_{outcome}"
    tell(person=release.author, code=code, facts=facts, about=_work(release))


def _work(release: Release) -> About:
    return About("artifact", release.artifact_id)
