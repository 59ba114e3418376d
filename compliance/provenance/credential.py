"""What a reader said of a file's Content Credentials. Only ``TRUSTED`` is good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from compliance.marking.recipe import Layer
from kernel.canonical import Json


class State(StrEnum):
    TRUSTED = "Trusted"
    VALID = "Valid"
    """Intact, but by a signer nobody vouches for."""
    INVALID = "Invalid"
    """Tampered with, expired, or its claim breaks the rules."""
    ABSENT = "absent"
    """No credential at all."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    state: State
    failures: tuple[str, ...] = ()
    """Validation codes of the active manifest, such as ``assertion.dataHash.mismatch``."""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    """The active manifest as the reader shows it."""
    timestamp: str = ""
    """RFC 3161 time of the signature, only where stamp and authority are trusted."""

    @property
    def trusted(self) -> bool:
        return self.state is State.TRUSTED

    def layers(self, *, stamped: bool = True) -> tuple[Layer, ...]:
        """Return the layers ``c2pa`` and, where a stamp was asked for, ``timestamp``."""
        failures: list[Json] = list(self.failures)
        facts: dict[str, Json] = {
            "state": self.state.value,
            "failures": failures,
            "manifest_id": str(self.manifest.get("label", "")),
        }
        credential = Layer(name="c2pa", present=self.trusted, facts=facts)
        if not stamped:
            return (credential,)
        time = Layer(
            name="timestamp",
            present=self.trusted and bool(self.timestamp),
            facts={"at": self.timestamp},
        )
        return credential, time
