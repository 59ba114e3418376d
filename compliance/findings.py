"""What a check is asked, what it says, and how it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kernel.canonical import Json
from kernel.words import msgid

if TYPE_CHECKING:
    from compliance.similarity.index import MatchIndex
    from kernel.sandbox import Sandbox


class Answer(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNSURE = "unsure"


class Severity(StrEnum):
    INFO = "info"
    WEAK = "weak"
    MATCH = "match"
    STRONG = "strong"


class Subject(StrEnum):
    PROMPT = "prompt"
    INPUT = "input"
    ARTIFACT = "artifact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The thing a question is asked of. Its bytes are hostile (invariant 10)."""

    subject: Subject
    media_type: str
    sha256: str
    text: str | None = None
    """The prompt, or the decoded text of a text artifact."""
    path: Path | None = None
    """The file of an artifact or input; none for prompts."""
    rights: Mapping[str, Json] | None = None
    """For inputs: the rights record (basis, uses, until as ISO date, holder), or none on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer. Facts and evidence are stored; sentences are made from ``code`` by the faces."""

    check: str
    version: str
    answer: Answer
    severity: Severity = Severity.INFO
    code: str
    """Key into the check's ``says``."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    evidence: tuple[Mapping[str, Json], ...] = ()
    as_of: int = 0
    """The watermark of the match index that was searched; 0 where none was."""
    sha256: str = ""
    """Digest of the material that was looked at."""
    level: str = ""
    """Sandbox level the material was read under, empty where nothing was parsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One entry of a word bank."""

    bank: str
    version: str
    word: str
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """What a check may use. `colophon` fills it in; checks reach nothing else."""

    matches: MatchIndex
    terms: tuple[Term, ...]
    now: datetime
    sandbox: Sandbox
    seconds: float = 20.0
    """Time a check may take in the sandbox."""
    views: Path | None = None
    """A folder for small views of the work, left by the check that decodes it anyway."""


class Check(Protocol):
    """One question. Implementations live one per file in `compliance.checks` as ``CHECK``."""

    @property
    def name(self) -> str: ...
    @property
    def asks(self) -> str:
        """The question, a msgid ending in "?"."""

    @property
    def version(self) -> str: ...
    @property
    def subjects(self) -> frozenset[Subject]: ...
    @property
    def reads(self) -> tuple[str, ...]:
        """Media types, exact or with a trailing ``/*``."""

    @property
    def says(self) -> Mapping[str, str]:
        """Finding code -> sentence, a msgid with the facts in braces."""

    def ask(self, material: Material, context: CheckContext) -> tuple[Finding, ...]: ...


CHECK_BROKE = msgid("The check stopped: {cause}.")


def reads(check: Check, material: Material) -> bool:
    """Tell whether ``check`` can be asked of ``material`` at all."""
    kind = material.media_type.split(";")[0]
    return material.subject in check.subjects and any(
        kind == one or (one.endswith("/*") and kind.startswith(one[:-1])) for one in check.reads
    )


def ask(check: Check, material: Material, context: CheckContext) -> tuple[Finding, ...]:
    """Ask one question. A check that breaks or says nothing has not answered: `unsure` (invariant 3)."""
    try:
        answers = check.ask(material, context)
    except Exception as error:  # noqa: BLE001  a check may wrap any library and raise anything
        return (_unsure(check, material, type(error).__name__),)
    return answers or (_unsure(check, material, "no answer"),)


def _unsure(check: Check, material: Material, cause: str) -> Finding:
    return Finding(
        check=check.name,
        version=check.version,
        answer=Answer.UNSURE,
        code="check_broke",
        facts={"cause": cause},
        sha256=material.sha256,
    )
