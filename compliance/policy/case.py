"""What a ruling is asked about, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from compliance.findings import Finding
from generation.engine import Medium, Origin
from kernel.canonical import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who offers the service. Only the installation's settings say so; nothing is made up here."""

    name: str
    provider_code: str
    filing_number: str
    test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What this installation can really do for the medium at hand (names: `vocabulary`)."""

    labels: frozenset[str]
    marks: frozenset[str]
    metadata: frozenset[str]
    signature: bool
    timestamp: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    origin: Origin
    medium: Medium
    destinations: tuple[str, ...]
    purpose: str
    """One of `vocabulary.PURPOSES`; anything else counts as not stated, and binds more."""
    at: datetime
    findings: tuple[Finding, ...]
    """Of the artifact, and of its inputs where it has any; not of the prompt."""
    operator: Operator
    means: Means
    length: int = 0
    """Of a text, by `length.tokens`; 0 is unknown and binds as if long."""
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Destination -> further languages its public reads, beside those the packs name."""
    licensed: frozenset[str] = frozenset()
    """Registered works with a licence on record that covers this work, by id."""


class Standing(StrEnum):
    MET = "met"
    PENDING = "pending"
    """A person or the sealer still has to do it."""
    NOT_MET = "not_met"
    """Blocks the destinations it binds."""
    STOPS = "stops"
    """A finding stops the work for every destination."""

    @property
    def rank(self) -> int:
        return tuple(Standing).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One clause as it binds this work; listed twice where destinations fare differently."""

    clause: str
    """Pack and clause: ``eu.art50.50-2``."""
    pack: str
    version: str
    destinations: tuple[str, ...]
    standing: Standing
    code: str
    """Key into `says.SAYS`; of the need that stands worst."""
    facts: Mapping[str, Json]
    """For the sentence; ``needs`` lists every need of the clause with standing, code and facts."""
    text: Mapping[str, str]
    source: str
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelNeed:
    """A label people see or hear, in one language."""

    key: str
    language: str
    text: str
    place: str
    height_permille: int
    """Least height of the letters in thousandths of the shortest side; 0 where no rule says."""
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question the reviewer answers before approving."""

    id: str
    """Pack and question: ``house.deepfake``."""
    clause: str
    text: Mapping[str, str]
    bars: str
    """``yes`` or ``no``: the answer that does not allow approval; empty where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    bound: tuple[Bound, ...]
    """Sorted by clause."""
    open: tuple[str, ...]
    """Destinations nothing blocks, in the order asked."""
    blocked: Mapping[str, tuple[str, ...]]
    """Destination -> the clauses that block it."""
    persons: int
    """How many people decide: 1, or 2 where a clause asks for a second person."""
    roles: tuple[str, ...]
    needs_person: bool
    labels: tuple[LabelNeed, ...]
    """What the sealer puts on the file, for the open destinations; so too the next four."""
    marks: frozenset[str]
    metadata: frozenset[str]
    signature: bool
    timestamp: bool
    digest: str
    """Over the clauses that bind and the label texts; another digest means other rules."""
    deciding: Bound | None
    """The strictest clause."""
    places: tuple[str, ...] = ()
    """Every place of the label that all rules allow, the one we prefer first."""
    questions: tuple[Asked, ...] = ()
    editorial: tuple[str, ...] = ()
    """Clauses that ask for an editorial record."""
    bulk: tuple[str, ...] = ()
    """Clauses that allow this work to be approved among many."""

    @property
    def stops(self) -> bool:
        """Tell whether a finding stops the work everywhere."""
        return any(one.standing is Standing.STOPS for one in self.bound)
