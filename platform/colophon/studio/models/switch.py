"""Engines that are switched off, for everybody or for one team."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class EngineOff(TenantRow):
    """One engine that may not be used now. The row goes when it is switched on; the record stays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engine = models.CharField(max_length=60)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """None: nobody may."""
    reason = models.CharField(max_length=300)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "engine", "team"],
                nulls_distinct=False,
                name="one_switch_a_team",
            )
        ]
