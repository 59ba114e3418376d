"""How many of what, and whose: one organisation holds most of it, as it is where people work."""

from __future__ import annotations

from dataclasses import dataclass

ARTIFACTS = 1_000_000
PROMPTS = 100_000
CASES = 200_000
TEAMS = 500
FINDINGS_A_WORK = 5
SHARES = (0.6, 0.2, 0.05, 0.04, 0.03, 0.03, 0.02, 0.02, 0.005, 0.005)
PROJECTS_A_TEAM = 4
PASSWORD = "lantern archive bench"  # noqa: S105  of people who are not there
DAYS = 730
"""The archive is this old; the newest work is from now."""
WORKS_A_PROMPT = ARTIFACTS // PROMPTS
WORKS_A_CASE = ARTIFACTS // CASES
# What became of cases, in per mille. Those that wait are all from the last weeks.
FATES = {
    "published": 480,
    "sealed": 60,
    "cleared": 20,
    "withdrawn": 20,
    "returned": 90,
    "refused": 90,
    "withdrawn_by_author": 40,
    "in_review": 140,
    "second_review": 30,
    "escalated": 15,
    "held": 15,
}
WAITING_DAYS = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One organisation: works number ``first`` to ``last`` are its own."""

    number: int
    first: int
    last: int
    teams: int

    @property
    def projects(self) -> int:
        return self.teams * PROJECTS_A_TEAM

    @property
    def works(self) -> int:
        return self.last - self.first + 1


def parts(scale: float) -> tuple[Part, ...]:
    """Return the organisations of an archive of ``scale`` million works."""
    found, first = [], 0
    for number, share in enumerate(SHARES):
        works = max(WORKS_A_PROMPT, round(ARTIFACTS * scale * share / 100) * 100)
        teams = max(1, round(TEAMS * scale * share))
        found.append(Part(number=number, first=first, last=first + works - 1, teams=teams))
        first += works
    return tuple(found)
