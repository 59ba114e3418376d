"""The gallery's page: what is typed and ticked, picking, acts on many, comparing."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from colophon.releases import services as releases
from colophon.releases.models import Release
from colophon.studio import tagging
from colophon.studio.models import Artifact, Listed, Look, Tagging
from colophon.web import differing

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def sign_in(client):
    def as_(person):
        client.post("/login", {"email": person.email, "password": PASSWORD})
        return client

    return as_


def write(house, title, **more):
    """A work by its row alone, and as judged as it needs to be to be listed."""
    medium = more.pop("medium", "text")
    return Artifact.objects.create(
        project=house.project,
        author=house.author,
        title=title,
        sha256=more.pop("sha256", "0" * 64),
        size=1,
        media_type=more.pop("media_type", "text/plain"),
        medium=medium,
        origin="human",
        **more,
    )


def shown(answer):
    return re.findall(r'class="t" href="/works/([0-9a-f-]+)"', answer.content.decode())


def test_words_keys_and_boxes_find_together(sign_in, house):
    with house.inside():
        one, two = write(house, "Harbour in fog"), write(house, "Harbour by day")
        tagging.retag(by=house.author, artifact=one, add=["night sky"])
    client = sign_in(house.author)
    assert set(shown(client.get("/works"))) == {str(one.id), str(two.id)}
    for address in (
        '/works?q=harbour+tag:"night+sky"',
        "/works?q=fog&state=checking&origin=human",
        "/works?tag=night+sky",
        f"/works?project={house.project.id}&q=fog",
        "/works?q=by:me+fog",
        "/works?q=project:nights+by:author+fog+since:2020-01-01",
    ):
        assert shown(client.get(address)) == [str(one.id)], address
    assert shown(client.get("/works?q=project:elsewhere")) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("seed:abc", "a seed is a whole number"),
        ("colour:mauve", "a colour is #rrggbb"),
        ("since:yesterday", "a day is written"),
        ("state:lost", "no work is ever in that state"),
        ("like:nothing", "no work here has this id"),
    ],
)
def test_what_cannot_be_read_is_told_and_stays_in_its_field(sign_in, house, typed, said):
    answer = sign_in(house.author).get("/works", {"q": f"boat {typed}"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert f'value="boat {typed}"' in page


def test_a_page_leads_to_the_next_by_the_last_work_and_keeps_the_search(sign_in, house):
    with house.inside():
        for number in range(43):
            write(house, f"plate {number}")
    client = sign_in(house.author)
    first = client.get("/works?q=plate&origin=human")
    older = re.search(r'href="([^"]+)" rel="next"', first.content.decode())[1].replace("&amp;", "&")
    second = client.get("/works" + older)
    assert len(shown(first)) == 40
    assert len(shown(second)) == 3
    assert not set(shown(first)) & set(shown(second))
    assert client.get("/works?before=nonsense").status_code == 200
    assert client.get("/works?before=9999999999999999999999.x").status_code == 200


def test_the_gallery_asks_as_many_queries_whatever_is_in_it(sign_in, house):
    client = sign_in(house.author)

    def asked(path):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught.captured_queries)

    with house.inside():
        write(house, "plate")
    paths = ("/works", "/works?q=plate&hue=red&tag=x", f"/works?project={house.project.id}")
    few = [asked(path) for path in paths]
    with house.inside():
        for number in range(30):
            tagging.retag(by=house.author, artifact=write(house, f"plate {number}"), add=["x"])
    assert [asked(path) for path in paths] == few
    assert max(few) <= 20, few


def test_many_works_are_tagged_at_once_with_undo(sign_in, house):
    with house.inside():
        works = [write(house, f"plate {number}") for number in range(3)]
        tagging.retag(by=house.author, artifact=works[0], add=["quay"])
    client = sign_in(house.author)
    said = {
        "act": "tag",
        "tags": "Quay, fog",
        "work": [one.id for one in works],
        "next": "/works?q=p",
    }
    page = client.post("/works/bulk", said).content.decode()
    assert "3 done" in page
    assert 'href="/works?q=p"' in page
    with house.inside():
        assert Listed.objects.get(pk=works[0].pk).tags == ["fog", "quay"]
    undone = client.post("/works/bulk", said | {"act": "untag", "tags": "fog"}).content.decode()
    assert "3 done" in undone
    with house.inside():
        assert set(Tagging.objects.values_list("tag__word", flat=True)) == {"quay"}


def test_many_works_are_laid_on_a_board_and_taken_off_again(sign_in, house):
    from colophon.studio import boards

    with house.inside():
        works = [write(house, f"plate {number}") for number in range(2)]
        board = boards.begin(by=house.author, name="Posters")
        boards.place(by=house.author, board=board, works=works[:1])
    client = sign_in(house.author)
    said = {"act": "board", "board": board.id, "work": [one.id for one in works]}
    page = client.post("/works/bulk", said).content.decode()
    assert "1 done, 1 unchanged" in page
    assert 'value="unboard"' in page
    client.post("/works/bulk", said | {"act": "unboard", "work": [works[1].id]})
    with house.inside():
        assert board.items.count() == 1
    assert client.post("/works/bulk", said | {"board": "nonsense"}).status_code == 404


def test_many_works_are_trashed_but_for_what_is_evidence_and_come_back(sign_in, house):
    asked = house.make("a castle", seed=2)
    with house.inside():
        works = [write(house, f"plate {number}") for number in range(2)]
        releases.request(by=house.author, artifact=asked, destinations=["EU"])
    client = sign_in(house.author)
    said = {"act": "trash", "work": [*(one.id for one in works), asked.id]}
    page = client.post("/works/bulk", said).content.decode()
    assert "2 done, 0 unchanged, 1 refused" in page
    assert 'value="restore"' in page
    assert shown(client.get("/works")) == [str(asked.id)]
    client.post("/works/bulk", {"act": "restore", "work": [one.id for one in works]})
    assert len(shown(client.get("/works"))) == 3


def test_each_release_of_many_has_its_own_outcome(sign_in, house):
    fresh, asked = house.make("a boat", seed=1), house.make("a castle", seed=2)
    with house.inside():
        unjudged = write(house, "unjudged")
        releases.request(by=house.author, artifact=asked, destinations=["EU"])
    said = {
        "act": "release",
        "work": [fresh.id, asked.id, unjudged.id],
        "destination": ["EU", "CN"],
    }
    page = sign_in(house.author).post("/works/bulk", said).content.decode()
    assert "1 done, 0 unchanged, 2 refused" in page
    with house.inside():
        assert Release.objects.count() == 2
        assert Release.objects.get(artifact=fresh).destinations.count() == 2


def test_an_act_on_nothing_on_too_much_or_of_no_name_is_told(sign_in, house):
    client = sign_in(house.author)
    with house.inside():
        work = write(house, "one")
    for said in (
        {"act": "tag", "tags": "x"},
        {"act": "tag", "tags": "x", "work": ["nonsense"]},
        {"act": "tag", "tags": "", "work": [work.id]},
        {"act": "burn", "work": [work.id]},
        {"act": "tag", "tags": "x", "work": [work.id] * 101},
    ):
        assert client.post("/works/bulk", said).status_code == 422, said
    evil = client.post(
        "/works/bulk", {"act": "tag", "tags": "x", "work": [work.id], "next": "//evil.test/"}
    )
    assert b"evil.test" not in evil.content


def test_who_may_not_is_told_and_nothing_is_done(sign_in, house):
    with house.inside():
        work = write(house, "one")
    said = {"act": "tag", "tags": "x", "work": [work.id]}
    page = sign_in(house.auditor).post("/works/bulk", said).content.decode()
    assert "0 done, 0 unchanged, 1 refused" in page
    with house.inside():
        assert not Tagging.objects.exists()


def test_another_tenants_works_are_neither_compared_nor_acted_on(client, two_houses, sign_in):
    mine, theirs = two_houses.mine, two_houses.theirs
    with theirs.inside():
        work = write(theirs, "theirs")
    with mine.inside():
        own = write(mine, "mine")
    sign_in(mine.author)
    assert client.get(f"/works/compare?ids={own.id},{work.id}").status_code == 404
    assert client.get(f"/works?like={work.id}").status_code == 422
    page = client.post("/works/bulk", {"act": "tag", "tags": "x", "work": [work.id]})
    assert b"theirs" not in page.content
    with theirs.inside():
        assert not Tagging.objects.exists()


def test_two_pictures_are_compared_and_what_differs_is_marked(sign_in, house):
    one = house.make("a lighthouse at dawn", seed=1, title="First")
    two = house.make("a lighthouse at dusk", seed=2, title="Second")
    client = sign_in(house.author)
    answer = client.post("/works/bulk", {"act": "compare", "work": [one.id, two.id]})
    assert answer["Location"] == f"/works/compare?ids={one.id},{two.id}"
    page = client.get(answer["Location"]).content.decode()
    assert 'type="range"' in page
    assert re.search(r"<del>.*dawn.*</del><ins>.*dusk.*</ins>", page)
    differing_rows = re.findall(r"<tr data-differs><th scope=\"row\">(?:<code>)?([^<]+)", page)
    assert "Seed" in [one.strip() for one in differing_rows]
    assert "Engine" not in differing_rows
    for view in ("side", "difference", "nonsense"):
        assert client.get(answer["Location"] + f"&view={view}").status_code == 200


@pytest.mark.parametrize("count", [0, 1, 5])
def test_one_work_or_five_are_not_compared(sign_in, house, count):
    with house.inside():
        ids = ",".join(str(write(house, "x").id) for _ in range(count))
    assert sign_in(house.author).get(f"/works/compare?ids={ids}").status_code == 422


def test_texts_are_compared_word_by_word_and_chinese_by_character():
    told = [(one.text, one.how) for one in differing.pieces("a red boat, at dawn", "a blue boat")]
    assert told == [
        ("a ", ""),
        ("red", "out"),
        ("blue", "in"),
        (" boat", ""),
        (", at dawn", "out"),
    ]
    told = [(one.text, one.how) for one in differing.pieces("海上生明月", "海上升明月")]
    assert told == [("海上", ""), ("生", "out"), ("升", "in"), ("明月", "")]
    assert differing.count("a b c", "a b d") == 2
    assert "<script>" not in differing.shown("<script>", "<b>")


def test_works_like_one_are_led_to_by_its_address(sign_in, house):
    first = house.make("a lighthouse at dawn", seed=7)
    again = house.make("a lighthouse at dawn", seed=7)
    with house.inside():
        assert Look.objects.count() == 2
    client = sign_in(house.author)
    assert shown(client.get(f"/works?like={first.id}"))[0] == str(again.id)
    assert shown(client.get(f"/works?like={first.id}&seed=8")) == []


def test_a_search_is_kept_shared_and_tells_what_is_new(sign_in, house):
    from colophon.studio.models import Search

    with house.inside():
        write(house, "an old boat")
    client = sign_in(house.author)
    kept = client.post(
        "/works/searches/keep",
        {"name": " Boats  ", "address": "q=boat&before=1.x&origin=", "shared": "on"},
    )
    with house.inside():
        search = Search.objects.get()
    assert search.name == "Boats"
    assert search.address == "q=boat"
    assert kept["Location"] == f"/works?q=boat&search={search.id}"
    side = client.get("/works/searches").content.decode()
    assert "Boats" in side
    assert 'class="count"' not in side
    with house.inside():
        write(house, "a new boat")
        write(house, "a castle")
        Artifact.objects.filter(pk__isnull=False).count()
    side = client.get("/works/searches").content.decode()
    assert '<span class="count">1<' in side
    assert "hx-post" in client.get(kept["Location"]).content.decode()
    assert client.post(f"/works/searches/{search.id}/look").status_code == 204
    assert 'class="count"' not in client.get("/works/searches").content.decode()
    sign_in(house.reviewer)
    assert "Boats" in client.get("/works/searches").content.decode(), "shared with the team"
    assert client.post(f"/works/searches/{search.id}/let-go").status_code == 404
    sign_in(house.author)
    assert client.post(f"/works/searches/{search.id}/let-go").status_code == 302
    with house.inside():
        assert not Search.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_search_without_a_proper_name_is_not_kept(sign_in, house, name):
    said = {"name": name, "address": "q=boat"}
    assert sign_in(house.author).post("/works/searches/keep", said).status_code == 422


def test_many_searches_are_counted_in_as_many_queries_as_one(sign_in, house):
    client = sign_in(house.author)

    def asked():
        with CaptureQueriesContext(connection) as caught:
            client.get("/works/searches")
        return len(caught.captured_queries)

    client.post("/works/searches/keep", {"name": "one", "address": "q=boat&hue=red"})
    few = asked()
    for number in range(6):
        client.post("/works/searches/keep", {"name": f"{number}", "address": f"q=x{number}&tag=y"})
    assert asked() == few
