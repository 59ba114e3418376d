"""Cases and findings that several policy tests build on."""

from __future__ import annotations

from datetime import UTC, date, datetime

from compliance.findings import Answer, Finding, Severity
from compliance.policy.pack import Pack
from compliance.policy.ruling import Case, Means, Operator
from generation.engine import Medium, Origin

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVERYWHERE = ("CN", "EU", "US-CA")

# A made-up organisation; the check digit is right.
OPERATOR = Operator(
    name="TEST studio",
    provider_code="001191110000MA0000000H10001",
    filing_number="TEST-2026-1",
    test=True,
)
NOBODY = Operator(name="", provider_code="", filing_number="", test=True)

IMAGE_MEANS = Means(
    labels=frozenset({"visible.image"}),
    marks=frozenset({"imperceptible.image"}),
    metadata=frozenset({"tc260.aigc", "iptc.source_type"}),
    signature=True,
    timestamp=True,
)
TEXT_MEANS = Means(
    labels=frozenset({"visible.text"}),
    marks=frozenset(),
    metadata=frozenset(),
    signature=True,
    timestamp=True,
)
NO_MEANS = Means(
    labels=frozenset(), marks=frozenset(), metadata=frozenset(), signature=False, timestamp=False
)

ASKED = {
    Medium.IMAGE: ("image_overlap", "file_sanity"),
    Medium.TEXT: ("text_overlap", "word_bank", "personal_data", "file_sanity"),
}


def found(
    check: str, answer: Answer = Answer.PASSED, severity: Severity = Severity.INFO, **more: object
) -> Finding:
    code = "found" if answer is Answer.FAILED else "nothing_found"
    return Finding(check=check, version="1", answer=answer, severity=severity, code=code, **more)


def findings(medium: Medium, *others: Finding) -> tuple[Finding, ...]:
    """Every check asked of a work of ``medium``, passed; ``others`` in place of those they name."""
    replaced = {one.check for one in others}
    passed = tuple(found(name) for name in ASKED.get(medium, ()) if name not in replaced)
    return (*passed, *others)


def image(*others: Finding, **changes: object) -> Case:
    values: dict[str, object] = {
        "origin": Origin.PROCEDURAL,
        "medium": Medium.IMAGE,
        "destinations": EVERYWHERE,
        "purpose": "campaign",
        "at": NOW,
        "findings": findings(Medium.IMAGE, *others),
        "operator": OPERATOR,
        "means": IMAGE_MEANS,
    }
    return Case(**{**values, **changes})  # type: ignore[arg-type]


def text(*others: Finding, **changes: object) -> Case:
    values: dict[str, object] = {
        "origin": Origin.PROCEDURAL,
        "medium": Medium.TEXT,
        "destinations": EVERYWHERE,
        "purpose": "campaign",
        "at": NOW,
        "findings": findings(Medium.TEXT, *others),
        "operator": OPERATOR,
        "means": TEXT_MEANS,
        "length": 120,
    }
    return Case(**{**values, **changes})  # type: ignore[arg-type]


def pack(name: str, **clause: object) -> Pack:
    """A pack with one clause, ``<name>.1``, in force since 2026."""
    said = {"en": "x", "zh": "x"}
    return Pack.model_validate(
        {
            "id": name,
            "version": "1",
            "title": said,
            "source": "made for a test",
            "certainty": "house",
            "from": date(2026, 1, 1),
            "zone": "UTC",
            "clauses": [
                {"id": "1", "source": "made", "certainty": "house", "text": said, **clause}
            ],
        }
    )
