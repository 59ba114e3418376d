"""How much may be made in a month, how much was, and how long engines took."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Scope(models.TextChoices):
    PERSON = "person"
    TEAM = "team"
    PROJECT = "project"


class Quota(TenantRow):
    """The most that one person, team or project may have made in a calendar month (UTC).

    Without ``subject_id`` it is the rule for every one that has none of its own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.CharField(max_length=10, choices=Scope)
    subject_id = models.UUIDField(null=True, blank=True)
    jobs = models.PositiveIntegerField(null=True, blank=True)
    """None: any number."""
    seconds = models.PositiveIntegerField(null=True, blank=True)
    """Of engines at work; none: any number."""
    set_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "scope", "subject_id"],
                nulls_distinct=False,
                name="one_quota_a_subject",
            ),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="quota_of_a_scope"),
        ]


class Usage(TenantRow):
    """What a person, team or project had made in one month: counted where it is spent.

    One row a month and subject, raised under its own lock, so that two who submit at once cannot
    both take the last job.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.CharField(max_length=10, choices=Scope)
    subject_id = models.UUIDField()
    month = models.DateField()
    """Its first day."""
    jobs = models.IntegerField(default=0)
    ms = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "scope", "subject_id", "month"], name="one_usage_a_month"
            ),
            models.CheckConstraint(condition=Q(jobs__gte=0, ms__gte=0), name="usage_from_zero"),
        ]


class Timing(TenantRow):
    """How long one attempt of one engine took. Append-only: what estimates are made from."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.ForeignKey("studio.Job", on_delete=models.PROTECT, related_name="timings")
    engine = models.CharField(max_length=60)
    version = models.CharField(max_length=60)
    size_class = models.PositiveSmallIntegerField()
    """Bits of the amount of work (`estimating.size_class`): each class is twice the one below."""
    ms = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20)
    """done | failed | cancelled"""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "engine", "version", "size_class", "-at"],
                condition=Q(outcome="done"),
                name="timings_of_a_class",
            )
        ]
