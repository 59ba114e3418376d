"""An organisation in which everything that people write is a payload, for `stage.py` to set up.

What the API takes goes through it. What it has no way for, or would take minutes for 500 times, is
inserted as rows: the pages read rows. `FIELDS` names where payloads stand, `PLAIN` what nobody
types; `test_hostile.py` fails on a text column that is in neither.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from payloads import payloads

DOMAIN = "hostile.test"
PACK = "\n".join(payloads())
"""All 500 in one text, for fields without a short limit."""
CASES = 6
PROJECTS = 40
EVERY_ROLE = ("author", "reviewer", "approver", "auditor", "rule_keeper", "administrator")


class Supply:
    """Hands out payloads in turn, cut to a length, so that neighbours differ."""

    def __init__(self) -> None:
        self._endless = itertools.cycle(payloads())

    def __call__(self, most: int = 120) -> str:
        return next(self._endless)[:most]

    def pack(self, most: int) -> str:
        """Return as many as fit into ``most`` characters."""
        text = ""
        while len(text) + 121 < most:
            text += self() + " "
        return text


def plant(origin: str) -> dict[str, Any]:
    """Fill the house, and return who looks at it and the ids of its rows by kind."""
    from colophon.accounts.models import Organisation, Person, Team
    from colophon.demo import scenario
    from colophon.demo.seeding import seed
    from colophon.ledger.tenancy import tenant

    supply = Supply()
    story = scenario.Story(cast=seed(origin, name=supply(), domain=DOMAIN), says=lambda said: None)
    house = story.cast.organisation
    with tenant(house.id):
        for number, person in enumerate(Person.objects.order_by("email")):
            person.name = supply()
            person.roles = list(EVERY_ROLE) if number < 2 else person.roles
            person.save()
        Organisation.objects.filter(pk=house.pk).update(operator_name=supply())
        Team.objects.update(name=supply())
    works, releases = _through_the_api(story, supply)
    with tenant(house.id):
        _as_rows(supply, works)
        return {"ids": _ids(), "works": works, "releases": releases}


def _through_the_api(story: Any, supply: Supply) -> tuple[list[str], list[str]]:
    from colophon.demo import material, scenario

    cast = story.cast
    cast.keeper.upload(
        "/registered-works",
        name="lamps.txt",
        data=material.REGISTERED_TEXT.encode(),
        fields={"title": supply(), "right_holder": supply()},
    )
    cast.keeper.post(
        "/terms",
        {"bank": "house.wordbank", "version": "1.0", "word": "Moonberry", "category": supply(60)},
    )
    project = cast.author.post(
        "/projects", {"name": supply(), "destinations": ["EU", "CN"], "purpose": "campaign"}
    )
    story.project = project["id"]
    scenario.refused_before_any_engine(story, prompt=f"Moonberry {supply.pack(4000)}", inputs=[])
    made = [
        scenario.generate(
            story,
            engine="house_scene",
            prompt=f"a harbour by day {PACK}"[:31000],
            title=supply(),
            parameters={"width": 256, "height": 192},
        )
    ]
    texts = [material.COPIED_TEXT, *(f"A leaflet.\n{PACK}" for _ in range(CASES))]
    for text in texts:
        upload = cast.author.upload("/uploads", name=f"{supply(150)}.txt", data=text.encode())
        work = cast.author.post(
            "/works",
            {
                "project": story.project,
                "upload": upload["id"],
                "title": supply(),
                "tool": supply(),
                "ai_share_permille": 0,
                "parent": None,
            },
        )
        made.append(scenario.assessed(cast.author, work["id"]))
    asked = [scenario.ask_release(story, one, destinations=["EU", "CN"]) for one in made[:-1]]
    for release, verdict in zip(asked[2:], ("return", "refuse"), strict=False):
        scenario.decide(
            cast.reviewer, release, verdict=verdict, clause="house.review", reason=supply.pack(1800)
        )
    return [one["id"] for one in made], [one["id"] for one in asked]


def _as_rows(supply: Supply, works: list[str]) -> None:
    from colophon.accounts.models import Person, Token
    from colophon.accounts.notifications import tell
    from colophon.ledger.services import About
    from colophon.rights.models import InputRights
    from colophon.studio.models import Artifact, Contribution, Project, Tag, Tagging, Upload

    author = Person.objects.get(email=f"author@{DOMAIN}")
    first = Artifact.objects.get(pk=works[1])
    projects = [
        Project(team=author.team, name=f"{supply(100)} {at}", destinations=["EU"])
        for at in range(PROJECTS)
    ]
    Project.objects.bulk_create(projects)
    made = Artifact.objects.bulk_create(
        Artifact(
            project=projects[at % PROJECTS],
            author=author,
            title=payload,
            tool=supply(),
            sha256=first.sha256,
            size=first.size,
            media_type=first.media_type,
            medium=first.medium,
            origin="human",
            ai_share_permille=0,
        )
        for at, payload in enumerate(payloads())
    )
    tags = Tag.objects.bulk_create(Tag(word=f"{supply(34)} {at}") for at in range(PROJECTS))
    Tagging.objects.bulk_create(
        Tagging(artifact=work, tag=tags[at % len(tags)], by=author)
        for at, work in enumerate([first, *made])
    )
    Contribution.objects.create(
        work=first,
        person=author,
        what=PACK,
        tools=supply.pack(200),
        share_permille=500,
        began=date(2026, 1, 1),
        ended=date(2026, 1, 1) + timedelta(days=3),
    )
    for upload in Upload.objects.all():
        InputRights.objects.create(
            sha256=upload.sha256, basis="own", holder=supply.pack(200), recorded_by=author
        )
    Token.objects.create(person=author, label=supply(60), sha256="0" * 64)
    for payload in payloads()[::10]:
        tell(
            person=author,
            code="release_refused",
            facts={"title": payload, "clause": "house.review", "reason": supply.pack(1000)},
            about=About("artifact", first.pk),
        )


def _ids() -> dict[str, list[str]]:
    """Return ids by the name that addresses give them: ``work_id``, ``job_id`` and so on."""
    from colophon.releases.models import Release
    from colophon.studio.models import Artifact, Job, Project, Upload

    named = {
        "work_id": Artifact,
        "release_id": Release,
        "job_id": Job,
        "project_id": Project,
        "upload_id": Upload,
    }
    return {
        name: [str(one) for one in model.objects.order_by("-pk").values_list("pk", flat=True)[:8]]
        for name, model in named.items()
    }
