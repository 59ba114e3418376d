"""What checks found and what packs make of it, as rows that templates can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from colophon.studio.models import Artifact, Assessment, Finding
from compliance.findings import CHECK_BROKE
from compliance.policy.case import Bound, Standing
from compliance.policy.explain import Told, tell
from compliance.policy.ruling import Ruling
from compliance.policy.sentence import Sentence
from compliance.policy.suggest import suggest
from compliance.shelf import CHECKS
from kernel.errors import UnknownName

_WORST_FIRST = {"failed": 0, "unsure": 1, "passed": 2}


def msgid_of(check: str, code: str) -> str:
    """Return the sentence a check says for ``code``; empty for one it no longer knows."""
    if code == "check_broke":
        return CHECK_BROKE
    try:
        return CHECKS.get(check).says.get(code, "")
    except UnknownName:
        return ""


def worst_first(rows: Iterable[Finding]) -> list[Finding]:
    """Return findings, failed before unsure before passed."""
    return sorted(rows, key=lambda row: (_WORST_FIRST[row.answer], row.check_name, row.subject))


def all_of(work: Artifact) -> list[Finding]:
    """Return what was found in a work, and in the prompt and inputs of its job: one query."""
    asked = [getattr(work, "assessment", None), getattr(work.job, "assessment", None)]
    held = [one.pk for one in asked if one is not None]
    return worst_first(Finding.objects.filter(assessment__in=held))


def not_asked(assessment: Assessment | None, rows: Iterable[Finding]) -> list[str]:
    """Return the checks that were asked of nothing: neither of the work nor of its prompt."""
    left = set(assessment.not_asked) if assessment else set()
    return sorted(left - {row.check_name for row in rows})


def tally(rows: Iterable[Finding]) -> dict[str, int]:
    """Return how many failed, were unsure, passed."""
    count = dict.fromkeys(_WORST_FIRST, 0)
    for row in rows:
        count[row.answer] += 1
    return count


def stored_bounds(ruling: Mapping[str, Any]) -> tuple[Bound, ...]:
    """Return the clauses of a ruling kept by `releases.judging.plainly`."""
    return tuple(
        Bound(
            clause=one["clause"],
            pack=one["pack"],
            version=one["version"],
            destinations=tuple(one["destinations"]),
            standing=Standing(one["standing"]),
            code=one["code"],
            facts=one["facts"],
            text=one["text"],
            source=one["source"],
            certainty=one["certainty"],
        )
        for one in ruling["bound"]
    )


def clauses(bounds: Iterable[Bound]) -> list[Told]:
    """Return clauses with their reasons, the strictest first."""
    ordered = sorted(bounds, key=lambda one: (-one.standing.rank, one.clause))
    return [tell(one) for one in ordered]


def ways(
    bounds: Iterable[Bound], *, opened: Iterable[str], titles: Mapping[str, str] | None = None
) -> list[Sentence]:
    """Return sentences that name a way forward against what is not met or stops.

    ``titles`` names registered works by id, so that nobody has to read an id.
    """
    stuck = [one for one in bounds if one.standing.rank >= Standing.NOT_MET.rank]
    found = [one.sentence for one in suggest(stuck, opened=tuple(opened))][:4]
    return [_titled(one, titles or {}) for one in found]


def _titled(said: Sentence, titles: Mapping[str, str]) -> Sentence:
    works = said.facts.get("works")
    if not isinstance(works, str):
        return said
    named = ", ".join(f"“{titles[one]}”" if one in titles else one for one in works.split(", "))
    return Sentence(says=said.says, facts={**said.facts, "works": named})


def standing_by_destination(ruling: Ruling | Mapping[str, Any]) -> dict[str, list[str]]:
    """Return destination -> clauses that block it; none means open."""
    if isinstance(ruling, Ruling):
        blocked: Mapping[str, Iterable[str]] = ruling.blocked
        opened: Iterable[str] = ruling.open
    else:
        blocked, opened = ruling["blocked"], ruling["open"]
    return {**{one: [] for one in opened}, **{one: list(why) for one, why in blocked.items()}}
