"""The state machine of release: request, claim, decide, clear."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from colophon.ledger.models import Stateful
from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Verdict(models.TextChoices):
    APPROVE = "approve"
    CONFIRM = "confirm"
    RETURN = "return"
    REFUSE = "refuse"
    ESCALATE = "escalate"
    HOLD = "hold"
    SEND_BACK = "send_back"
    REPLACE = "replace"
    RECALL = "recall"


class Release(Stateful):
    """One wish to publish one artifact somewhere, and how far it has come."""

    KIND = "release"
    START = frozenset({"requested"})
    MOVES: ClassVar = {
        "requested": frozenset({"in_review", "cleared", "refused", "withdrawn_by_author"}),
        "in_review": frozenset(
            {
                "second_review",
                "cleared",
                "returned",
                "refused",
                "escalated",
                "held",
                "withdrawn_by_author",
            }
        ),
        "second_review": frozenset(
            {"cleared", "returned", "refused", "in_review", "withdrawn_by_author"}
        ),
        "escalated": frozenset({"in_review", "withdrawn_by_author"}),
        "held": frozenset({"in_review", "withdrawn_by_author"}),
        "returned": frozenset({"superseded_by", "withdrawn_by_author"}),
        "refused": frozenset({"appealed"}),
        "appealed": frozenset({"in_review", "refused"}),
        "cleared": frozenset({"sealing", "sealed", "seal_held", "seal_failed"}),
        "sealing": frozenset({"sealed", "seal_held", "seal_failed"}),
        "seal_held": frozenset({"sealing"}),
        "seal_failed": frozenset({"cleared", "refused"}),
        "sealed": frozenset({"published", "withdrawn"}),
        "published": frozenset({"restricted", "withdrawn", "superseded"}),
        "restricted": frozenset({"withdrawn", "superseded", "published"}),
        "withdrawn": frozenset({"published"}),
    }

    artifact = models.ForeignKey(
        "studio.Artifact", on_delete=models.PROTECT, related_name="releases"
    )
    artifact_sha256 = models.CharField(max_length=64)
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    packs_digest = models.CharField(max_length=64)
    persons = models.PositiveSmallIntegerField()
    """How many people must agree: 1, or 2 where a clause asks for a second."""
    ruling = models.JSONField()
    """The ruling as given at the request, for display; clearing judges anew."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "state", "at"]),
            models.Index(fields=["artifact", "-at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["id", "artifact", "artifact_sha256", "packs_digest", "persons", "author"],
                name="release_as_asked",
            ),
            models.CheckConstraint(
                condition=Q(persons__gte=1, persons__lte=2), name="one_or_two_persons"
            ),
        ]


class ReleaseDestination(TenantRow):
    """Where a release wants to go: open, or blocked by clauses. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="destinations")
    destination = models.CharField(max_length=20)
    clauses = models.JSONField(default=list)
    """Clauses that block it; none means open."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "destination"], name="one_row_a_destination")
        ]


class Claim(TenantRow):
    """A reviewer's hold on a case, renewed by a heartbeat. At most one is alive per release."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="claims")
    reviewer = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    severity = models.PositiveSmallIntegerField(default=0)
    """Of the case when it was taken, filled in by a trigger: what somebody was exposed to."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["reviewer", "-at"]),
            # What somebody was exposed to is asked by every claim.
            models.Index(
                fields=["reviewer", "-at"], condition=Q(severity__gte=3), name="claims_strong"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["release"], condition=Q(ended_at__isnull=True), name="one_live_claim"
            )
        ]


