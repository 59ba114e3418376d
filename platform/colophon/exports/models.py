"""Evidence bundles that auditors cut."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Cut(TenantRow):
    """One evidence bundle: asked for, then made by a worker. ``size`` is the tree it proves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=40, default="organisation")
    at = models.DateTimeField(db_default=Now())
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(null=True)
    cosigned_by = models.JSONField(default=list)
    cause = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "by", "-at"])]
