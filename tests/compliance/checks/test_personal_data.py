"""Personal numbers are found by their check digits, and never repeated in a finding."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.checks.personal_data import CHECK
from compliance.findings import Answer, Severity

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident(body):
    """Return the 17 digits ``body`` with the check digit of GB 11643-1999."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@pytest.fixture(scope="module")
def find(context, material):
    def places(text):
        (finding,) = CHECK.ask(material(text), context())
        for row in finding.evidence:
            for start, end in row["at"]:
                said = json.dumps([dict(finding.facts), [dict(one) for one in finding.evidence]])
                assert text[start:end] not in said
        return {row["what"]: [text[s:e] for s, e in row["at"]] for row in finding.evidence}

    return places


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to Ada.L+x@mail.engine.org.", {"email": ["Ada.L+x@mail.engine.org"]}),
        ("ａｄａ＠ｅｎｇｉｎｅ．ｏｒｇ", {"email": ["ａｄａ＠ｅｎｇｉｎｅ．ｏｒｇ"]}),
        ("ada@example.com, ada@shop.test", {}),
        ("not@here, @there.org", {}),
        ("身份证11010519491231002X。", {"resident_id": ["11010519491231002X"]}),
        ("身份证110105194912310021。", {}),  # wrong check digit
        ("110105194913310029", {}),  # no such month
        ("card 4111 1111 1111 1111", {"bank_card": ["4111 1111 1111 1111"]}),
        ("card 4111-1111-1111-1112", {}),
        ("6222 0212 3456 7890 128 paid", {"bank_card": ["6222 0212 3456 7890 128"]}),
        ("order 0000000000000000", {}),
        ("call 20261123 at 9", {}),
    ],
)
def test_known_cases(find, text, found):
    if "6222" in text:
        text = text.replace("8 paid", f"{luhn('622202123456789012')} paid")
        found = {"bank_card": [text.removesuffix(" paid")]}
    assert find(text) == found


def luhn(body):
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 - place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


@given(
    region=st.integers(110000, 659999),
    day=st.dates(min_value=__import__("datetime").date(1900, 1, 1)),
    serial=st.integers(0, 999),
)
@settings(max_examples=80, deadline=None)
def test_every_valid_resident_number_is_found_and_no_changed_digit_is(find, region, day, serial):
    if not 1900 <= day.year <= 2099:
        return
    number = resident(f"{region}{day:%Y%m%d}{serial:03}")
    assert find(f"号码{number}，")["resident_id"] == [number]
    wrong = number[:5] + str((int(number[5]) + 1) % 10) + number[6:]
    assert "resident_id" not in find(f"号码{wrong}，")


@given(st.text(alphabet="0123456789", min_size=12, max_size=18))
@settings(max_examples=80, deadline=None)
def test_every_card_number_with_a_right_check_digit_is_found(find, body):
    body = "4" + body[1:]
    number = body + luhn(body)
    found = find(f"n {number} n")
    if len(set(number)) > 1 and "resident_id" not in found:
        assert found == {"bank_card": [number]}


def test_numbers_weigh_more_than_addresses(context, material):
    (mail,) = CHECK.ask(material("ada@engine.org"), context())
    (card,) = CHECK.ask(material("4111111111111111"), context())
    assert (mail.answer, mail.severity) == (Answer.FAILED, Severity.MATCH)
    assert (card.answer, card.severity) == (Answer.FAILED, Severity.STRONG)


def test_a_clean_text_passes_and_says_what_was_not_looked_for(context, material):
    (finding,) = CHECK.ask(material("nothing of the kind"), context())
    assert finding.code == "nothing_found"
    assert "Names" in CHECK.says["nothing_found"]
