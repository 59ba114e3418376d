"""Projects: what a team works on, and where it goes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Project(TenantRow):
    """What a team works on, and where its works are meant to go."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=120)
    destinations = models.JSONField(default=list)
    purpose = models.CharField(max_length=40, default="general")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "team", "name"], name="one_project_a_name")
        ]

    def __str__(self) -> str:
        return self.name
