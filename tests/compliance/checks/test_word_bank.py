"""Banned terms are found however they are spaced or widened, and only as whole words."""

from __future__ import annotations

import pytest

from compliance.checks.word_bank import CHECK
from compliance.findings import Answer, Severity, Subject, Term


def terms(*words):
    return tuple(Term(bank="house", version="3", word=word, category="test") for word in words)


@pytest.fixture
def places(context, material):
    """Return the parts of ``text`` in which ``word`` was found."""

    def find(text, word):
        (finding,) = CHECK.ask(material(text, subject=Subject.PROMPT), context(terms=terms(word)))
        if finding.answer is Answer.PASSED:
            assert finding.code == "nothing_found"
            return []
        (row,) = finding.evidence
        return [text[start:end] for start, end in row["at"]]

    return find


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("A Banned word, banned twice", "banned", ["Banned", "banned"]),
        ("unbanned and bannedly", "banned", []),
        ("ｂａｎｎｅｄ", "banned", ["ｂａｎｎｅｄ"]),
        ("b\u200ban\u200bned", "banned", ["b\u200ban\u200bned"]),
        ("b-a-n-n-e-d it is", "banned", ["b-a-n-n-e-d"]),
        ("b a n n e d it is", "banned", ["b a n n e d"]),
        ("b a-n n.e d it is", "banned", []),
        ("two  \n words", "two words", ["two  \n words"]),
        ("two_words", "two words", ["two_words"]),
        ("这是禁词，又是禁词", "禁词", ["禁词", "禁词"]),
        ("这是禁 词", "禁词", ["禁 词"]),
        ("这是禁·词", "禁词", ["禁·词"]),
        ("禁。词", "禁词", []),
        ("中文banned中文", "banned", ["banned"]),
        ("I like c++ much", "c++", ["c++"]),
        ("STRASSE", "straße", ["STRASSE"]),
        ("cafe\u0301", "café", ["cafe\u0301"]),
    ],
)
def test_terms_are_found_where_they_stand(places, text, word, found):
    assert places(text, word) == found


def test_a_found_term_names_its_bank_version_and_category(context, material):
    (finding,) = CHECK.ask(material("a banned word"), context(terms=terms("banned", "other")))

    assert (finding.answer, finding.severity) == (Answer.FAILED, Severity.STRONG)
    assert finding.facts == {
        "terms": 2,
        "banks": ["house 3"],
        "terms_hit": 1,
        "words": "banned",
    }
    assert finding.evidence == (
        {
            "kind": "term",
            "bank": "house",
            "version": "3",
            "word": "banned",
            "category": "test",
            "at": [[2, 8]],
            "times": 1,
        },
    )


def test_without_a_bank_it_says_that_nothing_was_looked_for(context, material):
    (finding,) = CHECK.ask(material("anything"), context())
    assert finding.code == "no_terms"


def test_ten_thousand_terms_take_no_second(context, material):
    import time

    bank = terms(*(f"term{number}" for number in range(10_000)))
    text = "word " * 2000 + "term77"
    begun = time.process_time()
    (finding,) = CHECK.ask(material(text), context(terms=bank))
    assert finding.facts["words"] == "term77"
    assert time.process_time() - begun < 1
