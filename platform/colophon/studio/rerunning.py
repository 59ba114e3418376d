"""Run again what a work's record says, and tell whether the same bytes came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from colophon.accounts.models import Person
from colophon.studio import ordering
from colophon.studio.models import Artifact, Job
from kernel.errors import Refused
from kernel.words import msgid

MATCHED = msgid("The same bytes came out.")
OTHER_VERSION = msgid(
    "Other bytes came out: {engine} was version {before} then and is version {after} now."
)
OTHER_LIBRARY = msgid("Other bytes came out: {library} was {before} then and is {after} now.")
UNEXPLAINED = msgid(
    "Other bytes came out of the same engine version. That must not happen; tell the operator."
)


class NoRecord(Refused):
    code = "no_record"
    status = 409
    says = msgid("This work was not made by an engine of ours, so there is no run to repeat.")
    remedy = msgid("Works that were brought in carry their own record, if any.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a repeated run came out."""

    matched: bool
    says: str
    facts: dict[str, Any] = field(default_factory=dict)


def rerun(*, by: Person, artifact: Artifact) -> Job:
    """Queue the run a work came from once more: same wording, engine, seed, parameters, inputs.

    Raises `NoRecord` for a work without a run of ours, and what `submit` raises.
    """
    if artifact.job is None:
        raise NoRecord()
    return ordering.submit(by=by, order=ordering.again(artifact.job, rerun_of=artifact))


def outcome(first: Artifact, again: Artifact) -> Outcome:
    """Return whether two runs of one record gave the same bytes, and if not, what differs."""
    if first.sha256 == again.sha256:
        return Outcome(matched=True, says=MATCHED)
    if first.engine_version != again.engine_version:
        facts = {
            "engine": first.engine,
            "before": first.engine_version,
            "after": again.engine_version,
        }
        return Outcome(matched=False, says=OTHER_VERSION, facts=facts)
    held = first.record.get("libraries") or {}
    now = again.record.get("libraries") or {}
    for name in sorted({*held, *now}):
        if held.get(name) != now.get(name):
            facts = {"library": name, "before": held.get(name, "—"), "after": now.get(name, "—")}
            return Outcome(matched=False, says=OTHER_LIBRARY, facts=facts)
    return Outcome(matched=False, says=UNEXPLAINED)
