"""Boards: who sees them, who fills them, and that no work ever depends on one."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from colophon.accounts import services as accounts
from colophon.accounts.models import Team
from colophon.accounts.roles import Role
from colophon.ledger.facts import facts_of
from colophon.ledger.models import Event
from colophon.ledger.services import About
from colophon.ledger.tenancy import tenant
from colophon.portal import board_pages
from colophon.studio import boards, incoming, projects, seeing
from colophon.studio.errors import BoardFull, NotYourBoard
from colophon.studio.models import Artifact, Board, BoardItem
from colophon.web import chain
from kernel.errors import BadInput

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


@pytest.fixture
def other(house):
    """An author of another team of the organisation."""
    with house.inside():
        return accounts.join(
            email="other@lantern.test",
            name="Other",
            password=PASSWORD,
            roles=[Role.AUTHOR],
            team=Team.objects.create(name="Museum"),
        )


@pytest.fixture
def sign_in(client):
    def as_(person):
        assert (
            client.post("/login", {"email": person.email, "password": PASSWORD}).status_code == 302
        )
        return client

    return as_


def texts(house, number, project=None):
    """Return works that cost nothing to make."""
    made = []
    with house.inside():
        for one in range(number):
            words = f"Leaflet {one} of {project or house.project}".encode()
            upload = incoming.receive(
                by=house.author, name=f"{one}.txt", media_type="text/plain", pieces=[words]
            )
            made.append(
                incoming.bring_in(
                    by=house.author,
                    incoming=incoming.Incoming(
                        project=project or house.project,
                        upload=upload,
                        title=f"Leaflet {one}",
                        tool="pen",
                        ai_share_permille=0,
                    ),
                )
            )
    return made


def order(board):
    return list(board.items.order_by("position").values_list("artifact__title", flat=True))


def test_works_are_laid_once_in_order_moved_and_taken_off(house):
    works = texts(house, 4)
    with house.inside():
        board = boards.begin(by=house.author, name="Posters")
        assert boards.place(by=house.author, board=board, works=[*works, works[0]]) == 4
        assert boards.place(by=house.author, board=board, works=works[:2]) == 0
        move = {"by": house.author, "board": board}
        boards.arrange(**move, work_id=works[3].pk, before=works[1].pk)
        assert order(board) == ["Leaflet 0", "Leaflet 3", "Leaflet 1", "Leaflet 2"]
        boards.arrange(**move, work_id=works[0].pk, before=None)
        assert order(board) == ["Leaflet 3", "Leaflet 1", "Leaflet 2", "Leaflet 0"]
        boards.change(by=house.author, board=board, to={"cover_id": works[1].pk})
        assert boards.take_off(by=house.author, board=board, works=[works[1].pk]) == 1
        board.refresh_from_db()
        assert board.cover_id is None
        boards.arrange(**move, work_id=works[0].pk, before=works[3].pk)
        assert order(board) == ["Leaflet 0", "Leaflet 3", "Leaflet 2"]
        with pytest.raises(BadInput):
            boards.arrange(**move, work_id=works[1].pk, before=None)
        types = Event.objects.filter(subject_id=board.pk).order_by("id")
        assert list(types.values_list("type", flat=True)) == [
            "board.begun",
            "board.filled",
            "board.arranged",
            "board.arranged",
            "board.changed",
            "board.emptied",
            "board.arranged",
        ]


def test_deleting_a_board_deletes_no_work(house):
    works = texts(house, 2)
    with house.inside():
        board = boards.begin(by=house.author, name="Posters")
        boards.place(by=house.author, board=board, works=works)
        boards.delete(by=house.author, board=board)
        assert not BoardItem.objects.exists()
        assert Artifact.objects.count() == 2
        assert Event.objects.filter(type="board.deleted").exists()


def test_the_record_says_no_word_of_a_board_while_it_is_private(house):
    with house.inside():
        board = boards.begin(by=house.author, name="Layoffs film", description="Nobody may know.")
        boards.change(by=house.author, board=board, to={"name": "Layoffs, second cut"})
        boards.change(
            by=house.author, board=board, to={"sharing": "public", "name": "Harbour film"}
        )
        boards.change(by=house.author, board=board, to={"sharing": "private", "name": "Layoffs"})
        boards.delete(by=house.author, board=board)
        events = Event.objects.filter(subject_id=board.pk).prefetch_related("disclosure_set")
        said = str([facts_of(one) for one in events])
        assert "Layoffs" not in said
        assert "Nobody" not in said
        assert "Harbour film" in said, "what was shared was said"
        steps = chain.newest_of([About("board", board.pk)], most=9)
        assert [one.type for one in steps].count("board.changed") == 3
        assert "a private board" in steps[0].detail


def test_private_team_and_public_are_seen_and_filled_by_whom_they_say(house, other):
    works = texts(house, 1)
    with house.inside():
        for sharing, teammate_sees, stranger_sees in (
            ("private", False, False),
            ("team", True, False),
            ("public", True, True),
        ):
            board = boards.begin(by=house.author, name=sharing, sharing=sharing)
            assert boards.seen_by(house.author).filter(pk=board.pk).exists()
            assert boards.seen_by(house.reviewer).filter(pk=board.pk).exists() is teammate_sees
            assert boards.seen_by(other).filter(pk=board.pk).exists() is stranger_sees
            assert boards.may_fill(house.reviewer, board) is teammate_sees
            with pytest.raises(NotYourBoard) as refused:
                boards.place(by=other, board=board, works=works)
            assert "Author" in str(refused.value)
            with pytest.raises(NotYourBoard):
                boards.delete(by=house.reviewer, board=board)
        other.team = None
        with pytest.raises(BadInput, match="no team"):
            boards.begin(by=other, name="Mine", sharing="team")


def test_a_board_takes_works_of_several_projects_and_shows_each_what_they_may_see(house, other):
    with house.inside():
        hidden = projects.begin(by=house.author, name="Secret", private=True)
    works = texts(house, 2) + texts(house, 1, hidden)
    with house.inside():
        board = boards.begin(by=house.author, name="All", sharing="public")
        boards.place(by=house.author, board=board, works=works)
        with seeing.as_(house.author):
            assert board_pages.page_of(house.author, board)["n"] == 3
        with seeing.as_(other):
            page = board_pages.page_of(other, board)
            assert [one.title for one in page["works"]] == ["Leaflet 0", "Leaflet 1"]
            assert board_pages.listed(other)[0].n == 2


def test_a_board_is_full_at_last_and_says_so(house, monkeypatch):
    monkeypatch.setattr(boards, "MOST", 2)
    works = texts(house, 3)
    with house.inside():
        board = boards.begin(by=house.author, name="Small")
        with pytest.raises(BoardFull, match="2 are the most"):
            boards.place(by=house.author, board=board, works=works)
        assert not board.items.exists()


def test_two_who_fill_a_board_at_once_give_every_work_its_own_place(committed_db, build_house):
    house = build_house()
    works = texts(house, 12)
    with house.inside():
        board = boards.begin(by=house.author, name="Posters", sharing="team")
    start = threading.Barrier(2)

    def fill(by, mine):
        try:
            start.wait()
            for work in mine:
                with tenant(house.organisation.id):
                    boards.place(by=by, board=board, works=[work])
        finally:
            connection.close()

    pairs = [(house.author, works[:8]), (house.reviewer, works[4:])]
    threads = [threading.Thread(target=fill, args=one) for one in pairs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with house.inside():
        places = list(board.items.order_by("position").values_list("position", flat=True))
        assert places == list(range(1, 13))


def test_the_pages_lead_from_a_work_to_its_board_and_back(house, other, sign_in):
    works = texts(house, 3)
    client = sign_in(house.author)
    said = {"name": "Posters", "description": "Candidates.", "sharing": "private"}
    page = client.post("/boards", said)["Location"]
    with house.inside():
        board = Board.objects.get()
    for work in works:
        path = f"/works/{work.pk}/boards"
        assert client.post(path, {"board": board.pk}).status_code == 302
    assert b"Posters" in client.get(f"/works/{works[0].pk}").content
    moved = {"work": works[2].pk, "act": "move", "before": works[0].pk}
    assert client.post(page + "/works", moved).status_code == 302
    shown = client.get(page).content.decode()
    assert shown.index("Leaflet 2") < shown.index("Leaflet 0") < shown.index("Leaflet 1")
    again = client.post("/boards", {**said, "description": "Typed twice."})
    assert again.status_code == 422
    assert b"Typed twice." in again.content
    assert client.post(page + "/works", {"work": "x", "act": "move"}).status_code == 422
    sign_in(other)
    assert client.get(page).status_code == 404
    assert client.post(page + "/delete").status_code == 404


def test_the_pages_of_boards_ask_as_many_queries_for_many_as_for_few(house, sign_in):
    client = sign_in(house.author)

    def asked(path):
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    with house.inside():
        board = boards.begin(by=house.author, name="Posters")
    boards_page = f"/boards/{board.pk}"
    with house.inside():
        boards.place(by=house.author, board=board, works=texts(house, 1))
    few = asked("/boards"), asked(boards_page)
    with house.inside():
        boards.place(by=house.author, board=board, works=texts(house, 6))
        for number in range(3):
            more = boards.begin(by=house.author, name=f"More {number}")
            boards.place(by=house.author, board=more, works=list(Artifact.objects.all()[:3]))
    assert (asked("/boards"), asked(boards_page)) == few
    assert max(few) <= 20, few
