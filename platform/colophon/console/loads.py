"""How much waits and for how long, who holds what, and how much was decided: bounded counts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncHour
from django.utils import timezone

from colophon.ledger.tenancy import current
from colophon.releases.models import Case, Decision, Queue
from kernel.words import msgid

MOST = 1000
HOURS = 24
HELD_SHOWN = 50
BANDS = (
    (0, 4, msgid("under 4 h")),
    (4, 24, msgid("4 to 24 h")),
    (24, 72, msgid("1 to 3 days")),
    (72, 24 * 3650, msgid("over 3 days")),
)
"""From, to (hours), and what it is called."""

_AGES = """
select q.id, b.at, n.found from unnest(%(queues)s::uuid[]) q(id)
 cross join unnest(%(from)s::int[], %(to)s::int[]) with ordinality b("from", "to", at)
 cross join lateral (select count(*) as found from (
    select 1 from releases_case c
     where c.tenant_id = %(tenant)s and c.queue_id = q.id
       and c.entered_at <= now() - b."from" * interval '1 hour'
       and c.entered_at > now() - b."to" * interval '1 hour' limit %(most)s) near) n
"""
_LATE = """
select q.id, n.found from unnest(%(queues)s::uuid[]) q(id) cross join lateral (
    select count(*) as found from (
        select 1 from releases_case c
         where c.tenant_id = %(tenant)s and c.queue_id = q.id and c.state = any (%(states)s)
           and c.rank_at < now() and c.due_at < now() limit %(most)s) near) n
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One queue: how many wait in each band of age, and how many are late."""

    queue: Queue
    ages: list[int]
    late: int

    @property
    def waits(self) -> int:
        return sum(self.ages)


def load_page() -> dict[str, Any]:
    """Return the load of every queue, who holds what now, and the last day's decisions."""
    queues = list(Queue.objects.filter(closed=False).order_by("position", "name_en"))
    lines = _lines(queues)
    hours = _decided()
    now = timezone.now()
    held = list(
        Case.objects.filter(held_by__isnull=False, held_until__gt=now)
        .select_related("held_by", "queue", "release__artifact")
        .order_by("held_until")[: HELD_SHOWN + 1]
    )
    return {
        "lines": lines,
        "bands": [said for _, _, said in BANDS],
        "most": MOST,
        "top": max([age for one in lines for age in one.ages], default=0) or 1,
        "held": held[:HELD_SHOWN],
        "more_held": len(held) > HELD_SHOWN,
        "hours": hours,
        "per_hour": [number for _, number in hours],
        "decided": sum(number for _, number in hours),
    }


def _lines(queues: list[Queue]) -> list[Line]:
    told: dict[str, Any] = {
        "queues": [one.pk for one in queues],
        "tenant": current(),
        "most": MOST + 1,
        "from": [one[0] for one in BANDS],
        "to": [one[1] for one in BANDS],
        "states": ["in_review", "second_review"],
    }
    with connection.cursor() as cursor:
        cursor.execute(_AGES, told)
        ages = {(queue, at): found for queue, at, found in cursor.fetchall()}
        cursor.execute(_LATE, told)
        late = dict(cursor.fetchall())
    return [
        Line(
            queue=one,
            ages=[ages.get((one.pk, at), 0) for at in range(1, len(BANDS) + 1)],
            late=late.get(one.pk, 0),
        )
        for one in queues
    ]


def _decided() -> list[tuple[Any, int]]:
    """Return the decisions of each of the last hours, the oldest first; hours without any too."""
    last = timezone.now().replace(minute=0, second=0, microsecond=0)
    first = last - timedelta(hours=HOURS - 1)
    counted = dict(
        Decision.objects.filter(at__gte=first)
        .exclude(state="undone")
        .annotate(hour=TruncHour("at"))
        .values_list("hour")
        .annotate(number=Count("pk"))
    )
    hours = [first + timedelta(hours=number) for number in range(HOURS)]
    return [(hour, counted.get(hour, 0)) for hour in hours]
