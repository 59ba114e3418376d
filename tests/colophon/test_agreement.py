"""Agreement and intervals against published figures."""

from __future__ import annotations

import random

import pytest

from colophon.releases.agreement import alpha, wilson

# Krippendorff (2011), section C: four observers, twelve units, a dot where one is missing.
OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def published():
    rows = [one.split() for one in OBSERVERS]
    return [[one for one in unit if one != "."] for unit in zip(*rows, strict=True)]


def test_alpha_is_that_of_the_published_example():
    found = alpha(published())
    assert round(found.value, 3) == 0.743
    assert (found.units, found.ratings) == (11, 40), "the last unit was judged by one alone"


def test_alpha_of_two_observers_and_two_values_is_published_too():
    # Section A of the same paper: ten units, two observers, binary data.
    first, second = (
        ["0", "1", "0", "0", "0", "0", "0", "0", "1", "0"],
        ["1", "1", "1", "0", "0", "1", "0", "0", "0", "0"],
    )
    assert round(alpha(zip(first, second, strict=True)).value, 3) == 0.095


def test_alpha_of_full_agreement_of_chance_and_of_nothing():
    assert alpha([["a", "a"], ["b", "b"]]).value == 1.0
    assert alpha([["a", "b"], ["b", "a"]]).value < 0
    assert alpha([["a", "a"], ["a", "a"]]).value is None, "nobody ever said anything else"
    assert alpha([]).value is None
    dice = random.Random(7)
    noise = [[dice.choice("abc"), dice.choice("abc")] for _ in range(4000)]
    assert abs(alpha(noise).value) < 0.03


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_is_as_published(hits, n, low, high):
    found = wilson(hits, n)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_without_cases_a_share_may_be_anything():
    found = wilson(0, 0)
    assert found.share is None
    assert (found.low, found.high) == (0.0, 1.0)
