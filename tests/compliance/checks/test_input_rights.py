"""An input without a right is refused, with what is missing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from compliance.checks.input_rights import CHECK
from compliance.findings import Answer, Subject

RECORD = {
    "basis": "licence 2026-14",
    "holder": "Ada",
    "uses": ["image-to-image"],
    "until": "2026-11-23",
}


@pytest.fixture
def ask(context, material, tmp_path):
    path = tmp_path / "input.png"
    path.write_bytes(b"any")

    def answer(rights, *, media_type="image/png", now=datetime(2026, 11, 23, 9, tzinfo=UTC)):
        asked = material(path, subject=Subject.INPUT, rights=rights, media_type=media_type)
        return {finding.code: finding for finding in CHECK.ask(asked, context(now=now))}

    return answer


def test_a_record_that_covers_the_use_on_its_last_day_passes(ask):
    assert ask(RECORD)["rights_on_record"].answer is Answer.PASSED


def test_no_end_is_no_end(ask):
    assert set(ask({**RECORD, "until": None})) == {"rights_on_record"}


@pytest.mark.parametrize("rights", [None, {}])
def test_no_record_fails(ask, rights):
    assert ask(rights)["no_record"].answer is Answer.FAILED


def test_the_day_after_the_last_fails_and_says_the_last(ask):
    found = ask(RECORD, now=datetime(2026, 11, 24, tzinfo=UTC))["expired"]
    assert (found.answer, found.facts) == (Answer.FAILED, {"until": "2026-11-23"})


def test_a_use_that_is_not_covered_says_both(ask):
    found = ask({**RECORD, "uses": ["training"]})["use_not_covered"]
    assert found.answer is Answer.FAILED
    assert found.facts == {"uses": "training", "needed": "image-to-image, reference"}


def test_text_needs_the_reference_use(ask):
    assert set(ask(RECORD, media_type="text/plain")) == {"use_not_covered"}
    assert set(ask({**RECORD, "uses": "reference"}, media_type="text/plain")) == {
        "rights_on_record"
    }


def test_what_is_missing_is_named(ask):
    assert ask({"basis": "own work"})["incomplete"].facts == {"missing": "holder, uses"}


def test_expired_and_not_covered_are_both_said(ask):
    assert set(ask({**RECORD, "uses": ["x"], "until": "2020-01-01"})) == {
        "expired",
        "use_not_covered",
    }


def test_a_date_that_is_none_is_unsure(ask):
    assert ask({**RECORD, "until": "soon"})["unclear_date"].answer is Answer.UNSURE
