"""Ask every check that applies, and keep the answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from django.utils import timezone

from colophon.rights.selectors import match_index
from colophon.rules.selectors import terms
from colophon.store.parsing import sandbox
from colophon.studio.models import Artifact, Assessment, Finding, Job
from compliance.findings import CheckContext, Material, Subject, ask, reads
from compliance.findings import Finding as Answered
from compliance.shelf import CHECKS
from kernel.canonical import digest


def examine(
    materials: Iterable[Material], *, views: Path | None = None
) -> tuple[list[tuple[Subject, Answered]], list[str]]:
    """Ask all checks of all ``materials``; return the answers and the names of checks not asked.

    Into the folder ``views`` go small views of the work, where a check decodes it.
    """
    context = CheckContext(
        matches=match_index(),
        terms=terms(),
        now=timezone.now(),
        sandbox=sandbox(),
        views=views,
    )
    answers: list[tuple[Subject, Answered]] = []
    asked: set[str] = set()
    for material in materials:
        for check in CHECKS:
            if reads(check, material):
                asked.add(check.name)
                answers += [(material.subject, one) for one in ask(check, material, context)]
    return answers, sorted({check.name for check in CHECKS} - asked)


def keep(
    answers: list[tuple[Subject, Answered]],
    not_asked: list[str],
    *,
    job: Job | None = None,
    artifact: Artifact | None = None,
) -> Assessment:
    """Store one assessment with its findings."""
    plain = [plainly(finding) for _, finding in answers]
    assessment = Assessment.objects.create(
        job=job, artifact=artifact, not_asked=not_asked, findings_sha256=digest(plain)
    )
    Finding.objects.bulk_create(
        Finding(
            assessment=assessment,
            subject=subject.value,
            check_name=one.check,
            version=one.version,
            answer=one.answer.value,
            severity=one.severity.value,
            code=one.code,
            facts=dict(one.facts),
            evidence=[dict(piece) for piece in one.evidence],
            as_of=one.as_of,
            sha256=one.sha256,
            level=one.level,
        )
        for subject, one in answers
    )
    return assessment


def plainly(finding: Answered) -> dict[str, object]:
    """Return a finding as values that canonical JSON takes."""
    said = asdict(finding)
    said["answer"], said["severity"] = finding.answer.value, finding.severity.value
    said["facts"] = dict(finding.facts)
    said["evidence"] = [dict(piece) for piece in finding.evidence]
    return said
