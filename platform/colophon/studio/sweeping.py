"""Send again what the rows still ask for, and take back what a dead worker holds."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from colophon.ledger.errors import IllegalMove, StaleState
from colophon.ledger.moves import Actor, move
from colophon.ledger.tenancy import tenant
from colophon.queue import enqueue
from colophon.studio.models import Job

SWEEPER = Actor.process("sweeper")


def sweep() -> int:
    """Look over all tenants once; return how many jobs and artifacts were sent again.

    Which rows are due is answered by a SECURITY DEFINER function that gives ids alone; each is
    then handled within its own tenant. Time is the database's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select what, tenant_id, id from studio_due(%s)", [settings.COLOPHON.resend_seconds]
        )
        due: list[tuple[str, UUID, UUID]] = cursor.fetchall()
    for what, tenant_id, row_id in due:
        with tenant(tenant_id):
            if what == "artifact":
                enqueue("assess", row_id)
            else:
                _resend(row_id, expired=what == "expired")
    return len(due)


def _resend(job_id: UUID, *, expired: bool) -> None:
    job = Job.objects.get(pk=job_id)
    if expired:
        try:
            move(
                job,
                "queued",
                by=SWEEPER,
                event="job.requeued",
                facts={"attempt": job.attempts, "cause": "lease ran out"},
                lease_until=None,
            )
        except (IllegalMove, StaleState):
            return  # it finished while we looked
    Job.objects.filter(pk=job_id).update(sent_at=Now())
    enqueue("generate", job_id)
