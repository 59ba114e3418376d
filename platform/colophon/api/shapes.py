"""What the API takes and gives."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from colophon.exports.models import Cut
from colophon.publishing.models import Complaint, Published
from colophon.releases.asking import Answer
from colophon.releases.deciding import Opinion
from colophon.releases.editorial import Record
from colophon.releases.models import Appeal, Decision, Release, Verdict
from colophon.studio.models import Artifact, Job, Upload
from compliance.policy.stricter import LabelChange
from kernel.errors import BadInput


class ProjectIn(Schema):
    name: str
    destinations: list[str] = Field(default_factory=list)
    purpose: str = "general"
    private: bool = False


class InputIn(Schema):
    upload: UUID
    use: str = "reference"


class JobIn(Schema):
    project: UUID
    engine: str
    prompt: str
    title: str = ""
    prompt_id: UUID | None = None
    seed: int = 0
    parameters: dict[str, Any] = Field(default_factory=dict)
    inputs: list[InputIn] = Field(default_factory=list)


class RightsIn(Schema):
    basis: str
    holder: str
    uses: list[str]
    until: str | None = None


class LicenceIn(Schema):
    purposes: list[str] = Field(default_factory=list)
    destinations: list[str] = Field(default_factory=list)
    until: str | None = None
    attribution: str = ""


class WorkIn(Schema):
    project: UUID
    upload: UUID
    title: str = ""
    tool: str
    ai_share_permille: int
    parent: UUID | None = None


class TermIn(Schema):
    bank: str
    version: str
    word: str
    category: str = ""


class ReleaseIn(Schema):
    work: UUID
    destinations: list[str]


class AnswerIn(Schema):
    answer: str
    note: str = ""


class LabelsIn(Schema):
    height_permille: int = 0
    place: str = ""
    languages: list[str] = Field(default_factory=list)


class EditorialIn(Schema):
    competence: str
    checked_by: str
    how: str
    responsible: str
    contact: str
    changes: str = ""


class DecisionIn(Schema):
    verdict: str
    artifact_sha256: str
    clause: str = ""
    reason: str = ""
    message: str = ""
    answers: dict[str, AnswerIn] = Field(default_factory=dict)
    """Question id -> answer, to what ``ruling.questions`` of the release asks."""
    labels: LabelsIn = Field(default_factory=LabelsIn)
    editorial: EditorialIn | None = None

    def opinion(self) -> Opinion:
        """Return what was said as the service takes it. Raises `BadInput` for an unknown verdict."""
        if self.verdict not in Verdict.values:
            known = ", ".join(Verdict.values)
            raise BadInput(field="verdict", value=self.verdict[:40], why=f"known: {known}")
        record = self.editorial
        return Opinion(
            verdict=Verdict(self.verdict),
            artifact_sha256=self.artifact_sha256,
            clause=self.clause,
            reason=self.reason,
            message=self.message,
            labels=LabelChange.of(self.labels.model_dump()),
            answers={name: Answer(**one.model_dump()) for name, one in self.answers.items()},
            editorial=None if record is None else Record(**record.model_dump()),
        )


class AppealIn(Schema):
    words: str
    news: str = ""


class MoveIn(Schema):
    project: UUID


class HearingIn(Schema):
    outcome: str
    answer: str


class WithdrawalIn(Schema):
    clause: str
    reason: str
    destinations: tuple[str, ...] = ()
    """From where; none: from everywhere."""


def job(row: Job) -> dict[str, Any]:
    artifact = getattr(row, "artifact", None)
    return {
        "id": str(row.id),
        "state": row.state,
        "engine": row.engine,
        "seed": row.seed,
        "progress_permille": row.share_permille,
        "attempts": row.attempts,
        "refusal": row.refusal,
        "cause": row.cause,
        "prompt": {"id": str(row.prompt_version.prompt_id), "number": row.prompt_version.number},
        "work": str(artifact.id) if artifact else None,
    }


def upload(row: Upload) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "sha256": row.sha256,
        "size": row.size,
        "media_type": row.media_type,
    }


def work(row: Artifact) -> dict[str, Any]:
    assessment = getattr(row, "assessment", None)
    return {
        "id": str(row.id),
        "title": row.title,
        "sha256": row.sha256,
        "size": row.size,
        "media_type": row.media_type,
        "origin": row.origin,
        "engine": row.engine,
        "parent": str(row.parent_id) if row.parent_id else None,
        "tool": row.tool,
        "ai_share_permille": row.ai_share_permille,
        "inbound": row.inbound,
        "assessed": assessment is not None,
        "not_asked": assessment.not_asked if assessment else None,
        "findings": [
            {
                "check": one.check_name,
                "version": one.version,
                "subject": one.subject,
                "answer": one.answer,
                "severity": one.severity,
                "code": one.code,
                "facts": one.facts,
                "evidence": one.evidence,
                "as_of": one.as_of,
            }
            for one in (assessment.findings.all() if assessment else ())
        ],
    }


def release(row: Release) -> dict[str, Any]:
    publication = getattr(row, "publication", None)
    seal = getattr(row, "seal", None)
    return {
        "id": str(row.id),
        "state": row.state,
        "work": str(row.artifact_id),
        "artifact_sha256": row.artifact_sha256,
        "persons": row.persons,
        "destinations": [
            {"destination": one.destination, "open": not one.clauses, "clauses": one.clauses}
            for one in row.destinations.all()
        ],
        "ruling": row.ruling,
        "decisions": [
            {
                "verdict": one.verdict,
                "role": one.role,
                "clause": one.clause,
                "reason": one.reason,
                "at": one.at.isoformat(),
            }
            for one in row.decisions.filter(state__in=("effective", "recalled")).order_by("at")
        ],
        "seal": {
            "sealed_sha256": seal.sealed_sha256,
            "marked_sha256": seal.marked_sha256,
            "leaf_index": seal.leaf_index,
            "layers": seal.layers,
        }
        if seal
        else None,
        "publication": str(publication.id) if publication else None,
    }


def decision(row: Decision) -> dict[str, Any]:
    """What its maker may know of a decision that can still be undone."""
    return {"id": str(row.id), "state": row.state, "due_at": row.due_at.isoformat()}


def appeal(row: Appeal) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "state": row.state,
        "release": str(row.release_id),
        "due_at": row.due_at.isoformat(),
        "answer": row.answer,
    }


def complaint(row: Complaint) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "state": row.state,
        "publication": str(row.withdrawal.publication_id),
        "due_at": row.due_at.isoformat(),
        "answer": row.answer,
    }


def publication(row: Published) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "title": row.title,
        "state": row.state,
        "at": row.at.isoformat(),
        "destinations": row.destinations,
        "taken_from": row.taken_from or [],
        "media_type": row.media_type,
        "origin": row.origin,
        "sealed_sha256": row.sealed_sha256,
        "manifest_sha256": row.manifest_sha256,
        "detached": row.detached,
        "operator": row.operator_name,
        "test": row.is_test,
        "layers": row.layers,
        "page": f"/p/{row.id}",
    }


def cut(row: Cut) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "made": bool(row.sha256),
        "sha256": row.sha256 or None,
        "size": row.size,
        "cosigned_by": row.cosigned_by,
        "cause": row.cause or None,
    }
