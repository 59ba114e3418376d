"""Copies of textured pictures are found, strangers pass, plain pictures are no pass."""

from __future__ import annotations

from uuid import UUID

import cv2
import numpy as np
import pytest
from PIL import Image

from bench import similarity as made
from compliance.checks.image_overlap import CHECK, TURNS
from compliance.findings import Answer, Severity
from compliance.similarity import aligning, looking, pictures
from compliance.similarity.errors import DamagedFingerprint
from compliance.similarity.index import EmbeddedIndex, Reference

OURS = UUID(int=7)
SIZE = {"width": 900, "height": 640}


@pytest.fixture(scope="module")
def rows(registered, tmp_path_factory):
    folder = tmp_path_factory.mktemp("registered")
    found = []
    for number in range(6):
        path = made.save(made.textured(number, **SIZE), folder / f"{number}.png")
        found += registered(path, work_id=OURS if number == 3 else made.work(number + 100))
    return found


@pytest.fixture
def ask(rows, context, material, tmp_path):
    def answer(picture, *, references=rows):
        path = made.save(picture, tmp_path / "query.png")
        (finding,) = CHECK.ask(material(path), context(*references))
        return finding

    return answer


@pytest.fixture(scope="module")
def original():
    return made.textured(3, **SIZE)


@pytest.mark.parametrize(
    "edit",
    [
        "same",
        "jpeg q20",
        "mirror",
        "turn 90",
        "turn 30",
        "pad 20 %",
        "crop 60 %",
        "mirror + crop 60 % + jpeg q20",
        "inset 60 %",
    ],
)
def test_an_edited_copy_is_found_and_named(ask, original, edit):
    finding = ask(made.EDITS[edit](original))

    assert finding.answer is Answer.FAILED
    assert finding.severity is Severity.STRONG
    assert [row["work"] for row in finding.evidence] == [str(OURS)]
    assert finding.as_of == 7
    assert finding.level


def test_a_mirrored_crop_of_sixty_per_cent_is_described_as_one(ask, original):
    finding = ask(made.EDITS["mirror + crop 60 %"](original))
    (row,) = finding.evidence

    assert row["mirrored"] is True
    assert row["degrees"] == 0
    assert row["here_permille"] >= 990
    assert 350 <= row["there_permille"] <= 370
    assert 590 <= row["scale_permille"] <= 610
    # The crop starts a third of what was cut from the left and two thirds from the top.
    xs, ys = zip(*row["there"], strict=True)
    assert abs(min(xs) - 133) <= 8
    assert abs(max(xs) - 733) <= 8
    assert abs(min(ys) - 267) <= 8
    assert abs(max(ys) - 867) <= 8
    # What lies right here lies left there.
    pairs = sorted(zip(row["here"], row["there"], strict=True))
    assert pairs[0][1][0] > pairs[-1][1][0]


def test_an_inset_shows_where_it_lies_in_the_picture(ask, original):
    (row,) = ask(made.EDITS["inset 60 %"](original)).evidence

    assert row["there_permille"] >= 980
    assert 340 <= row["here_permille"] <= 380


def test_a_quarter_turn_says_which_way(ask, original):
    left = np.ascontiguousarray(np.rot90(original))
    (row,) = ask(left).evidence
    assert (row["mirrored"], row["degrees"]) == (False, 90)


@pytest.mark.parametrize("seed", range(200, 206))
def test_an_unrelated_picture_passes(ask, seed):
    finding = ask(made.textured(seed, **SIZE))

    assert (finding.answer, finding.code) == (Answer.PASSED, "nothing_found")
    assert finding.evidence == ()


@pytest.mark.parametrize("seed", range(3))
def test_a_plain_picture_is_unsure_and_says_the_number_and_the_threshold(ask, seed):
    finding = ask(made.plain(seed, **SIZE))

    assert (finding.answer, finding.code) == (Answer.UNSURE, "too_plain")
    assert finding.facts["features"] < finding.facts["least_features"] == 60
    assert finding.facts["quality"] < finding.facts["least_quality"] == 50


def test_with_no_registered_work_it_says_so(ask):
    finding = ask(made.textured(1, **SIZE), references=())
    assert (finding.answer, finding.code) == (Answer.PASSED, "nothing_registered")


def test_of_an_animation_only_the_first_frame_is_seen(context, rows, material, tmp_path):
    frames = [Image.fromarray(made.textured(seed, width=200, height=150)) for seed in (50, 51)]
    path = tmp_path / "moving.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    (finding,) = CHECK.ask(material(path, media_type="image/gif"), context(*rows))
    assert (finding.answer, finding.code) == (Answer.UNSURE, "several_frames")


