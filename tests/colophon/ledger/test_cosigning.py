"""The sequencer and its witnesses: cosigned heads, silence, rollback, rewritten history."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest

from colophon.ledger import cosigning, note, sequencer
from colophon.ledger.cosigning import (
    Head,
    Witness,
    WitnessAhead,
    WitnessDisagrees,
    WitnessSilent,
    cosign,
)
from colophon.ledger.merkle import Tree, leaf_hash
from colophon.ledger.note import TreeHead
from colophon.ledger.tiles import Edge


def _seen_by(witness):
    with urlopen(witness.url + "/state", timeout=5) as answer:  # noqa: S310 - our own witness
        return json.load(answer)["logs"][0]["size"]


def _cosigned(ledger):
    return [row[0] for row in ledger.rows("select size from ledger_cosignature order by size")]


def test_the_newest_head_is_cosigned_and_the_cosignature_verifies(ledger, witness):
    ledger.write(300, each=300)
    with ledger.sequencer("--period", "0.05", *witness.args):
        ledger.until(lambda: 300 in _cosigned(ledger))
        ledger.write(7)
        ledger.until(lambda: 307 in _cosigned(ledger))
    ((text, line),) = ledger.rows(
        "select note, line from ledger_checkpoint join ledger_cosignature using (size) "
        "where size = 307"
    )
    found = note.parse_note((text + line).encode())
    note.verify(found, by=ledger.signer.verifier)
    assert note.verify_cosignature(found, by=witness.key) > 1.7e9
    assert _seen_by(witness) == 307


def test_a_witness_that_falls_silent_stops_no_events_and_is_brought_up_to_date(ledger, witness):
    with ledger.sequencer("--period", "0.05", *witness.args):
        ledger.write(10)
        ledger.until(lambda: _cosigned(ledger)[-1:] == [10])
        witness.stop()
        ledger.write(600, each=20)
        ledger.until(lambda: ledger.count("leaf") == 610)
        assert _cosigned(ledger)[-1] < 610
        witness.start()
        ledger.until(lambda: _cosigned(ledger)[-1:] == [610])
    assert "witness.missing" in ledger.said()


def test_nothing_is_signed_before_a_witness_was_heard_unless_one_says_so(ledger, witness):
    witness.stop()
    ledger.write(5)
    with ledger.sequencer("--period", "0.05", *witness.args):
        ledger.until(lambda: "sequencer.unheard" in ledger.said())
        assert ledger.count("checkpoint") == 0
        witness.start()
        ledger.until(lambda: _cosigned(ledger) == [5])
    witness.stop()
    ledger.write(5)
    with ledger.sequencer("--period", "0.05", *witness.args, "--unheard"):
        ledger.until(lambda: ledger.count("leaf") == 10)


def _assert_refuses_to_start(ledger, witness, *, saying):
    heads = ledger.rows("select size, root from ledger_checkpoint order by size")
    with ledger.sequencer("--period", "0.05", *witness.args) as child:
        assert child.wait(20) == 1
    assert saying in ledger.said()
    assert ledger.rows("select size, root from ledger_checkpoint order by size") == heads


def _roll_back(ledger, *, to):
    """Put the database back to ``to`` leaves, as restoring yesterday's backup does."""
    with ledger.superuser() as admin:
        admin.execute("delete from ledger_cosignature where size > %s", [to])
        admin.execute("delete from ledger_checkpoint where size > %s", [to])
        admin.execute(
            "create temp table gone as select event_id from ledger_leaf where leaf_index >= %s",
            [to],
        )
        admin.execute("delete from ledger_leaf where leaf_index >= %s", [to])
        admin.execute("delete from ledger_event where id in (select event_id from gone)")
        admin.execute("delete from ledger_tile")
        hashes = [
            bytes(h)
            for (h,) in admin.execute(
                "select leaf_hash from ledger_leaf join ledger_event on id = ledger_leaf.event_id "
                "order by leaf_index"
            )
        ]
        edge = Edge()
        edge.extend(hashes)
        for (level, n), tile in edge.take_changed().items():
            admin.execute("insert into ledger_tile values (%s, %s, %s)", [level, n, tile])


def test_a_rolled_back_database_is_not_signed_for(ledger, witness):
    with ledger.sequencer("--period", "0.05", *witness.args):
        ledger.write(300, each=300)
        ledger.until(lambda: _cosigned(ledger)[-1:] == [300])
        ledger.write(20, each=20)
        ledger.until(lambda: _cosigned(ledger)[-1:] == [320])
    _roll_back(ledger, to=300)
    assert ledger.fsck().returncode == 0  # the database alone shows nothing
    ledger.write(5)
    _assert_refuses_to_start(ledger, witness, saying="has seen 320 events; this database holds 300")


