"""Begin projects."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, Team
from colophon.accounts.roles import Act
from colophon.studio.models import Project
from compliance.policy.vocabulary import PURPOSES
from kernel.errors import BadInput


def begin(
    *, by: Person, name: str, destinations: Sequence[str] = (), purpose: str = "general"
) -> Project:
    """Begin a project in the person's own team. Raises `BadInput`, `NotAllowed`."""
    demand(by, Act.SUBMIT)
    if not name.strip():
        raise BadInput(field="name", value=name, why="a project needs a name")
    if purpose not in PURPOSES:
        known = ", ".join(sorted(PURPOSES))
        raise BadInput(field="purpose", value=purpose[:40], why=f"known: {known}")
    team = by.team or Team.objects.earliest("name")
    try:
        with transaction.atomic():
            return Project.objects.create(
                team=team, name=name.strip()[:120], destinations=list(destinations), purpose=purpose
            )
    except IntegrityError as error:
        raise BadInput(field="name", value=name[:80], why="the team has a project of it") from error
