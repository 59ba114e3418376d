"""Word banks of an organisation. Packs are files; what was activated is named by digest."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class BannedTerm(TenantRow):
    """A word or phrase that stops a prompt or an artifact."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bank = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    word = models.CharField(max_length=200)
    category = models.CharField(max_length=60, blank=True)
    added_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "bank", "word"], name="one_row_a_term")
        ]
