"""Who is told what, how it reaches them, and that nobody else hears of it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from colophon.accounts import notifications
from colophon.accounts.note import Note
from colophon.accounts.note_codes import CODES
from colophon.accounts.roles import Role
from colophon.ledger.services import About
from colophon.ledger.tenancy import tenant
from colophon.releases import services as releases
from colophon.releases.models import Release, Verdict
from kernel.errors import BadInput
from kernel.ids import new_id

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def sign_in(client):
    def as_(person):
        answer = client.post("/login", {"email": person.email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content
        return client

    return as_


def decide(house, release, verdict, *, by, clause="", reason=""):
    with house.inside():
        release = Release.objects.select_related("artifact", "author").get(pk=release.pk)
        releases.claim(by=by, release=release)
        opinion = releases.Opinion(
            verdict=verdict,
            artifact_sha256=release.artifact_sha256,
            clause=clause,
            reason=reason,
        )
        return releases.decide(by=by, release=release, opinion=opinion)


def asked(house, destinations=("EU",), text="a lighthouse at dawn"):
    artifact = house.make(text)
    with house.inside():
        return releases.request(by=house.author, artifact=artifact, destinations=destinations)


def codes(house, person):
    with house.inside():
        return [one.code for one in Note.objects.filter(person=person).order_by("at", "id")]


def test_a_kind_that_is_switched_off_leaves_no_row(house):
    about = About("artifact", new_id())
    with house.inside():
        notifications.choose(person=house.author, ways={"commented": "off"})
        for person in (house.author, house.reviewer):
            facts = {"by": str(house.keeper.ref), "title": "Boat"}
            notifications.tell(person=person, code="commented", facts=facts, about=about)
        assert not Note.objects.filter(person=house.author).exists()
        assert Note.objects.filter(person=house.reviewer).count() == 1
        with pytest.raises(BadInput, match="off"):
            notifications.choose(person=house.author, ways={"commented": "pigeon"})
        with pytest.raises(BadInput, match="known"):
            notifications.choose(person=house.author, ways={"nothing": "app"})


def test_facts_that_a_sentence_lacks_are_found_where_they_are_written(house):
    with house.inside(), pytest.raises(ValueError, match="title"):
        notifications.tell(
            person=house.author, code="commented", facts={"by": "x"}, about=About("x", new_id())
        )


def test_no_mail_names_a_work():
    for code in CODES.values():
        assert "{title}" not in code.mails
        assert "{reason}" not in code.mails


def test_the_author_is_told_of_a_refusal_with_its_reason(house, sign_in):
    release = asked(house)
    decide(
        house,
        release,
        Verdict.REFUSE,
        by=house.reviewer,
        clause="house.word-bank",
        reason="A <b>slogan</b> of others.",
    )
    assert codes(house, house.author) == ["release_refused"]
    client = sign_in(house.author)
    page = client.get("/notes").content.decode()
    assert "house.word-bank" in page
    assert "A &lt;b&gt;slogan&lt;/b&gt; of others." in page
    assert '<span class="count">1</span>' in page
    with house.inside():
        note = Note.objects.get(person=house.author)
    answer = client.get(f"/notes/{note.pk}")
    assert answer["Location"] == f"/works/{release.artifact_id}"
    assert 'class="count"' not in client.get("/notes").content.decode()


def test_approvers_get_one_note_that_counts_and_the_first_reviewer_none(house):
    for number in range(2):
        release = asked(house, ["EU", "CN"], text=f"a boat {number}")
        decide(house, release, Verdict.APPROVE, by=house.reviewer)
    with house.inside():
        note = Note.objects.get(code="second_review_waits")
        assert note.person == house.approver
        assert note.facts["n"] == 2
        notifications.read_all(person=house.approver)
        notifications.tell_all(
            people=notifications.holders(Role.APPROVER),
            code="second_review_waits",
            facts={},
            about=About("release", release.pk),
        )
        rows = Note.objects.filter(code="second_review_waits").order_by("at", "id")
        assert [(one.facts["n"], one.read_at is None) for one in rows] == [(2, False), (1, True)]


def test_clearing_tells_the_author(house, settings):
    settings.COLOPHON_TSA_URL = "http://tsa.test"
    release = asked(house)
    decide(house, release, Verdict.APPROVE, by=house.reviewer)
    assert codes(house, house.author) == ["release_cleared"]


def test_notes_of_others_are_neither_shown_nor_opened_nor_read(house, sign_in):
    with house.inside():
        notifications.tell(
            person=house.author,
            code="release_cleared",
            facts={"title": "Secret harbour"},
            about=About("artifact", new_id()),
        )
        note = Note.objects.get()
    client = sign_in(house.reviewer)
    assert "Secret harbour" not in client.get("/notes").content.decode()
    assert client.get(f"/notes/{note.pk}").status_code == 404
    client.post("/notes/read", {"note": str(note.pk)})
    client.post("/notes/read")
    with house.inside():
        assert Note.objects.get().read_at is None


def test_the_page_pages_by_key_and_asks_a_constant_number_of_queries(
    house, sign_in, django_assert_max_num_queries
):
    with house.inside():
        for number in range(120):
            notifications.tell(
                person=house.author,
                code="mentioned",
                facts={"title": f"Boat {number}", "by": str(house.reviewer.ref)},
                about=About("artifact", new_id()),
            )
    client = sign_in(house.author)
    seen, path = [], "/notes"
    for _ in range(3):
        with django_assert_max_num_queries(14):
            page = client.get(path).content.decode()
        seen += [n for n in range(120) if f"Boat {n}<" in page]
        assert "99+" in page
        path = "/notes?before=" + page.partition('href="?before=')[2].partition('"')[0]
    assert sorted(seen) == list(range(120))
    client.post("/notes/read")
    page = client.get("/notes?view=unread").content.decode()
    assert "You have read everything." in page
    assert client.get("/notes?before=nonsense").status_code == 200


def test_how_kinds_come_is_kept_and_shown(house, sign_in):
    client = sign_in(house.author)
    page = client.get("/notes").content.decode()
    assert "No mail server is set" in page
    ways = dict.fromkeys(CODES, "app") | {"mentioned": "off"}
    assert client.post("/notes/choose", ways).status_code == 302
    with house.inside():
        held = notifications.choices(house.author)
    assert {code: str(way) for code, way in held.items()} == ways
    assert client.post("/notes/choose", {"mentioned": "pigeon"}).status_code == 422


def test_two_who_count_up_the_same_people_both_count(committed_db, build_house):
    house = build_house()
    start = threading.Barrier(6)

    def count():
        try:
            start.wait()
            with tenant(house.organisation.id):
                notifications.tell_all(
                    people=notifications.holders(Role.APPROVER, Role.REVIEWER),
                    code="second_review_waits",
                    facts={},
                    about=About("release", new_id()),
                )
        finally:
            connection.close()

    threads = [threading.Thread(target=count) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with house.inside():
        assert {one.facts["n"] for one in Note.objects.all()} == {6}
        assert Note.objects.count() == 2
