"""Does a text give away an e-mail address, a Chinese resident number or a bank card number?

The findings say where, never what: they are kept longer than the text may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import ClassVar

from compliance.findings import Answer, CheckContext, Finding, Material, Severity, Subject
from compliance.similarity.normal import normal
from kernel.canonical import Json
from kernel.words import msgid

MOST_PLACES = 100

Place = tuple[int, int]

# RFC 5322's dot-atom, RFC 1035's labels; quoted local parts and IP domains are left out.
_EMAIL = re.compile(
    r"(?<![\w.+%-])[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,8}"
    r"@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24})(?![\w-])"
)
# RFC 2606: these belong to nobody.
_NOBODY = re.compile(r"(?:^|\.)(?:example\.(?:com|net|org)|example|test|invalid|localhost)$")
_RESIDENT = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9x](?![0-9a-z])")
_CARD = re.compile(r"(?<![0-9])[2-6](?:[ -]?[0-9]){12,18}(?![0-9])")

# GB 11643-1999 (ISO 7064, MOD 11-2).
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10x98765432"


class PersonalData:
    name: ClassVar[str] = "personal_data"
    asks: ClassVar[str] = msgid("Is the text free of personal numbers and addresses?")
    version: ClassVar[str] = "1"
    subjects: ClassVar[frozenset[Subject]] = frozenset(Subject)
    reads: ClassVar[tuple[str, ...]] = ("text/*",)
    says: ClassVar[Mapping[str, str]] = {
        "nothing_found": msgid(
            "No e-mail address, Chinese resident number or bank card number was found. "
            "Names and other personal data are not looked for."
        ),
        "personal_data_found": msgid(
            "Gives away {email} e-mail addresses, {resident_id} Chinese resident numbers and "
            "{bank_card} bank card numbers."
        ),
        "no_text": msgid("The text could not be read."),
    }

    def ask(self, material: Material, context: CheckContext) -> tuple[Finding, ...]:
        if material.text is None:
            return (self._finding(material, Answer.UNSURE, code="no_text"),)
        seen = normal(material.text)
        residents = list(_residents(seen.text))
        cards = [card for card in _cards(seen.text) if not _overlaps(card, residents)]
        found = {
            "email": list(_emails(seen.text)),
            "resident_id": residents,
            "bank_card": cards,
        }
        facts: dict[str, Json] = {kind: len(places) for kind, places in found.items()}
        if not any(found.values()):
            return (self._finding(material, Answer.PASSED, code="nothing_found", facts=facts),)
        evidence: tuple[Mapping[str, Json], ...] = tuple(
            {
                "kind": "personal",
                "what": kind,
                "at": [[*seen.span(*place)] for place in places[:MOST_PLACES]],
            }
            for kind, places in found.items()
            if places
        )
        return (
            self._finding(
                material,
                Answer.FAILED,
                code="personal_data_found",
                facts=facts,
                # An address may be meant for print; a number with a right check digit rarely is.
                severity=Severity.STRONG if residents or cards else Severity.MATCH,
                evidence=evidence,
            ),
        )

    def _finding(
        self,
        material: Material,
        answer: Answer,
        *,
        code: str,
        facts: Mapping[str, Json] | None = None,
        severity: Severity = Severity.INFO,
        evidence: tuple[Mapping[str, Json], ...] = (),
    ) -> Finding:
        return Finding(
            check=self.name,
            version=self.version,
            answer=answer,
            severity=severity,
            code=code,
            facts=facts or {},
            evidence=evidence,
            sha256=material.sha256,
        )


def _emails(text: str) -> Iterator[Place]:
    for found in _EMAIL.finditer(text):
        if not _NOBODY.search(found[1]):
            yield found.span()


def _residents(text: str) -> Iterator[Place]:
    for found in _RESIDENT.finditer(text):
        number = found[0]
        total = sum(int(d) * weight for d, weight in zip(number, _WEIGHTS, strict=False))
        if _CHECK_DIGITS[total % 11] == number[17] and _is_day(number[6:14]):
            yield found.span()


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _cards(text: str) -> Iterator[Place]:
    for found in _CARD.finditer(text):
        digits = re.sub("[ -]", "", found[0])
        if len(set(digits)) > 1 and _luhn(digits):
            yield found.span()


def _luhn(digits: str) -> bool:
    """Tell whether the check digit is right. Source: ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def _overlaps(place: Place, others: list[Place]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in others)


CHECK = PersonalData()
