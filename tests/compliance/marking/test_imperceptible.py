"""The imperceptible mark: found again after what happens to pictures, unseen, bound to its key."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marking_cases import KEY, PAYLOAD, scene
from PIL import Image, ImageFilter

from compliance.marking import crop_search, imperceptible, visible
from compliance.marking.errors import CannotMark

SCENES = [scene(seed=seed) for seed in range(3)]


def marked(picture: Image.Image) -> Image.Image:
    return imperceptible.embed(picture, payload=PAYLOAD, key=KEY)


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def labelled(picture: Image.Image) -> Image.Image:
    copy = picture.copy()
    visible.draw(copy, texts=["AI 生成", "AI GENERATED"], place="top-right", crops=("1:1", "9:16"))
    return copy


ATTACKS = {
    "nothing": lambda one: one,
    "JPEG q90": lambda one: jpeg(one, 90),
    "JPEG q50": lambda one: jpeg(one, 50),
    "half size": lambda one: one.resize((one.width // 2, one.height // 2)),
    "twice the size": lambda one: one.resize((one.width * 2, one.height * 2)),
    "another aspect": lambda one: one.resize((500, 500)),
    "blur": lambda one: one.filter(ImageFilter.GaussianBlur(1.2)),
    "brighter": lambda one: one.point(lambda value: min(255, value + 15)),
    "our own label": labelled,
    "label, then JPEG q50": lambda one: jpeg(labelled(one), 50),
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("number", range(len(SCENES)))
def test_the_payload_is_read_after(attack, number):
    seen = imperceptible.detect(ATTACKS[attack](marked(SCENES[number])), key=KEY)
    assert seen.present
    assert seen.payload == PAYLOAD


@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("an off-centre crop to 80 %", (20, 70, 532, 454)),
        ("a centre crop to 1:1", (80, 0, 560, 480)),
        ("a centre crop to 4:5", (128, 0, 512, 480)),
    ],
)
def test_the_crop_search_finds_the_payload_in(name, box):
    cropped = marked(SCENES[0]).crop(box)
    assert not imperceptible.detect(cropped, key=KEY).present
    seen = crop_search.search(cropped, key=KEY)
    assert seen.present
    assert seen.payload == PAYLOAD
    assert seen.share_permille < 1000


def test_a_plain_picture_shows_no_mark_whole_or_searched():
    for picture in SCENES:
        assert imperceptible.detect(picture, key=KEY).presence < imperceptible.PRESENT
    assert not crop_search.search(SCENES[0].crop((20, 30, 500, 400)), key=KEY).present


def test_a_wrong_key_finds_nothing():
    for number in range(20):
        other = f"another key, number {number:04}".encode()
        seen = imperceptible.detect(marked(SCENES[0]), key=other)
        assert not seen.present
        assert seen.payload != PAYLOAD


EXTREMES = {
    "black": Image.new("RGB", (300, 200), (0, 0, 0)),
    "white": Image.new("RGB", (300, 200), (255, 255, 255)),
    "grey": Image.new("RGB", (300, 200), (128, 128, 128)),
    "smallest": scene(128, 128),
    "a strip": scene(1600, 130),
    "large": scene(2600, 1800),
    "soft noise": Image.fromarray(
        np.random.default_rng(1).normal(128, 12, (400, 400, 3)).clip(0, 255).astype(np.uint8)
    ),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_pictures_carry_the_mark_within_the_floor(name):
    picture = EXTREMES[name]
    found = marked(picture)
    assert found.size == picture.size
    assert imperceptible.psnr(picture, found) >= imperceptible.PSNR_FLOOR
    seen = imperceptible.detect(found, key=KEY)
    assert seen.present
    assert seen.payload == PAYLOAD


@settings(max_examples=25, deadline=None)
@given(
    payload=st.integers(0, 2**32 - 1),
    seed=st.integers(0, 10_000),
    width=st.integers(128, 420),
    height=st.integers(128, 420),
)
def test_any_payload_in_any_size_stays_above_the_floor_and_comes_back(payload, seed, width, height):
    picture = scene(width, height, seed=seed)
    found = imperceptible.embed(picture, payload=payload, key=KEY)
    assert imperceptible.psnr(picture, found) >= imperceptible.PSNR_FLOOR
    assert imperceptible.detect(found, key=KEY).payload == payload


def test_a_picture_below_128_pixels_is_refused_with_its_size():
    with pytest.raises(CannotMark, match="127 x 400 pixels"):
        marked(scene(127, 400))


def test_a_payload_beyond_32_bits_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="32 bits"):
        imperceptible.embed(SCENES[0], payload=2**32, key=KEY)


def test_a_short_key_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="16 bytes"):
        imperceptible.embed(SCENES[0], payload=1, key=b"short")
