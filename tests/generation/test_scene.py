"""`house_scene`: the same words and seed give the same picture; words do what they say."""

from __future__ import annotations

import hashlib
import itertools
import time
from dataclasses import replace

import numpy
import PIL
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from generation.engine import Cancelled, EngineRefused, Output, PastDeadline, Piece, Request, Run
from generation.scene.plan import plan
from generation.scene.streams import noise, stream
from generation.scene.words import LENDS, RANK, WORDS, read
from generation.shelf import ENGINES

SMALL = {"width": 160, "height": 128}
# SHA-256 of the decoded pixels; the compressed file may differ between builds of zlib.
# Made with the numpy and Pillow named here. New pixels mean a new version of the engine's card.
MADE_WITH = {"numpy": "2", "pillow": "13"}
GOLDEN = [
    (
        "a lighthouse at dawn, calm sea",
        884120,
        "12bf20f772524568748be2255e61e2120d986c72049eba5b008d8ed355a65f74",
    ),
    (
        "夜晚的城市天际线",
        1,
        "a22e8618a9c49f74c794846700682ed8fad0537f12e8e1e6d4c91397ee6ac94a",
    ),
    (
        "an abstract mosaic in gold",
        42,
        "ca19f1a234e9b7a04b901086c356ba810ec5b4221d03faaff71953099610047c",
    ),
]


def make(tmp_path, prompt, seed=7, **parameters):
    into = tmp_path / f"run-{len(list(tmp_path.iterdir()))}"
    into.mkdir()
    request = Request(prompt=prompt, seed=seed, parameters=SMALL | parameters)
    *pieces, output = ENGINES.get("house_scene").generate(request, Run(into=into))
    assert all(isinstance(piece, Piece) for piece in pieces)
    assert isinstance(output, Output)
    return output


def pixels(output):
    with Image.open(output.path) as image:
        return numpy.asarray(image.convert("RGB"))


@pytest.mark.parametrize(("prompt", "seed", "sha256"), GOLDEN)
def test_pixels_are_the_ones_on_record(tmp_path, prompt, seed, sha256):
    versions = {"numpy": numpy.__version__.split(".")[0], "pillow": PIL.__version__.split(".")[0]}
    assert versions == MADE_WITH, "other libraries: look at the pictures, then renew the record"
    shown = pixels(make(tmp_path, prompt, seed))
    assert hashlib.sha256(shown.tobytes()).hexdigest() == sha256


@pytest.mark.parametrize("subject", RANK)
def test_same_request_gives_same_bytes(tmp_path, subject):
    first, second = (make(tmp_path, f"{subject} at dusk with fog", 3) for _ in range(2))
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.record == second.record


def test_another_seed_gives_another_picture(tmp_path):
    first, second = (make(tmp_path, "a castle", seed) for seed in (1, 2))
    assert first.path.read_bytes() != second.path.read_bytes()


@pytest.mark.parametrize(
    ("width", "height"), [(64, 64), (64, 900), (900, 64), (333, 257), (1900, 64)]
)
def test_every_size_is_given_as_asked(tmp_path, width, height):
    for subject in RANK:
        output = make(tmp_path, f"{subject} snow", width=width, height=height)
        assert pixels(output).shape == (height, width, 3)


def test_the_file_carries_no_metadata(tmp_path):
    data = make(tmp_path, "forest").path.read_bytes()
    kinds, at = [], 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kinds.append(data[at + 4 : at + 8])
        at += 12 + length
    assert set(kinds) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize("subject", RANK)
def test_the_hour_and_the_weather_move_nothing(subject):
    hours, weathers = ("dawn", "day", "sunset", "night"), ("clear", "storm", "fog")
    layouts = {
        plan(replace(read(subject), time=hour, weather=weather), seed=11).elements
        for hour, weather in itertools.product(hours, weathers)
    }
    assert len(layouts) == 1


def test_adding_a_boat_moves_nothing_else():
    without = {part.name: part for part in plan(read("a lighthouse"), seed=5).elements}
    with_boat = {part.name: part for part in plan(read("a lighthouse, a boat"), seed=5).elements}
    assert set(with_boat) - set(without) == {"boat 0"}
    assert all(with_boat[name] == part for name, part in without.items())


def test_streams_are_independent_of_each_other_and_of_order():
    first = stream(1, "sky").random(4)
    stream(1, "castle").random(100)
    assert (stream(1, "sky").random(4) == first).all()
    assert (stream(1, "castle").random(4) != first).any()
    assert (stream(2, "sky").random(4) != first).any()


def test_hours_look_different(tmp_path):
    means = [pixels(make(tmp_path, f"sea, {hour}")).mean() for hour in ("day", "night")]
    assert means[0] > 2 * means[1]


