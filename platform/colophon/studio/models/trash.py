"""Works put aside. The work itself is append-only and stays."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.work import Artifact
from kernel.ids import new_id


class Trashed(TenantRow):
    """Somebody put a work aside, and may have taken it back since."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="trashed")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    """Until then anybody who may, takes it back."""
    restored_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    restored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["artifact"], condition=models.Q(restored_at__isnull=True), name="in_one_bin"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "-at"],
                condition=models.Q(restored_at__isnull=True),
                name="trash_by_time",
            )
        ]
