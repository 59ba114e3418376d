"""In which project a work is shown, and in which it was before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.project import Project
from colophon.studio.models.work import Artifact
from kernel.ids import new_id


class Placement(TenantRow):
    """Somebody moved a work from one project to another. Append-only; the newest says where it is.

    A work's ``project`` changes only beside such a row, in its transaction (migration 0011). All else
    of a work is evidence and never changes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="placements")
    held = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    wanted = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    xact = models.BigIntegerField(db_default=Func(template="pg_current_xact_id()::text::bigint"))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(held=F("wanted")), name="moved_elsewhere")
        ]
