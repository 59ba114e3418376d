"""Put a work before the packs: what binds, what is met, what blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone

from colophon.releases.errors import NoDestinationOpen, NotAssessed, RulesChanged, Stopped
from colophon.releases.models import Release
from colophon.rights.licences import licensed_works
from colophon.rules import selectors as rules
from colophon.store import services as store
from colophon.studio.models import Artifact
from colophon.studio.models import Finding as FindingRow
from compliance.findings import Answer, Finding, Severity
from compliance.policy.explain import Suggestion, suggest
from compliance.policy.length import tokens
from compliance.policy.ruling import Bound, Case, Ruling, Standing, judge
from compliance.policy.stricter import LabelChange, strengthen
from generation.engine import Medium, Origin
from kernel.canonical import Json


def ruling_for(artifact: Artifact, *, destinations: Sequence[str], purpose: str) -> Ruling:
    """Judge ``artifact`` for ``destinations`` by the packs in force now.

    Raises `NotAssessed` while its checks have not answered.
    """
    if not hasattr(artifact, "assessment"):
        raise NotAssessed()
    medium = Medium(artifact.medium)
    case = Case(
        origin=Origin(artifact.origin),
        medium=medium,
        destinations=tuple(destinations),
        purpose=purpose,
        at=timezone.now(),
        findings=tuple(said(row) for row in artifact.assessment.findings.all()),
        operator=rules.operator(artifact.tenant),
        means=rules.means(medium),
        length=length_of(artifact.sha256, medium),
        licensed=licensed_works(destinations=destinations, purpose=purpose),
    )
    return judge(case, rules.packs())


def said(row: FindingRow) -> Finding:
    """Return a stored finding as the value the packs judge."""
    return Finding(
        check=row.check_name,
        version=row.version,
        answer=Answer(row.answer),
        severity=Severity(row.severity),
        code=row.code,
        facts=row.facts,
        evidence=tuple(row.evidence),
        as_of=row.as_of,
        sha256=row.sha256,
        level=row.level,
    )


def plainly(ruling: Ruling) -> dict[str, Any]:
    """Return a ruling as JSON, for the row and the pages."""
    return {
        "bound": [
            {
                "clause": one.clause,
                "pack": one.pack,
                "version": one.version,
                "destinations": list(one.destinations),
                "standing": one.standing.value,
                "code": one.code,
                "facts": dict(one.facts),
                "text": dict(one.text),
                "source": one.source,
                "certainty": one.certainty,
            }
            for one in ruling.bound
        ],
        "open": list(ruling.open),
        "blocked": {place: list(clauses) for place, clauses in ruling.blocked.items()},
        "persons": ruling.persons,
        "deciding": ruling.deciding.clause if ruling.deciding else None,
        "requirements": requirements(ruling),
        "places": list(ruling.places),
        "questions": [
            {"id": one.id, "clause": one.clause, "text": dict(one.text), "bars": one.bars}
            for one in ruling.questions
        ],
        "editorial": list(ruling.editorial),
        "bulk": list(ruling.bulk),
    }


def bounds(release: Release) -> tuple[Bound, ...]:
    """Return the clauses of a release as they stood when it was asked for."""
    return tuple(
        Bound(
            **{
                **one,
                "destinations": tuple(one["destinations"]),
                "standing": Standing(one["standing"]),
            }
        )
        for one in release.ruling["bound"]
    )


def ways(release: Release) -> tuple[Suggestion, ...]:
    """Return what would help against every clause that stops or blocks a release."""
    hindering = [one for one in bounds(release) if one.standing.rank >= Standing.NOT_MET.rank]
    return suggest(hindering, opened=release.ruling["open"])


def relabel(ruling: Ruling, change: LabelChange, *, work: Artifact) -> Ruling:
    """Return the ruling with labels as a reviewer changed them; raise `LabelChangeRefused`."""
    labels = strengthen(
        ruling.labels,
        change,
        places=ruling.places,
        origin=Origin(work.origin),
        medium=Medium(work.medium),
    )
    return replace(ruling, labels=labels)


def requirements(ruling: Ruling) -> dict[str, Any]:
    """Return what the seal must show for the open destinations."""
    return {
        "labels": [
            {
                "key": one.key,
                "language": one.language,
                "text": one.text,
                "place": one.place,
                "height_permille": one.height_permille,
                "destinations": list(one.destinations),
            }
            for one in ruling.labels
        ],
        "marks": sorted(ruling.marks),
        "metadata": sorted(ruling.metadata),
        "signature": ruling.signature,
        "timestamp": ruling.timestamp,
    }


def stops(ruling: Ruling) -> list[Json]:
    """Return the clauses that stop a work everywhere."""
    return [one.clause for one in ruling.bound if one.standing is Standing.STOPS]


def judge_again(release: Release) -> Ruling:
    """Judge at the moment of approval: rules or means may have changed since the request.

    Raises `RulesChanged`, `Stopped`, `NoDestinationOpen`.
    """
    wanted = [one.destination for one in release.destinations.all()]
    ruling = ruling_for(release.artifact, destinations=wanted, purpose=release.purpose)
    if ruling.digest != release.packs_digest or ruling.persons > release.persons:
        raise RulesChanged()
    if stopping := stops(ruling):
        raise Stopped(clause=stopping[0])
    if not ruling.open:
        clauses = sorted({one for many in ruling.blocked.values() for one in many})
        raise NoDestinationOpen(clauses=", ".join(clauses))
    return ruling


def length_of(sha256: str, medium: Medium) -> int:
    """Return the tokens of a stored text by `compliance.policy.length`; 0 for other media."""
    if medium is not Medium.TEXT:
        return 0
    with store.open_(sha256) as file:
        return tokens(file.read().decode(errors="replace"))
