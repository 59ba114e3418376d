"""A pack: one law, code of practice or house rule as one TOML file, checked before anything runs.

``load(POLICIES)`` reads them; a mistake stops the start with a `PackError` naming file and line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

from compliance.findings import Severity
from generation.engine import Medium, Origin
from kernel.canonical import digest as canonical_digest

POLICIES = Path(__file__).parent.parent / "policies"

Day = Annotated[date, Strict()]  # TOML has dates; a date in quotes is a mistake
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]
Said = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Certainty = Literal["primary", "secondary", "unchecked", "house"]


class Act(StrEnum):
    """What a clause does with an answer, from mild to strict."""

    REVIEW = "review"
    BLOCK = "block"
    REFUSE = "refuse"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(_Part):
    """The rule in one or two sentences, for the person it stops."""

    en: Said
    zh: Said


class Question(_Part):
    """What a reviewer is asked before approving; the answer is kept with the decision."""

    id: Id
    text: Text
    bars: Literal["yes", "no"] | None = None
    """The answer that does not allow approval; the clause that asks says what helps."""


class When(_Part):
    """What the clause binds. A key left out means any."""

    origin: tuple[Origin, ...] | None = Field(None, min_length=1)
    medium: tuple[Medium, ...] | None = Field(None, min_length=1)
    destination: tuple[Said, ...] | None = Field(None, min_length=1)
    purpose: tuple[Said, ...] | None = Field(None, min_length=1)
    over_tokens: int | None = Field(None, ge=0)
    """Binds texts longer than this; a text of unknown length is taken as longer."""
    destinations_from: int | None = Field(None, ge=1)
    """Binds requests for this many destinations or more."""


class Needs(_Part):
    """What must be there. Everything named is needed."""

    checks: tuple[Said, ...] = ()
    prompt_checks: tuple[Said, ...] = ()
    """Asked before generation, of the prompt."""
    input_checks: tuple[Said, ...] = ()
    """Asked before generation, of each input."""
    labels: tuple[Said, ...] = ()
    place: tuple[Said, ...] = ()
    """Places of the label that will do; all clauses together must leave one."""
    height_permille: int = Field(0, ge=0, le=500)
    """Least height of the label's letters, in thousandths of the shortest side."""
    words: tuple[tuple[Said, ...], ...] = ()
    """The label's text holds at least one word of each group."""
    marks: tuple[Said, ...] = ()
    metadata: tuple[Said, ...] = ()
    signature: Said | None = None
    timestamp: Said | None = None
    roles: tuple[Said, ...] = ()
    persons: int = Field(0, ge=0, le=2)
    """1: a reviewer who is not the author. 2: and a second person who is neither."""
    operator: tuple[Said, ...] = ()
    notices: tuple[Said, ...] = ()
    questions: tuple[Said, ...] = ()
    """Ids of questions of this pack, answered with yes or no before approval."""
    editorial: bool = False
    """The approval carries an editorial record: competence, fact-check, responsibility, contact."""
    unavailable: bool = False
    """Nothing we have can meet this yet; what it binds is blocked until the clause is changed."""


class On(_Part):
    """What follows from an answer. A check that was not asked counts as unsure."""

    failed: Act
    unsure: Literal["review", "block"]
    at_least: Mapping[Severity, Act] = Field(default_factory=dict)
    """A finding of this severity or above, whatever its answer; the strictest act counts."""
    licensed: Act | None = None
    """Instead of the above, where every work the finding names is licensed for this use."""


class Extends(_Part):
    """Works of ``origin`` fall also under every clause that binds ``like``."""

    origin: Origin
    like: Origin


