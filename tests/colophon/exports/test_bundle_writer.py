"""The writer: the same evidence, the same bytes; a whole bundle or none."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from make_evidence import ORIGIN, Trust, digest_of, evidence, leaf_line, run, story, unpacked

from colophon.exports import bundle
from colophon.exports.bundle import Incoherent, LeafLine, NoRoom, Unwritten, write


def test_the_same_evidence_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write(evidence(story()), tmp_path / "one.zip")
    second = write(evidence(story()), tmp_path / "two.zip")
    assert first == second == hashlib.sha256((tmp_path / "two.zip").read_bytes()).hexdigest()


def test_it_is_a_bag_in_one_folder_that_other_tools_open(tmp_path: Path) -> None:
    write(evidence(story()), tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"evidence"}
    bag = unpacked(tmp_path / "x.zip", tmp_path / "unpacked")
    info = dict(line.split(": ", 1) for line in (bag / "bag-info.txt").read_text().splitlines())
    payload = [path for path in (bag / "data").rglob("*") if path.is_file()]
    assert info["External-Identifier"] == ORIGIN
    assert info["Bagging-Date"] == "2026-11-23"
    assert info["Payload-Oxum"] == f"{sum(p.stat().st_size for p in payload)}.{len(payload)}"
    assert {"bagit.txt", "README.txt", "verify_bundle.py"} < {p.name for p in bag.iterdir()}
    for language in ("English", "中文", "Deutsch"):
        assert f"[{language}]" in (bag / "README.txt").read_text("utf-8")


def test_the_verifier_that_rides_along_is_the_one_in_the_source(tmp_path: Path) -> None:
    write(evidence(story()), tmp_path / "x.zip")
    bag = unpacked(tmp_path / "x.zip", tmp_path / "unpacked")
    source = Path(bundle.verify_bundle.__file__)
    assert (bag / "verify_bundle.py").read_bytes() == source.read_bytes()


def test_names_of_people_are_withheld_and_stand_nowhere_in_the_bundle(tmp_path: Path) -> None:
    write(evidence(story()), tmp_path / "x.zip")
    bag = unpacked(tmp_path / "x.zip", tmp_path / "unpacked")
    for path in bag.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
            assert b"Name of p-" not in raw
            assert "person_name" not in path.read_text("utf-8", "ignore") or "words" in path.name


def test_events_are_the_exact_bytes_that_were_hashed(tmp_path: Path) -> None:
    write(evidence(story()), tmp_path / "x.zip")
    bag = unpacked(tmp_path / "x.zip", tmp_path / "unpacked")
    lines = gzip.decompress((bag / "data/events.jsonl.gz").read_bytes()).split(b"\n")
    assert lines == [*(entry.body for entry in story().entries), b""]


def test_a_leaf_whose_facts_are_not_accounted_for_is_a_fault_of_ours(tmp_path: Path) -> None:
    good = leaf_line(3, story().entries[3])
    for bad, why in (
        (replace(good, disclosures=()), "neither shown"),
        (replace(good, withheld=(digest_of("x"),)), "neither shown"),
        (replace(good, disclosures=(*good.disclosures, "e30")), "not of its event"),
        (replace(good, body=b"{"), "JSON"),
        (replace(good, body=b"[]"), "Error"),
        (replace(good, body=good.body.replace(b",", b",\n", 1)), "line"),
    ):
        with pytest.raises(Incoherent, match="Leaf 3") as caught:
            write(evidence(story(), leaves=[bad]), tmp_path / "x.zip")
        assert why in str(caught.value)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "", "x\n", "ü"])
def test_a_name_that_is_no_plain_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Incoherent):
        write(evidence(story(), manifests={name: b"x"}), tmp_path / "x.zip")
    with pytest.raises(Incoherent):
        write(evidence(story(), keys_info={name: "x"}), tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_behind_and_the_old_bundle_whole(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    before = write(evidence(story()), path)

    def leaves(code: int) -> Iterator[LeafLine]:
        yield leaf_line(0, story().entries[0])
        raise OSError(code, "as the disk says")

    for code, expected in ((errno.ENOSPC, NoRoom), (errno.EDQUOT, NoRoom), (errno.EIO, Unwritten)):
        with pytest.raises(expected):
            write(evidence(story(), leaves=leaves(code)), path)
        assert list(tmp_path.iterdir()) == [path]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_real_limit_on_the_size_of_files_leaves_nothing_behind(tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys\n"
        f"sys.path[:0] = {sys.path!r}\n"
        "from pathlib import Path\n"
        "from make_evidence import evidence, story\n"
        "from colophon.exports.bundle import Unwritten, write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "whole = evidence(story())\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({1 << 15}, {1 << 15}))\n"
        "try:\n"
        f"    write(whole, Path({str(tmp_path / 'x.zip')!r}))\n"
        "except Unwritten as error:\n"
        "    print(error.code)\n"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout == "bundle_unwritten\n"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_a_fault_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unwritten, match="No such file"):
        write(evidence(story()), tmp_path / "missing" / "x.zip")


def test_scope_and_counts_are_stated_as_given(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    size = len(story().entries)
    counts = {"committed": size + 3, "sequenced": size}
    write(evidence(story(), scope="case 1\nBag-Size: forged", counts=counts), path)
    bag = unpacked(path, tmp_path / "unpacked")
    told = json.loads((bag / "data/completeness.json").read_bytes())
    assert told["stated"] == counts
    assert told["counts"]["events"] == size
    assert "\nBag-Size" not in (bag / "bag-info.txt").read_text()
    code, answer = run(path, *Trust(tmp_path / "trust").arguments())
    assert code == 0
    assert "3 events committed and not in this tree yet" in answer["not_checked"]
