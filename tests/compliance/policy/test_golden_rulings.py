"""Situations by jurisdiction, medium and case, each held against the regulation text by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from policy_cases import (
    EVERYWHERE,
    IMAGE_MEANS,
    NO_MEANS,
    NOBODY,
    OPERATOR,
    TEXT_MEANS,
    found,
    image,
    text,
)

from compliance.findings import Answer, Severity
from compliance.policy.pack import load
from compliance.policy.ruling import Case, Means, judge
from generation.engine import Medium, Origin

PACKS = load()
FAILED, UNSURE = Answer.FAILED, Answer.UNSURE
COPY = {"evidence": ({"kind": "spans", "work": "w1"},), "facts": {"works_hit": 1}}


@dataclass(frozen=True, kw_only=True)
class Says:
    """What the ruling must say. ``blocked``: destination -> clauses, all of them."""

    open: tuple[str, ...] = ()
    blocked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    persons: int = 2
    deciding: str = ""
    standing: str = ""
    code: str = ""


def without(**fields: object) -> Means:
    return replace(IMAGE_MEANS, **fields)


def everywhere(*clauses: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(EVERYWHERE, clauses)


def at(*ymdhm: int) -> datetime:
    return datetime(*ymdhm, tzinfo=UTC)


SITUATIONS: dict[str, tuple[Case, Says]] = {
    "a clean procedural picture, everywhere": (
        image(),
        Says(
            open=EVERYWHERE, deciding="house.four-eyes.cn", standing="pending", code="second_person"
        ),
    ),
    "a clean procedural picture, EU alone": (
        image(destinations=("EU",)),
        Says(open=("EU",), persons=1, deciding="house.review", standing="pending", code="person"),
    ),
    "a clean procedural picture, California alone": (
        image(destinations=("US-CA",)),
        Says(
            open=("US-CA",), persons=1, deciding="house.review", standing="pending", code="person"
        ),
    ),
    "a clean procedural picture, China alone": (
        image(destinations=("CN",)),
        Says(open=("CN",), deciding="house.four-eyes.cn", standing="pending", code="second_person"),
    ),
    "a neural picture, everywhere": (
        image(origin=Origin.NEURAL),
        Says(
            open=EVERYWHERE, deciding="house.four-eyes.cn", standing="pending", code="second_person"
        ),
    ),
    "an edited picture without a rights finding": (
        image(origin=Origin.EDITED),
        Says(
            open=EVERYWHERE, deciding="house.four-eyes.cn", standing="pending", code="second_person"
        ),
    ),
    "an edited picture with rights on record": (
        image(found("input_rights"), origin=Origin.EDITED),
        Says(
            open=EVERYWHERE, deciding="house.four-eyes.cn", standing="pending", code="second_person"
        ),
    ),
    "an edited picture whose rights ended": (
        image(found("input_rights", FAILED, Severity.STRONG), origin=Origin.EDITED),
        Says(
            blocked=everywhere("house.input-rights.work"),
            deciding="house.input-rights.work",
            standing="stops",
            code="check_found",
        ),
    ),
    "a picture made by hand, EU": (
        image(origin=Origin.HUMAN, destinations=("EU",)),
        Says(open=("EU",), persons=1, deciding="house.review", standing="pending", code="person"),
    ),
    "no time-stamp": (
        image(means=without(timestamp=False)),
        Says(
            open=("CN", "US-CA"),
            blocked={"EU": ("eu.art50.cop-1.1.1-time-stamped",)},
            deciding="eu.art50.cop-1.1.1-time-stamped",
            standing="not_met",
            code="means_missing",
        ),
    ),
    "no imperceptible mark": (
        image(means=without(marks=frozenset())),
        Says(
            open=("CN",),
            blocked={"EU": ("eu.art50.cop-1.1.2",), "US-CA": ("us-ca.sb1000.22757.3-a-2",)},
            deciding="eu.art50.cop-1.1.2",
            standing="not_met",
            code="means_missing",
        ),
    ),
    "no TC260 metadata": (
        image(means=without(metadata=frozenset({"iptc.source_type"}))),
        Says(
            open=("EU", "US-CA"),
            blocked={"CN": ("cn.gb45438.6-implicit",)},
            deciding="cn.gb45438.6-implicit",
            standing="not_met",
            code="means_missing",
        ),
    ),
    "no signature": (
        image(means=without(signature=False)),
        Says(
            blocked={
                "CN": ("house.signed",),
                "EU": ("eu.art50.cop-1.1.1-signed", "house.signed"),
                "US-CA": ("house.signed", "us-ca.sb1000.22757.3-a-1", "us-ca.sb1000.22757.3-a-4"),
            },
            deciding="eu.art50.cop-1.1.1-signed",
            standing="not_met",
            code="means_missing",
        ),
    ),
    "no means at all": (
        image(means=NO_MEANS),
        Says(
            blocked={
                "CN": (
                    "cn.gb45438.4-export",
                    "cn.gb45438.5-image-height",
                    "cn.gb45438.6-implicit",
                    "house.signed",
                    "house.visible-label",
                ),
                "EU": (
                    "eu.art50.50-2",
                    "eu.art50.cop-1.1.1-signed",
                    "eu.art50.cop-1.1.1-time-stamped",
                    "eu.art50.cop-1.1.2",
                    "house.signed",
                    "house.visible-label",
                ),
                "US-CA": (
                    "house.signed",
                    "house.visible-label",
                    "us-ca.sb1000.22757.3-a-1",
                    "us-ca.sb1000.22757.3-a-2",
                    "us-ca.sb1000.22757.3-a-4",
                ),
            },
            deciding="cn.gb45438.4-export",
            standing="not_met",
            code="means_missing",
        ),
    ),
    "an operator without code, number and name": (
        image(operator=NOBODY),
        Says(
            open=("EU",),
            blocked={
                "CN": ("cn.gb45438.6-provider-code", "cn.gb45438.interim-17"),
                "US-CA": ("us-ca.sb1000.22757.3-a-1",),
            },
            deciding="cn.gb45438.6-provider-code",
            standing="not_met",
            code="operator_missing",
        ),
    ),
    "a provider code with a wrong check digit": (
        image(operator=replace(OPERATOR, provider_code="001191110000MA0000000J10001")),
        Says(
            open=("EU", "US-CA"),
            blocked={"CN": ("cn.gb45438.6-provider-code",)},
            deciding="cn.gb45438.6-provider-code",
            standing="not_met",
            code="operator_malformed",
        ),
    ),
    "a mirrored crop of a registered picture": (
        image(found("image_overlap", FAILED, Severity.STRONG, **COPY)),
        Says(
            blocked=everywhere("house.near-copy.image"),
            deciding="house.near-copy.image",
            standing="stops",
            code="check_found",
        ),
    ),
    "a mirrored crop of a licensed picture": (
        image(found("image_overlap", FAILED, Severity.STRONG, **COPY), licensed=frozenset({"w1"})),
        Says(
            open=EVERYWHERE, deciding="house.four-eyes.cn", standing="pending", code="second_person"
        ),
    ),
    "a weak likeness to a registered picture": (
        image(found("image_overlap", FAILED, Severity.WEAK, **COPY), destinations=("EU",)),
        Says(
            open=("EU",),
            persons=1,
            deciding="house.near-copy.image",
            standing="pending",
            code="check_found",
        ),
    ),
    "a picture too flat to compare": (
        image(found("image_overlap", UNSURE), destinations=("US-CA",)),
        Says(
            open=("US-CA",),
            persons=1,
            deciding="house.near-copy.image",
            standing="pending",
            code="check_unsure",
        ),
    ),
    "a file that could not be read": (
        image(found("file_sanity", UNSURE)),
        Says(
            blocked=everywhere("house.file-sanity"),
            deciding="house.file-sanity",
            standing="not_met",
            code="check_unsure",
        ),
    ),
    "a broken file": (
        image(found("file_sanity", FAILED, Severity.STRONG)),
        Says(
            blocked=everywhere("house.file-sanity"),
            deciding="house.file-sanity",
            standing="stops",
            code="check_found",
        ),
    ),
    "a picture nobody checked": (
        image(findings=()),
        Says(
            blocked=everywhere("house.file-sanity"),
            deciding="house.file-sanity",
            standing="not_met",
            code="check_not_asked",
        ),
    ),
    "a deepfake picture": (
        image(purpose="deepfake"),
        Says(
            open=("CN", "US-CA"),
            blocked={"EU": ("eu.art50.cop-2-image-crops",)},
            deciding="eu.art50.cop-2-image-crops",
            standing="not_met",
            code="means_missing",
        ),
    ),
    "a purpose nobody stated": (
        image(purpose=""),
        Says(
            open=("CN", "US-CA"),
            blocked={"EU": ("eu.art50.cop-2-image-crops",)},
            deciding="eu.art50.cop-2-image-crops",
            standing="not_met",
            code="means_missing",
        ),
    ),
    "a German campaign in the EU": (
        image(destinations=("EU",), languages={"EU": ("de",)}),
        Says(open=("EU",), persons=1, deciding="house.review", standing="pending", code="person"),
    ),
    "a Polish campaign in the EU": (
        image(destinations=("EU", "CN"), languages={"EU": ("pl",)}),
        Says(
            open=("CN",),
            blocked={"EU": ("house.visible-label",)},
            deciding="house.visible-label",
            standing="not_met",
            code="label_text_missing",
        ),
    ),
    "a short procedural text, everywhere": (
        text(),
        Says(
            open=EVERYWHERE, deciding="house.four-eyes.cn", standing="pending", code="second_person"
        ),
    ),
    "a text of 200 tokens": (
        text(length=200, destinations=("EU",)),
        Says(open=("EU",), persons=1, deciding="house.review", standing="pending", code="person"),
    ),
    "a text of 201 tokens": (
        text(length=201),
        Says(
            open=("CN", "US-CA"),
            blocked={"EU": ("eu.art50.cop-1.1.2-text",)},
            deciding="eu.art50.cop-1.1.2-text",
            standing="not_met",
            code="means_missing",
        ),
    ),
    "a text of unknown length": (
        text(length=0),
        Says(
            open=("CN", "US-CA"),
            blocked={"EU": ("eu.art50.cop-1.1.2-text",)},
            deciding="eu.art50.cop-1.1.2-text",
            standing="not_met",
            code="means_missing",
        ),
    ),
    "a long text with a watermark": (
        text(length=900, means=replace(TEXT_MEANS, marks=frozenset({"imperceptible.text"}))),
        Says(
            open=EVERYWHERE, deciding="house.four-eyes.cn", standing="pending", code="second_person"
        ),
    ),
    "a text with 25 copied words": (
        text(found("text_overlap", FAILED, Severity.STRONG, **COPY)),
        Says(
            blocked=everywhere("house.near-copy.text"),
            deciding="house.near-copy.text",
            standing="stops",
            code="check_found",
        ),
    ),
    "a text with 13 copied characters": (
        text(found("text_overlap", FAILED, Severity.WEAK, **COPY), destinations=("US-CA",)),
        Says(
            open=("US-CA",),
            persons=1,
            deciding="house.near-copy.text",
            standing="pending",
            code="check_found",
        ),
    ),
    "a text with a banned term": (
        text(found("word_bank", FAILED, Severity.STRONG)),
        Says(
            blocked=everywhere("house.word-bank.work"),
            deciding="house.word-bank.work",
            standing="stops",
            code="check_found",
        ),
    ),
    "a text with an e-mail address": (
        text(found("personal_data", FAILED, Severity.MATCH), destinations=("EU",)),
        Says(
            open=("EU",),
            persons=1,
            deciding="house.personal-data.work",
            standing="pending",
            code="check_found",
        ),
    ),
    "a text whose word bank could not be read": (
        text(found("word_bank", UNSURE)),
        Says(
            blocked=everywhere("house.word-bank.work"),
            deciding="house.word-bank.work",
            standing="not_met",
            code="check_unsure",
        ),
    ),
    "a text on public matters, EU": (
        text(purpose="public_interest", destinations=("EU",)),
        Says(
            open=("EU",),
            persons=1,
            deciding="eu.art50.50-4-text",
            standing="pending",
            code="person",
        ),
    ),
    "a video": (
        image(medium=Medium.VIDEO, findings=(found("file_sanity"),)),
        Says(
            blocked={
                "CN": (
                    "cn.gb45438.4-export",
                    "cn.gb45438.5-1-b",
                    "cn.gb45438.5-video",
                    "house.near-copy.unasked",
                    "house.visible-label",
                ),
                "EU": ("eu.art50.cop-1.1.2", "house.near-copy.unasked", "house.visible-label"),
                "US-CA": (
                    "house.near-copy.unasked",
                    "house.visible-label",
                    "us-ca.sb1000.22757.3-a-2",
                ),
            },
            deciding="cn.gb45438.4-export",
            standing="not_met",
            code="means_missing",
        ),
    ),
    "music for California": (
        image(medium=Medium.MUSIC, findings=(found("file_sanity"),), destinations=("US-CA",)),
        Says(
            blocked={
                "US-CA": (
                    "house.near-copy.unasked",
                    "house.visible-label",
                    "us-ca.sb1000.22757.3-a-2",
                )
            },
            persons=1,
            deciding="house.near-copy.unasked",
            standing="not_met",
            code="unavailable",
        ),
    ),
    "no destination": (
        image(destinations=()),
        Says(deciding="colophon.destination", standing="not_met", code="no_destination"),
    ),
    "a destination nobody speaks of": (
        image(destinations=("EU", "JP")),
        Says(
            open=("EU",),
            blocked={"JP": ("colophon.coverage", "house.visible-label")},
            deciding="colophon.coverage",
            standing="not_met",
            code="not_covered",
        ),
    ),
    "China the minute before the Measures": (
        image(at=at(2025, 8, 31, 15, 59), destinations=("CN",)),
        Says(
            blocked={"CN": ("colophon.coverage",)},
            persons=1,
            deciding="colophon.coverage",
            standing="not_met",
            code="not_covered",
        ),
    ),
    "EU the minute before Article 50": (
        image(at=at(2026, 8, 1, 21, 59), destinations=("EU",)),
        Says(
            blocked={"EU": ("colophon.coverage", "house.visible-label")},
            persons=1,
            deciding="colophon.coverage",
            standing="not_met",
            code="not_covered",
        ),
    ),
    "California the day before SB 1000": (
        image(at=at(2026, 9, 30, 6, 59), destinations=("US-CA",)),
        Says(
            blocked={"US-CA": ("colophon.coverage", "house.visible-label")},
            persons=1,
            deciding="colophon.coverage",
            standing="not_met",
            code="not_covered",
        ),
    ),
    "California in 2029": (
        image(at=at(2029, 1, 1, 8), destinations=("US-CA",)),
        Says(
            blocked={"US-CA": ("us-ca.sb1000.22757.3-a-1-f",)},
            persons=1,
            deciding="us-ca.sb1000.22757.3-a-1-f",
            standing="not_met",
            code="means_missing",
        ),
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_ruling_says_what_the_regulation_says(name: str) -> None:
    case, expected = SITUATIONS[name]

    ruling = judge(case, PACKS)

    assert ruling.deciding is not None
    assert (
        Says(
            open=ruling.open,
            blocked=dict(ruling.blocked),
            persons=ruling.persons,
            deciding=ruling.deciding.clause,
            standing=ruling.deciding.standing,
            code=ruling.deciding.code,
        )
        == expected
    )
