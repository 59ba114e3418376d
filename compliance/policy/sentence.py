"""A sentence for people: a msgid and its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kernel.canonical import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    says: str
    facts: Mapping[str, Json] = field(default_factory=dict)

    @property
    def english(self) -> str:
        """The sentence as it stands in the source; faces translate ``says`` first."""
        return self.says.format(**self.facts)
