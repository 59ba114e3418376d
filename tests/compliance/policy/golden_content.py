"""Situations of what is in a work, of media, places and dates."""

from __future__ import annotations

from dataclasses import replace

from golden import COPY, FAILED, UNSURE, Says, at, everywhere
from policy_cases import (
    EVERYWHERE,
    TEXT_MEANS,
    found,
    image,
    text,
)

from compliance.findings import Severity
from compliance.policy.ruling import Case
from generation.engine import Medium

SITUATIONS: dict[str, tuple[Case, Says]] = {
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
