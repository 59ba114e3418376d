"""How a golden situation is written: a case, and what its ruling must say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from policy_cases import (
    EVERYWHERE,
    IMAGE_MEANS,
)

from compliance.findings import Answer
from compliance.policy.pack import load
from compliance.policy.ruling import Means

PACKS = load()
FAILED, UNSURE = Answer.FAILED, Answer.UNSURE
COPY = {"evidence": ({"kind": "spans", "work": "w1"},), "facts": {"works_hit": 1}}


@dataclass(frozen=True, kw_only=True)
class Says:
    """What the ruling must say. ``blocked``: destination -> clauses, all of them."""

    open: tuple[str, ...] = ()
    blocked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    persons: int = 2
    deciding: str = ""
    standing: str = ""
    code: str = ""


def without(**fields: object) -> Means:
    return replace(IMAGE_MEANS, **fields)


def everywhere(*clauses: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(EVERYWHERE, clauses)


def at(*ymdhm: int) -> datetime:
    return datetime(*ymdhm, tzinfo=UTC)
