"""Situations of origins, rights and means: what is made how, and what can be put on it."""

from __future__ import annotations

from dataclasses import replace

from golden import FAILED, Says, everywhere, without
from policy_cases import (
    EVERYWHERE,
    NO_MEANS,
    NOBODY,
    OPERATOR,
    found,
    image,
)

from compliance.findings import Severity
from compliance.policy.ruling import Case
from generation.engine import Origin

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
}
