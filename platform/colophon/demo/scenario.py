"""The main job through the API, step by step. The demo shows it, the path test holds it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from colophon.demo import material
from colophon.demo.client import Answered, Caller, Json
from colophon.demo.seeding import Cast

COPY_PROMPT = (
    "Title: Lantern Nights. Place: the old harbour of Marsund. Date: 12 to 15 May. "
    "Audience: families and night owls. Subject: an open-air film festival by lamplight."
)
SCENE_PROMPT = "a lighthouse at dawn over a calm sea, sailing boats, warm palette"
BANNED = "Moonberry Cola"
BANNED_PROMPT = f"a harbour at night with a {BANNED} billboard and the moon over the sea"
EVERYWHERE = ["EU", "CN", "US-CA"]


@dataclass(slots=True, kw_only=True)
class Row:
    """One work in the table that the demo prints."""

    work: str
    state: str
    clause: str = ""
    seconds: float = 0.0
    file: str = ""


@dataclass(slots=True, kw_only=True)
class Story:
    """What has happened so far."""

    cast: Cast
    rows: list[Row] = field(default_factory=list)
    project: str = ""
    says: Callable[[str], None] = print

    def timed(self, work: str) -> Row:
        self.says(work)
        row = Row(work=work, state="…", seconds=time.monotonic())
        self.rows.append(row)
        return row


def done(row: Row, *, state: str, clause: str = "", file: str = "") -> None:
    row.state, row.clause, row.file = state, clause, file
    row.seconds = time.monotonic() - row.seconds


def prepare(story: Story) -> None:
    """The keeper registers works and bans a term; the author begins a project."""
    keeper, author = story.cast.keeper, story.cast.author
    keeper.post(
        "/terms",
        {"bank": "house.wordbank", "version": "1.0", "word": BANNED, "category": "trademark"},
    )
    keeper.upload(
        "/registered-works",
        name="lamps.txt",
        data=material.REGISTERED_TEXT.encode(),
        fields={"title": "Lamps for the boats", "right_holder": "Estate of A. Marsund"},
    )
    keeper.upload(
        "/registered-works",
        name="breakwater.png",
        data=registered_picture(),
        fields={"title": "Breakwater, early light", "right_holder": "Coast Picture Archive"},
    )
    project = author.post(
        "/projects",
        {"name": "Lantern Nights", "destinations": EVERYWHERE, "purpose": "campaign"},
    )
    story.project = project["id"]


def registered_picture() -> bytes:
    return material.picture("a village by a lake under mountains at sunset", seed=20418)


def generate(story: Story, *, engine: str, prompt: str, title: str, **more: Any) -> Json:
    """Have a work made by a worker, and return it once every check has answered."""
    author = story.cast.author
    job = author.post(
        "/jobs",
        {"project": story.project, "engine": engine, "prompt": prompt, "title": title, **more},
    )
    ended = author.wait(f"/jobs/{job['id']}", lambda j: j["state"] not in ("queued", "running"))
    if ended["state"] != "done":
        raise RuntimeError(f"{title}: {ended['state']}: {ended['cause']}")
    return assessed(author, ended["work"])


def bring_in(
    story: Story, *, name: str, data: bytes, title: str, share: int, parent: str | None = None
) -> Json:
    """Bring in a work made elsewhere, and return it once every check has answered."""
    author = story.cast.author
    upload = author.upload("/uploads", name=name, data=data)
    work = author.post(
        "/works",
        {
            "project": story.project,
            "upload": upload["id"],
            "title": title,
            "tool": "TEST Editor 4.2",
            "ai_share_permille": share,
            "parent": parent,
        },
    )
    return assessed(author, work["id"])


def assessed(author: Caller, work_id: str) -> Json:
    return author.wait(f"/works/{work_id}", lambda work: bool(work["assessed"]))


def refused_before_any_engine(story: Story, *, prompt: str, inputs: list[Json]) -> Json:
    """Submit what must not run; return the problem the API answered with."""
    try:
        story.cast.author.post(
            "/jobs",
            {
                "project": story.project,
                "engine": "house_scene",
                "prompt": prompt,
                "inputs": inputs,
            },
        )
    except Answered as answered:
        return answered.problem
    raise RuntimeError(f"not refused: {prompt}")


def ask_release(story: Story, work: Json, *, destinations: list[str]) -> Json:
    return story.cast.author.post("/releases", {"work": work["id"], "destinations": destinations})


def decide(caller: Caller, release: Json, **opinion: Any) -> Json:
    """Claim a case and decide it over the bytes the release names."""
    caller.post(f"/releases/{release['id']}/claim")
    return caller.post(
        f"/releases/{release['id']}/decisions",
        {"artifact_sha256": release["artifact_sha256"], **opinion},
    )


def clear(story: Story, release: Json) -> Json:
    """A reviewer approves; a second person confirms where a clause asks for one."""
    asked = release["ruling"].get("questions", ())
    said = decide(
        story.cast.reviewer,
        release,
        verdict="approve",
        reason="Looked at in full.",
        answers={one["id"]: {"answer": "no", "note": "Plainly a drawing."} for one in asked},
    )
    if said["state"] == "second_review":
        said = decide(story.cast.approver, release, verdict="confirm", reason="Agreed.")
    return said


def publish(story: Story, release: Json) -> Json:
    """Wait for the sealer, then make the work public; return the publication."""
    author = story.cast.author
    settled = author.wait(
        f"/releases/{release['id']}",
        lambda r: r["state"] not in ("cleared", "sealing", "seal_held"),
    )
    if settled["state"] != "sealed":
        raise RuntimeError(f"not sealed: {settled['state']}")
    made = author.post(f"/releases/{release['id']}/publish")
    return author.get(f"/publications/{made['id']}")


def cut_evidence(story: Story) -> tuple[Json, bytes]:
    """The auditor asks for a bundle, waits and fetches it."""
    auditor = story.cast.auditor
    cut = auditor.post("/evidence")
    made = auditor.wait(f"/evidence/{cut['id']}", lambda one: bool(one["made"]))
    return made, auditor.fetch(f"/evidence/{cut['id']}/bundle")


def stopping_clause(release: Json) -> str:
    """Return the clause that stops a release, or the first that blocks a destination."""
    for standing in ("stops", "not_met"):
        for one in release["ruling"]["bound"]:
            if one["standing"] == standing:
                return str(one["clause"])
    with suppress(IndexError):
        return str(release["ruling"]["deciding"])
    return ""
