"""How hard material is shown and how much of it one person is given: rules of a house, wishes of a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id

LEVELS = ("always", "weak", "match", "strong", "never")
"""From which severity of findings a case is veiled."""
WAYS = ("hold", "toggle")


class CareRule(TenantRow):
    """What holds for everybody in an organisation. One row; without it, the defaults below."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    blur = models.BooleanField(default=True)
    grey = models.BooleanField(default=True)
    mute = models.BooleanField(default=True)
    small = models.BooleanField(default=False)
    veil_from = models.CharField(max_length=10, default="strong", choices=[(x, x) for x in LEVELS])
    items_day = models.PositiveSmallIntegerField(default=60)
    """Cases with strong findings one person is given in 24 hours; 0 sets no bound. So do the rest."""
    items_week = models.PositiveSmallIntegerField(default=200)
    minutes_day = models.PositiveSmallIntegerField(default=120)
    break_after = models.PositiveSmallIntegerField(default=15)
    """Strong cases without a pause, after which one is due."""
    break_minutes = models.PositiveSmallIntegerField(default=10)
    rotate_after = models.PositiveSmallIntegerField(default=5)
    """Strong cases in a row, after which another kind is offered if any waits."""
    personal_figures = models.BooleanField(default=True)
    """Off: no page and no export shows a figure of one person."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], name="one_care_rule"),
            models.CheckConstraint(
                condition=Q(break_after=0) | Q(break_minutes__gte=1), name="a_break_has_minutes"
            ),
        ]


class CareWish(TenantRow):
    """What one person wants otherwise. Theirs alone: no event, and nobody else is shown it."""

    person = models.OneToOneField(
        "accounts.Person", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    blur = models.BooleanField(null=True, blank=True)
    grey = models.BooleanField(null=True, blank=True)
    mute = models.BooleanField(null=True, blank=True)
    small = models.BooleanField(null=True, blank=True)
    veil_from = models.CharField(max_length=10, blank=True)
    way = models.CharField(max_length=10, default="hold", choices=[(x, x) for x in WAYS])
    items_day = models.PositiveSmallIntegerField(null=True, blank=True)
    """Fewer than the house allows; more is never given."""
