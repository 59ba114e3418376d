"""The first minutes: a first picture for somebody who has made nothing here yet."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.studio import ordering, projects
from colophon.studio.errors import Archived, NotYourPart
from colophon.studio.members import demand_making
from colophon.studio.models import Job, Project
from generation.engine import Card, Medium
from generation.shelf import ENGINES
from kernel.errors import Refused
from kernel.words import msgid

PROMPT = msgid("a lighthouse at dawn, calm sea")
TITLE = msgid("First picture")
PROJECT = msgid("First works")
SEED = 7
SIDE = {"width": 960, "height": 720}
"""Asked for where the engine knows these names: large enough to look at, made in a second or two."""


class NoPictureEngine(Refused):
    code = "no_picture_engine"
    status = 409
    says = msgid("No engine on this installation makes pictures.")
    remedy = msgid("The operator puts one on the shelf; texts can be made in the studio.")


@transaction.atomic
def first_picture(*, by: Person, destinations: Sequence[str]) -> Job:
    """Queue a first picture, in a project of theirs or in one begun for it.

    Raises `NoPictureEngine`, and what `submit` raises.
    """
    demand(by, Act.SUBMIT)
    card = _picture_card()
    project = _project_of(by) or projects.begin(
        by=by, name=_free_name(), destinations=list(destinations)
    )
    order = ordering.Order(
        project=project,
        text=gettext(PROMPT),
        title=gettext(TITLE),
        engine=card.name,
        seed=SEED,
        parameters={name: side for name, side in SIDE.items() if name in card.parameters},
    )
    return ordering.submit(by=by, order=order)


def _picture_card() -> Card:
    cards = (engine.describe() for engine in ENGINES)
    found = next((card for card in cards if card.medium is Medium.IMAGE), None)
    if found is None:
        raise NoPictureEngine()
    return found


def _project_of(by: Person) -> Project | None:
    """Return the newest project in which the person may make something."""
    for project in Project.objects.filter(archived_at__isnull=True).order_by("-at")[:10]:
        try:
            demand_making(by, project)
        except (Archived, NotYourPart):
            continue
        return project
    return None


def _free_name() -> str:
    """Return a name no project of the team has: a second person begins beside the first."""
    name = gettext(PROJECT)
    taken = set(Project.objects.filter(name__startswith=name).values_list("name", flat=True))
    number = 2
    while name in taken:
        name = f"{gettext(PROJECT)} {number}"
        number += 1
    return name
