"""Golden items: cases whose answer is known, mixed into the line; and second looks at what was cleared."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id

ANSWERS = ("approve", "return", "refuse")


class GoldenItem(TenantRow):
    """A release that asks reviewers what is known already. Triggers (migration 0009) see to it that it
    takes no decision, gets no clearance and leaves review only to be taken back."""

    release = models.OneToOneField(
        "releases.Release", on_delete=models.PROTECT, primary_key=True, related_name="golden"
    )
    verdict = models.CharField(max_length=20, choices=[(one, one) for one in ANSWERS])
    clause = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    """Why this is the answer; told to whoever has answered."""
    planted_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verdict__in=ANSWERS), name="golden_answer_is_one"),
        ]


class GoldenAnswer(TenantRow):
    """What one reviewer said of a golden item, once. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    golden = models.ForeignKey(GoldenItem, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=20)
    clause = models.CharField(max_length=80, blank=True)
    right = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["golden", "person"], name="one_golden_answer_a_person")
        ]


class SamplingRule(TenantRow):
    """Which share of clearances is looked at again, afterwards, by somebody else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    one_permille = models.PositiveSmallIntegerField(default=0)
    """Of clearances that one person gave."""
    two_permille = models.PositiveSmallIntegerField(default=0)
    """Of clearances that two persons gave."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], name="one_sampling_rule"),
            models.CheckConstraint(
                condition=Q(one_permille__lte=1000, two_permille__lte=1000),
                name="share_up_to_all",
            ),
        ]


class SecondLook(TenantRow):
    """A clearance drawn at random, to be looked at again. Append-only; its answer is a row beside it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clearance = models.OneToOneField(
        "releases.Clearance", on_delete=models.PROTECT, related_name="second_look"
    )
    share_permille = models.PositiveSmallIntegerField()
    """The share in force when it was drawn."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-at"])]


class SecondLookAnswer(TenantRow):
    """What somebody who had no part in the clearance says of it. Append-only."""

    look = models.OneToOneField(
        SecondLook, on_delete=models.PROTECT, primary_key=True, related_name="answer"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=20, choices=[(one, one) for one in ANSWERS])
    """How they would have decided; ``approve`` agrees."""
    reason = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verdict__in=ANSWERS), name="second_look_says_one"),
            models.CheckConstraint(
                condition=Q(verdict="approve") | ~Q(reason=""), name="differing_has_a_reason"
            ),
        ]
