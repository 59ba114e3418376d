"""Every committed event is sequenced exactly once, in one history, whatever is killed."""

from __future__ import annotations

import os
import random
import subprocess
import threading
import time

import psycopg
import pytest

from colophon.ledger import note, sequencer
from colophon.ledger.merkle import EMPTY, Tree, leaf_hash
from colophon.ledger.note import TreeHead
from colophon.ledger.sequencer import EdgeMoved, HiddenEvents, Sequencer, TilesDamaged
from colophon.ledger.tiles import tiles_of

# `CHAOS_KILLS=200` asks for more; every run of the tests takes this sample.
KILLS = int(os.environ.get("CHAOS_KILLS", "20"))


def _assert_whole(ledger):
    """Rebuild the tree from the events' own bytes and hold the database against it."""
    rows = ledger.rows(
        "select leaf_index, body from ledger_leaf join ledger_event on id = ledger_leaf.event_id "
        "order by leaf_index"
    )
    tree = Tree(leaf_hash(bytes(body)) for _, body in rows)
    assert [index for index, _ in rows] == list(range(len(rows)))
    assert len({bytes(body) for _, body in rows}) == len(rows)
    for size, root, text in ledger.rows("select size, root, note from ledger_checkpoint"):
        found = note.parse_note(text.encode())
        note.verify(found, by=ledger.signer.verifier)
        said = note.parse_tree_head(found.text)
        assert (said.size, said.root, bytes(root)) == (size, tree.root(size), tree.root(size))
    tiles = {
        (lv, n): bytes(h) for lv, n, h in ledger.rows("select level, n, hashes from ledger_tile")
    }
    wanted = {
        (level, n): b"".join(tree.subtree(8 * level, 256 * n + i) for i in range(width))
        for level, n, width in tiles_of(tree.size)
    }
    assert tiles == wanted
    return tree


def test_committed_events_become_leaves_tiles_and_one_signed_head_a_tick(ledger):
    ledger.write(300, each=50)
    assert ledger.sequence() == 300
    ledger.write(5)
    assert ledger.sequence() == 5
    assert _assert_whole(ledger).size == 305
    assert [row[0] for row in ledger.rows("select size from ledger_checkpoint order by size")] == [
        300,
        305,
    ]
    assert ledger.count("pending") == 0


def test_a_tick_without_events_writes_nothing(ledger):
    assert ledger.sequence() == 0
    assert ledger.count("checkpoint") == 0


def test_more_than_one_batch_waits_for_the_next_tick(ledger, monkeypatch):
    monkeypatch.setattr(sequencer, "BATCH", 100)
    ledger.write(257, each=257)
    assert ledger.sequence() == 257
    assert _assert_whole(ledger).size == 257
    assert [row[0] for row in ledger.rows("select size from ledger_checkpoint order by size")] == [
        100,
        200,
        257,
    ]


class NaiveSequencer(Sequencer):
    """The planted fault: everything after the last id, as one would write it without thinking."""

    def _take(self):
        return [
            (event, bytes(leaf))
            for event, leaf in self._con.execute(
                "select id, leaf_hash from ledger_event "
                "where id > (select coalesce(max(event_id), 0) from ledger_leaf) order by id"
            )
        ]


@pytest.mark.parametrize(("kind", "lost"), [(Sequencer, 0), (NaiveSequencer, 1)])
def test_an_event_that_commits_late_is_lost_by_a_cursor_and_not_by_the_pending_table(
    ledger, kind, lost
):
    with (
        ledger.login("app") as slow,
        ledger.login("app") as quick,
        sequencer.connect(ledger.dsn("sequencer")) as con,
    ):
        working = kind(con, signer=ledger.signer)
        with slow.transaction():
            ledger.write_event(slow, "first id, last commit")
            with quick.transaction():
                ledger.write_event(quick, "second id, first commit")
            assert working.tick() == 1
        assert working.tick() == 1 - lost
    assert ledger.count("event") - ledger.count("leaf") == lost
    _assert_whole(ledger)  # the loss is invisible to every proof, hence this test


class Writer(threading.Thread):
    """Commits events one by one, some of them late, and counts what was acknowledged."""

    def __init__(self, ledger, number):
        super().__init__(daemon=True)
        self.ledger, self.number = ledger, number
        self.acknowledged, self.ending = [], threading.Event()

    def run(self):
        chance = random.Random(self.number)
        with self.ledger.login("app") as con:
            while not self.ending.is_set():
                text = f"writer {self.number} event {len(self.acknowledged)}"
                with con.transaction():
                    event = self.ledger.write_event(con, text)
                    if chance.random() < 0.05:
                        time.sleep(chance.random() * 0.1)
                self.acknowledged.append(event)

    def end(self):
        self.ending.set()
        self.join()
        return self.acknowledged


def _start_writers(ledger, count):
    writers = [Writer(ledger, number) for number in range(count)]
    for one in writers:
        one.start()
    return writers


def _assert_all_sequenced(ledger, writers):
    acknowledged = {event for one in writers for event in one.end()}
    ledger.until(lambda: ledger.count("pending") == 0)
    sequenced = {
        row[0]
        for row in ledger.rows(
            "select ledger_event.event_id from ledger_leaf "
            "join ledger_event on ledger_event.id = ledger_leaf.event_id"
        )
    }
    assert acknowledged <= sequenced
    assert ledger.count("event") == ledger.count("leaf") == len(sequenced)
    tree = _assert_whole(ledger)
    assert ledger.fsck().returncode == 0
    return tree


