"""A person's declared relation to a project, which keeps them from deciding on its works."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from colophon.accounts.access import NotAllowed, demand, may
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import TABLE, Act
from colophon.ledger.services import About, record
from colophon.releases.errors import InterestHeld, TooLong, WordsMissing
from colophon.releases.models import Interest
from colophon.studio.errors import NotFound
from colophon.studio.models import Project
from kernel.canonical import Json

LONGEST = 200


@transaction.atomic
def declare(*, by: Person, person: Person, project: Project, relation: str) -> Interest:
    """Put a relation on record: one's own, or an administrator somebody else's.

    Raises `NotAllowed`, `WordsMissing`, `TooLong`, `InterestHeld`.
    """
    _demand(by, person)
    said = relation.strip()
    if not said:
        raise WordsMissing(field="relation")
    if len(said) > LONGEST:
        raise TooLong(field="relation", length=len(said), most=LONGEST)
    try:
        with transaction.atomic():
            row = Interest.objects.create(
                person=person, project=project, relation=said, declared_by=by
            )
    except IntegrityError as error:
        raise InterestHeld() from error
    record("interest.declared", About("interest", row.id), _facts(row, by))
    return row


@transaction.atomic
def end(*, by: Person, interest_id: UUID) -> None:
    """Say that a relation is over. Raises `NotFound`, `NotAllowed`."""
    row = Interest.objects.select_related("person").filter(pk=interest_id).first()
    if row is None:
        raise NotFound(kind="interest")
    _demand(by, row.person)
    if Interest.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=Now()):
        record("interest.ended", About("interest", row.id), _facts(row, by))


def held(by: Person) -> list[Interest]:
    """Return the interests ``by`` may see: their own; an administrator everybody's."""
    rows = Interest.objects.filter(ended_at__isnull=True).select_related("person", "project")
    if not may(by, Act.INVITE):
        rows = rows.filter(person=by)
    return list(rows.order_by("-at")[:200])


def _demand(by: Person, person: Person) -> None:
    if by.pk == person.pk:
        demand(by, Act.REVIEW)
    elif not may(by, Act.INVITE):
        needed = ", ".join(sorted(TABLE[Act.INVITE]))
        held = ", ".join(by.roles) or "none"
        raise NotAllowed(held=held, act="declare an interest of somebody else", needed=needed)


def _facts(row: Interest, by: Person) -> dict[str, Json]:
    return {
        "person": pseudonym(row.person),
        "project_id": str(row.project_id),
        "by": pseudonym(by),
    }
