"""A witness holds a log to one history, whatever it is sent, and through kill -9."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colophon.ledger import note, witness
from colophon.ledger.keys import KeyExists, NoKey, make_key, read_key
from colophon.ledger.memory import FolderTaken, Memory, MemoryLost
from colophon.ledger.merkle import EMPTY, Tree, leaf_hash
from colophon.ledger.note import Algorithm, Signer, TreeHead
from colophon.ledger.witness import Witness

ROOT = Path(__file__).resolve().parents[3]
LOG = Signer(name="colophon.test/2026", algorithm=Algorithm.ED25519, seed=b"\x07" * 32)
TREE = Tree(leaf_hash(b"%d" % i) for i in range(600))
OTHER = Tree(leaf_hash(b"other %d" % i) for i in range(600))


def _request(old, new, *, tree=TREE, proof=None, by=LOG, origin=LOG.name, root=None):
    head = TreeHead(origin=origin, size=new, root=root or tree.root(new))
    if proof is None:
        proof = tree.consistency(old, size=new) if 0 < old <= new else []
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
    return ("\n".join(lines) + f"\n\n{head.text}\n{by.sign(head.text)}").encode()


@pytest.fixture
def memory(tmp_path):
    found = Memory.open(tmp_path / "w", name="witness.test/w1", origins=[LOG.name])
    yield found
    found.close()


@pytest.fixture
def held(memory):
    return Witness(memory.signer, logs=[LOG.verifier], memory=memory)


def _ask(held, *args, **kwargs):
    answer = held.add_checkpoint(_request(*args, **kwargs))
    return int(answer.status), answer


def test_it_cosigns_each_head_that_continues_the_one_before(held):
    for old, new in [(0, 1), (1, 1), (1, 255), (255, 256), (256, 257), (257, 600), (600, 600)]:
        status, answer = _ask(held, old, new)
        assert status == 200
        head = TreeHead(origin=LOG.name, size=new, root=TREE.root(new))
        whole = f"{head.text}\n{answer.body}".encode()
        assert note.verify_cosignature(note.parse_note(whole), by=held.signer.verifier) > 1.7e9
    assert json.loads(held.state())["logs"][0]["size"] == 600


def test_the_empty_tree_may_be_shown_first_and_tells_nothing(held):
    assert _ask(held, 0, 0, root=EMPTY)[0] == 200
    assert _ask(held, 0, 0, root=TREE.root(5))[0] == 409
    assert _ask(held, 0, 5)[0] == 200


@pytest.mark.parametrize("old", [0, 99, 101, 300])
def test_a_wrong_old_size_is_answered_with_the_size_it_holds(held, old):
    assert _ask(held, 0, 100)[0] == 200
    status, answer = _ask(held, old, 300)
    assert (status, answer.body, answer.kind) == (409, "100\n", "text/x.tlog.size")


def test_a_smaller_tree_than_the_one_it_holds_is_never_cosigned(held):
    assert _ask(held, 0, 100)[0] == 200
    assert _ask(held, 50, 60)[0] == 409
    assert _ask(held, 100, 60)[0] == 400
    assert _ask(held, 0, 60)[0] == 409


def test_equal_size_and_different_root_is_a_conflict_and_kept_as_evidence(held, tmp_path):
    assert _ask(held, 0, 100)[0] == 200
    status, answer = _ask(held, 100, 100, tree=OTHER)
    assert (status, answer.body) == (409, "100\n")
    (kept,) = (tmp_path / "w" / "disputed").iterdir()
    note.verify(note.parse_note(kept.read_bytes()), by=LOG.verifier)


def test_a_rewritten_history_is_refused_even_though_the_log_signed_it(held, tmp_path):
    assert _ask(held, 0, 100)[0] == 200
    assert _ask(held, 100, 300, tree=OTHER)[0] == 422
    assert _ask(held, 100, 300, proof=[])[0] == 422
    assert _ask(held, 100, 300, proof=[*TREE.consistency(100, size=300), EMPTY])[0] == 422
    assert _ask(held, 100, 100, proof=[EMPTY])[0] == 422
    assert json.loads(held.state())["logs"][0]["size"] == 100
    assert len(list((tmp_path / "w" / "disputed").iterdir())) == 3  # the heads, not the tries
    assert _ask(held, 100, 300)[0] == 200


def test_a_proof_where_nothing_was_seen_is_refused(held):
    assert _ask(held, 0, 100, proof=[EMPTY])[0] == 422


def test_an_unknown_key_is_forbidden_and_an_unknown_log_is_not_found(held):
    stranger = Signer(name=LOG.name, algorithm=Algorithm.ED25519, seed=b"\x0a" * 32)
    assert _ask(held, 0, 100, by=stranger)[0] == 403
    foreign = Signer(name="other.test/log", algorithm=Algorithm.ED25519, seed=b"\x07" * 32)
    assert _ask(held, 0, 100, by=foreign)[0] == 403
    assert _ask(held, 0, 100, by=foreign, origin=foreign.name)[0] == 404


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"old 0\n",
        b"old 00\n\n" + _request(0, 5).split(b"\n\n", 1)[1],
        b"old -1\n\n" + _request(0, 5).split(b"\n\n", 1)[1],
        b"new 0\n\n" + _request(0, 5).split(b"\n\n", 1)[1],
        b"old 0\nAAAA\n\n" + _request(0, 5).split(b"\n\n", 1)[1],
        _request(3, 5, proof=[EMPTY] * 64),
        _request(0, 5)[:-1],
        _request(0, 5).replace(b"\n5\n", b"\n05\n"),
    ],
)
def test_what_is_no_request_is_a_bad_request(held, raw):
    assert held.add_checkpoint(raw).status == 400


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_bytes_at_all_break_it_and_no_bent_request_is_cosigned(data):
    class Nowhere:
        def of(self, origin):
            return type("Seen", (), {"size": 100, "root": TREE.root(100)})

        def keep(self, seen, of):
            raise AssertionError("it would have cosigned")

        def dispute(self, signed, head):
            pass

    signer = Signer(name="w", algorithm=Algorithm.COSIGNATURE, seed=b"\x08" * 32)
    held = Witness(signer, logs=[LOG.verifier], memory=Nowhere())
    good = bytearray(_request(100, 300))
    if data.draw(st.booleans()):
        bit = data.draw(st.integers(0, len(good) * 8 - 1))
        good[bit // 8] ^= 1 << bit % 8
    else:
        at = data.draw(st.integers(0, len(good) - 1))
        good[at : at + data.draw(st.integers(1, 40))] = data.draw(st.binary(max_size=40))
        if bytes(good) == _request(100, 300):
            return
    assert held.add_checkpoint(bytes(good)).status in (400, 403, 404, 409, 422)


def test_of_many_requests_at_once_each_cosigned_size_continues_the_one_before(held):
    cosigned, lock = [], threading.Lock()

    def climb(seed):
        seen = 0
        for new in range(seed, 600, 7):
            answer = held.add_checkpoint(_request(seen, new) if seen <= new else b"")
            if answer.status == 409:
                seen = int(answer.body)
            elif answer.status == 200:
                seen = new
                with lock:
                    cosigned.append(new)

    threads = [threading.Thread(target=climb, args=(seed,)) for seed in range(1, 8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(cosigned) == len(set(cosigned)) > 7
    assert json.loads(held.state())["logs"][0]["size"] == max(cosigned)


def test_it_remembers_through_a_restart_and_two_do_not_share_a_folder(held, memory, tmp_path):
    assert _ask(held, 0, 100)[0] == 200
    with pytest.raises(FolderTaken):
        Memory.open(tmp_path / "w", name="witness.test/w1", origins=[LOG.name])
    memory.close()
    again = Memory.open(tmp_path / "w", name="witness.test/w1", origins=[LOG.name, "new.test/log"])
    assert [one.size for one in again.all()] == [100, 0]
    assert again.signer == memory.signer
    again.close()


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"o": [1]}', b'{"o": [-1, "AA=="]}'])
def test_a_witness_that_lost_its_memory_but_not_its_key_does_not_start(memory, tmp_path, content):
    memory.close()
    seen = tmp_path / "w" / "seen.json"
    if content is None:
        seen.unlink()
    else:
        seen.write_bytes(content)
    with pytest.raises(MemoryLost, match=r"seen\.json"):
        Memory.open(tmp_path / "w", name="witness.test/w1", origins=[LOG.name])


def test_nothing_is_cosigned_when_the_memory_cannot_be_written(held, tmp_path):
    (tmp_path / "w" / "seen.json.new").mkdir()
    with pytest.raises(IsADirectoryError):
        _ask(held, 0, 100)
    assert json.loads(held.state())["logs"][0]["size"] == 0


def test_a_key_file_is_for_one_user_and_is_never_replaced(tmp_path):
    vkey = make_key(tmp_path / "a" / "log.key", "colophon.test/2026")
    signer = read_key(tmp_path / "a" / "log.key", "colophon.test/2026")
    assert note.parse_vkey((tmp_path / "a" / "log.vkey").read_text()) == signer.verifier
    assert signer.verifier.vkey == vkey
    assert (tmp_path / "a" / "log.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyExists):
        make_key(tmp_path / "a" / "log.key", "colophon.test/2026")
    (tmp_path / "a" / "log.key").chmod(0o644)
    with pytest.raises(NoKey, match="0600"):
        read_key(tmp_path / "a" / "log.key", "x")
    with pytest.raises(NoKey, match="No such file"):
        read_key(tmp_path / "b.key", "x")
    for content, why in [("AAAA\n", "3 bytes"), ("?\n", "base64"), ("é", "base64")]:
        (tmp_path / "c.key").write_text(content, encoding="utf-8")
        (tmp_path / "c.key").chmod(0o600)
        with pytest.raises(NoKey, match=why):
            read_key(tmp_path / "c.key", "x")
    with pytest.raises(note.BadNote):
        make_key(tmp_path / "d.key", "a name")


@contextmanager
def _running(folder, vkey):
    """A witness as its operator runs it; yields the process and its port."""
    command = [sys.executable, "-m", "colophon.ledger.witness", "--folder", str(folder)]
    command += ["--port", "0", "--log-vkey", str(vkey), "--name", "witness.test/w1"]
    env = os.environ | {"PYTHONPATH": f"{ROOT / 'platform'}"}
    with (folder.parent / "log").open("ab") as said:
        child = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=said, text=True, cwd="/"
        )
        try:
            line = child.stdout.readline()
            assert "listens on" in line, (folder.parent / "log").read_text()
            yield child, int(line.rsplit(":", 1)[1])
        finally:
            child.kill()
            child.wait()
            child.stdout.close()


def _post(port, raw, path="/add-checkpoint"):
    con = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        con.request("POST", path, body=raw)
        answer = con.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read().decode()
    finally:
        con.close()


@pytest.fixture
def log_vkey(tmp_path):
    (tmp_path / "log.vkey").write_text(LOG.verifier.vkey + "\n")
    return tmp_path / "log.vkey"


def test_the_program_answers_over_http_and_remembers_through_kill_9(tmp_path, log_vkey):
    folder, seen = tmp_path / "w", 0
    for new in (10, 256, 300, 600):
        with _running(folder, log_vkey) as (child, port):
            assert _post(port, _request(0, 5))[0] == (200 if seen == 0 else 409)
            seen = seen or 5
            status, _, line = _post(port, _request(seen, new))
            child.send_signal(signal.SIGKILL)
        key = note.parse_vkey((folder / "witness.vkey").read_text())
        head = TreeHead(origin=LOG.name, size=new, root=TREE.root(new))
        assert status == 200
        assert note.verify_cosignature(note.parse_note(f"{head.text}\n{line}".encode()), by=key)
        seen = new
    with _running(folder, log_vkey) as (child, port):
        assert _post(port, _request(10, 600)) == (409, "text/x.tlog.size", "600\n")
        assert _post(port, b"x" * (1 << 19))[0] == 400
        assert _post(port, b"", path="/else")[0] == 404
        child.send_signal(signal.SIGTERM)
        assert child.wait(5) == 0


def test_the_program_needs_neither_django_nor_a_database():
    code = (
        "import sys; import colophon.ledger.witness; "
        "print(sorted({n.split('.')[0] for n in sys.modules} & {'django', 'psycopg', 'structlog'}))"
    )
    env = os.environ | {"PYTHONPATH": f"{ROOT / 'platform'}"}
    found = subprocess.run(
        [sys.executable, "-c", code], check=False, env=env, capture_output=True, text=True
    )
    assert found.stdout == "[]\n", found.stderr


def test_a_start_that_cannot_be_says_why(tmp_path, capsys):
    told = ["--folder", str(tmp_path), "--port", "0", "--name", "w", "--log-vkey"]
    assert witness.main([*told, str(tmp_path / "none")]) == 1
    assert "not started: " in capsys.readouterr().err
