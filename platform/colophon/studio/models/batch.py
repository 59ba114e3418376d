"""Several jobs asked for at once: variations, or a grid over one or two axes."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Batch(TenantRow):
    """One submission of several jobs; each job knows its place in the grid. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey("studio.Project", on_delete=models.PROTECT, related_name="batches")
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    text = models.TextField()
    """The prompt as typed, before words were exchanged."""
    engine = models.CharField(max_length=60)
    rows = models.JSONField(null=True, blank=True)
    """{field, values} of the axis downwards, or none."""
    columns = models.JSONField(null=True, blank=True)
    size = models.PositiveSmallIntegerField()
    at = models.DateTimeField(db_default=Now())