class Decision(Stateful):
    """What a person decided, by which clause, why, and over which bytes.

    What was decided never changes (migration 0003); only its state does: it takes effect when the
    time of grace is over, unless it is undone before. An approval may later be called back.
    """

    KIND = "decision"
    START = frozenset({"pending"})
    MOVES: ClassVar = {
        "pending": frozenset({"effective", "undone"}),
        "effective": frozenset({"recalled"}),
    }

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    verdict = models.CharField(max_length=20, choices=Verdict)
    clause = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    message = models.TextField(blank=True)
    """To the author alone, beside the reason; it stands in no event."""
    labels = models.JSONField(default=dict)
    """A change of labels, stricter than what the packs ask (`compliance.policy.stricter`)."""
    answers = models.JSONField(default=dict)
    """Question id -> {"answer": "yes" | "no", "note": text}, as the packs asked them."""
    editorial = models.JSONField(null=True, blank=True)
    """Who answers for the text, and how it was fact-checked (`releases.editorial`)."""
    bulk = models.ForeignKey(
        "releases.Bulk", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    artifact_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    """When it takes effect; the time of grace ends here."""
    settled_at = models.DateTimeField(null=True, blank=True)
    cause = models.JSONField(null=True, blank=True)
    """Why it never took effect, where the process undid it: {"code", "says", "facts"}."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-at"]),
            models.Index(fields=["tenant", "-at"]),
            models.Index(fields=["due_at"], condition=Q(state="pending"), name="decisions_pending"),
            # Few of many: how often the second person did not confirm.
            models.Index(
                fields=["tenant", "-at"], condition=Q(role="approver"), name="decisions_second"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["id", "release", "person", "artifact_sha256", "verdict", "state"],
                name="decision_as_made",
            ),
            models.UniqueConstraint(
                fields=["release"], condition=Q(state="pending"), name="one_pending_decision"
            ),
        ]


class Clearance(TenantRow):
    """Leave to seal: who agreed, for which bytes, which destinations, under which packs.

    Its foreign keys (migrations 0002, 0003) tie it to the release as asked and to both decisions as
    made and in effect, so no code path can clear other bytes, other packs, without the people, or
    by a decision that is pending, undone or called back. Append-only.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="clearance")
    artifact = models.ForeignKey("studio.Artifact", on_delete=models.PROTECT, related_name="+")
    artifact_sha256 = models.CharField(max_length=64)
    packs_digest = models.CharField(max_length=64)
    persons = models.PositiveSmallIntegerField()
    destinations = models.JSONField()
    requirements = models.JSONField()
    """Labels, marks, metadata, signature and time-stamp that the seal must show."""
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    first_verdict = models.CharField(max_length=20, default=Verdict.APPROVE)
    first_state = models.CharField(max_length=30, default="effective")
    second_person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    second = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    second_verdict = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001  in a FK
    second_state = models.CharField(max_length=30, default="effective")
    event_id = models.UUIDField()
    """The ledger event ``release.cleared``, which the manifest names."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id", "artifact_sha256"], name="clearance_of_bytes"),
            models.CheckConstraint(
                condition=~Q(author=F("reviewer")), name="reviewer_is_not_author"
            ),
            models.CheckConstraint(
                condition=Q(second_person__isnull=True)
                | (~Q(second_person=F("author")) & ~Q(second_person=F("reviewer"))),
                name="second_is_neither",
            ),
            models.CheckConstraint(
                condition=Q(persons=1)
                | (
                    Q(second_person__isnull=False)
                    & Q(second__isnull=False)
                    & Q(second_verdict=Verdict.CONFIRM)
                ),
                name="second_where_asked",
            ),
            models.CheckConstraint(
                condition=Q(first_verdict=Verdict.APPROVE), name="first_approved"
            ),
            models.CheckConstraint(
                condition=Q(first_state="effective", second_state="effective"),
                name="decisions_in_effect",
            ),
        ]


class Draft(TenantRow):
    """What a reviewer has typed of a decision. Not a decision: no event, gone once decided."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    said = models.JSONField(default=dict)
    """The form as typed, field -> text; bounded by `releases.drafting.LONGEST`."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "person"], name="one_draft_a_person")
        ]


# Below the rows they point to, and imported here so that Django finds them.
from colophon.releases.appeal import Appeal, ReviewTerms  # noqa: E402
from colophon.releases.barring import Exclusion, Interest  # noqa: E402
from colophon.releases.care import CareRule, CareWish  # noqa: E402
from colophon.releases.golden import (  # noqa: E402
    GoldenAnswer,
    GoldenItem,
    SamplingRule,
    SecondLook,
    SecondLookAnswer,
)
from colophon.releases.keeping import Bulk, CannedReason, FindingMark  # noqa: E402
from colophon.releases.waiting import (  # noqa: E402
    Case,
    Queue,
    QueueMember,
    RoutingRule,
    Skip,
)

__all__ = [
    "Appeal",
    "Bulk",
    "CannedReason",
    "CareRule",
    "CareWish",
    "Case",
    "Claim",
    "Clearance",
    "Decision",
    "Draft",
    "Exclusion",
    "FindingMark",
    "GoldenAnswer",
    "GoldenItem",
    "Interest",
    "Queue",
    "QueueMember",
    "Release",
    "ReleaseDestination",
    "ReviewTerms",
    "RoutingRule",
    "SamplingRule",
    "SecondLook",
    "SecondLookAnswer",
    "Skip",
    "Verdict",
]
