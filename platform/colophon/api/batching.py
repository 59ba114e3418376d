"""Several jobs of one submission, and what a submission would cost before it is made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema
from pydantic import Field

from colophon.api import shapes
from colophon.api.answers import once
from colophon.api.generating import find, order_of
from colophon.studio import batches, estimating, quotas, rerunning, services
from colophon.studio.models import Artifact, Batch, Job
from colophon.studio.ordering import Order
from colophon.web.middleware import signed_in
from generation.shelf import ENGINES

router = Router()


class AxisIn(Schema):
    field: str
    """``seed``, ``words`` (the first stands in the prompt), or a parameter of the engine."""
    values: list[Any]


class BatchIn(shapes.JobIn):
    rows: AxisIn | None = None
    columns: AxisIn | None = None
    variations: int | None = Field(None, ge=1, le=batches.MOST)


@router.post("/batches")
@once
def submit_batch(request: HttpRequest, said: BatchIn) -> HttpResponse:
    """Ask for a grid of at most 36 jobs: all are taken in, each queued or refused, or none."""
    order, rows, columns = _grid(said)
    batch, jobs = batches.submit(by=signed_in(request), order=order, rows=rows, columns=columns)
    return JsonResponse(_batch(batch, jobs), status=201)


@router.get("/batches/{batch_id}")
def see_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    batch = find("batch", Batch.objects.all(), batch_id)
    return JsonResponse(_batch(batch, list(_jobs(batch))))


@router.post("/batches/{batch_id}/cancel")
@once
def cancel_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Stop every job of a batch that has not ended."""
    batch = find("batch", Batch.objects.all(), batch_id)
    batches.cancel(by=signed_in(request), batch=batch)
    return JsonResponse(_batch(batch, list(_jobs(batch))))


@router.post("/estimates")
def estimate(request: HttpRequest, said: BatchIn) -> HttpResponse:
    """Say what binds a submission, how long it would take and what is left; nothing is stored."""
    person = signed_in(request)
    order, rows, columns = _grid(said)
    cells = batches.cells(order, rows=rows, columns=columns)
    bounds, refusal = services.foresee(by=person, order=order)
    card = ENGINES.get(order.engine).describe()
    told = estimating.estimate(card, [one.parameters for one in cells])
    left = quotas.remaining(person=person, project=order.project)
    return JsonResponse(
        {
            "jobs": len(cells),
            "refusal": refusal,
            "clauses": [{"clause": one.clause, "standing": one.standing.value} for one in bounds],
            "runs": told.runs,
            "median_ms": told.median_ms if told.runs else None,
            "p90_ms": told.p90_ms if told.runs else None,
            "ahead": told.ahead,
            "workers": told.workers,
            "quota": [
                {"scope": one.scope, "jobs_left": one.jobs, "seconds_left": one.seconds}
                for one in left
            ],
        }
    )


@router.post("/works/{work_id}/rerun")
@once
def rerun(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Run the record of a work again; the job says in the end whether the bytes matched."""
    rows = Artifact.objects.select_related("job__prompt_version", "job__project")
    job = rerunning.rerun(by=signed_in(request), artifact=find("work", rows, work_id))
    return JsonResponse(shapes.job(job), status=201)


def _grid(said: BatchIn) -> tuple[Order, batches.Axis | None, batches.Axis | None]:
    order = order_of(said)
    rows, columns = (
        batches.Axis(field=one.field, values=tuple(one.values)) if one else None
        for one in (said.rows, said.columns)
    )
    if said.variations is not None and columns is None:
        columns = batches.variations(order, said.variations)
    return order, rows, columns


def _jobs(batch: Batch) -> Any:
    return (
        Job.objects.filter(batch=batch)
        .order_by("place")
        .select_related("prompt_version", "artifact")
    )


def _batch(batch: Batch, jobs: list[Job]) -> dict[str, Any]:
    return {
        "id": str(batch.id),
        "title": batch.title,
        "size": batch.size,
        "rows": batch.rows,
        "columns": batch.columns,
        "jobs": [shapes.job(job) | {"place": job.place} for job in jobs],
    }
