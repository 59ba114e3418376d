"""Why, in sentences, and what would pass: tried, not promised."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from policy_cases import IMAGE_MEANS, NOW, TEXT_MEANS, found, image, text

from compliance.findings import (
    Answer,
    CheckContext,
    Finding,
    Material,
    Severity,
    Subject,
    Term,
    ask,
)
from compliance.policy.case import Ruling, Standing
from compliance.policy.explain import coming, explain, suggest
from compliance.policy.length import tokens
from compliance.policy.pack import load
from compliance.policy.ruling import judge, screen
from compliance.policy.says import SAYS
from compliance.policy.suggest import without
from compliance.shelf import CHECKS

PACKS = load()
TERMS = tuple(
    Term(bank="house", version="1.3", word=word) for word in ("Starlight Mouse", "毒雾", "bad")
)


def screened(prompt: str) -> tuple[Finding, ...]:
    """Put ``prompt`` to the checks we ship."""
    context = CheckContext(
        matches=SimpleNamespace(works=0, as_of=0),  # type: ignore[arg-type]  neither asks for it
        terms=TERMS,
        now=NOW,
        sandbox=SimpleNamespace(),  # type: ignore[arg-type]
    )
    material = Material(
        subject=Subject.PROMPT,
        media_type="text/plain",
        sha256=hashlib.sha256(prompt.encode()).hexdigest(),
        text=prompt,
    )
    checks = (CHECKS.get(name) for name in ("word_bank", "personal_data"))
    return tuple(finding for check in checks for finding in ask(check, material, context))


def stops(prompt: str) -> list[Any]:
    bound = screen(screened(prompt), PACKS, at=NOW, destinations=("EU", "CN"), purpose="campaign")
    return [one for one in bound if one.standing is Standing.STOPS]


@pytest.mark.parametrize(
    ("prompt", "offered"),
    [
        (
            "A festival poster with Starlight Mouse, lanterns and a lake",
            "A festival poster with, lanterns and a lake",
        ),
        ("Starlight Mouse on a bridge at dusk", "on a bridge at dusk"),
        ("湖上的灯会，毒雾，夜色", "湖上的灯会，夜色"),
        ("a b-a-d lantern by the b a d lake", "a lantern by the lake"),
        ("a lake, Ｓｔａｒｌｉｇｈｔ　Ｍｏｕｓｅ", "a lake"),
    ],
)
def test_the_prompt_without_the_banned_term_really_passes(prompt: str, offered: str) -> None:
    refused = stops(prompt)
    assert [one.clause for one in refused] == ["house.word-bank"]

    (way,) = suggest(refused, text=prompt, ask=screened)

    assert way.kind == "remove_span"
    assert way.tried
    assert way.text == offered
    assert stops(way.text) == []


def test_a_term_that_forms_anew_when_one_is_taken_out_is_taken_out_too() -> None:
    prompt = "毒毒雾雾 over a lake"

    (way,) = suggest(stops(prompt), text=prompt, ask=screened)

    assert way.text
    assert stops(way.text) == []


def test_no_text_is_offered_where_nothing_would_remain() -> None:
    (way,) = suggest(stops("毒雾"), text="毒雾", ask=screened)

    assert (way.text, way.tried) == ("", False)


def test_an_address_in_a_text_can_be_taken_out() -> None:
    written = "Write to ada@lovelace.org for tickets."
    noted = screen(screened(written), PACKS, at=NOW, destinations=("EU",), purpose="campaign")

    (way,) = suggest(noted, text=written, ask=screened)

    assert way.text == "Write to for tickets."
    assert {one.answer for one in screened(way.text)} == {Answer.PASSED}


def test_the_destinations_offered_instead_are_open_when_asked_for_alone() -> None:
    case = image(means=replace(IMAGE_MEANS, timestamp=False))
    ruling = judge(case, PACKS)

    ways = {one.kind: one for one in suggest(ruling.bound, opened=ruling.open)}

    assert (
        ways["other_destination"].sentence.english == "Ask for these destinations only: CN, US-CA."
    )
    assert judge(replace(case, destinations=ruling.open), PACKS).blocked == {}


def test_the_length_offered_for_a_text_passes() -> None:
    case = text(length=600, destinations=("EU",))
    ways = {one.kind: one for one in suggest(judge(case, PACKS).bound)}

    limit = ways["shorter_text"].sentence.facts["over_tokens"]

    assert isinstance(limit, int)
    assert judge(replace(case, length=limit), PACKS).open == ("EU",)


def test_the_means_offered_are_enough() -> None:
    case = text(length=600, destinations=("EU",))
    ways = {one.kind: one for one in suggest(judge(case, PACKS).bound)}

    named = frozenset(str(ways["add_means"].sentence.facts["missing"]).split(", "))

    assert judge(replace(case, means=replace(TEXT_MEANS, marks=named)), PACKS).open == ("EU",)


def test_a_licence_for_the_works_named_lets_a_person_decide() -> None:
    copied = found(
        "image_overlap", Answer.FAILED, Severity.STRONG, evidence=({"work": "w1"}, {"work": "w2"})
    )
    case = image(copied, destinations=("EU",))
    ways = {one.kind: one for one in suggest(judge(case, PACKS).bound)}

    works = frozenset(str(ways["licence"].sentence.facts["works"]).split(", "))

    assert set(ways) == {"new_composition", "licence", "ask_role"}
    assert judge(replace(case, licensed=works), PACKS).open == ("EU",)


@pytest.mark.parametrize(
    ("ruling", "kinds"),
    [
        (judge(image(found("file_sanity", Answer.FAILED)), PACKS), {"readable_file"}),
        (judge(text(found("text_overlap", Answer.FAILED)), PACKS), {"rewrite"}),
        (judge(image(findings=()), PACKS), {"ask_again"}),
        (judge(image(destinations=()), PACKS), {"name_destination"}),
        (judge(image(languages={"EU": ("pl",)}), PACKS), {"add_label_text", "other_destination"}),
    ],
    ids=lambda value: "" if isinstance(value, Ruling) else "+".join(sorted(value)),
)
def test_each_refusal_has_a_way_forward(ruling: Ruling, kinds: set[str]) -> None:
    waiting = {"ask_role"}

    assert {one.kind for one in suggest(ruling.bound, opened=ruling.open)} - waiting == kinds


def test_the_explanation_names_the_clause_that_decided() -> None:
    told = explain(judge(image(means=replace(IMAGE_MEANS, timestamp=False)), PACKS))

    assert told.headline.english == (
        "Open: CN, US-CA. Blocked: EU. eu.art50.cop-1.1.1-time-stamped decides."
    )
    assert told.deciding is not None
    assert told.deciding.bound.source == "Code of Practice, Section 1, measure 1.1.1"
    assert [one.english for one in told.deciding.reasons] == [
        "Not met: this installation cannot add rfc3161 here.",
        "It binds here because of house.label-all-generated.",
    ]
    assert "Clauses of eu.art50 1.1 for EU: 0 met, 3 still to be done, 1 not met, 0 stop it." in {
        one.english for one in told.tallies
    }


def test_a_stopped_work_is_explained_as_stopped() -> None:
    copied = found("text_overlap", Answer.FAILED, Severity.STRONG)

    told = explain(judge(text(copied), PACKS))

    assert told.headline.english == "Stops: house.near-copy.text decides. Nothing is released."


def test_how_many_people_decide_is_said() -> None:
    assert "One person" in explain(judge(image(destinations=("EU",)), PACKS)).people.english
    assert "Two people" in explain(judge(image(), PACKS)).people.english


def test_every_sentence_of_every_ruling_can_be_filled_in() -> None:
    rulings = [
        judge(image(), PACKS),
        judge(image(findings=()), PACKS),
        judge(image(languages={"EU": ("pl",)}), PACKS),
        judge(image(destinations=("JP",)), PACKS),
        judge(image(destinations=()), PACKS),
        judge(text(length=0), PACKS),
        judge(text(found("text_overlap", Answer.UNSURE)), PACKS),
    ]

    for ruling in rulings:
        for told in explain(ruling).clauses:
            assert all(reason.english.endswith(".") for reason in told.reasons)
            assert told.bound.code in SAYS


def test_what_comes_is_told_with_the_day_and_the_destination_it_shuts() -> None:
    days = {one.on: one for one in coming(image(), PACKS)}

    assert days[date(2029, 1, 1)].shuts == ("US-CA",)
    assert days[date(2029, 1, 1)].begin == ("us-ca.sb1000.22757.3-a-1-f",)
    assert days[date(2027, 1, 1)].shuts == ()


def test_what_came_before_a_law_is_told_as_opening() -> None:
    early = image(at=datetime(2026, 7, 1, tzinfo=UTC), destinations=("EU",))

    (opens,) = [one for one in coming(early, PACKS) if one.opens]

    assert (opens.on, opens.opens) == (date(2026, 8, 2), ("EU",))


@pytest.mark.parametrize(
    ("written", "spans", "rest"),
    [
        ("a bad day", [(2, 5)], "a day"),
        ("bad", [(0, 3)], ""),
        ("one, bad, two", [(5, 8)], "one, two"),
        ("one bad.", [(4, 7)], "one."),
        ("abcdef", [(1, 3), (2, 4)], "a ef"),
        ("甲乙丙", [(1, 2)], "甲丙"),
        ("untouched", [], "untouched"),
    ],
)
def test_a_span_is_taken_out_cleanly(written: str, spans: list[tuple[int, int]], rest: str) -> None:
    assert without(written, spans=spans) == rest


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("", 0),
        ("  \n", 0),
        ("a cat", 2),
        ("internationalisation", 4),
        ("灯会，开始", 5),
        ("x_y", 3),
    ],
)
def test_tokens_are_counted_the_same_everywhere(written: str, count: int) -> None:
    assert tokens(written) == count
