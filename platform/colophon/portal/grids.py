"""The grid of a batch: rows and columns with their labels, and each job's result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from colophon.portal import selectors
from colophon.studio import batches
from colophon.studio.models import Artifact, Batch, Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    job: Job
    work: Artifact | None
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    label: str
    cells: list[Cell]


def grid(batch: Batch) -> dict[str, Any]:
    """Return what `portal/batch.html` shows: two queries, however large the grid."""
    jobs = list(batch.jobs.order_by("place"))
    works = {
        work.job_id: work
        for work in selectors.with_note(selectors.works_with_state().filter(job__batch=batch))
    }
    cells = [
        Cell(job=job, work=works.get(job.pk), percent=job.share_permille // 10) for job in jobs
    ]
    columns = _labels(batch.columns)
    width = max(1, len(columns))
    rows = _labels(batch.rows) or [""]
    alive = [job for job in jobs if job.state in ("queued", "running")]
    return {
        "batch": batch,
        "columns": columns,
        "row_field": _field(batch.rows),
        "column_field": _field(batch.columns),
        "lines": [
            Line(label=label, cells=cells[at * width : (at + 1) * width])
            for at, label in enumerate(rows)
        ],
        "done": sum(job.state == "done" for job in jobs),
        "alive": len(alive),
        "stopped": sum(job.state in ("failed", "refused", "cancelled") for job in jobs),
    }


def _labels(axis: dict[str, Any] | None) -> list[str]:
    return [str(one) for one in axis["values"]] if axis else []


def _field(axis: dict[str, Any] | None) -> dict[str, Any]:
    if not axis:
        return {}
    plain = axis["field"] not in (batches.SEED, batches.WORDS)
    return {"name": axis["field"], "parameter": plain}
