"""Files on their way in, piece by piece."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.job import Upload
from kernel.ids import new_id


class Transfer(TenantRow):
    """A file that comes in pieces; once whole it is an `Upload`, and this row says which."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    """What its sender says the whole will hash to; empty: not said."""
    taken = models.BigIntegerField(default=0)
    """Bytes that lie here: where the next piece must begin."""
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, null=True, blank=True)
    at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "by", "-at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(size__gte=1, taken__gte=0, taken__lte=F("size")),
                name="transfer_within_its_size",
            )
        ]
