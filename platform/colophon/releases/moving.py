"""Move a work to another project. Nothing of it is copied or rewritten but where it is shown."""

from __future__ import annotations

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.releases import errors
from colophon.releases.models import Release
from colophon.releases.turns import take_work
from colophon.studio.members import demand_making, demand_part
from colophon.studio.models import Artifact, Part, Placement, Project

SETTLED = frozenset(
    {"refused", "returned", "withdrawn_by_author", "superseded_by", "published", "superseded"}
)
"""States of a release in which nobody is about to decide by the project's people and interests."""


@transaction.atomic
def move(*, by: Person, work: Artifact, project: Project) -> Placement | None:
    """Show ``work`` in ``project`` from now on; None where it is there already.

    Who sees it, its run, its releases and their events follows the new project. Its prompt stays where
    it was written, and what it cost with whom it was counted.

    Raises `NotAllowed`, `NotYourPart`, `Archived`, `InMotion` while a release is under way.
    """
    demand(by, Act.SUBMIT)
    take_work(work.pk)
    held = Artifact.objects.select_related("project").get(pk=work.pk)
    if held.project_id == project.pk:
        return None
    _demand_leave(by, held)
    demand_making(by, project)
    under_way = Release.objects.filter(artifact=held).exclude(state__in=SETTLED).first()
    if under_way is not None:
        raise errors.InMotion(title=held.title, state=under_way.state)
    placement = Placement.objects.create(artifact=held, held=held.project, wanted=project, by=by)
    Artifact.objects.filter(pk=held.pk).update(project=project)
    facts = {
        "person": pseudonym(by),
        "held": str(held.project_id),
        "wanted": str(project.pk),
    }
    record("artifact.moved", About("artifact", held.pk), facts)
    return placement


def _demand_leave(by: Person, work: Artifact) -> None:
    """Its author takes a work out of a project they make in; out of a private one only an owner."""
    if work.project.private or work.author_id != by.pk:
        demand_part(by, work.project, Part.OWNER)
    else:
        demand_part(by, work.project, Part.MAKER)
