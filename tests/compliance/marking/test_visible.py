"""The visible label: large, clear, on an edge, inside the crops; found again without being told where."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marking_cases import scene
from PIL import Image

from compliance.marking import sight, visible
from compliance.marking.errors import LabelNotSufficient
from compliance.policy.labels import texts
from generation.engine import Origin

TEXTS = ["AI 程序生成", "AI GENERATED · PROCEDURAL"]
CROPS = ("1:1", "4:5", "9:16")


def drawn(picture: Image.Image, **how: object) -> tuple[visible.Drawn, ...]:
    return visible.draw(picture, **({"texts": TEXTS, "place": "top-right"} | how))


def look(picture: Image.Image, **how: object) -> tuple[sight.Seen, ...] | str:
    return sight.find(picture, **({"texts": TEXTS, "height_permille": 50, "crops": ()} | how))


@pytest.mark.parametrize("place", visible.PLACES)
@pytest.mark.parametrize("size", [(640, 480), (480, 640), (500, 500), (128, 128), (1600, 300)])
def test_a_label_is_drawn_in_its_corner_and_seen_there_at_five_percent(place, size):
    picture = scene(*size)
    [plate] = drawn(picture, place=place)
    down, across = place.split("-")
    left, top, right, bottom = plate.box
    assert (left < size[0] - right) == (across == "left") or right - left > 0.6 * size[0]
    assert (top < size[1] - bottom) == (down == "top") or bottom - top > 0.6 * size[1]
    seen = look(picture)
    assert not isinstance(seen, str), seen
    assert [one.text for one in seen] == TEXTS
    for one in seen:
        assert one.glyph_height >= math.ceil(0.05 * min(size))
        assert one.contrast >= sight.CONTRAST
        assert left <= one.box[0] + 3
        assert one.box[2] <= right + 3


@settings(max_examples=30, deadline=None)
@given(
    width=st.integers(260, 900),
    height=st.integers(260, 900),
    seed=st.integers(0, 999),
    place=st.sampled_from(visible.PLACES),
)
def test_a_label_that_outlives_the_crops_is_on_an_edge_and_whole_in_each(
    width, height, seed, place
):
    picture = scene(width, height, seed=seed)
    plates = drawn(picture, place=place, crops=CROPS)
    margin = round(0.012 * min(width, height))
    assert any(visible.on_edge(one.box, picture.size, margin=margin) for one in plates)
    seen = look(picture, crops=CROPS)
    assert not isinstance(seen, str), seen
    for crop in CROPS:
        left, top, right, bottom = visible.safe_area(picture.size, crops=[crop])
        assert any(
            box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom
            for box in (one.box for one in plates)
        )


@pytest.mark.parametrize(
    "ground",
    [
        Image.new("RGB", (600, 400), (255, 255, 255)),
        Image.new("RGB", (600, 400), (0, 0, 0)),
        Image.new("RGB", (600, 400), (119, 119, 119)),
        Image.fromarray(np.random.default_rng(3).integers(0, 256, (400, 600, 3), dtype=np.uint8)),
        Image.fromarray(
            np.kron(np.eye(2, dtype=np.uint8), np.full((200, 300), 255, np.uint8))
        ).convert("RGB"),
    ],
    ids=["white", "black", "middle grey", "noise", "half black, half white"],
)
def test_the_plate_makes_seven_to_one_of_any_ground(ground):
    picture = ground.copy()
    for plate in drawn(picture, crops=("1:1",)):
        assert plate.contrast >= 100 * visible.CONTRAST
    assert not isinstance(look(picture, crops=("1:1",)), str)


def test_nothing_is_seen_where_nothing_was_drawn():
    noise = np.random.default_rng(4).integers(0, 256, (400, 600, 3), dtype=np.uint8)
    for picture in [*(scene(seed=seed) for seed in range(12)), Image.fromarray(noise)]:
        assert "was not found" in look(picture)


def test_a_label_of_four_percent_does_not_count():
    picture = scene(800, 800)
    small = picture.crop((0, 0, 640, 640))
    drawn(small)
    picture.paste(small, (160, 0))
    assert isinstance(look(picture), str)


def test_a_label_in_the_middle_does_not_count():
    inner = scene(500, 500)
    drawn(inner)
    picture = scene(1000, 1000)
    picture.paste(inner, (250, 250))
    assert look(picture, height_permille=25) == "it is not in a corner or on an edge"


def test_a_faint_label_does_not_count():
    picture = scene()
    [plate] = drawn(picture)
    patch = picture.crop(plate.box)
    faint = patch.point(lambda value: 120 + value // 12)
    picture.paste(faint, plate.box)
    assert isinstance(look(picture), str)


def test_half_a_label_does_not_count():
    picture = scene()
    [plate] = drawn(picture, texts=TEXTS[:1])
    assert not isinstance(look(picture, texts=TEXTS[:1]), str)
    assert isinstance(look(picture), str)
    picture.paste(scene().crop(plate.box), plate.box)
    assert isinstance(look(picture, texts=TEXTS[:1]), str)


def test_a_see_through_ground_becomes_solid_under_the_label():
    picture = scene().convert("RGBA")
    picture.putalpha(0)
    [plate] = drawn(picture)
    assert picture.crop(plate.box).getchannel("A").getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"texts": []}, "it says nothing"),
        ({"texts": [" "]}, "it says nothing"),
        ({"height_permille": 49}, "below 5 %"),
        ({"place": "middle"}, "is no place"),
        ({"crops": ("2:3",)}, "is no crop"),
        ({"texts": ["AI 生成 龘"]}, "龘"),
        ({"texts": ["AI GENERATED " + "W" * 60]}, "does not fit"),
        ({"texts": ["AI GENERATED"] * 40}, "does not fit"),
    ],
)
def test_a_label_that_cannot_do_is_refused_with_the_reason(change, why):
    with pytest.raises(LabelNotSufficient, match=why):
        drawn(scene(), **change)


@pytest.mark.parametrize("origin", [one for one in Origin if one is not Origin.HUMAN])
@pytest.mark.parametrize("language", ["zh", "en", "de", "fr"])
def test_every_image_label_of_the_packs_can_be_drawn_and_seen(origin, language):
    text = texts().text("visible.image", origin=origin, language=language)
    assert text is not None
    picture = scene()
    drawn(picture, texts=[text], crops=CROPS)
    assert not isinstance(look(picture, texts=[text], crops=CROPS), str)


def test_the_reader_holds_its_own_view_of_what_a_crop_leaves():
    picture = scene(900, 600)
    drawn(picture)  # in the corner of the whole picture, not made for crops
    assert look(picture, crops=("9:16",)) == "it does not outlive the centre crops"
