"""What is seen of running jobs: the last preview of each, and which workers are alive."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.job import Job

TEXT_MOST = 32_000
PICTURE_MOST = 64 * 1024


class Preview(TenantRow):
    """How one running job looks now; the row goes when the job ends. Bounded, never a work."""

    job = models.OneToOneField(
        Job, on_delete=models.CASCADE, primary_key=True, related_name="preview"
    )
    number = models.PositiveIntegerField(default=0)
    """Counts up, so that a page can tell a newer one."""
    text = models.TextField(blank=True)
    picture = models.BinaryField(default=b"")
    at = models.DateTimeField(db_default=Now())


class WorkerBeat(models.Model):
    """When a worker process last said that it lives. Of no tenant: it names no work."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField(db_default=Now())
