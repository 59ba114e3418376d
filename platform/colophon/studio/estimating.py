"""How long a run will take, from how long runs of its kind took here before.

Runs are alike if engine and version are the same and their amount of work lies within the same power
of two. Only the organisation's own runs count: others' must not be told by their timing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from colophon.studio.models import Job, WorkerBeat
from generation.engine import Card
from generation.guard import resolved
from generation.shelf import ENGINES
from kernel.canonical import Json

NEWEST = 200
"""Runs of a class that an estimate looks at."""
ALIVE_SECONDS = 30

Kind = tuple[str, str, int]
"""Engine, version, size class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What past runs say of some jobs together."""

    runs: int
    """How many past runs it rests on; 0: no history yet, and no figures."""
    median_ms: int
    """Of all jobs together, one after the other."""
    p90_ms: int
    ahead: int
    """Jobs of the organisation that wait or run already."""
    workers: int
    """Workers that said within `ALIVE_SECONDS` that they live."""


def estimate(card: Card, settings: Sequence[Mapping[str, Json]]) -> Estimate:
    """Return how long jobs with these parameters take: a query per size class, and two more."""
    kinds = Counter(kind_of(card, one) for one in settings)
    found = {kind: _past(kind) for kind in kinds}
    known = all(runs for runs, _, _ in found.values())
    return Estimate(
        runs=min((runs for runs, _, _ in found.values()), default=0),
        median_ms=sum(found[kind][1] * n for kind, n in kinds.items()) if known else 0,
        p90_ms=sum(found[kind][2] * n for kind, n in kinds.items()) if known else 0,
        ahead=Job.objects.filter(state__in=("queued", "running")).count(),
        workers=workers_alive(),
    )


def expected_ms(jobs: Iterable[Job]) -> int:
    """Return the median cost of jobs that are about to be queued; a kind without history counts 0."""
    kinds = Counter(kind_of(ENGINES.get(job.engine).describe(), job.parameters) for job in jobs)
    return sum(_past(kind)[1] * n for kind, n in kinds.items())


def workers_alive() -> int:
    return WorkerBeat.objects.filter(at__gt=Now() - timedelta(seconds=ALIVE_SECONDS)).count()


def beat(name: str) -> None:
    """Say that the worker ``name`` lives."""
    if not WorkerBeat.objects.filter(name=name).update(at=Now()):
        WorkerBeat.objects.bulk_create([WorkerBeat(name=name)], ignore_conflicts=True)


def gone(name: str) -> None:
    """Say that the worker ``name`` ended as it should."""
    WorkerBeat.objects.filter(name=name).delete()


def kind_of(card: Card, parameters: Mapping[str, Json]) -> Kind:
    """Return which past runs a run with these parameters is like."""
    return card.name, card.version, size_class(card, parameters)


def size_class(card: Card, parameters: Mapping[str, Json]) -> int:
    """Return how many bits the amount of work has: each class is twice the one below."""
    given = resolved(parameters, engine=card.name, known=card.parameters)
    amount = 1
    for name in card.amount:
        amount *= max(1, int(str(given[name])))
    return amount.bit_length()


def _past(kind: Kind) -> tuple[int, int, int]:
    """Return runs, median and nine tenths of the newest past runs of a kind, in milliseconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select count(*), coalesce(percentile_cont(0.5) within group (order by ms), 0),
                   coalesce(percentile_cont(0.9) within group (order by ms), 0)
              from (select ms from studio_timing
                     where engine = %s and version = %s and size_class = %s and outcome = 'done'
                     order by at desc limit %s) as newest
            """,
            [*kind, NEWEST],
        )
        runs, median, most = cursor.fetchone()
    return runs, round(median), round(most)
