"""What the stage holds of projects, boards, prompts, comments and trash."""

from __future__ import annotations

from uuid import UUID

HARBOUR = (
    "a {{subject = lighthouse}} at {{hour: choice(dawn|noon|dusk) = dawn}}, "
    "{{boats: number(1..12) = 3}} boats"
)
BRIEF = (
    "Warm light, low horizons, nothing newer than 1890.\n"
    "Lettering stands on paper tones; the festival's name is never split.\n"
    "画面以暖光为主；节庆名称不拆行。"
)


def set_up(stage) -> dict[str, str]:
    """Fill the project of the story; return the ids that pages are visited by."""
    from colophon.accounts.models import Person
    from colophon.ledger.tenancy import tenant

    cast = stage.story.cast
    with tenant(cast.organisation.id):
        people = {one.email.split("@")[0]: one for one in Person.objects.all()}
        return {
            **_project(stage, people),
            **_board(stage, people["author"]),
            **_prompts(stage, people),
            **_trash(stage, people["author"]),
            **_private(people["author"]),
        }


def _project(stage, people) -> dict[str, str]:
    from colophon.studio import members, projects
    from colophon.studio.models import Project

    project = Project.objects.get(pk=stage.story.project)
    projects.change(
        by=people["author"],
        project=project,
        to={
            "brief": BRIEF,
            "purpose": "campaign",
            "glossary": [
                {"term": "tram", "wording": "tramway", "use": False, "note": "never “streetcar”"},
                {"term": "灯会", "wording": "灯笼节", "use": True, "note": "节目册用全称"},
            ],
            "themes": [{"field": "Film title", "value": "Lantern Nights"}],
        },
    )
    for part, person in (("maker", "approver"), ("viewer", "auditor")):
        members.add(by=people["author"], project=project, person=people[person], part=part)
    _comments(project, people)
    return {}


def _comments(project, people) -> None:
    from colophon.studio import comments
    from colophon.web.commenting import subject_of

    about = subject_of(people["author"], "project", project.pk)
    first = comments.write(
        by=people["author"],
        about=about,
        text="The band hides the pier. @Tomás Okafor, does the licence cover a crop?",
    )
    comments.write(by=people["reviewer"], about=about, text="Up to a third.", answers=first)
    gone = comments.write(by=people["author"], about=about, text="Never mind.")
    comments.remove(by=people["author"], comment=gone)
    comments.write(
        by=people["approver"], about=about, text="<img src=x onerror=alert(1)> \u202egnp.txet"
    )


def _board(stage, author) -> dict[str, str]:
    from colophon.studio import boards
    from colophon.studio.models import Artifact

    names = ("published", "mirrored", "edited", "second", "copied_text", "withdrawn", "refused")
    ids = [UUID(str(stage.works[one]["id"])) for one in names]
    found = Artifact.objects.in_bulk(ids)
    board = boards.begin(
        by=author,
        name="Poster candidates · 海报候选",
        description="What we show the city on Thursday.",
        sharing="team",
    )
    boards.place(by=author, board=board, works=[found[one] for one in ids])
    boards.begin(by=author, name="Not yet anything", sharing="private")
    return {"board": str(board.pk)}


def _prompts(stage, people) -> dict[str, str]:
    from colophon.studio import labelling, presets, prompts
    from colophon.studio.models import Project, Prompt

    project = Project.objects.get(pk=stage.story.project)
    author = people["author"]
    told = {"by": author, "project": project}
    first = prompts.write(**told, text="a lighthouse at dusk over a calm sea", title="Lighthouse")
    second = prompts.write(
        **told,
        text="a lighthouse at dawn over a calm sea, two sailing boats",
        prompt_id=first.prompt_id,
    )
    prompt = Prompt.objects.select_related("project").get(pk=first.prompt_id)
    labelling.put(by=author, prompt=prompt, label="rough", version=second, why="two boats")
    wish = labelling.put(by=author, prompt=prompt, label="production", version=first)
    labelling.approve(by=people["approver"], wish=wish)
    labelling.put(by=author, prompt=prompt, label="production", version=second, why="brighter")
    template = prompts.write(**told, text=HARBOUR, title="Harbours, by the hour")
    prompts.fill(by=author, version=template, values={"subject": "pier"})
    presets.keep(
        by=author,
        name="Poster, wide",
        engine="house_scene",
        parameters={"width": 960, "height": 540},
        words="a poster of {{prompt}}, flat colours",
        shared=True,
    )
    return {"prompt": str(prompt.pk), "template": str(template.prompt_id)}


def _trash(stage, author) -> dict[str, str]:
    from colophon.releases import trashing
    from colophon.studio.models import Artifact

    work = Artifact.objects.select_related("project").get(pk=stage.works["hostile0"]["id"])
    outcomes = trashing.trash(by=author, works=[work])
    assert outcomes[0].refused is None, outcomes
    return {"trashed": str(work.pk)}


def _private(author) -> dict[str, str]:
    from colophon.ledger.models import Event
    from colophon.studio import projects

    kept = projects.begin(by=author, name="Autumn launch, secret", private=True)
    event = Event.objects.get(type="project.begun", subject_id=kept.pk)
    return {"kept_back": str(event.event_id)}
