"""A chain of custody that breaks is refused, though the log and its witnesses signed it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from make_evidence import (
    Log,
    Trust,
    decide,
    digest_for,
    make,
    make_entry,
    published,
    redo_manifests,
    run,
    story,
)
from verifying import cause, leaf_of

# -- custody ---------------------------------------------------------------------------------------


def _changed(type_: str, **facts: Any) -> Log:
    """The story with facts of the first event of a type changed, signed and cosigned as it is."""
    log = story()
    n = leaf_of(type_, log)
    old = log.entries[n]
    subject = old.event["subject"]
    log.entries[n] = make_entry(n, type_, subject["kind"], subject["id"], {**old.facts(), **facts})
    return log


OTHER = digest_for("another file")


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (_changed("artifact.made", sha256=OTHER), "release_requested_artifact_differs"),
        (_changed("decision.made", artifact_sha256=OTHER), "decision_made_artifact_sha256_differs"),
        (
            _changed("release.cleared", artifact_sha256=OTHER),
            "release_cleared_artifact_sha256_differs",
        ),
        (_changed("release.cleared", packs_digest=OTHER), "release_cleared_packs_digest_differs"),
        (_changed("release.cleared", author="p-x"), "release_cleared_author_differs"),
        (_changed("release.cleared", reviewer="p-x"), "clearance_without_decision"),
        (_changed("release.cleared", second="p-x"), "clearance_without_decision"),
        (_changed("release.cleared", reviewer="p-author"), "clearance_same_person"),
        (_changed("release.cleared", second="p-reviewer"), "clearance_same_person"),
        (_changed("release.cleared", destinations=["EU", "XX"]),
         "release_cleared_destinations_differs"),
        (_changed("release.cleared", destinations=["US-CA"]), "clearance_blocked_destination"),
        (_changed("release.cleared", release_id="release-b"), "subject_differs"),
        (_changed("decision.made", verdict="refuse"), "clearance_without_decision"),
        (_changed("release.sealed", reviewed_sha256=OTHER),
         "release_sealed_reviewed_sha256_differs"),
        (_changed("release.sealed", sealed_sha256=OTHER),
         "release_published_sealed_sha256_differs"),
        (_changed("release.sealed", manifest_sha256=OTHER), "manifest_store_foreign"),
        (_changed("release.published", destinations=["US-CA"]),
         "release_published_destinations_differs"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_custody_that_breaks_is_refused_though_log_and_witnesses_signed_it(
    tmp_path: Path, trust: Trust, log: Log, said: str
) -> None:
    assert cause(make(log, tmp_path / "x.zip"), trust, quorum=3) == said


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ("release.requested", "release_blocked_out_of_order"),
        ("release.cleared", "release_sealed_out_of_order"),
        ("release.sealed", "release_published_out_of_order"),
        ("decision.made", "clearance_without_decision"),
    ],
)
def test_a_step_that_was_never_made_is_missed(
    tmp_path: Path, trust: Trust, without: str, said: str
) -> None:
    log = Log()
    published(log, "a")
    log.entries = [entry for entry in log.entries if entry.event["type"] != without]
    path = make(log, tmp_path / "x.zip", consistency={}, manifests={})
    assert cause(path, trust) == said


def test_an_approval_before_a_refusal_does_not_clear(tmp_path: Path, trust: Trust) -> None:
    log = Log()
    published(log, "a", second=False)
    at = leaf_of("release.cleared", log)
    late, log.entries = log.entries[at:], log.entries[:at]
    decide(log, "a", verdict="refuse", person="p-second", role="approver")
    log.entries += late
    assert cause(make(log, tmp_path / "x.zip"), trust) == "clearance_without_decision"


def test_a_refused_release_is_not_sealed(tmp_path: Path, trust: Trust) -> None:
    log = Log()
    published(log, "a", second=False)
    at = leaf_of("release.sealed", log)
    late, log.entries = log.entries[at:], log.entries[:at]
    log.add("release.refused", "release", "release-a", clause="c", reason="r")
    log.entries += late
    assert cause(make(log, tmp_path / "x.zip"), trust) == "release_sealed_out_of_order"


def test_a_clearance_without_any_reviewer_holds_and_is_said(tmp_path: Path, trust: Trust) -> None:
    log = _changed("release.cleared", reviewer=None, second=None)
    code, answer = run(make(log, tmp_path / "x.zip"), *trust.arguments())
    assert code == 0
    assert "1 clearances that name no reviewer" in answer["not_checked"]


def test_counts_that_are_not_those_of_the_events_are_refused(bag: Path, trust: Trust) -> None:
    path = bag / "data/completeness.json"
    told = json.loads(path.read_bytes())
    for change in (
        {"counts": {**told["counts"], "decision.made": 3}},
        {"counts": {k: v for k, v in told["counts"].items() if k != "events"}},
        {"stated": {"committed": 40, "sequenced": 40}},
    ):
        path.write_text(json.dumps({**told, **change}))
        redo_manifests(bag)
        assert cause(bag, trust) == "completeness_differs"
    path.write_text(json.dumps({**told, "stated": {"committed": 40, "sequenced": 33}}))
    redo_manifests(bag)
    code, answer = run(bag, *trust.arguments())
    assert code == 0
    assert "7 events committed and not in this tree yet" in answer["not_checked"]
