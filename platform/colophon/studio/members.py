"""Who takes part in a project, and as what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from colophon.accounts.access import may
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act, Role
from colophon.ledger.services import About, record
from colophon.studio.errors import Archived, LastOwner, NotYourPart
from colophon.studio.models import Member, Part, Project
from kernel.errors import BadInput

MOST = 200
_ABOVE = {Part.VIEWER: 0, Part.MAKER: 1, Part.OWNER: 2}


def part_of(person: Person, project: Project) -> Part | None:
    """Return what ``person`` may do in ``project``; None for a private one they are no member of.

    Without a row of their own, authors make in every project that is not private, and everybody
    else views it. Administrators own all; a project nobody owns is owned by its team's authors.
    """
    if person.has_role(Role.ADMINISTRATOR):
        return Part.OWNER
    rows = dict(project.members.values_list("person_id", "part"))
    if person.pk in rows:
        return Part(rows[person.pk])
    if project.private:
        return Part.VIEWER if person.has_role(Role.AUDITOR) else None
    if not may(person, Act.SUBMIT):
        return Part.VIEWER
    orphan = Part.OWNER not in rows.values()
    return Part.OWNER if orphan and person.team_id == project.team_id else Part.MAKER


def demand_part(person: Person, project: Project, needed: Part) -> None:
    """Raise `NotYourPart` unless ``person`` may do in ``project`` what ``needed`` may."""
    held = part_of(person, project)
    if held is None or _ABOVE[held] < _ABOVE[needed]:
        raise NotYourPart(
            project=project.name, held=held.value if held else "none", needed=needed.value
        )


def demand_making(person: Person, project: Project) -> None:
    """Raise unless ``person`` may make something in ``project`` now. `NotYourPart`, `Archived`."""
    demand_part(person, project, Part.MAKER)
    if project.archived_at is not None:
        raise Archived(project=project.name)


@transaction.atomic
def add(*, by: Person, project: Project, person: Person, part: str) -> Member:
    """Give ``person`` a part, or another one than they have.

    Raises `BadInput`, `NotYourPart`, `LastOwner`.
    """
    demand_part(by, project, Part.OWNER)
    if part not in Part.values:
        raise BadInput(field="part", value=part[:20], why="known: " + ", ".join(Part.values))
    Project.objects.select_for_update().get(pk=project.pk)
    held = project.members.filter(person=person).first()
    facts = {"person": pseudonym(by), "member": pseudonym(person)}
    if held is None:
        if project.members.count() >= MOST:
            raise BadInput(field="person", value=person.name, why=f"{MOST} members are the most")
        if not person.is_active:
            raise BadInput(field="person", value=person.name, why="they no longer sign in")
        held = Member.objects.create(project=project, person=person, part=part)
        record("member.added", About("project", project.pk), {**facts, "part": part})
    elif held.part != part:
        before, held.part = held.part, part
        with _keeping_an_owner(project, person):
            held.save(update_fields=["part"])
        told = {**facts, "before": before, "after": part}
        record("member.changed", About("project", project.pk), told)
    return held


@transaction.atomic
def remove(*, by: Person, project: Project, person: Person) -> None:
    """Take a part away; anybody may leave by themselves. Raises `NotYourPart`, `LastOwner`."""
    if by.pk != person.pk:
        demand_part(by, project, Part.OWNER)
    Project.objects.select_for_update().get(pk=project.pk)
    held = project.members.filter(person=person).first()
    if held is None:
        return
    with _keeping_an_owner(project, person):
        held.delete()
    facts = {"person": pseudonym(by), "member": pseudonym(person), "part": held.part}
    record("member.removed", About("project", project.pk), facts)


@contextmanager
def _keeping_an_owner(project: Project, person: Person) -> Iterator[None]:
    """Say `LastOwner` where the database refuses to leave a project without one."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "last owner" not in str(error):
            raise
        raise LastOwner(project=project.name, person=person.name) from error
