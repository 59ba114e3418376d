"""Changes of the studio that take two people: quotas."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from colophon.accounts.models import Person
from colophon.accounts.proposal import Proposal
from colophon.accounts.proposals import Kind, register
from colophon.accounts.roles import Act
from colophon.ledger.tenancy import current
from colophon.studio import quotas
from colophon.studio.models import Quota
from colophon.studio.models.quota import Scope
from kernel.canonical import Json
from kernel.errors import BadInput
from kernel.words import msgid


def quota_id(scope: str, subject_id: UUID | None) -> UUID:
    """Return the id by which a quota is proposed: the same for the same scope and subject."""
    return uuid5(current(), f"quota {scope} {subject_id or ''}")


def _now(_: UUID, after: Any) -> Json:
    held = Quota.objects.filter(scope=after["scope"], subject_id=after["subject"] or None).first()
    return {
        "scope": after["scope"],
        "subject": after["subject"],
        "jobs": held.jobs if held else None,
        "seconds": held.seconds if held else None,
    }


def _check(about_id: UUID, after: Any) -> Json:
    scope, subject = str(after.get("scope")), str(after.get("subject") or "")
    if scope not in Scope.values:
        raise BadInput(field="scope", value=scope[:20], why="known: " + ", ".join(Scope.values))
    if about_id != quota_id(scope, UUID(subject) if subject else None):
        raise BadInput(field="subject", value=subject[:40], why="it is another quota")
    wanted: dict[str, Json] = {"scope": scope, "subject": subject}
    for field in ("jobs", "seconds"):
        value = after.get(field)
        if value is not None and not 0 <= value <= quotas.MOST:
            raise BadInput(field=field, value=value, why=f"it lies outside 0 to {quotas.MOST}")
        wanted[field] = value
    return wanted


def _apply(proposal: Proposal, by: Person) -> None:
    said = proposal.after
    quotas.set_quota(
        by=proposal.proposed_by,
        scope=said["scope"],
        subject_id=UUID(said["subject"]) if said["subject"] else None,
        jobs=said["jobs"],
        seconds=said["seconds"],
    )


register(
    "quota",
    Kind(
        name=msgid("Quota"),
        about="quota",
        proposes=Act.SET_QUOTAS,
        agrees=Act.AGREE_RULES,
        now=_now,
        check=_check,
        apply=_apply,
    ),
)
