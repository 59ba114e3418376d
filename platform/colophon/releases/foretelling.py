"""What would bind a work that does not exist yet, at each of its destinations."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from colophon.accounts.models import Organisation
from colophon.rules import selectors as rules
from compliance.findings import Answer, Finding
from compliance.policy.ruling import Case, Ruling, judge
from compliance.shelf import CHECKS
from generation.engine import Medium, Origin


def foretell(
    organisation: Organisation,
    *,
    origin: Origin,
    medium: Medium,
    destinations: Sequence[str],
    purpose: str,
) -> Ruling:
    """Return how a work would fare at each destination if every check of it passed.

    So what blocks here blocks whatever the checks find: a missing means, an operator's code, a label
    text. A text counts as long, because nobody knows its length before it is written. Reads the
    packs, asks no query.
    """
    passed = tuple(
        Finding(check=one.name, version=one.version, answer=Answer.PASSED, code="foretold")
        for one in CHECKS
    )
    case = Case(
        origin=origin,
        medium=medium,
        destinations=tuple(destinations),
        purpose=purpose,
        at=timezone.now(),
        findings=passed,
        operator=rules.operator(organisation),
        means=rules.means(medium),
    )
    return judge(case, rules.packs())