def test_a_database_that_was_rolled_back_and_grew_again_is_not_signed_for(ledger, witness):
    with ledger.sequencer("--period", "0.05", *witness.args):
        ledger.write(300, each=300)
        ledger.until(lambda: _cosigned(ledger)[-1:] == [300])
        ledger.write(20, each=20)
        ledger.until(lambda: _cosigned(ledger)[-1:] == [320])
    _roll_back(ledger, to=300)
    ledger.write(20, each=20)
    ledger.sequence()  # somebody starts it with the witness left out: the same size again
    _assert_refuses_to_start(ledger, witness, saying="has seen another tree: its 320 events")
    ledger.write(50, each=50)
    ledger.sequence()  # and it grows past the witness
    _assert_refuses_to_start(ledger, witness, saying="has seen another tree: its 320 events")
    assert _seen_by(witness) == 320
    assert len(list((witness.folder / "disputed").iterdir())) == 2  # the forked heads, as evidence


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def liar():
    """A witness that answers whatever the test says."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


KEY = note.Signer(name="w", algorithm=note.Algorithm.COSIGNATURE, seed=b"\x08" * 32)
OTHER = note.Signer(name="w", algorithm=note.Algorithm.COSIGNATURE, seed=b"\x09" * 32)
LOG = note.Signer(name="o", algorithm=note.Algorithm.ED25519, seed=b"\x07" * 32)
TEXT = TreeHead(origin="o", size=9, root=Tree([leaf_hash(b"")]).root()).text


@pytest.mark.parametrize(
    ("answers", "error", "says"),
    [
        ([(409, b"10\n")], WitnessAhead, "has seen 10 events; this database holds 9"),
        ([(409, b"9\n")], WitnessDisagrees, "its 9 events"),
        ([(422, b"")], WitnessDisagrees, "another tree"),
        ([(409, b"0\n"), (409, b"0\n")], WitnessDisagrees, "another tree"),
        ([(409, b"x\n")], WitnessSilent, "named no size"),
        ([(500, b"")], WitnessSilent, "answered 500"),
        ([(200, b"hello\n")], WitnessSilent, "signature line"),
        ([(200, b"")], WitnessSilent, "no valid signature by w"),
        ([(200, OTHER.cosign(TEXT, at=1).encode())], WitnessSilent, "no valid signature by w"),
        ([(200, KEY.cosign(TEXT + "x\n", at=1).encode())], WitnessSilent, "no valid signature"),
    ],
)
def test_whatever_a_witness_answers_is_named(liar, answers, error, says):
    liar.answers = answers
    witness = Witness(url=f"http://127.0.0.1:{liar.server_port}", key=KEY.verifier)
    head = Head(size=9, note=f"{TEXT}\n{LOG.sign(TEXT)}")
    with pytest.raises(error, match=says):
        cosign(witness, head, seen=9, read_tile=lambda level, n, width: b"\0" * 32 * width)


def test_lines_of_others_in_an_answer_are_left_out(liar):
    line = KEY.cosign(TEXT, at=5)
    liar.answers = [(200, (OTHER.cosign(TEXT, at=4) + line).encode())]
    witness = Witness(url=f"http://127.0.0.1:{liar.server_port}/", key=KEY.verifier)
    head = Head(size=9, note=f"{TEXT}\n{LOG.sign(TEXT)}")
    assert cosign(witness, head, seen=9, read_tile=lambda *_: b"") == line


def test_a_witness_that_is_nowhere_is_silent():
    witness = Witness(url="http://127.0.0.1:1", key=KEY.verifier)
    with pytest.raises(WitnessSilent, match="refused"):
        cosign(witness, Head(size=9, note=""), seen=9, read_tile=lambda *_: b"")


def test_a_cosignature_is_kept_once(ledger, witness):
    ledger.write(1)
    ledger.sequence()
    with sequencer.connect(ledger.dsn("sequencer")) as con:
        head = cosigning.newest(con)
        for line in ("one\n", "two\n"):
            found = Witness(url=witness.url, key=witness.key)
            cosigning.keep(con, head, witness=found, line=line)
    assert ledger.rows("select line from ledger_cosignature") == [("one\n",)]
