"""Several jobs of one submission: variations of the seed, or a grid over one or two axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.errors import IllegalMove, StaleState
from colophon.ledger.services import About, record
from colophon.studio import services
from colophon.studio.models import Batch, Job
from colophon.studio.ordering import Order, submit_all
from kernel.canonical import Json
from kernel.errors import BadInput

MOST = 36
SEED = "seed"
WORDS = "words"
"""Exchange words in the prompt: the first value stands in it and is replaced by each of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What changes along one side of the grid: the seed, words of the prompt, or a parameter."""

    field: str
    values: tuple[Json, ...]

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "values": list(self.values)}


def cells(order: Order, *, rows: Axis | None = None, columns: Axis | None = None) -> list[Order]:
    """Return the orders of a grid, row by row. Nothing is stored.

    Raises `BadInput` for too many, the same axis twice, or words that do not stand in the prompt.
    """
    axes = [one for one in (rows, columns) if one is not None]
    size = 1
    for one in axes:
        if not one.values:
            raise BadInput(field=one.field, value="", why="its axis has no values")
        size *= len(one.values)
    if size > MOST:
        raise BadInput(field="variations", value=size, why=f"one submission makes at most {MOST}")
    if len(axes) == 2 and axes[0].field == axes[1].field:
        raise BadInput(field=axes[0].field, value="", why="both axes change it; choose another")
    return [
        _set(_set(order, rows, down), columns, across)
        for down in (rows.values if rows else (None,))
        for across in (columns.values if columns else (None,))
    ]


def variations(order: Order, count: int) -> Axis:
    """Return the axis of ``count`` seeds from the order's own on."""
    if not 1 <= count <= MOST:
        raise BadInput(field="variations", value=count, why=f"it lies outside 1 to {MOST}")
    return Axis(field=SEED, values=tuple(order.seed + step for step in range(count)))


@transaction.atomic
def submit(
    *, by: Person, order: Order, rows: Axis | None = None, columns: Axis | None = None
) -> tuple[Batch, list[Job]]:
    """Take a grid in as one submission: all of it is queued or refused by clauses, or none at all.

    Raises what `services.submit` and `cells` raise.
    """
    demand(by, Act.SUBMIT)
    orders = cells(order, rows=rows, columns=columns)
    batch = Batch.objects.create(
        project=order.project,
        author=by,
        title=(order.title or order.text.strip())[:120],
        text=order.text,
        engine=order.engine,
        rows=rows.as_json() if rows else None,
        columns=columns.as_json() if columns else None,
        size=len(orders),
    )
    record(
        "batch.submitted",
        About("batch", batch.id),
        {"jobs": len(orders), "engine": order.engine, "person": pseudonym(by)},
    )
    return batch, submit_all(by=by, orders=orders, batch=batch)


@transaction.atomic
def cancel(*, by: Person, batch: Batch) -> int:
    """Cancel every job of a batch that has not ended; return how many were stopped or asked to stop."""
    alive = batch.jobs.filter(state__in=("queued", "running")).select_related("project")
    stopped = 0
    for job in alive:
        try:
            with transaction.atomic():
                services.cancel(by=by, job=job)
        except (IllegalMove, StaleState):
            # It ended, or a worker took it, while we went through the list.
            job.refresh_from_db(fields=["state"])
            if job.state != "running":
                continue
            services.cancel(by=by, job=job)
        stopped += 1
    return stopped


def _set(order: Order, axis: Axis | None, value: Json) -> Order:
    if axis is None:
        return order
    if axis.field == SEED:
        return replace(order, seed=int(str(value)))
    if axis.field == WORDS:
        return replace(order, text=_exchanged(order.text, axis.values, value), version=None)
    return replace(order, parameters={**order.parameters, axis.field: value})


def _exchanged(text: str, words: Sequence[Json], value: Json) -> str:
    first = str(words[0])
    if first not in text:
        raise BadInput(field=WORDS, value=first[:60], why="it does not stand in the prompt")
    return text.replace(first, str(value))
