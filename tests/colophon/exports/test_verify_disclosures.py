"""Facts beside their events, in whole and in partial bundles: forged, left out, withheld, erased."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from make_evidence import (
    Entry,
    Log,
    Trust,
    digest_of,
    leaf_line,
    make,
    note_of,
    opened,
    redo_manifests,
    rewrite,
    run,
    sha,
    story,
    unpacked,
    url64,
)
from verifying import beside, cause, leaf_of

# -- disclosures -----------------------------------------------------------------------------------


def test_a_forged_disclosure_is_refused(bag: Path, trust: Trust) -> None:
    def forge(entry: dict[str, Any]) -> None:
        salt, name, value = opened(entry["disclosures"][0])
        forged = url64(json.dumps([salt, name, f"not {value}"]).encode())
        entry["disclosures"][0] = forged

    beside(bag, leaf_of("decision.made"), forge)
    assert cause(bag, trust) == "disclosure_foreign"


def test_a_disclosure_left_out_without_a_word_is_refused(bag: Path, trust: Trust) -> None:
    beside(bag, leaf_of("decision.made"), lambda entry: entry["disclosures"].pop())
    assert cause(bag, trust) == "disclosure_missing"


def test_a_disclosure_shown_twice_is_refused(bag: Path, trust: Trust) -> None:
    def twice(entry: dict[str, Any]) -> None:
        entry["disclosures"].append(entry["disclosures"][0])

    beside(bag, leaf_of("decision.made"), twice)
    assert cause(bag, trust) == "disclosure_repeated"


def test_a_withheld_fact_that_the_event_does_not_have_is_refused(bag: Path, trust: Trust) -> None:
    beside(bag, 2, lambda entry: entry["withheld"].append(digest_of("nothing")))
    assert cause(bag, trust) == "disclosure_missing"


def test_deciding_facts_may_be_withheld_but_the_answer_says_which_releases_that_hides(
    tmp_path: Path, trust: Trust
) -> None:
    log = story()
    leaves = [
        leaf_line(n, entry, hide=("person_name", "verdict") if n == 11 else ("person_name",))
        for n, entry in enumerate(log.entries)
    ]
    assert log.entries[11].event["type"] == "decision.made"
    code, answer = run(make(log, tmp_path / "x.zip", leaves=leaves), *trust.arguments())
    assert code == 0
    assert any("1 releases" in line for line in answer["not_checked"])


def test_an_erased_fact_needs_an_event_that_says_so(tmp_path: Path, trust: Trust) -> None:
    for said, expected in ((False, "erasure_unexplained"), (True, None)):
        log = story()
        if said:
            log.add("subject.erased", "person", "p-reviewer", basis="request")
        leaves = [
            replace(line, withheld=(), erased=line.withheld)
            for line in (leaf_line(n, entry) for n, entry in enumerate(log.entries))
        ]
        code, answer = run(make(log, tmp_path / f"{said}.zip", leaves=leaves), *trust.arguments())
        assert answer.get("cause") == expected
        assert code == (0 if said else 1)


def test_an_event_that_lacks_a_deciding_fact_is_refused(tmp_path: Path, trust: Trust) -> None:
    log = Log()
    log.add("release.requested", "release", "r", artifact_id="w", destinations=["EU"])
    assert cause(make(log, tmp_path / "x.zip"), trust) == "fact_missing"


def test_a_json_key_that_comes_twice_is_refused(tmp_path: Path, bag: Path, trust: Trust) -> None:
    body = story().entries[0].body
    twice = body[:-1] + b',"type":"release.published"}'
    entry = Entry(json.loads(body), [])
    log = Log([entry])
    leaf = replace(leaf_line(0, story().entries[0]), body=twice)
    hashes = [sha(b"\x00", twice)]
    path = make(log, tmp_path / "x.zip", leaves=[leaf], note=note_of(hashes), consistency={},
                counts={})  # fmt: skip
    assert cause(path, trust) == "json_duplicate_key"
    beside(bag, 3, lambda entry: None)
    rewrite(
        bag / "data/disclosures.jsonl.gz",
        lambda lines: [lines[0].replace(b'{"', b'{"leaf":0,"', 1), *lines[1:]],
    )
    redo_manifests(bag)
    assert cause(bag, trust) == "json_duplicate_key"


# -- a partial bundle ------------------------------------------------------------------------------


def test_in_a_partial_bundle_an_event_must_be_the_one_at_its_place(
    tmp_path: Path, trust: Trust
) -> None:
    log = story()
    path = make(log, tmp_path / "part.zip", shown=[0, 3, 4])
    bag = unpacked(path, tmp_path / "unpacked")
    beside(bag, 1, lambda entry: entry.update(leaf=2))
    assert cause(bag, trust) == "leaf_differs"
    beside(bag, 1, lambda entry: entry.update(leaf=0))
    assert cause(bag, trust) == "leaf_order"
    beside(bag, 1, lambda entry: entry.update(leaf=99))
    assert cause(bag, trust) == "leaf_order"


def test_hidden_leaves_cannot_be_changed_or_left_out(tmp_path: Path, trust: Trust) -> None:
    bag = unpacked(make(story(), tmp_path / "part.zip", shown=[0, 3]), tmp_path / "unpacked")
    path = bag / "data/leaf-hashes.bin"
    raw = path.read_bytes()
    path.write_bytes(raw[:-32])
    redo_manifests(bag)
    assert cause(bag, trust) == "event_count"
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    redo_manifests(bag)
    assert cause(bag, trust) == "root_differs"


def test_a_publication_shown_without_its_ground_is_refused(tmp_path: Path, trust: Trust) -> None:
    log = story()
    shown = [leaf_of("release.published")]
    path = make(log, tmp_path / "part.zip", shown=shown, manifests={})
    assert cause(path, trust) == "release_published_out_of_order"
