"""Everything that can be done to a bundle on its way, and the cause by which it is refused."""

from __future__ import annotations

import base64
import gzip
import json
import random
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from make_evidence import (
    LOG,
    ORIGIN,
    WITNESSES,
    Log,
    Signer,
    Trust,
    consistency,
    make,
    make_entry,
    note_of,
    redo_manifests,
    rewrite,
    root_of,
    run,
    sha,
    story,
)
from verifying import cause

from colophon.exports import verify_bundle

PROGRAM = Path(verify_bundle.__file__)


# -- what holds ------------------------------------------------------------------------------------


def test_a_whole_bundle_holds_as_a_zip_and_as_a_folder(
    bundle: Path, bag: Path, trust: Trust
) -> None:
    code, answer = run(bundle, *trust.arguments(quorum=3))
    assert code == 0
    assert answer["events"] == answer["size"] == len(story().entries)
    assert answer["origin"] == ORIGIN
    assert answer["cosigned_by"] == [one.name for one in WITNESSES]
    assert "custody" in answer["checks"]
    assert any("withheld" in line for line in answer["not_checked"])
    assert run(bag, *trust.arguments(quorum=3)) == (code, answer)


def test_it_runs_alone_with_nothing_but_the_standard_library(bundle: Path, trust: Trust) -> None:
    said = subprocess.run(
        [sys.executable, "-I", "-S", str(PROGRAM), str(bundle), *trust.arguments()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.count("\n") == 1
    assert json.loads(said.stdout)["ok"] is True
    assert said.stderr == ""
    assert len(PROGRAM.read_text("utf-8").splitlines()) < 400


def test_a_partial_bundle_shows_some_events_and_proves_there_are_others(
    tmp_path: Path, trust: Trust
) -> None:
    log = story()
    shown = [n for n, e in enumerate(log.entries) if e.event["subject"]["id"].endswith("-a")]
    code, answer = run(make(log, tmp_path / "part.zip", shown=shown), *trust.arguments())
    assert code == 0
    assert answer["events"] == len(shown) < answer["size"] == len(log.entries)
    hidden = len(log.entries) - len(shown)
    assert any(line.startswith(f"{hidden} events") for line in answer["not_checked"])


def test_every_turn_of_a_publication_is_listed(tmp_path: Path, trust: Trust) -> None:
    log = story()
    about: dict[str, Any] = {"publication_id": "pub-a", "person": "p-approver"}
    log.add("publication.restricted", "release", "release-a", **about, clause="house.place",
            reason="No more there.", destinations=["CN"])  # fmt: skip
    log.add("publication.reinstated", "release", "release-a", **about, complaint_id="k1")
    path = make(log, tmp_path / "turns.zip")
    assert run(path, *trust.arguments())[0] == 0
    with zipfile.ZipFile(path) as bag:
        (name,) = (one for one in bag.namelist() if one.endswith("publications.jsonl"))
        rows = [json.loads(line) for line in bag.read(name).splitlines()]
    turns = [row["type"] for row in rows if row["type"].startswith("publication.")]
    assert turns == ["publication.withdrawn", "publication.restricted", "publication.reinstated"]


def test_a_held_checkpoint_of_any_earlier_size_is_proved(tmp_path: Path, trust: Trust) -> None:
    log = story()
    hashes = log.hashes()
    proofs = {m: consistency(m, hashes) for m in range(1, len(hashes))}
    path = make(log, tmp_path / "evidence.zip", consistency=proofs)
    held = tmp_path / "held"
    for size in (1, 2, 7, 8, len(hashes) - 1, len(hashes)):
        held.write_text(note_of(hashes[:size], witnesses=()), "utf-8")
        code, answer = run(path, *trust.arguments(since=held))
        assert code == 0, answer
        assert "since" in answer["checks"]


def test_consistency_is_proved_for_all_pairs_of_small_trees_and_for_no_other_root() -> None:
    leaves = [sha(b"\x00", bytes([n])) for n in range(24)]
    for n in range(1, 25):
        new = verify_bundle.Note("", "", n, root_of(leaves[:n]), [])
        assert verify_bundle.tree_of(leaves[:n]) == (n, new.root)
        for m in range(1, n + 1):
            old = verify_bundle.Note("", "", m, root_of(leaves[:m]), [])
            proof = consistency(m, leaves[:n])
            assert verify_bundle.consistent(old, new, proof)
            assert not verify_bundle.consistent(old, new, [*proof, leaves[0]])
            assert not verify_bundle.consistent(old._replace(root=leaves[0][::-1]), new, proof)
            if proof:
                assert not verify_bundle.consistent(old, new, proof[:-1])


# -- ten ways to tamper ----------------------------------------------------------------------------


def test_no_flipped_byte_of_the_zip_is_accepted(bundle: Path, tmp_path: Path, trust: Trust) -> None:
    raw, dice, causes = bundle.read_bytes(), random.Random(8), Counter[str]()
    flipped = tmp_path / "flipped.zip"
    tail = range(len(raw) - 4000, len(raw))  # the directory of the ZIP, where bytes mean most
    spots = [dice.randrange(len(raw)) for _ in range(200)] + dice.sample(tail, 100)
    for spot in spots:
        changed = bytearray(raw)
        changed[spot] ^= 1 << dice.randrange(8)
        flipped.write_bytes(changed)
        causes[cause(flipped, trust)] += 1
    assert causes == {"zip_changed": 300}


@pytest.mark.parametrize(
    "name",
    [
        "checkpoint",
        "events.jsonl.gz",
        "disclosures.jsonl.gz",
        "decisions.jsonl",
        "publications.jsonl",
        "c2pa/pub-a.c2pa",
    ],
)
def test_no_flipped_byte_is_accepted_though_the_manifests_are_redone(
    bag: Path, trust: Trust, name: str
) -> None:
    path, dice, causes = bag / "data" / name, random.Random(name), Counter[str]()
    before = path.read_bytes()
    raw = gzip.decompress(before) if name.endswith(".gz") else before
    for _ in range(40):
        changed = bytearray(raw)
        changed[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        path.write_bytes(
            gzip.compress(bytes(changed), mtime=0) if name.endswith(".gz") else changed
        )
        redo_manifests(bag)
        code, answer = run(bag, *trust.arguments(quorum=3))
        causes[answer.get("cause", "accepted")] += 1
        assert code == 1, answer
    assert "accepted" not in causes


def test_a_deleted_event_is_refused(bag: Path, trust: Trust) -> None:
    for name in ("events.jsonl.gz", "disclosures.jsonl.gz"):
        rewrite(bag / "data" / name, lambda lines: lines[:9] + lines[10:])
    assert cause(bag, trust) == "file_changed"
    redo_manifests(bag)
    assert cause(bag, trust) == "event_count"


def test_an_appended_event_is_refused(bag: Path, trust: Trust) -> None:
    more = make_entry(99, "job.started", "job", "job-z", {})
    rewrite(bag / "data/events.jsonl.gz", lambda lines: [*lines, more.body + b"\n"])
    redo_manifests(bag)
    assert cause(bag, trust) == "event_count"


def test_a_truncated_log_is_refused(bag: Path, trust: Trust) -> None:
    rewrite(bag / "data/events.jsonl.gz", lambda lines: lines[:-1])
    redo_manifests(bag)
    assert cause(bag, trust) == "event_count"


def test_reordered_events_are_refused(bag: Path, trust: Trust) -> None:
    rewrite(bag / "data/events.jsonl.gz", lambda x: [*x[:3], x[4], x[3], *x[5:]])
    redo_manifests(bag)
    assert cause(bag, trust) == "root_differs"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("decisions.jsonl", b'"verdict":"refuse"', b'"verdict":"approve"', "decision_differs"),
        ("decisions.jsonl", b'"person":"p-reviewer"', b'"person":"p-nobody"', "decision_differs"),
        ("publications.jsonl", b'"reviewer":"p-rev', b'"reviewer":"p-xev', "publication_differs"),
        (
            "publications.jsonl",
            b'"destinations":["CN",',
            b'"destinations":[',
            "publication_differs",
        ),
    ],
)
def test_a_swapped_decision_is_refused_with_the_field_that_differs(
    bag: Path, trust: Trust, name: str, old: bytes, new: bytes, said: str
) -> None:
    path = bag / "data" / name
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    redo_manifests(bag)
    code, answer = run(bag, *trust.arguments())
    assert (code, answer["cause"]) == (1, said)
    assert answer["fields"] == [old.split(b'"')[1].decode()]


def test_a_derived_row_left_out_or_added_is_refused(bag: Path, trust: Trust) -> None:
    path = bag / "data/decisions.jsonl"
    whole = path.read_bytes().splitlines(keepends=True)
    for lines in (whole[:-1], [*whole, whole[-1]], []):
        path.write_bytes(b"".join(lines))
        redo_manifests(bag)
        assert cause(bag, trust) == "decision_differs"


def _swapped(log: Log) -> Log:
    """The refusal becomes an approval, in the leaf itself."""
    entries = list(log.entries)
    for n, entry in enumerate(entries):
        if entry.facts().get("verdict") == "refuse":
            facts = {**entry.facts(), "verdict": "approve"}
            subject = entry.event["subject"]
            entries[n] = make_entry(n, "decision.made", subject["kind"], subject["id"], facts)
    return Log(entries)


def test_a_decision_swapped_in_its_leaf_is_refused(tmp_path: Path, trust: Trust) -> None:
    forged = make(_swapped(story()), tmp_path / "x.zip", note=note_of(story().hashes()))
    assert cause(forged, trust) == "root_differs"


def test_a_rewrite_signed_with_the_stolen_key_needs_the_witnesses_too(
    tmp_path: Path, trust: Trust
) -> None:
    log, honest = _swapped(story()), story().hashes()
    forged = make(log, tmp_path / "forged.zip", note=note_of(log.hashes(), witnesses=()))
    assert cause(forged, trust) == "quorum_short"
    held = tmp_path / "held"
    held.write_text(note_of(honest[: len(honest) // 2], witnesses=()), "utf-8")
    before = len(honest) // 2  # the swapped decision lies before it or after it
    swapped = next(n for n, h in enumerate(log.hashes()) if h != honest[n])
    code, answer = run(forged, *trust.arguments(quorum=0, since=held))
    if swapped < before:
        assert (code, answer["cause"]) == (1, "history_rewritten")
    held.write_text(note_of(honest, witnesses=()), "utf-8")
    assert cause(forged, trust, quorum=0, since=held) == "history_rewritten"


def test_without_witness_and_earlier_checkpoint_the_answer_says_what_that_leaves_open(
    tmp_path: Path, trust: Trust
) -> None:
    log = _swapped(story())
    log.entries = [e for e in log.entries if e.event["type"] != "release.refused"]
    log.entries = [
        make_entry(
            n, e.event["type"], e.event["subject"]["kind"], e.event["subject"]["id"], e.facts()
        )
        for n, e in enumerate(log.entries)
    ]
    forged = make(log, tmp_path / "forged.zip", note=note_of(log.hashes(), witnesses=()))
    code, answer = run(forged, *trust.arguments(quorum=0))
    assert code == 0
    assert any("no witness was asked" in line for line in answer["not_checked"])
    assert any("no earlier checkpoint" in line for line in answer["not_checked"])


def test_a_log_rolled_back_is_refused_by_a_held_checkpoint(tmp_path: Path, trust: Trust) -> None:
    held = tmp_path / "held"
    held.write_text(note_of(story().hashes()), "utf-8")
    short = Log(story().entries[:16])
    path = make(short, tmp_path / "short.zip")
    assert cause(path, trust, quorum=3, since=held) == "rolled_back"


def test_a_missing_consistency_proof_is_told_apart_from_a_rewrite(
    tmp_path: Path, trust: Trust
) -> None:
    path = make(story(), tmp_path / "evidence.zip", consistency={})
    held = tmp_path / "held"
    held.write_text(note_of(story().hashes()[:5]), "utf-8")
    assert cause(path, trust, since=held) == "consistency_missing"


def test_cosignatures_are_counted_by_key_and_must_hold(tmp_path: Path, trust: Trust) -> None:
    hashes = story().hashes()
    one = make(story(), tmp_path / "1.zip", note=note_of(hashes, witnesses=WITNESSES[:1]))
    assert run(one, *trust.arguments(quorum=1))[0] == 0
    assert cause(one, trust, quorum=2) == "quorum_short"
    twice = [WITNESSES[0], WITNESSES[0]]
    path = make(story(), tmp_path / "2.zip", note=note_of(hashes, witnesses=twice))
    assert cause(path, trust, quorum=2) == "quorum_short"
    name, seed = WITNESSES[0].name, b"x" * 32
    impostor = Signer(name=name, seed=seed, algorithm=4).line("other text\n")
    told = impostor.split(" ")[2]
    raw = WITNESSES[0].id + base64.b64decode(told)[4:]
    bad = f"\u2014 {name} {base64.b64encode(raw).decode()}\n"
    note = note_of(hashes, witnesses=WITNESSES[1:]) + bad
    assert cause(make(story(), tmp_path / "3.zip", note=note), trust) == "cosignature_bad"


def test_a_checkpoint_of_another_log_or_signed_by_another_key_is_refused(
    tmp_path: Path, trust: Trust
) -> None:
    hashes = story().hashes()
    other = replace(LOG, name="other.test/log")
    path = make(story(), tmp_path / "1.zip", note=note_of(hashes, log=other))
    assert cause(path, trust) == "origin_differs"
    thief = replace(LOG, seed=b"T" * 32)
    path = make(story(), tmp_path / "2.zip", note=note_of(hashes, log=thief))
    assert cause(path, trust) == "log_signature_missing"
    note = note_of(hashes)
    line = next(line for line in note.splitlines() if line.startswith(f"\u2014 {ORIGIN}"))
    raw = bytearray(base64.b64decode(line.split(" ")[2]))
    raw[-1] ^= 1
    note = note.replace(line.split(" ")[2], base64.b64encode(raw).decode())
    assert cause(make(story(), tmp_path / "3.zip", note=note), trust) == "log_signature_bad"


def test_a_checkpoint_over_nothing_proves_nothing(bag: Path, trust: Trust) -> None:
    body = f"{ORIGIN}\n0\n{base64.b64encode(sha()).decode()}\n"
    (bag / "data/checkpoint").write_text(body + "\n" + LOG.line(body), "utf-8")
    redo_manifests(bag)
    assert cause(bag, trust) == "checkpoint_empty"