@pytest.mark.parametrize(
    ("prompt", "subject", "hour"),
    [
        ("A lighthouse at dawn, calm sea", "lighthouse", "dawn"),
        ("黄昏时海边的灯塔", "lighthouse", "sunset"),
        ("群山之间的湖,清晨", "mountains", "dawn"),
        ("Mountains behind a castle by moonlight", "castle", "night"),
        ("夜晚的城市天际线", "city", "night"),
        ("古寺,雪", "temple", ""),
        ("CITIES? no: Skyline.", "city", ""),
    ],
)
def test_words_choose_subject_and_hour(prompt, subject, hour):
    wish = read(prompt)
    assert (wish.subject, wish.time) == (subject, hour)


def test_every_word_of_the_table_is_understood():
    for concepts in WORDS.values():
        for words in concepts.values():
            for word in words.split():
                assert read(word).understood == (word,), word
    assert set(LENDS) < set(RANK)


def test_without_means_without():
    names = {part.kind for part in plan(read("sea without boats"), seed=1).elements}
    assert "boat" not in names
    assert "boat" in {part.kind for part in plan(read("sea"), seed=1).elements}
    assert "lantern" not in {part.kind for part in plan(read("没有灯笼的城市"), seed=1).elements}


def test_the_record_tells_understood_from_unknown_words(tmp_path):
    words = make(tmp_path, "A zeppelin over the castle and the desert 会飞的鲸鱼").record["words"]
    assert words["understood"] == ["castle", "desert"]
    assert words["not_understood"] == ["zeppelin", "会飞", "鲸鱼"]
    assert words["set_aside"] == ["desert"]


def test_unknown_words_still_give_a_picture_and_not_all_the_same(tmp_path):
    prompts = ("qwzx", "vbnm", "hjkl", "tyui", "1234", "")
    subjects = {make(tmp_path, prompt, 1).record["scene"]["subject"] for prompt in prompts}
    assert len(subjects) > 1


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"width": 63}, "width is 63; give a whole number from 64 to 4096"),
        ({"height": 5000}, "height is 5000; give a whole number from 64 to 4096"),
        ({"width": "wide"}, "width is wide; give a whole number"),
        ({"width": True}, "width is True"),
        ({"detail": 101}, "detail is 101; give a whole number from 0 to 100"),
        ({"steps": 50}, "no parameter “steps”; leave it out or use one of detail, height, width"),
    ],
)
def test_bad_parameters_are_refused_with_field_value_and_remedy(tmp_path, parameters, said):
    with pytest.raises(EngineRefused) as caught:
        make(tmp_path, "castle", **parameters)
    assert said in str(caught.value)
    assert caught.value.facts["field"] == next(iter(parameters))


def test_a_cancelled_run_stops_between_elements(tmp_path):
    asked = itertools.count()
    run = Run(into=tmp_path, cancelled=lambda: next(asked) >= 3)
    pieces = []
    with pytest.raises(Cancelled):
        pieces.extend(
            ENGINES.get("house_scene").generate(
                Request(prompt="forest", seed=1, parameters=SMALL), run
            )
        )
    assert len(pieces) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_run_past_its_deadline_stops(tmp_path):
    run = Run(into=tmp_path, deadline=time.monotonic() - 1)
    request = Request(prompt="forest", seed=1, parameters=SMALL)
    with pytest.raises(PastDeadline):
        list(ENGINES.get("house_scene").generate(request, run))


def test_progress_only_grows(tmp_path):
    request = Request(prompt="village", seed=1, parameters=SMALL)
    *pieces, _ = ENGINES.get("house_scene").generate(request, Run(into=tmp_path))
    shares = [piece.share for piece in pieces]
    assert shares == sorted(shares)
    assert shares[0] >= 0
    assert shares[-1] <= 1


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(prompt=st.text(max_size=80), seed=st.integers(-(2**63), 2**63))
def test_any_prompt_and_seed_give_a_picture(tmp_path, prompt, seed):
    assert pixels(make(tmp_path, prompt, seed, width=64, height=64)).shape == (64, 64, 3)


@pytest.mark.parametrize(
    "prompt", ["a lighthouse at dawn", "mountains and a lake", "temple with blossom", "village"]
)
def test_a_textured_picture_has_enough_features_to_be_recognised(tmp_path, prompt):
    cv2 = pytest.importorskip("cv2")
    output = make(tmp_path, prompt, width=1152, height=896, detail=60)
    grey = cv2.imread(str(output.path), cv2.IMREAD_GRAYSCALE)
    grey = cv2.resize(grey, (640, 498), interpolation=cv2.INTER_AREA)
    assert len(cv2.SIFT_create().detect(grey)) > 300


def test_a_megapixel_takes_little_time(tmp_path):
    before = time.process_time()
    make(tmp_path, "a forest in fog", width=1152, height=896)
    assert time.process_time() - before < 4.0  # 1.1 s measured on an idle core


def test_noise_keeps_its_mean_and_range():
    field = noise(stream(1, "noise"), height=300, width=400, across=9, down=7)
    assert abs(float(field.mean()) - 0.5) < 0.06
    assert (
        float(((field > 0) & (field < 1)).mean()) > 0.93
    )  # a few blobs reach beyond; painters clip them
