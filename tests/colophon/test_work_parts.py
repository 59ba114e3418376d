"""The page of a work: working copies that say what they are, tags, lineage, what is like it, parts of files."""

from __future__ import annotations

import hashlib
import io
from urllib.parse import urlsplit

import numpy as np
import pytest
from django.conf import settings
from PIL import Image

from colophon.ledger.models import Disclosure, Event
from colophon.portal import lineage
from colophon.store import services as store
from colophon.studio import copies, incoming, services
from colophon.studio.models import Artifact
from compliance.marking import carriers

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def sign_in(client):
    def as_(person):
        client.post("/login", {"email": person.email, "password": PASSWORD})
        return client

    return as_


def brought(house, data, *, media_type="image/png", parent=None, share=0, title="brought"):
    with house.inside():
        upload = incoming.receive(by=house.author, name=title, media_type=media_type, pieces=[data])
        said = incoming.Incoming(
            project=house.project,
            upload=upload,
            title=title,
            tool="a brush",
            ai_share_permille=share,
            parent=parent,
        )
        return incoming.bring_in(by=house.author, incoming=said)


def png(shade=200, size=(400, 300)):
    out = io.BytesIO()
    Image.new("RGB", size, (shade, 120, 60)).save(out, "PNG")
    return out.getvalue()


def facts_of(event):
    import base64
    import json

    found = {}
    for one in Disclosure.objects.filter(event=event):
        raw = one.disclosure + "=" * (-len(one.disclosure) % 4)
        _, name, value = json.loads(base64.urlsafe_b64decode(raw))
        found[name] = value
    return found


