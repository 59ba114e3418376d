"""Why somebody may not decide on a case although they hold the role."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Exclusion(TenantRow):
    """A person who decides no more on one release. Append-only; a trigger enforces it."""

    class Cause(models.TextChoices):
        OVERTURNED = "overturned"
        """They refused it, and an appeal was granted."""
        REPLACED = "replaced"
        """An approver asked for another first reviewer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(
        "releases.Release", on_delete=models.PROTECT, related_name="exclusions"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=20, choices=Cause)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "person"], name="one_exclusion_a_person")
        ]


class Interest(TenantRow):
    """A person's declared relation to a project: they decide on none of its works meanwhile."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey("studio.Project", on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=200)
    """In the person's words; it stands in no event."""
    declared_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "project"],
                condition=Q(ended_at__isnull=True),
                name="one_interest_in_a_project",
            ),
            models.CheckConstraint(condition=~Q(relation=""), name="interest_is_named"),
        ]
