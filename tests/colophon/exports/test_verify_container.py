"""The container and the usage: what a bundle lies in, and bytes that are no bundle at all."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import struct
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_evidence import (
    LOG,
    WITNESSES,
    Signer,
    Trust,
    consistency,
    make,
    note_of,
    redo_manifests,
    rewrite,
    run,
    sha,
    story,
    unpacked,
)
from verifying import beside, cause

from colophon.exports import verify_bundle

PROGRAM = Path(verify_bundle.__file__)


# -- the bag and the ZIP ---------------------------------------------------------------------------


def test_files_that_are_missing_unlisted_or_changed_are_named(bag: Path, trust: Trust) -> None:
    (bag / "data/more.txt").write_text("x")
    code, answer = run(bag, *trust.arguments())
    assert (answer["cause"], answer["files"]) == ("file_unlisted", ["data/more.txt"])
    (bag / "data/more.txt").unlink()
    (bag / "README.txt").write_text("x")
    code, answer = run(bag, *trust.arguments())
    assert (answer["cause"], answer["file"]) == ("file_changed", "README.txt")
    (bag / "README.txt").unlink()
    code, answer = run(bag, *trust.arguments())
    assert (code, answer["cause"], answer["file"]) == (1, "file_missing", "README.txt")


@pytest.mark.parametrize(
    "name", ["data/checkpoint", "data/events.jsonl.gz", "data/decisions.jsonl",
             "data/completeness.json", "bagit.txt", "manifest-sha256.txt"],
)  # fmt: skip
def test_a_file_left_out_of_bag_and_manifest_is_missed(bag: Path, trust: Trust, name: str) -> None:
    (bag / name).unlink()
    if name.startswith("data/"):
        redo_manifests(bag)
    assert cause(bag, trust) == "file_missing"


def test_a_link_in_the_folder_is_refused(bag: Path, trust: Trust) -> None:
    (bag / "data/link").symlink_to("/etc/hostname")
    assert cause(bag, trust) == "link"


def _zip(path: Path, entries: list[tuple[zipfile.ZipInfo, bytes]]) -> Path:
    """A ZIP with the closing hash bundles have, whatever is in it."""
    with zipfile.ZipFile(path, "w") as archive:
        for info, raw in entries:
            archive.writestr(info, raw)
        archive.comment = b"0" * 64
    raw = path.read_bytes()[:-64]
    path.write_bytes(raw + sha(raw).hex().encode())
    return path


def _entries(bundle: Path) -> list[tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(bundle) as archive:
        return [(zipfile.ZipInfo(name), archive.read(name)) for name in archive.namelist()]


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "evidence/../../x", "a\\b/c", "x"])
def test_a_name_that_leads_elsewhere_is_refused(
    bundle: Path, tmp_path: Path, trust: Trust, name: str
) -> None:
    more = (zipfile.ZipInfo(name), b"x")
    path = _zip(tmp_path / "slip.zip", [*_entries(bundle), more])
    assert cause(path, trust) == "zip_path"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(bundle: Path, tmp_path: Path, trust: Trust) -> None:
    entries = _entries(bundle)
    path = _zip(tmp_path / "twice.zip", [*entries, (entries[3][0], b"other")])
    assert cause(path, trust) == "zip_duplicate"
    upper = zipfile.ZipInfo(entries[3][0].filename.upper().replace("EVIDENCE", "evidence"))
    path = _zip(tmp_path / "case.zip", [*entries, (upper, b"other")])
    assert cause(path, trust) == "zip_duplicate"


def test_a_link_in_the_zip_is_refused(bundle: Path, tmp_path: Path, trust: Trust) -> None:
    link = zipfile.ZipInfo("evidence/data/link")
    link.external_attr = 0o120777 << 16
    path = _zip(tmp_path / "link.zip", [*_entries(bundle), (link, b"/etc/passwd")])
    assert cause(path, trust) == "link"


def test_a_bomb_does_not_go_off(bundle: Path, tmp_path: Path, trust: Trust) -> None:
    bomb = zipfile.ZipInfo("evidence/data/bomb")
    bomb.compress_type = zipfile.ZIP_DEFLATED
    path = _zip(tmp_path / "bomb.zip", [*_entries(bundle), (bomb, bytes(50 << 20))])
    assert cause(path, trust) == "zip_compressed"
    bag = unpacked(bundle, tmp_path / "unpacked")
    (bag / "data/events.jsonl.gz").write_bytes(gzip.compress(bytes(200 << 20)))
    redo_manifests(bag)
    assert cause(bag, trust) == "line_malformed"  # refused after 1 MiB without a line end


def test_overlapping_entries_are_refused(bundle: Path, tmp_path: Path, trust: Trust) -> None:
    path = _zip(tmp_path / "overlap.zip", _entries(bundle))
    raw = bytearray(path.read_bytes()[:-64])
    at = raw.find(b"PK\x01\x02")
    huge = len(raw) * 2
    raw[at + 20 : at + 28] = struct.pack("<II", huge, huge)
    path.write_bytes(raw + sha(bytes(raw)).hex().encode())
    assert cause(path, trust) == "zip_overlap"


def test_a_zip_packed_anew_holds_once_it_is_unpacked(
    bundle: Path, bag: Path, tmp_path: Path, trust: Trust
) -> None:
    again = Path(shutil.make_archive(str(tmp_path / "again"), "zip", bag.parent))
    code, answer = run(again, *trust.arguments())
    assert (code, answer["cause"]) == (1, "zip_changed")
    assert "unpack" in answer["says"]
    assert run(unpacked(again, tmp_path / "twice"), *trust.arguments())[0] == 0


# -- usage -----------------------------------------------------------------------------------------


def test_without_keys_from_outside_nothing_is_checked(bundle: Path, trust: Trust) -> None:
    for arguments in (
        [bundle],
        [bundle, "--quorum", "1"],
        [bundle, *trust.arguments()[:2]],
        [bundle, *trust.arguments(), "--log", "x"],
        [bundle, *trust.arguments(quorum=4)],
        [bundle, *trust.arguments(quorum=-1)],
        [*trust.arguments()],
    ):
        code, answer = run(*arguments)
        assert (code, answer["cause"]) == (2, "usage"), arguments


def test_the_logs_own_key_and_one_key_twice_make_no_witness(
    bundle: Path, tmp_path: Path, trust: Trust
) -> None:
    own = tmp_path / "own.vkey"
    own.write_text(Signer(name="w", seed=LOG.seed, algorithm=4).vkey)
    log = trust.arguments()[1]
    code, answer = run(bundle, "--log-key", log, "--witness", own, "--quorum", "1")
    assert (code, answer["cause"]) == (2, "usage")
    other = tmp_path / "w.vkey"
    other.write_text(WITNESSES[0].vkey)
    twice = ["--witness", other, "--witness", other]
    code, answer = run(bundle, "--log-key", log, *twice, "--quorum", "2")
    assert (code, answer["cause"]) == (2, "usage")


@pytest.mark.parametrize("text", ["", "x", "a+b+c", WITNESSES[0].vkey, LOG.vkey.replace("+", "-")])
def test_a_file_that_is_no_key_of_the_log_is_told_apart(
    bundle: Path, tmp_path: Path, trust: Trust, text: str
) -> None:
    key = tmp_path / "key"
    key.write_text(text)
    code, answer = run(bundle, "--log-key", key, "--quorum", "0")
    assert (code, answer["cause"]) == (2, "key_malformed")


def test_what_cannot_be_read_is_no_verdict(tmp_path: Path, bundle: Path, trust: Trust) -> None:
    for arguments in (
        [tmp_path / "nothing", *trust.arguments()],
        [bundle, "--log-key", tmp_path / "nothing", "--quorum", "0"],
        [bundle, *trust.arguments(since=tmp_path / "nothing")],
    ):
        code, answer = run(*arguments)
        assert (code, answer["cause"]) == (2, "cannot_read")


def test_a_held_checkpoint_of_another_log_is_no_verdict(
    bundle: Path, tmp_path: Path, trust: Trust
) -> None:
    held = tmp_path / "held"
    other = replace(LOG, seed=b"o" * 32)
    held.write_text(note_of(story().hashes()[:3], log=other), "utf-8")
    code, answer = run(bundle, *trust.arguments(since=held))
    assert (code, answer["cause"]) == (2, "since_foreign")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=st.binary(max_size=4000), name=st.sampled_from(["", "checkpoint", "events.jsonl.gz",
       "disclosures.jsonl.gz", "decisions.jsonl", "completeness.json", "consistency.json"]))  # fmt: skip
def test_no_bytes_at_all_end_in_a_traceback(raw: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        trust = Trust(home / "trust")
        if not name:
            (home / "x").write_bytes(raw)
            assert run(home / "x", *trust.arguments())[0] == 1
            return
        bag = _small_bag(home)
        (bag / "data" / name).write_bytes(raw)
        redo_manifests(bag)
        held = home / "held"
        held.write_text(_HELD, "utf-8")
        assert run(bag, *trust.arguments(since=held))[0] == 1


_CACHE: dict[str, bytes] = {}
_HELD = note_of(story().hashes()[:5])


def _small_bag(home: Path) -> Path:
    path = home / "small.zip"
    if "zip" not in _CACHE:
        hashes = story().hashes()
        _CACHE["zip"] = make(story(), path, consistency={5: consistency(5, hashes)}).read_bytes()
    path.write_bytes(_CACHE["zip"])
    return unpacked(path, home / "unpacked")


@settings(max_examples=60, deadline=None)
@given(value=st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
), which=st.sampled_from(["leaf", "disclosures", "withheld", "erased", "counts", "stated", "row"]))  # fmt: skip
def test_no_json_value_in_the_wrong_place_ends_in_a_traceback(value: Any, which: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bag, trust = _small_bag(Path(folder)), Trust(Path(folder) / "trust")
        if which in ("counts", "stated"):
            path = bag / "data/completeness.json"
            path.write_text(json.dumps({**json.loads(path.read_bytes()), which: value}))
        elif which == "row":
            rewrite(
                bag / "data/decisions.jsonl",
                lambda lines: [json.dumps(value).encode() + b"\n", *lines[1:]],
            )
        else:
            beside(bag, 0, lambda entry: entry.update({which: value}))
        redo_manifests(bag)
        code, answer = run(bag, *trust.arguments())
        assert code == 1 or not value or which == "stated", answer


def test_every_cause_is_one_word_for_programs() -> None:
    found = re.findall(r'must\(.+?, "([a-z_0-9]+)",', PROGRAM.read_text("utf-8"))
    assert len(found) > 25
    assert all(re.fullmatch("[a-z][a-z0-9_]+", one) for one in found)