def test_a_working_copy_says_so_on_its_face_and_in_its_metadata_and_is_an_event(house):
    work = house.make("a lighthouse at dawn")
    with house.inside():
        made = copies.hand_out(by=house.author, artifact=work)
        event = Event.objects.filter(type="artifact.downloaded").get()
        facts = facts_of(event)
        with store.open_(made.sha256) as file:
            data = file.read()
        with store.open_(work.sha256) as file:
            reviewed = file.read()
    assert facts["cleared"] is False
    assert facts["sha256"] == made.sha256 == hashlib.sha256(data).hexdigest()
    assert event.subject_id == work.id
    packet = carriers.take(data, media_type="image/png").xmp
    assert "Not cleared for publication" in packet
    assert str(work.id) in packet
    before, after = (
        np.asarray(Image.open(io.BytesIO(one)).convert("RGB")) for one in (reviewed, data)
    )
    changed = (before != after).any(axis=2)
    assert changed[before.shape[0] // 2 :, before.shape[1] // 2 :].any(), "the label, bottom right"
    assert not changed[: before.shape[0] // 3].any(), "and nothing else of the picture"
    assert made.name.endswith("not cleared.png")


def test_a_copy_of_a_human_work_does_not_call_it_generated(house):
    work = brought(house, png())
    text = brought(house, b"A tale of the sea.\n", media_type="text/plain")
    with house.inside():
        made = copies.hand_out(by=house.author, artifact=text)
        with store.open_(made.sha256) as file:
            said = file.read().decode()
        picture = copies.hand_out(by=house.author, artifact=work)
    assert said.startswith("NOT CLEARED\n未经放行\nNot cleared for publication.")
    assert said.endswith("\n\nA tale of the sea.\n")
    assert "GENERATED" not in said.split("\n\n")[0]
    assert picture.sha256 != work.sha256


def test_a_picture_too_small_for_its_label_is_refused_and_nothing_is_on_record(sign_in, house):
    work = brought(house, png(size=(24, 16)))
    answer = sign_in(house.author).post(f"/works/{work.id}/working-copy")
    assert answer.status_code == 422
    with house.inside():
        assert not Event.objects.filter(type="artifact.downloaded").exists()


def test_the_page_hands_out_a_copy_as_a_file_to_save(sign_in, house):
    work = house.make()
    client = sign_in(house.author)
    assert b"working-copy" in client.get(f"/works/{work.id}").content
    answer = client.post(f"/works/{work.id}/working-copy")
    link = urlsplit(answer["Location"])
    assert f"{link.scheme}://{link.netloc}" == settings.COLOPHON_MEDIA_ORIGIN
    file = client.get(link.path, headers={"host": link.netloc})
    assert b"".join(file.streaming_content)
    assert file["Content-Disposition"].startswith("attachment")
    assert "not cleared.png" in file["Content-Disposition"]
    assert sign_in(house.auditor).post(f"/works/{work.id}/working-copy").status_code == 403


def test_tags_are_put_on_and_taken_off_on_the_page(sign_in, house):
    work = house.make()
    client = sign_in(house.author)
    client.post(f"/works/{work.id}/tags", {"tags": "fog, 夜"})
    page = client.get(f"/works/{work.id}").content.decode()
    assert "/works?tag=fog" in page
    client.post(f"/works/{work.id}/tags", {"remove": "fog"})
    assert "/works?tag=fog" not in client.get(f"/works/{work.id}").content.decode()
    assert client.post(f"/works/{work.id}/tags", {"tags": "<b>"}).status_code == 422


def test_lineage_is_one_tree_wherever_one_stands_in_it(sign_in, house):
    first = brought(house, png(10), title="first")
    edit = brought(house, png(20), parent=first, title="edit")
    other = brought(house, png(30), parent=first, title="other edit")
    last = brought(house, png(40), parent=edit, title="last")
    for here in (first, other, last):
        with house.inside():
            node = lineage.tree(here)
        assert node.id == first.id
        assert {one.id for one in node.children} == {edit.id, other.id}
        inner = next(one for one in node.children if one.id == edit.id)
        assert [one.id for one in inner.children] == [last.id]
    page = sign_in(house.author).get(f"/works/{last.id}").content.decode()
    assert page.count('class="kin"') == 4
    with house.inside():
        assert lineage.tree(brought(house, png(50))) is None


def test_what_is_like_a_work_comes_when_the_page_asks(sign_in, house):
    first = house.make("a lighthouse at dawn", seed=7)
    again = house.make("a lighthouse at dawn", seed=7)
    client = sign_in(house.author)
    page = client.get(f"/works/{first.id}").content.decode()
    assert f"/works/{first.id}/similar" in page
    part = client.get(f"/works/{first.id}/similar").content.decode()
    assert str(again.id) in part
    assert f'href="/works/{first.id}"' not in part
    with house.inside():
        alone = brought(house, b"words that stand nowhere else at all", media_type="text/plain")
        services.assess(artifact=Artifact.objects.select_related("tenant").get(pk=alone.pk))
    assert "No other work" in client.get(f"/works/{alone.id}/similar").content.decode()


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-3", 206, b"0123"),
        ("bytes=6-", 206, b"6789"),
        ("bytes=-2", 206, b"89"),
        ("bytes=4-99", 206, b"4567" + b"89"),
        ("bytes=10-", 416, b""),
        ("bytes=0-1,4-5", 200, b"0123456789"),
        ("pages=1-2", 200, b"0123456789"),
        ("bytes=-", 200, b"0123456789"),
    ],
)
def test_players_are_given_the_part_they_seek(client, db, wanted, status, part):
    stored = store.put([b"0123456789"])
    link = urlsplit(store.url(stored.sha256, media_type="audio/wav", name="a.wav"))
    answer = client.get(link.path, headers={"host": link.netloc, "range": wanted})
    assert answer.status_code == status
    assert b"".join(answer.streaming_content if answer.streaming else [answer.content]) == part
    answer.close()
    if status == 206:
        assert answer["Content-Range"].endswith("/10")
        assert answer["Content-Length"] == str(len(part))


def test_a_picture_is_never_given_in_parts(client, db):
    stored = store.put([b"0123456789"])
    link = urlsplit(store.url(stored.sha256, media_type="image/png", name="a.png"))
    answer = client.get(link.path, headers={"host": link.netloc, "range": "bytes=0-3"})
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"0123456789"
