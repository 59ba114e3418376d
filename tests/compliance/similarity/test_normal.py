"""Text is made comparable without losing where each character came from."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.similarity.normal import normal
from compliance.similarity.text import streams, unread_permille


@given(st.text())
def test_every_character_knows_the_part_of_the_original_it_came_from(source):
    made = normal(source)

    assert len(made.text) == len(made.starts) == len(made.ends)
    assert list(made.starts) == sorted(made.starts)
    assert all(start < end for start, end in zip(made.starts, made.ends, strict=True))
    for at in range(len(made.text)):
        start, end = made.span(at, at + 1)
        assert made.text[at] in normal(source[start:end]).text


@given(st.text())
def test_what_is_normal_stays_as_it_is(source):
    once = normal(source).text
    assert normal(once).text == once or unicodedata.normalize("NFC", once) != once


@pytest.mark.parametrize(
    ("source", "made", "spans"),
    [
        ("Ｆｕｌｌ", "full", [(0, 1), (1, 2), (2, 3), (3, 4)]),
        ("b\u200bad", "bad", [(0, 1), (2, 3), (3, 4)]),
        ("cafe\u0301", "café", [(0, 1), (1, 2), (2, 3), (3, 5)]),
        ("e\u200b\u0301x", "éx", [(0, 3), (3, 4)]),
        ("Straße", "strasse", [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (4, 5), (5, 6)]),
        ("ﬁn", "fin", [(0, 1), (0, 1), (1, 2)]),
        ("ﾊﾟ", "パ", [(0, 2)]),
        ("\u202e\ufeff", "", []),
        ("明\u200b月", "明月", [(0, 1), (2, 3)]),
    ],
)
def test_known_cases(source, made, spans):
    found = normal(source)

    assert found.text == made
    assert [found.span(at, at + 1) for at in range(len(made))] == spans


def test_words_and_han_characters_are_two_streams_with_offsets_in_the_original():
    source = "Don’t 床前\u3000明月光 STOP，x1_y2"
    found = streams(source)

    words = [source[s:e] for s, e in zip(found["en"].starts, found["en"].ends, strict=True)]
    signs = [source[s:e] for s, e in zip(found["zh"].starts, found["zh"].ends, strict=True)]
    assert words == ["Don’t", "STOP", "x1", "y2"]
    assert "".join(signs) == "床前明月光"


def test_a_curly_and_a_straight_apostrophe_are_one_word():
    assert list(streams("don't")["en"].ids) == list(streams("DON’T")["en"].ids)


def test_scripts_without_spaces_are_counted_as_unread():
    assert unread_permille("hello 你好") == 0
    assert unread_permille("ひらがなだけ") == 1000
    assert unread_permille("") == 0
