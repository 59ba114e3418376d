"""A change that takes two people: one proposes it, another with the role makes it so."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from colophon.ledger.models import Stateful


class Proposal(Stateful):
    """One change, as it was and as it would be. What was proposed never changes (a trigger)."""

    KIND = "proposal"
    START = frozenset({"open"})
    MOVES: ClassVar = {"open": frozenset({"accepted", "rejected", "lapsed", "withdrawn"})}

    kind = models.CharField(max_length=40)
    """Which kind of change: a name in `accounts.proposals.KINDS`."""
    about_kind = models.CharField(max_length=20)
    about_id = models.UUIDField()
    before = models.JSONField(null=True)
    after = models.JSONField()
    reason = models.CharField(max_length=1000)
    needed = models.JSONField()
    """Roles of which the second person holds one, as the table said when this was proposed."""
    proposed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_reason = models.CharField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "about_id"],
                condition=Q(state="open"),
                name="one_open_proposal_a_thing",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("accepted", "rejected")) | Q(decided_by__isnull=False),
                name="proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("accepted", "rejected")) | ~Q(decided_by=F("proposed_by")),
                name="proposal_by_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted", about_kind="person") | ~Q(decided_by=F("about_id")),
                name="proposal_not_for_oneself",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-at", "-id"], name="proposals_by_time"),
            models.Index(fields=["until"], condition=Q(state="open"), name="proposals_to_lapse"),
        ]