@pytest.mark.slow
def test_kills_of_the_sequencer_under_load_lose_double_and_fork_nothing(ledger):
    writers = _start_writers(ledger, 3)
    chance, seen = random.Random(20), 0
    for _ in range(KILLS):
        with ledger.sequencer("--period", "0.02"):
            # Let it work for a random while, so that it dies in another place each time.
            ledger.until(lambda seen=seen: ledger.count("leaf") > seen)
            time.sleep(chance.random() * 0.15)
        seen = ledger.count("leaf")
    ledger.until(lambda: ledger.count("event") > 600)
    with ledger.sequencer("--period", "0.02"):
        tree = _assert_all_sequenced(ledger, writers)
    assert tree.size > 512  # two full tiles at least were crossed
    assert ledger.count("checkpoint") > KILLS


def test_a_session_that_the_server_ends_is_opened_again(ledger):
    writers = _start_writers(ledger, 2)
    with ledger.sequencer("--period", "0.02"):
        for _ in range(3):
            seen = ledger.count("leaf")
            ledger.until(lambda seen=seen: ledger.count("leaf") > seen)
            with ledger.admin() as admin:
                ended = admin.execute(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                    "where application_name = 'colophon-sequencer' and datname = current_database()"
                ).fetchone()
            assert ended[0] >= 1
        _assert_all_sequenced(ledger, writers)


def test_of_two_sequencers_one_works_and_the_other_takes_over(ledger):
    writers = _start_writers(ledger, 2)
    with ledger.sequencer("--period", "0.02") as first:
        ledger.until(lambda: ledger.count("leaf") > 0)
        with ledger.sequencer("--period", "0.02", "--no-wait") as refused:
            assert refused.wait(20) == 1
        assert "Another sequencer works on this database" in ledger.said()
        with ledger.sequencer("--period", "0.02"):
            ledger.until(lambda: "sequencer.waiting" in ledger.said())
            first.kill()
            first.wait()
            seen = ledger.count("leaf")
            ledger.until(lambda: ledger.count("leaf") > seen)
            _assert_all_sequenced(ledger, writers)


def test_a_sequencer_that_slept_through_another_ones_work_stops_at_its_next_write(ledger):
    """As after SIGSTOP and a failover: the lock is gone, and this one does not know it."""
    with sequencer.connect(ledger.dsn("sequencer")) as con:
        asleep = Sequencer(con, signer=ledger.signer)
        ledger.write(3)
        assert asleep.tick() == 3
        ledger.write(4)
        assert ledger.sequence() == 4
        ledger.write(5)
        with pytest.raises(EdgeMoved, match="7 leaves where this sequencer had left it at 3"):
            asleep.tick()
        assert ledger.count("pending") == 5
        assert asleep.tick() == 5  # it read the edge again
    assert _assert_whole(ledger).size == 12


def test_pending_events_that_row_security_hides_are_never_dropped(ledger):
    ledger.write(3)
    with ledger.admin() as admin:
        admin.execute("drop policy ledger_event_sequencer on ledger_event")
    with (
        sequencer.connect(ledger.dsn("sequencer")) as con,
        pytest.raises(HiddenEvents, match="3 pending"),
    ):
        Sequencer(con, signer=ledger.signer).tick()
    assert ledger.count("pending") == 3


def test_damaged_tiles_are_not_built_upon(ledger):
    ledger.write(300, each=300)
    ledger.sequence()
    with ledger.superuser() as admin:
        admin.execute(
            "update ledger_tile set hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1) "
            "where level = 0 and n = 1"
        )
    ledger.write(1)
    with (
        sequencer.connect(ledger.dsn("sequencer")) as con,
        pytest.raises(TilesDamaged, match="300"),
    ):
        Sequencer(con, signer=ledger.signer).tick()
    assert ledger.count("checkpoint") == 1


def test_the_database_itself_refuses_a_second_head_of_one_size(ledger):
    ledger.write(3)
    ledger.sequence()
    text = TreeHead(origin="o", size=3, root=EMPTY).text
    with ledger.login("sequencer") as con:
        with pytest.raises(psycopg.errors.UniqueViolation):
            con.execute(
                "insert into ledger_checkpoint (size, root, note) values (3, %s, %s)",
                [EMPTY, text + "\n" + ledger.signer.sign(text)],
            )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            con.execute("update ledger_checkpoint set note = ''")


def test_it_stops_when_told_and_takes_an_event_before_its_period(ledger):
    with ledger.operated_sequencer("--period", "30") as child:
        ledger.until(lambda: "sequencer.started" in ledger.said())
        time.sleep(0.3)
        ledger.write(1)
        ledger.until(lambda: ledger.count("leaf") == 1, seconds=3)
        child.terminate()
        assert child.wait(5) == 0


def test_without_a_key_it_says_where_one_belongs(ledger):
    command = ledger.command("sequencer", "--key", str(ledger.folder / "none.key"))
    found = subprocess.run(
        command, env=ledger.env("sequencer"), check=False, capture_output=True, text=True
    )
    assert found.returncode == 1
    assert "There is no usable key at" in found.stderr
    assert "Traceback" not in found.stderr
