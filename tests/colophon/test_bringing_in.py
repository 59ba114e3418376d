"""Files that come in pieces and go on after a break; many at once, each with its own fate."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from colophon.ledger.tenancy import tenant
from colophon.rights.models import InputRights
from colophon.store import parts
from colophon.store import services as store
from colophon.studio import incoming, transfers
from colophon.studio.errors import NotFound
from colophon.studio.models import Artifact, Transfer, Upload

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test
AIGC = '{"Label":"1","ContentProducer":"001191110000MA0000000H10001","ProduceID":"x1"}'
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
    ' xmlns:T="http://www.tc260.org.cn/ns/AIGC/1.0/"><T:AIGC>'
    + AIGC
    + "</T:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def png(*, xmp="", size=(64, 48)):
    out, info = io.BytesIO(), PngInfo()
    if xmp:
        info.add_itxt("XML:com.adobe.xmp", xmp)
    Image.new("RGB", size, (90, 120, 60)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


@pytest.fixture
def author(client, house):
    said = {"email": house.author.email, "password": PASSWORD}
    assert client.post("/login", said).status_code == 302
    return client


def announce(author, data, name="a.png", **said):
    said = {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} | said
    return author.post("/works/bring-in/files", json.dumps(said), content_type="application/json")


def piece(author, path, data, offset):
    return author.patch(
        path, data, content_type="application/offset+octet-stream",
        headers={"upload-offset": str(offset)},
    )  # fmt: skip


def send(author, data, name="a.png"):
    path = announce(author, data, name)["Location"]
    return path, piece(author, path, data, 0)


def test_a_file_comes_in_pieces_and_goes_on_where_it_stopped(author, house):
    data = png()
    path = announce(author, data)["Location"]
    assert piece(author, path, data[:40], 0)["Upload-Offset"] == "40"
    wrong = piece(author, path, data[40:], 10)
    assert wrong.status_code == 409
    assert "40 bytes have come" in wrong.json()["title"]
    where = author.head(path)
    assert (where["Upload-Offset"], where["Upload-Length"]) == ("40", str(len(data)))
    page = author.get("/works/bring-in").content.decode()
    assert "Choose the same file again and it goes on." in page
    assert author.get("/works/bring-in/waiting").json()["files"][0]["offset"] == 40
    assert piece(author, path, data[40:], 40).status_code == 204
    with house.inside():
        upload = Upload.objects.get()
        assert (upload.media_type, upload.sha256) == (
            "image/png", hashlib.sha256(data).hexdigest(),
        )  # fmt: skip
        assert parts.length(Transfer.objects.get().pk) == 0


def test_other_bytes_than_announced_are_discarded(author, house):
    data = png()
    path = announce(author, data, sha256="0" * 64)["Location"]
    answer = piece(author, path, data, 0)
    assert answer.status_code == 409
    assert "another SHA-256" in answer.json()["title"]
    assert author.head(path).status_code == 404
    with house.inside():
        assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"%PDF-1.7 and so on", "picture.png", "application/pdf"),
        (b"GIF89a" + bytes(50), "a.jpg", "image/gif"),
        (b"\x00\x01\x02 binary", "notes.txt", "of a kind we do not know"),
        (b"latin \xe9\xe8", "notes.txt", "of a kind we do not know"),
    ],
)
def test_a_file_is_what_its_bytes_are_whatever_it_is_called(author, house, data, name, says):
    path, answer = send(author, data, name)
    assert answer.status_code == 422
    assert says in answer.json()["title"]
    assert author.head(path).status_code == 404, "nothing of it stays"
    path, answer = send(author, png(), "really.txt")
    assert answer.status_code == 204
    with house.inside():
        assert Upload.objects.get().media_type == "image/png"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"size": 0}, 422),
        ({"size": 64 * 1024 * 1024 + 1}, 413),
        ({"size": "12"}, 422),
        ({"size": True}, 422),
        ({"sha256": "nonsense"}, 422),
    ],
)
def test_what_cannot_be_announced_is_named(author, house, said, status):
    answer = announce(author, b"abc", **said)
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert author.post(
        "/works/bring-in/files", "[]", content_type="application/json"
    ).status_code == 422  # fmt: skip


def test_more_bytes_than_announced_are_refused(author, house):
    data = png()
    path = announce(author, data, size=10, sha256="")["Location"]
    assert piece(author, path, data, 0).status_code == 413


def test_nobody_elses_transfer_is_there(author, house):
    with house.inside():
        other = transfers.begin(by=house.author, name="a", size=3)
        with pytest.raises(NotFound):
            transfers.find(by=house.reviewer, transfer_id=other.id)


def test_what_nobody_goes_on_with_is_swept_over_all_tenants(author, house):
    path = announce(author, b"abcdef", name="old.txt")["Location"]
    piece(author, path, b"abc", 0)
    with house.inside():
        row = Transfer.objects.get()
        Transfer.objects.update(touched_at="2020-01-01T00:00Z")
    assert parts.length(row.pk) == 3
    assert transfers.sweep() == 1
    assert parts.length(row.pk) == 0
    with house.inside():
        assert not Transfer.objects.exists()


def test_many_files_come_in_at_once_and_a_refused_one_does_not_stop_the_others(author, house):
    parent = house.make()
    ids = [send(author, png(size=(60 + n, 48)), f"{n}.png")[0].rpartition("/")[2] for n in range(3)]
    form = {
        "project": house.project.id, "tool": "TEST Editor 4", "ai_share": "0",
        "basis": "own", "holder": "Lantern", "transfer": ids,
        f"title.{ids[0]}": "First", f"parent.{ids[0]}": str(parent.id),
        f"ai_share.{ids[1]}": "250", f"title.{ids[1]}": "Second, typed",
        f"ai_share.{ids[2]}": "40",
    }  # fmt: skip
    page = author.post("/works/bring-in", form).content.decode()
    assert "it is a per cent from 0 to 100" in page
    assert 'value="Second, typed"' in page, "what was typed stays"
    with house.inside():
        works = {work.title: work for work in Artifact.objects.filter(job__isnull=True)}
        assert (works["First"].origin, works["First"].parent_id) == ("edited", parent.id)
        assert works["2.png"].ai_share_permille == 400
        assert len(works) == 2
        assert InputRights.objects.filter(sha256=works["First"].sha256, basis="own").exists()
        assert Transfer.objects.count() == 1
    form |= {"transfer": ids[1:2], f"ai_share.{ids[1]}": "25"}
    assert author.post("/works/bring-in", form).status_code == 302


def test_without_a_script_the_form_alone_brings_several_files_in(author, house):
    files = [
        SimpleUploadedFile("one.png", png(), "application/x-nonsense"),
        SimpleUploadedFile("two.txt", "灯塔在黎明".encode(), "image/png"),
        SimpleUploadedFile("three.pdf", b"%PDF-1.4", "image/png"),
    ]
    form = {"project": house.project.id, "tool": "Pen", "ai_share": "0", "file": files}
    page = author.post("/works/bring-in", form).content.decode()
    assert page.count('class="note ok"') == 2
    assert "three.pdf" in page
    assert "application/pdf" in page
    empty = author.post("/works/bring-in", {"project": house.project.id})
    assert empty.status_code == 422


def test_labels_a_file_brings_along_are_read_shown_and_kept(author, house):
    path, _ = send(author, png(xmp=XMP))
    row = author.get(path).content.decode()
    assert "Carries the AIGC label of China:" in row
    form = {
        "project": house.project.id, "tool": "Else", "ai_share": "100",
        "transfer": path.rpartition("/")[2],
    }  # fmt: skip
    work = author.post("/works/bring-in", form)["Location"]
    assert "ContentProducer" in author.get(work).content.decode()
    with house.inside():
        assert Artifact.objects.get().inbound["aigc"] == [AIGC]


@pytest.mark.parametrize(
    ("sources", "state", "share", "origin"),
    [
        ([], "absent", 1000, "neural"),
        (["algorithmicMedia"], "absent", 1000, "procedural"),
        (["algorithmicMedia"], "valid", 1000, "procedural"),
        (["algorithmicMedia"], "invalid", 1000, "neural"),
        (["algorithmicMedia", "trainedAlgorithmicMedia"], "valid", 1000, "neural"),
        (["algorithmicMedia"], "valid", 400, "composite"),
        (["digitalCapture"], "valid", 0, "human"),
    ],
)
def test_of_what_is_declared_and_what_the_file_says_the_stricter_holds(
    sources, state, share, origin
):
    iptc = "http://cv.iptc.org/newscodes/digitalsourcetype/"
    inbound = {"state": state, "source_types": [iptc + one for one in sources]}
    assert incoming.origin_of(parent=None, ai_share_permille=share, inbound=inbound) == origin


def test_a_file_that_says_a_model_made_it_is_not_taken_in_as_made_by_people(author, house):
    said = XMP.replace("T:AIGC", "I:DigitalSourceType").replace(
        "http://www.tc260.org.cn/ns/AIGC/1.0/\"", 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    ).replace('xmlns:T', 'xmlns:I').replace(
        AIGC, "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    )  # fmt: skip
    path, _ = send(author, png(xmp=said))
    form = {
        "project": house.project.id, "tool": "Pen", "ai_share": "0",
        "transfer": path.rpartition("/")[2],
    }  # fmt: skip
    refused = author.post("/works/bring-in", form)
    assert refused.status_code == 422
    assert "trainedAlgorithmicMedia; declare the share" in refused.content.decode()
    assert author.post("/works/bring-in", form | {"ai_share": "100"}).status_code == 302
    with house.inside():
        assert Artifact.objects.get().origin == "neural"


def test_a_refused_stream_leaves_nothing_aside_in_the_store(db):
    def pieces():
        yield b"some bytes"
        raise ValueError("the sender left")

    aside = Path(django_settings.COLOPHON_STORE) / "aside"
    before = set(aside.iterdir()) if aside.exists() else set()
    with pytest.raises(ValueError, match="left"):
        store.put(pieces())
    assert set(aside.iterdir()) == before


def test_of_two_who_append_at_once_one_is_told_the_offset_it_missed(committed_db, build_house):
    house = build_house()
    with house.inside():
        row = transfers.begin(by=house.author, name="a.txt", size=200)
    start, outcomes = threading.Barrier(2), []

    def append(letter):
        start.wait()
        try:
            with tenant(house.organisation.id):
                held = transfers.find(by=house.author, transfer_id=row.id)
                transfers.append(transfer=held, offset=0, pieces=[letter * 100])
            outcomes.append("taken")
        except parts.WrongOffset:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=append, args=(one,)) for one in (b"a", b"b")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["taken", "told"]
    assert parts.length(row.pk) == 100
