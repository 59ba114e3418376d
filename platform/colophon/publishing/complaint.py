"""What an author says against a publication taken from them, and what another person answers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from colophon.ledger.models import Stateful


class Complaint(Stateful):
    """An author's appeal against the withdrawal or restriction of their publication.

    Triggers (migration 0003) hold it to the author and the newest withdrawal, keep whoever took the
    publication back from hearing it, and whoever was overturned from taking it back again. The words
    never change; state, hearer and answer do, once. Source: DSA Art. 20, internal complaints.
    """

    KIND = "complaint"
    START = frozenset({"filed"})
    MOVES: ClassVar = {"filed": frozenset({"upheld", "overturned", "lapsed"})}

    withdrawal = models.ForeignKey(
        "publishing.Withdrawal", on_delete=models.PROTECT, related_name="complaints"
    )
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    news = models.TextField(blank=True)
    """Facts that whoever took it back could not know."""
    at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    hearer = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "due_at"], condition=Q(state="filed"), name="complaints_unheard"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["withdrawal"],
                condition=Q(state__in=["filed", "upheld", "overturned"]),
                name="one_hearing_a_withdrawal",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["filed", "lapsed"], hearer__isnull=True)
                | Q(state__in=["upheld", "overturned"], hearer__isnull=False),
                name="complaint_heard_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="complaint_says_something"),
        ]
