"""An organisation in which everything that people write is a payload, for `stage.py` to set up.

What the API takes goes through it. What it has no way for, or would take minutes for 500 times, is
inserted as rows: the pages read rows. `PLANTED` names the columns in which payloads stand, `PLAIN`
what nobody types; `test_hostile.py` fails on a text column of an organisation that is in neither.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from hostile_rest import REST, as_rows, through_the_api
from payloads import payloads

DOMAIN = "hostile.test"
PLANTED = frozenset(
    {
        *("Organisation.name", "Organisation.operator_name", "Team.name", "Person.name"),
        *("Token.label", "BannedTerm.category", "RegisteredWork.title"),
        *("RegisteredWork.right_holder", "InputRights.holder", "Project.name", "Project.brief"),
        *("PromptVersion.text", "Prompt.title", "Job.title", "Upload.name", "Artifact.title"),
        *("Artifact.tool", "Board.name", "Board.description", "Comment.text", "Contribution.what"),
        *("Contribution.tools", "Look.excerpt", "Entry.title", "Search.name", "Search.address"),
        *("Proposal.reason", "Proposal.decided_reason", "Invitation.name", "Session.browser"),
        *("Bank.name", "TermDraft.word", "TermDraft.category", "EngineOff.reason"),
        *(
            "Organisation.filing_number",
            "Tag.word",
            "Decision.reason",
            "Decision.message",
            "Appeal.words",
            "Appeal.news",
        ),
        *REST,
    }
)
_PROGRAMS = (
    "sha256 by code mail_cause kind network password email key bank media_type basis engine purpose "
    "cause use engine_version why check_name recipe version packs_digest clause scope"
)
PLAIN = frozenset(_PROGRAMS.split())
"""Columns by their name, whatever the table: codes, digests and what programs write."""
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
    from colophon.accounts import proposals
    from colophon.accounts.models import Organisation, Person, Team
    from colophon.demo import scenario
    from colophon.demo.seeding import seed
    from colophon.ledger.tenancy import tenant

    supply = Supply()
    story = scenario.Story(cast=seed(origin, name=supply(), domain=DOMAIN), says=lambda said: None)
    house = story.cast.organisation
    with tenant(house.id):
        people = {one.email.partition("@")[0]: one for one in Person.objects.order_by("email")}
        for part, person in people.items():
            person.name = supply()
            person.save()
            if part in ("author", "reviewer"):
                made = proposals.propose(
                    by=people["keeper"],
                    kind="person.roles",
                    about_id=person.pk,
                    after={"roles": list(EVERY_ROLE)},
                    reason=supply(),
                )
                proposals.accept(by=people["operator"], proposal=made)
        Organisation.objects.filter(pk=house.pk).update(operator_name=supply())
        Team.objects.update(name=supply())
    works, releases = _through_the_api(story, supply)
    with tenant(house.id):
        _as_rows(supply, works)
        _beside_the_works(supply, works, releases)
        _administered(supply, people)
        as_rows(supply, people)
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
    cast.author.post(
        f"/releases/{asked[3]['id']}/appeal", {"words": PACK[:7900], "news": supply.pack(1000)}
    )
    through_the_api(story, supply, asked)
    return [one["id"] for one in made], [one["id"] for one in asked]


def _as_rows(supply: Supply, works: list[str]) -> None:
    from colophon.accounts.models import Person, Token
    from colophon.accounts.notifications import tell
    from colophon.ledger.services import About
    from colophon.rights.models import InputRights
    from colophon.studio.models import (
        Artifact,
        Assessment,
        Contribution,
        Project,
        Tag,
        Tagging,
        Upload,
    )

    author = Person.objects.get(email=f"author@{DOMAIN}")
    first = Artifact.objects.get(pk=works[1])
    projects = [
        Project(
            team=author.team,
            name=f"{supply(100)} {at}",
            destinations=["EU"],
            brief=supply.pack(1900),
            glossary=[{"term": supply(60), "wording": supply(60), "use": True, "note": supply(60)}],
            themes=[{"field": supply(60), "value": supply(60)}],
        )
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
    # Without an answer of the checks the sweeper would have a worker ask them, 500 times.
    Assessment.objects.bulk_create(
        Assessment(artifact=work, findings_sha256="0" * 64) for work in made
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


def _beside_the_works(supply: Supply, works: list[str], releases: list[str]) -> None:
    from colophon.accounts.models import Person
    from colophon.studio.models import Artifact, Board, BoardItem, Comment, Project, Search

    author = Person.objects.get(email=f"author@{DOMAIN}")
    boards = Board.objects.bulk_create(
        Board(
            name=f"{supply(74)} {at}",
            description=supply.pack(1900),
            sharing="public",
            owner=author,
        )
        for at in range(PROJECTS)
    )
    BoardItem.objects.bulk_create(
        BoardItem(board=boards[0], artifact=work, position=at, by=author)
        for at, work in enumerate(Artifact.objects.order_by("-pk")[:PROJECTS])
    )
    Search.objects.bulk_create(
        Search(
            owner=author,
            name=f"{supply(50)} {at}",
            address=f"q={quote(supply())}",
            team=author.team,
        )
        for at in range(20)
    )
    subjects = [("work", one) for one in works] + [("case", one) for one in releases]
    subjects += [("project", str(Project.objects.order_by("-at").first().pk))]
    Comment.objects.bulk_create(
        Comment(
            subject_kind=kind,
            subject_id=subject,
            author=author,
            text=text,
            mentions=[[str(author.pk), 0, min(20, len(text))]],
        )
        for kind, subject in subjects
        for text in (PACK[:7900], supply())
    )


def _administered(supply: Supply, people: dict[str, Any]) -> None:
    from colophon.accounts import proposals, services
    from colophon.accounts.models import Organisation
    from colophon.accounts.roles import Role
    from colophon.accounts.session import Session
    from colophon.rules import banks
    from colophon.studio import switches

    Organisation.objects.update(filing_number=supply(60))
    for at in range(10):
        services.invite(
            by=people["keeper"],
            email=f"{at}@{DOMAIN}",
            name=supply(),
            roles=[Role.AUTHOR],
            team=None,
        )
        Session.objects.create(person=people["author"], network="::1", browser=supply())
    bank = banks.bank_called(supply(60))
    for _ in range(30):
        word = supply()
        if not bank.drafts.filter(word=" ".join(word.split())).exists():
            banks.draft(by=people["keeper"], bank=bank, word=word, category=supply(60))
    banks.activate(by=people["keeper"], bank=bank, reason=supply.pack(1000))
    gone = {"active": False}
    for at, part in enumerate(("approver", "auditor")):
        made = proposals.propose(
            by=people["keeper"],
            kind="person.active",
            about_id=people[part].pk,
            after=gone,
            reason=supply.pack(1000),
        )
        if at:
            proposals.reject(by=people["operator"], proposal=made, reason=supply.pack(1000))
    switches.switch_off(
        by=people["operator"],
        engine="house_copy",
        team=people["author"].team,
        reason=supply.pack(300),
    )


def _ids() -> dict[str, list[str]]:
    """Return ids by the name that addresses give them: ``work_id``, ``job_id`` and so on."""
    from colophon.accounts.models import Person
    from colophon.accounts.proposal import Proposal
    from colophon.ledger.models import Event
    from colophon.publishing.models import Publication
    from colophon.releases.models import Release, SecondLook
    from colophon.rules.models import Bank
    from colophon.studio.models import Artifact, Batch, Board, Job, Project, Prompt, Search, Upload

    named = {
        "work_id": Artifact,
        "release_id": Release,
        "job_id": Job,
        "project_id": Project,
        "upload_id": Upload,
        "board_id": Board,
        "search_id": Search,
        "proposal_id": Proposal,
        "person_id": Person,
        "bank_id": Bank,
        "batch_id": Batch,
        "prompt_id": Prompt,
        "publication_id": Publication,
        "look_id": SecondLook,
    }
    found = {
        name: [str(one) for one in model.objects.order_by("-pk").values_list("pk", flat=True)[:8]]
        for name, model in named.items()
    }
    events = Event.objects.filter(type__in=("decision.made", "bank.activated", "queue.changed"))
    return found | {"event_id": [str(one) for one in events.values_list("event_id", flat=True)]}
