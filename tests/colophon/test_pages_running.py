"""What runs and what it looks like: whose, why it waits, its preview, its text as it grows."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass

import pytest
from test_pages_live import people, read_until, server  # noqa: F401  the real server is a fixture

from colophon.accounts import services as accounts
from colophon.accounts.models import Team
from colophon.accounts.roles import Role
from colophon.ledger.moves import Actor, move
from colophon.ledger.tenancy import tenant
from colophon.studio import estimating, previews, projects, running, services
from colophon.studio.models import Job, Preview
from colophon.studio.models.live import PICTURE_MOST, TEXT_MOST
from colophon.web.sights import preview_url

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test
JPEG = b"\xff\xd8\xff" + bytes(200)


@pytest.fixture
def author(client, house):
    said = {"email": house.author.email, "password": PASSWORD}
    assert client.post("/login", said).status_code == 302
    return client


def start(job):
    facts = {"attempt": 1, "worker": "test"}
    move(job, "running", by=Actor.process("test"), event="job.started", facts=facts, attempts=1)
    return job


def test_why_a_job_waits_is_said_in_a_sentence(author, house):
    house.submit("first boat", title="First")
    house.submit("second boat", title="Second")
    assert "No worker is alive now." in author.get("/studio/jobs").content.decode()
    estimating.beat("worker")
    page = author.get("/studio/jobs").content.decode()
    assert "Next in line: every worker is busy." in page
    assert "<bdi>2</bdi> in line" in page or "2 in line" in page


def test_mine_team_and_all_are_told_apart_with_their_counts(author, house):
    with house.inside():
        other_team = Team.objects.create(name="Elsewhere")
        people = {
            name: accounts.join(
                email=f"{name}@lantern.test", name=name, password=PASSWORD,
                roles=[Role.AUTHOR], team=team,
            )
            for name, team in (("mate", house.author.team), ("stranger", other_team))
        }  # fmt: skip
        away = projects.begin(by=people["stranger"], name="Away")
        for who, project, title in (
            (house.author, house.project, "Mine boat"),
            (people["mate"], house.project, "Mate boat"),
            (people["stranger"], away, "Away boat"),
        ):
            order = services.Order(project=project, text=title, engine="house_scene", title=title)
            services.submit(by=who, order=order)
    seen = {}
    for whose in ("mine", "team", "all"):
        page = author.get(f"/studio/jobs?whose={whose}").content.decode()
        seen[whose] = [one for one in ("Mine boat", "Mate boat", "Away boat") if one in page]
        assert [int(n) for n in re.findall(r'<span class="num">(\d+)</span></a>', page)] == [
            1, 2, 3,
        ]  # fmt: skip
    assert [len(seen[one]) for one in ("mine", "team", "all")] == [1, 2, 3]


def test_a_failure_stands_first_until_it_is_tried_again(author, house):
    failed = house.submit(title="Broken boat")
    with house.inside():
        start(failed)
        facts = {"cause": "the engine stopped", "attempt": 1}
        move(
            failed, "failed", by=Actor.process("t"), event="job.failed", facts=facts,
            cause="the engine stopped",
        )  # fmt: skip
    house.submit("another", title="Waiting boat")
    page = author.get("/studio/jobs").content.decode()
    assert page.index("Broken boat") < page.index("Waiting boat")
    assert "the engine stopped" in page
    assert '<p id="running-said"' in page
    author.post(f"/studio/jobs/{failed.id}/retry")
    assert "the engine stopped" not in author.get("/studio/jobs").content.decode()


def test_the_last_preview_is_kept_within_its_bound_and_goes_when_the_job_ends(house):
    job = house.submit()
    with house.inside():
        previews.show(job, text="", picture=b"")
        assert not Preview.objects.exists(), "nothing to see yet"
        previews.show(job, text="a" * (TEXT_MOST + 5), picture=JPEG)
        previews.show(job, text="b\x00", picture=b"x" * (PICTURE_MOST + 1))
        row = Preview.objects.get()
        assert (row.number, row.text, bytes(row.picture)) == (2, "b", b"")
    assert running.run(house.organisation.id, job.id) == "done"
    with house.inside():
        assert not Preview.objects.exists()


def test_a_long_run_shows_a_picture_and_a_short_beat_carries_it(house, monkeypatch):
    shown = []
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.0)
    monkeypatch.setattr(running.previews, "show", lambda job, **said: shown.append(said))
    job = house.submit(parameters={"width": 640, "height": 480})
    assert running.run(house.organisation.id, job.id) == "done"
    pictures = [one["picture"] for one in shown if one["picture"]]
    assert pictures
    assert all(one.startswith(b"\xff\xd8\xff") and len(one) <= PICTURE_MOST for one in pictures)


def test_a_preview_is_served_from_the_media_origin_alone_and_only_as_a_picture(
    author, house, settings
):
    job = house.submit(title="Boat")
    with house.inside():
        start(job)
        previews.show(job, text="", picture=b"<script>alert(1)</script>")
        link = preview_url(Preview.objects.get())
    assert link.startswith(settings.COLOPHON_MEDIA_ORIGIN)
    assert link.replace("&", "&amp;") in author.get("/studio/jobs").content.decode()
    path = link.removeprefix(settings.COLOPHON_MEDIA_ORIGIN)
    host = settings.COLOPHON_MEDIA_ORIGIN.split("//")[1]
    answer = author.get(path, headers={"host": host})
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert author.get(path).status_code == 404, "not on the origin that has cookies"
    assert author.get(path + "x", headers={"host": host}).status_code == 403
    with house.inside():
        previews.forget(job)
    assert author.get(path, headers={"host": host}).status_code == 404


@dataclass
class Event:
    id: str
    at: int
    text: str


def next_text(stream) -> Event:
    said = {}
    for line in iter(stream.readline, b""):
        name, _, value = line.decode().strip().partition(": ")
        if name:
            said[name] = value
        elif said.get("event") == "text":
            return Event(id=said["id"], **json.loads(said["data"]))
        else:
            said = {}
    raise AssertionError("the stream ended")


def test_text_streams_as_it_grows_and_goes_on_where_a_lost_stream_was(server):  # noqa: F811
    organisation, author, project = people("Mine")
    with tenant(organisation.id):
        order = services.Order(project=project, text="a boat", engine="house_copy")
        job = start(services.submit(by=author, order=order))

    def grow(text, share):
        with tenant(organisation.id):
            previews.show(job, text=text, picture=b"")
            Job.objects.filter(pk=job.pk).update(share_permille=share)

    def stream(last=""):
        connection = server.connect()
        head = {"Cookie": cookie} | ({"Last-Event-ID": last} if last else {})
        connection.request("GET", f"/studio/jobs/{job.id}/text", headers=head)
        answer = connection.getresponse()
        server._opened.append(answer)
        return answer

    cookie = server.cookie_of("ada@mine.test")
    grow("One. ", 100)
    first = stream()
    assert next_text(first) == Event(id="5", at=0, text="One. ")
    time.sleep(0.5)  # the listening connection begins with the first reader
    grow("One. Two. ", 200)
    assert next_text(first) == Event(id="10", at=5, text="Two. ")
    first.close()
    grow("One. Two. Three \u202e灯塔", 300)
    again = stream(last="10")
    assert next_text(again) == Event(id="26", at=10, text="Three [U+202E]灯塔")
    with tenant(organisation.id):
        move(job, "cancelled", by=Actor.process("t"), event="job.cancelled", facts={"by": "t"})
    assert read_until(again, b"cancelled")[-1] == b"data: cancelled\n"
    other = server.connect()
    people("Theirs")
    other.request(
        "GET",
        f"/studio/jobs/{job.id}/text",
        headers={"Cookie": server.cookie_of("ada@theirs.test")},
    )
    assert other.getresponse().status == 404
