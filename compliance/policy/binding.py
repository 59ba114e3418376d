"""Which clauses bind: by date, origin, medium, destination and purpose, and in whose stead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from compliance.policy import vocabulary
from compliance.policy.case import Case
from compliance.policy.pack import Clause, Pack
from generation.engine import Medium, Origin


@dataclass(frozen=True, slots=True)
class Active:
    """A clause in force, with the pack it stands in."""

    pack: Pack
    clause: Clause

    @property
    def name(self) -> str:
        return f"{self.pack.id}.{self.clause.id}"


Binding = tuple[Active, str]
"""A clause, and the clause that extends it to this origin, or ""."""


def in_force(packs: Sequence[Pack], *, at: datetime) -> tuple[Active, ...]:
    """Return every clause in force at ``at``, sorted by name, so that packs have no order.

    Raises:
        ValueError: ``at`` names no time zone.
    """
    found = {
        (f"{pack.id}.{clause.id}", pack.version, clause.digest): Active(pack, clause)
        for pack in packs
        for clause in pack.in_force(at)
    }
    return tuple(found[key] for key in sorted(found))


def likened(active: Sequence[Active], *, origin: Origin) -> Mapping[str, str]:
    """Return origin -> the clause because of which works of ``origin`` fall under its rules too."""
    return {
        one.clause.extends.like: one.name
        for one in reversed(active)
        if one.clause.extends and one.clause.extends.origin == origin
    }


def binds(
    clause: Clause, *, case: Case, destination: str | None, like: Mapping[str, str]
) -> str | None:
    """Tell whether ``clause`` binds the case: none if not, else by which clause ("" for itself)."""
    when = clause.when
    if not (
        clause.speaks_of_works
        and (when.medium is None or case.medium in when.medium)
        and for_destination(clause, destination=destination)
        and for_purpose(clause, purpose=case.purpose)
        and _is_long(clause, case=case)
        and len(set(case.destinations)) >= (when.destinations_from or 0)
    ):
        return None
    # An origin nobody knows falls under everything.
    if when.origin is None or case.origin in when.origin or case.origin not in set(Origin):
        return ""
    if clause.asks_people:
        return None
    return next((by for origin, by in sorted(like.items()) if origin in when.origin), None)


def for_destination(clause: Clause, *, destination: str | None) -> bool:
    named = clause.when.destination
    return named is None or destination is None or destination in named


def for_purpose(clause: Clause, *, purpose: str) -> bool:
    named = clause.when.purpose
    return named is None or purpose in named or purpose not in vocabulary.PURPOSES


def covered(active: Sequence[Active], *, destination: str, medium: Medium) -> bool:
    """Tell whether any pack speaks of this destination and this medium at all."""
    return any(
        destination in (one.clause.when.destination or ())
        and (one.clause.when.medium is None or medium in one.clause.when.medium)
        for one in active
    )


def _is_long(clause: Clause, *, case: Case) -> bool:
    limit = clause.when.over_tokens
    return limit is None or case.medium != Medium.TEXT or case.length <= 0 or case.length > limit
