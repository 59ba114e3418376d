"""The trash: what may go there, what is evidence, and that everything comes back for thirty days."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from colophon.accounts import services as accounts
from colophon.accounts.roles import Role
from colophon.ledger.models import Event
from colophon.ledger.tenancy import tenant
from colophon.portal import board_pages
from colophon.releases import errors, trashing
from colophon.releases import services as releases
from colophon.releases.models import Release
from colophon.studio import boards, incoming, seeing
from colophon.studio.errors import NotYourPart
from colophon.studio.models import Artifact, Entry, Trashed
from kernel.errors import Refused

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


def text(house, title, parent=None):
    """Return a work that costs nothing to make."""
    with house.inside():
        upload = incoming.receive(
            by=house.author, name="a.txt", media_type="text/plain", pieces=[title.encode()]
        )
        told = incoming.Incoming(
            project=house.project,
            upload=upload,
            title=title,
            tool="pen",
            ai_share_permille=0,
            parent=parent,
        )
        return incoming.bring_in(by=house.author, incoming=told)


def put(house, *works, by=None):
    return trashing.trash(by=by or house.author, works=list(works))


def test_a_trashed_work_leaves_lists_searches_and_boards_and_comes_back(house):
    work, other = text(house, "Gone for now"), text(house, "Stays")
    with house.inside():
        board = boards.begin(by=house.author, name="Posters")
        boards.place(by=house.author, board=board, works=[work, other])
        assert [one.refused for one in put(house, work)] == [None]
        assert list(seeing.works()) == [other]
        assert board_pages.page_of(house.author, board)["works"] == [other]
        assert board_pages.listed(house.author)[0].n == 1
        assert Entry.objects.get(pk=work.pk).trashed
        put(house, work)
        assert Trashed.objects.count() == 1, "putting it there twice is once"
        assert trashing.restore(by=house.author, works=[work.pk]) == 1
        assert seeing.works().count() == 2
        assert [one.pk for one in board_pages.page_of(house.author, board)["works"]] == [
            work.pk,
            other.pk,
        ], "and stands where it stood"
        assert not Entry.objects.get(pk=work.pk).trashed
        types = Event.objects.filter(subject_id=work.pk).order_by("id")
        assert list(types.values_list("type", flat=True))[-2:] == [
            "artifact.trashed",
            "artifact.restored",
        ]


def test_what_is_evidence_stays_and_the_others_of_the_bulk_go(house):
    asked, free = house.make("a lighthouse"), text(house, "Free")
    edit = text(house, "An edit", parent=free)
    with house.inside():
        release = releases.request(by=house.author, artifact=asked, destinations=["EU"])
        outcomes = {one.work.pk: one.refused for one in put(house, asked, free, edit)}
        assert isinstance(outcomes[asked.pk], errors.KeptForRelease)
        assert "in_review" in str(outcomes[asked.pk])
        assert outcomes[free.pk] is outcomes[edit.pk] is None
        releases.claim(by=house.reviewer, release=release)
        releases.decide(
            by=house.reviewer,
            release=release,
            opinion=releases.Opinion(
                verdict="return",
                artifact_sha256=asked.sha256,
                clause="house.near-copy.image",
                reason="Warmer, please.",
            ),
        )
        refused = put(house, asked)[0].refused
        assert isinstance(refused, errors.KeptAsEvidence)
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
            Trashed.objects.create(artifact=asked, by=house.author, until=timezone.now())


def test_the_source_of_what_was_asked_for_stays_and_nothing_is_released_from_the_trash(house):
    source = house.make("a lighthouse")
    with house.inside():
        put(house, source)
        with pytest.raises(errors.InTrash):
            releases.request(by=house.author, artifact=source, destinations=["EU"])
        with pytest.raises(DatabaseError, match="in the trash"), transaction.atomic():
            ask_past_the_service(house, source)
        trashing.restore(by=house.author, works=[source.pk])
        release = releases.request(by=house.author, artifact=source, destinations=["EU"])
        releases.withdraw_request(by=house.author, release=release, reason="")
        assert put(house, source)[0].refused is None, "taken back before anybody decided"


def test_of_a_request_and_a_trashing_at_once_one_wins_and_the_other_is_told(
    committed_db, build_house
):
    house = build_house()
    works = [house.make("a lighthouse", seed=number) for number in range(4)]
    outcome, start = [], threading.Barrier(2)

    def ask(work):
        releases.request(by=house.author, artifact=work, destinations=["EU"])

    def aside(work):
        refused = put(house, work)[0].refused
        if refused is not None:
            raise refused

    def act(what, work):
        try:
            with tenant(house.organisation.id):
                start.wait()
                what(work)
            outcome.append("done")
        except Refused as error:
            outcome.append(error.code)
        finally:
            connection.close()

    for work in works:
        threads = [threading.Thread(target=act, args=(what, work)) for what in (ask, aside)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert outcome.count("done") == 4, outcome
    assert set(outcome) <= {"done", "in_trash", "kept_for_release"}


@pytest.mark.parametrize("first", ["aside", "asked"])
def test_the_triggers_alone_let_one_of_the_two_wait_for_the_other(committed_db, build_house, first):
    house = build_house()
    work = house.make("a lighthouse")
    told, done = [], threading.Event()

    def aside():
        Trashed.objects.create(artifact=work, by=house.author, until=timezone.now())

    def asked():
        ask_past_the_service(house, work)

    def second(act):
        try:
            with house.inside():
                act()
            told.append("done")
        except DatabaseError as error:
            told.append(str(error).partition("\n")[0])
        finally:
            connection.close()
            done.set()

    before, after = (aside, asked) if first == "aside" else (asked, aside)
    thread = threading.Thread(target=second, args=(after,))
    with house.inside():
        before()
        thread.start()
        assert not done.wait(1), f"it did not wait: {told}"
    thread.join(timeout=20)
    assert told == [
        "a work in the trash is not released"
        if first == "aside"
        else "what was asked to be released or decided on is evidence"
    ]


def ask_past_the_service(house, work):
    return Release.objects.create(
        state="requested",
        artifact=work,
        artifact_sha256=work.sha256,
        author=house.author,
        purpose="general",
        packs_digest="x",
        persons=1,
        ruling={},
    )


def test_many_in_one_transaction_take_no_memory_that_all_share(house):
    works = [text(house, f"Leaflet {number}") for number in range(30)]
    with house.inside():
        for work in works[:15]:
            ask_past_the_service(house, work)
        put(house, *works[15:])
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_locks where pid = pg_backend_pid()"
                " and locktype in ('advisory', 'tuple')"
            )
            assert cursor.fetchone() == (0,)


def test_thirty_days_and_only_by_author_or_owner(house, monkeypatch):
    work = text(house, "Gone")
    with house.inside():
        other = accounts.join(
            email="o@lantern.test", name="Other", password=PASSWORD, roles=[Role.AUTHOR]
        )
        assert isinstance(put(house, work, by=other)[0].refused, NotYourPart)
        put(house, work)
        with pytest.raises(NotYourPart):
            trashing.restore(by=other, works=[work.pk])
        later = timezone.now() + timedelta(days=31)
        monkeypatch.setattr(trashing.timezone, "now", lambda: later)
        with pytest.raises(errors.TooLateToRestore, match="30 days"):
            trashing.restore(by=house.author, works=[work.pk])


def test_the_undo_stands_in_the_note_and_the_page_lists_what_is_aside(house, client):
    works = [text(house, f"Leaflet {number}") for number in range(2)]
    assert client.post("/login", {"email": house.author.email, "password": PASSWORD})
    ids = [str(one.pk) for one in works]
    answer = client.post("/trash/put", {"works": ids, "next": "/boards"})
    assert answer["Location"] == "/boards"
    page = client.get("/boards").content.decode()
    assert 'data-key="z"' in page
    assert all(f'name="works" value="{one}"' in page for one in ids)
    listed = client.get("/trash").content.decode()
    assert "Leaflet 0" in listed
    assert "Leaflet 1" in listed
    assert "In the trash since" in client.get(f"/works/{ids[0]}").content.decode()
    client.post("/trash/restore", {"works": ids, "next": "https://evil.test/"})
    assert "The trash is empty" in client.get("/trash").content.decode()
    with house.inside():
        assert Artifact.objects.count() == seeing.works().count() == 2
    nothing = client.post("/trash/put", {"works": ["x"], "next": "/trash"}, follow=True)
    assert b"No work was picked" in nothing.content


def test_programs_put_aside_and_take_back_and_are_told_what_is_evidence(house, client):
    work, asked = text(house, "Gone"), house.make("a lighthouse")
    with house.inside():
        releases.request(by=house.author, artifact=asked, destinations=["EU"])
        secret = accounts.issue_token(person=house.author, label="test")
    numbers = iter(range(9))

    def post(path):
        headers = {"authorization": f"Bearer {secret}", "idempotency-key": str(next(numbers))}
        return client.post(f"/api/v1{path}", content_type="application/json", headers=headers)

    assert post(f"/works/{work.pk}/trash").json()["trashed"] is True
    assert post(f"/works/{work.pk}/restore").json()["trashed"] is False
    refused = post(f"/works/{asked.pk}/trash")
    assert refused.status_code == 409
    assert refused.json()["code"] == "kept_for_release"