@pytest.mark.parametrize("turn", range(8))
def test_each_of_the_eight_hashes_undoes_its_turn(sandbox, tmp_path, turn):
    """A picture turned the other way has, at that place, the hash of the original."""
    picture = made.textured(8, width=512, height=512)
    mirrored, quarters = TURNS[turn]
    undone = np.rot90(picture, -quarters)
    undone = undone[:, ::-1] if mirrored else undone
    path = made.save(np.ascontiguousarray(undone), tmp_path / "turned.png")
    seen = looking.look(path, media_type="image/png", sandbox=sandbox)
    plain = looking.look(
        made.save(picture, tmp_path / "plain.png"), media_type="image/png", sandbox=sandbox
    )

    distances = np.bitwise_count(seen.hashes ^ plain.hashes[0]).sum(axis=1)

    assert distances.argmin() == turn
    # The corners of the region follow the same turn.
    corners = [(x * 511 // 1000, y * 511 // 1000) for x, y in _corners(turn)]
    there = [picture[y, x] for x, y in corners]
    here = [undone[y, x] for x, y in ((0, 0), (511, 0), (511, 511), (0, 511))]
    assert np.array_equal(here, there)


def _corners(turn):
    mirrored, quarters = TURNS[turn]
    return aligning.whole(mirrored=mirrored, quarters=quarters).there


def test_a_mirrored_picture_has_the_features_that_mirroring_them_predicts():
    grey = cv2.cvtColor(made.textured(1, width=512, height=360), cv2.COLOR_RGB2GRAY)
    predicted = looking.mirror(looking.find_features(grey))
    seen = looking.find_features(np.ascontiguousarray(grey[:, ::-1]))

    aligned = aligning.align(predicted, seen)

    assert aligned is not None
    assert not aligned.mirrored
    assert aligned.inliers > 200


def test_a_map_that_collapses_the_picture_is_no_evidence():
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 500, (100, 2)).astype(np.float32)
    descriptors = rng.integers(0, 90, (100, 128)).astype(np.uint8)
    query = looking.Features(width=512, height=512, points=points, descriptors=descriptors)
    line = (points * (0.01, 1)).astype(np.float32)
    squeezed = looking.Features(width=512, height=512, points=line, descriptors=descriptors)

    assert aligning.align(query, squeezed) is None


@pytest.mark.parametrize("flips", [0, 10, 31, 45, 60])
def test_the_hash_scan_finds_every_planted_copy_within_the_radius(flips):
    rng = np.random.default_rng(flips)
    stored = rng.integers(0, 256, (50_000, 32), dtype=np.uint8)
    rows = rng.integers(0, len(stored), 20)
    queries = stored[rows].copy()
    for query in queries:
        for bit in rng.choice(256, flips, replace=False):
            query[bit // 8] ^= 1 << (bit % 8)

    found = pictures.within(stored, queries, radius=flips)

    assert {(at, int(row), flips) for at, row in enumerate(rows)} <= set(found)
    assert all(distance <= flips for _, _, distance in found)


def test_twenty_near_duplicates_hide_nobody():
    row = np.random.default_rng(0).integers(0, 256, 32, dtype=np.uint8)
    rows = []
    for number in range(20):
        near = row.copy()
        near[number] ^= 1
        payload = looking.pack_hash(near, quality=90)
        rows.append(Reference(work_id=made.work(number), kind="image.pdq", payload=payload))

    hits = EmbeddedIndex.build(rows, as_of=1).hashes(row[None], radius=31)

    assert {hit.work_id for hit in hits} == {made.work(number) for number in range(20)}


def test_the_order_of_registered_pictures_changes_no_answer(ask, rows, original):
    query = made.EDITS["crop 60 %"](original)
    assert ask(query, references=rows).evidence == ask(query, references=rows[::-1]).evidence


def test_a_damaged_picture_fingerprint_is_refused_and_not_skipped():
    rows = [
        Reference(work_id=OURS, kind=kind, payload=b"pdq1abc")
        for kind in ("image.pdq", "image.sift")
    ]
    index = EmbeddedIndex.build(rows, as_of=1)
    with pytest.raises(DamagedFingerprint):
        index.hashes(np.zeros((8, 32), np.uint8), radius=60)
    with pytest.raises(DamagedFingerprint):
        index.candidates([np.zeros((1, 128), np.uint8)], most=10, also=frozenset())


@pytest.mark.parametrize("most", [1, 7, 1000])
def test_the_closest_are_the_first_of_all_within_the_radius(most):
    random = np.random.default_rng(5)
    stored = random.integers(0, 256, (400, 32), dtype=np.uint8)
    stored[100:140] = stored[0]  # copies: the lower row comes first
    within = pictures.within(stored, stored[:1], radius=130)
    wanted = sorted((distance, row) for _, row, distance in within)[:most]
    found = pictures.closest(stored, stored[0], radius=130, most=most)
    assert [(distance, row) for row, distance in found] == wanted
    assert len(found) == min(most, len(within))
    assert pictures.closest(stored[:0], stored[0], radius=130, most=most) == []
