"""What stands beside decisions: canned reasons, findings confirmed by people, bulk acts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class CannedReason(TenantRow):
    """A reason an organisation gives often, in every language its authors read. Retired, not changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clause = models.CharField(max_length=80, blank=True)
    """The clause it goes with; empty: any."""
    text_en = models.CharField(max_length=1000)
    text_zh = models.CharField(max_length=1000)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "clause", "text_en"],
                condition=Q(retired_at__isnull=True),
                name="one_reason_a_wording",
            ),
            models.CheckConstraint(
                condition=~Q(text_en="") & ~Q(text_zh=""), name="reason_in_both_languages"
            ),
        ]


class FindingMark(TenantRow):
    """What a reviewer holds of one finding. The newest of a person counts; the finding stays."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed"
        DECONFIRMED = "deconfirmed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="marks")
    finding = models.ForeignKey("studio.Finding", on_delete=models.PROTECT, related_name="marks")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["release", "-at"]),
            models.Index(fields=["finding", "-at"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verdict__in=["confirmed", "deconfirmed"]), name="mark_is_yes_or_no"
            )
        ]


class Bulk(TenantRow):
    """Many approvals in one act; each is a decision of its own, and they are undone together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=80)
    """The clause that allows it."""
    many = models.PositiveSmallIntegerField()
    at = models.DateTimeField(db_default=Now())
