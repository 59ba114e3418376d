"""What waits for people: cases, the queues they stand in, and the rules that put them there."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from colophon.accounts.roles import Role
from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id

RISKS = ("low", "medium", "high")


class Queue(TenantRow):
    """A line of cases with its own times and its own people. The default one is always there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name_en = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    hours_low = models.PositiveSmallIntegerField(default=72)
    hours_medium = models.PositiveSmallIntegerField(default=24)
    hours_high = models.PositiveSmallIntegerField(default=4)
    hold_hours = models.PositiveSmallIntegerField(default=72)
    """How long a held case is out of the way before it comes back by itself."""
    hidden_verdicts = models.JSONField(default=list)
    is_default = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(is_default=True), name="one_default_queue"
            ),
            models.UniqueConstraint(
                fields=["tenant", "name_en"],
                condition=Q(closed=False),
                name="one_open_queue_a_name",
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(closed=False), name="default_queue_is_open"
            ),
            models.CheckConstraint(
                condition=Q(hours_high__gte=1)
                & Q(hours_medium__gte=1)
                & Q(hours_low__gte=1)
                & Q(hold_hours__gte=1),
                name="queue_hours_from_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en


class QueueMember(TenantRow):
    """Who may work a queue: a role, a team or one person. A queue that names nobody is everybody's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(max_length=30, blank=True, choices=[(one, one) for one in Role])
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(~Q(role=""), team__isnull=True, person__isnull=True)
                | Q(role="", team__isnull=False, person__isnull=True)
                | Q(role="", team__isnull=True, person__isnull=False),
                name="member_is_one_thing",
            )
        ]


class RoutingRule(TenantRow):
    """Where a case goes that fits every field given; the first rule that fits decides."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.PositiveSmallIntegerField()
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="rules")
    state = models.CharField(max_length=30, blank=True)
    medium = models.CharField(max_length=20, blank=True)
    destination = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, blank=True)
    risk = models.PositiveSmallIntegerField(null=True, blank=True)
    origin = models.CharField(max_length=20, blank=True)
    engine = models.CharField(max_length=60, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    project = models.ForeignKey(
        "studio.Project", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ahead_hours = models.PositiveSmallIntegerField(default=0)
    """How many hours before their own time such cases are taken."""

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "position"], name="one_rule_a_position"),
            models.CheckConstraint(
                condition=Q(risk__isnull=True) | Q(risk__lte=2), name="rule_risk_up_to_high"
            ),
        ]


class Case(TenantRow):
    """One row per release that waits for people, with all that decides whose turn it is.

    Written by triggers (`migrations.0005_queues`): it comes and goes with the state of its release, and
    ``held_by`` follows the claim, so no service can leave a case out of the line or in it for ever.
    """

    release = models.OneToOneField(
        "releases.Release", on_delete=models.PROTECT, primary_key=True, related_name="case"
    )
    state = models.CharField(max_length=30)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="cases")
    placed = models.BooleanField(default=False)
    """Put there by a person: rules move it no more."""
    risk = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField()
    """Of its gravest failed finding: 0 none or a note, 1 weak, 2 match, 3 strong."""
    medium = models.CharField(max_length=20)
    origin = models.CharField(max_length=20)
    engine = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10)
    """Of the author, who has to understand the reason."""
    destinations = ArrayField(models.CharField(max_length=20))
    clauses = ArrayField(models.CharField(max_length=80))
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey("studio.Project", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    maker = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    """Author of the work, where somebody else asked for its release."""
    entered_at = models.DateTimeField()
    since = models.DateTimeField()
    """When it came to this step."""
    due_at = models.DateTimeField()
    rank_at = models.DateTimeField()
    """Its place in the line: due time, less the hours its rule puts it ahead."""
    back_at = models.DateTimeField(null=True, blank=True)
    """When a held case comes back by itself."""
    held_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    held_until = models.DateTimeField(null=True, blank=True)
    settling = models.BooleanField(default=False)
    """Decided, and the decision has not taken effect yet: out of every line."""
    bulk = models.BooleanField(default=False, db_default=False)
    """A clause lets cases of its class be approved among many, and it asks nothing of its reviewer."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "queue", "state", "rank_at", "release"]),
            models.Index(fields=["tenant", "rank_at", "release"]),
            models.Index(fields=["queue", "entered_at"]),
            models.Index(fields=["tenant", "held_by"], condition=Q(held_by__isnull=False),
                         name="cases_held"),
            models.Index(fields=["tenant", "back_at"], condition=Q(back_at__isnull=False),
                         name="cases_coming_back"),
            models.Index(fields=["tenant", "entered_at", "release"],
                         condition=Q(bulk=True, risk=0, settling=False, state="in_review"),
                         name="cases_among_many"),
        ]  # fmt: skip
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(risk__lte=2), name="case_risk_up_to_high"),
            models.CheckConstraint(
                condition=Q(rank_at__lte=F("due_at")), name="rank_not_after_due"
            ),
        ]


class Skip(TenantRow):
    """A reviewer gave a case back undecided, and why. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="skips")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "release", "-at"]),
            models.Index(fields=["tenant", "-at"]),
        ]
