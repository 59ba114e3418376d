"""``python stage.py HOME``: a real stack with people and works in every state, until stdin closes.

Prints one JSON line: where it answers, who may sign in, and the ids the stories need.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform"), str(Path(__file__).parent)]

# What strangers may try to put before a reviewer; tests/browser/test_hostile.py looks at each page.
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "javascript:alert(1)//",
    "[x](javascript:alert(1))",
    "<math><mtext></table><img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% load x %}${alert(1)}",
    "invoice\u202egnp.exe",
    "zero\u200bwidth\u2066isolate\u2069\ufeff",
    "<iframe srcdoc='<script>alert(1)</script>'>",
)
HOSTILE_TITLE = "<img src=x onerror=alert(1)> \u202egnp.txet\u200b"
REASON = "Most of this picture is a mirrored part of a registered work without a licence."


def main(home: Path) -> None:
    from colophon.stack import parts
    from colophon.stack.supervisor import FAST
    from colophon.stack.supervisor import Stack as Real
    from tests.prepared import prepared

    class Stack(Real):
        def _make_plan(self) -> parts.Plan:
            return dataclasses.replace(super()._make_plan(), settings="tests.browser.serving")

    os.environ.setdefault("COLOPHON_GRACE_SECONDS", "0")
    with Stack(prepared(home), port=0, server_options=FAST) as stack:
        os.environ.update(stack.env("web"))
        import django

        django.setup()
        from door import open_door

        door = open_door(home / "door", stack.origin)
        print(json.dumps(set_up(stack.origin) | {"door": door}), flush=True)
        sys.stdin.read()


def set_up(origin: str) -> dict[str, object]:
    import staged_projects

    from colophon.demo import material, scenario
    from colophon.demo.seeding import PASSWORD, PEOPLE, seed

    story = scenario.Story(cast=seed(origin), says=lambda said: None)
    cast = story.cast
    scenario.prepare(story)
    stage = Stage(story=story, ids={})
    refused = scenario.refused_before_any_engine(story, prompt=scenario.BANNED_PROMPT, inputs=[])
    stage.ids["refused_job"] = refused["job"]["id"]
    stage.release_scene("published", scenario.SCENE_PROMPT, "Lighthouse, dawn", seed=7)
    published = scenario.publish(story, scenario.clear(story, stage.releases["published"]))
    stage.ids["publication"] = published["id"]
    stage.release_scene("withdrawn", "a village in autumn hills at noon", "Village in autumn")
    gone = scenario.publish(story, scenario.clear(story, stage.releases["withdrawn"]))
    cast.keeper.post(
        f"/publications/{gone['id']}/withdraw",
        {"clause": "house.input-rights.work", "reason": "The licence of one input ended."},
    )
    cast.author.post(
        f"/publications/{gone['id']}/appeal",
        {"words": "The licence was renewed in June.", "news": "Its second page says until 2028."},
    )
    stage.ids["gone"] = gone["id"]
    text = scenario.generate(
        story, engine="house_copy", prompt=scenario.COPY_PROMPT, title="Lantern Nights, leaflet"
    )
    leaflet = scenario.ask_release(story, text, destinations=["EU", "US-CA"])
    stage.ids["text_publication"] = scenario.publish(story, scenario.clear(story, leaflet))["id"]
    stage.ids["text_work"] = text["id"]
    picture = material.picture("a lighthouse at dawn", seed=3)
    stage.works["edited"] = scenario.bring_in(
        story,
        name="edited.png",
        data=material.edited(picture),
        title="Lighthouse, with a band for the title",
        share=200,
        parent=stage.works["published"]["id"],
    )
    copied = scenario.bring_in(
        story,
        name="story.txt",
        data=material.COPIED_TEXT.encode(),
        title="Opening night, a story",
        share=0,
    )
    stage.ask("copied_text", copied, ["EU", "CN"])
    crop = material.mirrored_crop(scenario.registered_picture())
    for name, title in (
        ("mirrored", "Lake village, poster"),
        ("refused", "Lake village, banner"),
        ("appealed", "Lake village, postcard"),
    ):
        work = scenario.bring_in(story, name=f"{name}.png", data=crop, title=title, share=0)
        stage.ask(name, work, ["EU", "CN", "US-CA"])
    for name in ("refused", "appealed"):
        scenario.decide(
            cast.reviewer,
            stage.releases[name],
            verdict="refuse",
            clause="house.near-copy.image",
            reason=REASON,
        )
    cast.author.post(
        f"/releases/{stage.releases['appealed']['id']}/appeal",
        {"words": "It is my own photograph.", "news": "The raw file is in our archive."},
    )
    stage.release_scene("second", "a temple by moonlight", "Pagoda by moonlight")
    scenario.decide(cast.reviewer, stage.releases["second"], verdict="approve", reason="Clean.")
    for number, (prompt, title) in enumerate(MORE):
        stage.release_scene(f"more{number}", prompt, title, seed=40 + number)
    for number, payload in enumerate(PAYLOADS):
        work = scenario.bring_in(
            story,
            name=f"{number}.txt",
            data=f"A leaflet. {payload} Come to the quay.".encode(),
            title=f"{payload} {number}"[:120],
            share=0,
        )
        stage.works[f"hostile{number}"] = work
    stage.ask("hostile", stage.works["hostile1"], ["EU"])
    hostile = scenario.generate(
        story,
        engine="house_scene",
        prompt=f"a harbour by day {' '.join(PAYLOADS)}",
        title=HOSTILE_TITLE,
        parameters={"width": 320, "height": 240},
    )
    stage.ask("hostile_scene", hostile, ["EU"])
    stage.ids |= staged_projects.set_up(stage)
    stage.works |= {f"sound{pitch}": sound(story.project, pitch) for pitch in (220, 330)}
    administer(cast, stage)
    grid = cast.author.post(
        "/batches",
        {
            "project": story.project,
            "engine": "house_scene",
            "prompt": "a castle on a hill at dusk",
            "title": "Castle, by detail and seed",
            "parameters": {"width": 320, "height": 240},
            "rows": {"field": "detail", "values": [0, 100]},
            "columns": {"field": "seed", "values": [3, 4, 5]},
        },
    )
    stage.ids["grid"] = grid["id"]
    return {
        "origin": origin,
        "password": PASSWORD,
        "people": {part: f"{part}@demo.test" for part, _, _ in PEOPLE},
        "project": story.project,
        "own": sorted(own_names()),
        "works": {name: work["id"] for name, work in stage.works.items()},
        "releases": {name: one["id"] for name, one in stage.releases.items()},
        **stage.ids,
    }


def sound(
    project_id: str, pitch: int, *, domain: str = "demo.test", assessed: bool = False
) -> dict[str, str]:
    """Put in two seconds of a tone: no engine makes sounds yet, and none is taken in by the API."""
    import io
    import math
    import struct
    import wave

    from django.db import connection

    from colophon.accounts.models import Person
    from colophon.ledger.tenancy import tenant
    from colophon.store import services as store
    from colophon.studio.models import Artifact, Project
    from colophon.studio.services import assess

    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        turns = (math.sin(2 * math.pi * pitch * at / 8000) for at in range(16000))
        file.writeframes(b"".join(struct.pack("<h", int(9000 * one)) for one in turns))
    with connection.cursor() as cursor:
        cursor.execute("select accounts_tenant_by('email', %s)", [f"author@{domain}"])
        (organisation,) = cursor.fetchone()
    with tenant(organisation):
        stored = store.put([out.getvalue()])
        made = Artifact.objects.create(
            project=Project.objects.get(pk=project_id),
            author=Person.objects.get(email=f"author@{domain}"),
            title=f"Foghorn, {pitch} Hz",
            sha256=stored.sha256,
            size=stored.size,
            media_type="audio/wav",
            medium="music",
            origin="human",
            tool="a horn",
        )
        if assessed:
            assess(artifact=made)
    return {"id": str(made.id)}


def own_names() -> set[str]:
    """Return the names this stage gave: a page shows them as they are, in any language."""
    from colophon.demo.seeding import PEOPLE

    people = {name for _, name, _ in PEOPLE}
    return people | {"TEST Lantern Film Festival", "TEST Operator", "Lantern Nights", "Campaign"}


def administer(cast, stage):
    """Leave what administrators' pages show: a change that waits, an open invitation."""
    from colophon.accounts import proposals, services
    from colophon.accounts.models import Person, Team
    from colophon.accounts.roles import Role
    from colophon.ledger.models import Event
    from colophon.ledger.tenancy import tenant
    from colophon.rules import banks
    from colophon.studio import switches

    with tenant(cast.organisation.id):
        people = {one.email.partition("@")[0]: one for one in Person.objects.all()}
        waiting = proposals.propose(
            by=people["keeper"],
            kind="person.roles",
            about_id=people["reviewer"].pk,
            after={"roles": ["reviewer", "escalation_reviewer"]},
            reason=f"Escalations from June. {PAYLOADS[1]}",
        )
        services.invite(
            by=people["keeper"],
            email="new@demo.test",
            name=PAYLOADS[0],
            roles=[Role.AUTHOR],
            team=None,
        )
        bank = banks.bank_called("house.words")
        banks.draft(by=people["keeper"], bank=bank, word=PAYLOADS[1], category="hostile")
        banks.draft(by=people["keeper"], bank=bank, word="fog horn")
        team = Team.objects.create(name=f"Second team {PAYLOADS[7]}")
        switches.switch_off(
            by=people["operator"], engine="house_copy", team=team, reason=PAYLOADS[2]
        )
        stage.ids["event"] = str(Event.objects.filter(type="proposal.made").latest("id").event_id)
        stage.ids["bank"] = str(bank.pk)
        stage.ids["proposal"], stage.ids["person"] = str(waiting.pk), str(people["reviewer"].pk)


MORE = (
    ("a castle on a hill at dusk", "Old keep, title card"),
    ("a pine forest in the evening", "Forest edge, evening"),
    ("a city skyline at night with stars", "Night skyline, tram wrap"),
    ("sand dunes with pyramids at noon", "Pyramids, loading screen"),
)


class Stage:
    """Works and releases by the names the stories call them."""

    def __init__(self, *, story, ids):
        self.story, self.ids = story, ids
        self.works, self.releases = {}, {}

    def release_scene(self, name, prompt, title, seed=1):
        from colophon.demo import scenario

        work = scenario.generate(
            self.story,
            engine="house_scene",
            prompt=prompt,
            title=title,
            seed=seed,
            parameters={"width": 960, "height": 720},
        )
        self.ask(name, work, ["EU", "CN", "US-CA"])

    def ask(self, name, work, destinations):
        from colophon.demo import scenario

        self.works[name] = work
        self.releases[name] = scenario.ask_release(self.story, work, destinations=destinations)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
