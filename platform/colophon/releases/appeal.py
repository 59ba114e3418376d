"""An author's appeal against a refusal, and the times an organisation gives for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from colophon.ledger.models import Stateful
from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id

DAYS = 14
HALF_A_YEAR = 184
"""The longest six months: complaints stay open for at least that. Source: DSA Art. 20(1)."""


class ReviewTerms(TenantRow):
    """How long an organisation lets its authors appeal, and how soon it hears them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    appeal_days = models.PositiveSmallIntegerField(default=DAYS)
    """Within so many days of the refusal an appeal may be filed."""
    hearing_days = models.PositiveSmallIntegerField(default=DAYS)
    """Within so many days it is heard; unheard it lapses, and may be filed anew."""
    complaint_days = models.PositiveSmallIntegerField(default=HALF_A_YEAR)
    """Within so many days of a withdrawal an appeal may be filed."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], name="one_terms_a_tenant"),
            models.CheckConstraint(
                condition=Q(
                    appeal_days__gte=1,
                    appeal_days__lte=365,
                    hearing_days__gte=1,
                    hearing_days__lte=365,
                ),
                name="terms_from_a_day_to_a_year",
            ),
            models.CheckConstraint(
                condition=Q(complaint_days__gte=HALF_A_YEAR, complaint_days__lte=3650),
                name="complaints_for_half_a_year",
            ),
        ]


class Appeal(Stateful):
    """What the author says against a refusal, and what another person answers.

    A trigger (migration 0006) keeps everybody who decided on the release, and its author, from
    hearing it. The words never change; state, hearer and answer do, once.
    """

    KIND = "appeal"
    START = frozenset({"filed"})
    MOVES: ClassVar = {"filed": frozenset({"upheld", "overturned", "lapsed"})}

    release = models.ForeignKey(
        "releases.Release", on_delete=models.PROTECT, related_name="appeals"
    )
    decision = models.ForeignKey(
        "releases.Decision", on_delete=models.PROTECT, related_name="appeals"
    )
    """The refusal it is filed against."""
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    news = models.TextField(blank=True)
    """Facts the first reviewer could not know."""
    at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    hearer = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "due_at"], condition=Q(state="filed"), name="unheard"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(state__in=["filed", "upheld", "overturned"]),
                name="one_hearing_a_refusal",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["filed", "lapsed"], hearer__isnull=True)
                | Q(state__in=["upheld", "overturned"], hearer__isnull=False),
                name="heard_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="appeal_says_something"),
        ]
