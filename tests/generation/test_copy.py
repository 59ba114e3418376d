"""Copy by grammar: the facts, all the facts, nothing but the facts."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.policy.length import tokens
from generation.engine import Cancelled, EngineRefused, Output, Piece, Request, Run
from generation.shelf import ENGINES

FACTS = "Title: Lantern Nights. Place: the old harbour. Date: 12 to 15 May. Audience: night owls."


def write(tmp_path_factory, prompt=FACTS, seed=1, **parameters):
    into = tmp_path_factory.mktemp("copy")
    said = list(
        ENGINES.get("house_copy").generate(
            Request(prompt=prompt, seed=seed, parameters=parameters), Run(into=into)
        )
    )
    assert isinstance(said[-1], Output)
    assert all(isinstance(one, Piece) for one in said[:-1])
    return said[-1].path.read_text("utf-8")


def test_every_fact_of_the_prompt_is_in_the_text(tmp_path_factory):
    for seed in range(20):
        text = write(tmp_path_factory, seed=seed, length="long")
        for fact in ("Lantern Nights", "old harbour", "12 to 15 May", "night owls"):
            assert fact.lower() in text.lower(), text


def test_the_same_request_gives_the_same_text_and_another_seed_another(tmp_path_factory):
    assert write(tmp_path_factory) == write(tmp_path_factory)
    assert len({write(tmp_path_factory, seed=seed) for seed in range(12)}) > 8


def test_a_chinese_prompt_gives_a_chinese_text(tmp_path_factory):
    text = write(tmp_path_factory, "标题：灯火之夜。地点：旧港。日期：五月十二日。观众：夜猫子。")
    assert "灯火之夜" in text
    assert "旧港" in text
    assert not any("a" <= sign <= "z" for sign in text)


def test_a_short_text_stays_under_150_tokens(tmp_path_factory):
    for seed in range(40):
        assert tokens(write(tmp_path_factory, seed=seed)) < 150


def test_two_works_rarely_share_a_run_of_twelve_words(tmp_path_factory):
    texts = [
        write(tmp_path_factory, f"Title: Evening {n}. Place: square {n}. Date: day {n}.", seed=n)
        for n in range(60)
    ]
    runs = []
    for text in texts:
        words = text.split()
        runs.append({tuple(words[i : i + 12]) for i in range(len(words) - 11)})
    pairs = list(itertools.combinations(runs, 2))
    shared = sum(bool(one & other) for one, other in pairs)
    assert shared / len(pairs) < 0.05, f"{shared} of {len(pairs)} pairs share 12 words"


@given(prompt=st.text(min_size=1, max_size=200), seed=st.integers(0, 2**62))
@settings(max_examples=60, deadline=None)
def test_any_prompt_gives_a_text_or_a_refusal(tmp_path_factory, prompt, seed):
    try:
        text = write(tmp_path_factory, prompt.encode(errors="replace").decode(), seed)
    except EngineRefused:
        return
    assert text.strip()
    assert "{" not in text
    assert "[" not in text


def test_a_run_that_is_cancelled_stops_between_sentences(tmp_path):
    run = Run(into=tmp_path, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        list(ENGINES.get("house_copy").generate(Request(prompt=FACTS, seed=1), run))
    assert not list(tmp_path.iterdir())


def test_an_unknown_parameter_is_named(tmp_path):
    with pytest.raises(EngineRefused, match="loudness"):
        list(
            ENGINES.get("house_copy").generate(
                Request(prompt=FACTS, seed=1, parameters={"loudness": 3}), Run(into=tmp_path)
            )
        )
