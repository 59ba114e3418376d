"""What people did to a work, for whoever asks who made it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.work import Artifact
from kernel.ids import new_id


class Contribution(TenantRow):
    """One person's own part in one work, as they state it. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="contributions")
    before = models.ForeignKey(Artifact, on_delete=models.PROTECT, null=True, related_name="+")
    """The work as it was before; none: there was nothing before."""
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    what = models.TextField()
    tools = models.CharField(max_length=200, blank=True)
    share_permille = models.PositiveIntegerField()
    """How much of the work, as the person judges it."""
    began = models.DateField()
    ended = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(share_permille__lte=1000), name="contribution_up_to_all"
            ),
            models.CheckConstraint(
                condition=Q(began__lte=F("ended")), name="contribution_begins_before_its_end"
            ),
        ]