class Clause(_Part):
    id: Id
    source: Said
    certainty: Certainty
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None
    """The first day on which it no longer binds."""
    when: When = When()
    needs: Needs = Needs()
    on: On | None = None
    extends: Extends | None = None
    bulk: bool = False
    """Works it binds may be approved many at once, where every finding passed."""
    retention: Annotated[str, StringConstraints(pattern=r"^P\d+[DMY]$")] | None = None
    """How long the record is kept, ISO 8601: ``P6M``."""
    text: Text

    @property
    def speaks_of_works(self) -> bool:
        """Tell whether it asks anything once there is a work, not only before generation."""
        before = self.needs.prompt_checks or self.needs.input_checks
        rest = self.needs.model_copy(update={"prompt_checks": (), "input_checks": ()})
        return not before or rest != Needs()

    @property
    def asks_people(self) -> bool:
        """Tell whether it only asks people something, or lets them act; it marks no work.

        Such a clause is not extended to another origin: only label rules are.
        """
        asked = self.needs.model_copy(update={"questions": (), "editorial": False})
        return asked == Needs() and (
            bool(self.needs.questions) or self.needs.editorial or self.bulk
        )

    @cached_property
    def digest(self) -> str:
        return canonical_digest(self.model_dump(mode="json", by_alias=True))


class Head(_Part):
    id: Id
    version: Said
    title: Text
    source: Said
    certainty: Certainty
    from_: Day = Field(alias="from")
    until: Day | None = None
    zone: Said
    """The law's own time zone: its days begin at midnight there."""
    languages: Mapping[str, tuple[Said, ...]] = Field(default_factory=dict)
    """Destination -> languages of its labels and notices."""


class File(_Part):
    """The file as written."""

    pack: Head
    clause: tuple[Clause, ...] = Field(min_length=1)
    question: tuple[Question, ...] = ()


class Pack(Head):
    """One pack as judged by."""

    clauses: tuple[Clause, ...]
    questions: tuple[Question, ...] = ()

    def asked(self, clause: Clause) -> tuple[Question, ...]:
        """Return the questions that ``clause`` asks, in its order."""
        known = {one.id: one for one in self.questions}
        return tuple(known[name] for name in clause.needs.questions)

    def in_force(self, at: datetime) -> tuple[Clause, ...]:
        """Return the clauses that bind at ``at``, by the calendar of the law's own zone.

        Raises:
            ValueError: ``at`` names no time zone.
        """
        if at.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        today = at.astimezone(ZoneInfo(self.zone)).date()
        return tuple(one for one in self.clauses if self._binds(one, today))

    def span(self, clause: Clause) -> tuple[date, date | None]:
        """Return the first day on which ``clause`` binds and the first on which it does not."""
        begins = max(self.from_, clause.from_ or self.from_)
        ends = [one for one in (self.until, clause.until) if one is not None]
        return begins, min(ends, default=None)

    def name(self, clause: Clause) -> str:
        return f"{self.id}.{clause.id}"

    def _binds(self, clause: Clause, today: date) -> bool:
        begins, ends = self.span(clause)
        return begins <= today and (ends is None or today < ends)


def load(folder: Path = POLICIES, *, checks: Collection[str] | None = None) -> tuple[Pack, ...]:
    """Return the packs in ``folder``, one per ``*.toml``, sorted by id.

    Args:
        checks: names of the checks there are; by default those on the shelf.

    Raises:
        PackError: a file that cannot be used, with file, line and remedy.
    """
    from compliance.policy.reading import read, refuse_duplicates

    if checks is None:
        from compliance.shelf import CHECKS

        checks = {check.name for check in CHECKS}
    files = {file: read(file, checks=frozenset(checks)) for file in sorted(folder.glob("*.toml"))}
    refuse_duplicates(files)
    return tuple(sorted(files.values(), key=lambda pack: pack.id))


def digest(packs: Sequence[Pack]) -> str:
    """Return the SHA-256 over the canonical JSON of all that the packs say, in any order."""
    return canonical_digest(
        [
            {
                **pack.model_dump(mode="json", by_alias=True, exclude={"clauses"}),
                "clauses": sorted(clause.digest for clause in pack.clauses),
            }
            for pack in sorted(packs, key=lambda pack: pack.id)
        ]
    )
