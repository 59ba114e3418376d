"""Projects, prompts, jobs, artifacts and what checks found in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.models import Stateful
from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Project(TenantRow):
    """What a team works on, and where its works are meant to go."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=120)
    destinations = models.JSONField(default=list)
    purpose = models.CharField(max_length=40, default="general")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "team", "name"], name="one_project_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Prompt(TenantRow):
    """A prompt through all its versions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="prompts")
    title = models.CharField(max_length=120)


class PromptVersion(TenantRow):
    """One wording, never changed. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prompt", "number"], name="one_text_a_number")
        ]


class Upload(TenantRow):
    """A file somebody sent, not yet a work. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())


class Job(Stateful):
    """One run of one engine. The row is the truth; the broker may lose everything (invariant 5)."""

    KIND = "job"
    START = frozenset({"queued", "refused"})
    MOVES: ClassVar = {
        "queued": frozenset({"running", "refused", "failed", "cancelled"}),
        "running": frozenset({"done", "failed", "cancelled", "queued"}),
    }

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="jobs")
    prompt_version = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="jobs")
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="jobs")
    title = models.CharField(max_length=120)
    engine = models.CharField(max_length=60)
    seed = models.BigIntegerField()
    parameters = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())
    retry_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    refusal = models.JSONField(null=True, blank=True)
    cause = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    """Also the fence: only the holder of the newest attempt may finish."""
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    share_permille = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-at"]),
            models.Index(
                fields=["state", "sent_at"],
                condition=models.Q(state__in=["queued", "running"]),
                name="jobs_alive",
            ),
        ]


class JobInput(TenantRow):
    """An input of a job and what it is used for. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="inputs")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    use = models.CharField(max_length=40, default="reference")


class Artifact(TenantRow):
    """A work: bytes by SHA-256, and how they came to be. Append-only.

    Its id is the ProduceID of GB 45438 and part of its address for life.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="artifacts")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="derived")
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="works")
    title = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    medium = models.CharField(max_length=20)
    origin = models.CharField(max_length=20)
    engine = models.CharField(max_length=60, blank=True)
    engine_version = models.CharField(max_length=60, blank=True)
    record = models.JSONField(default=dict)
    tool = models.CharField(max_length=120, blank=True)
    ai_share_permille = models.PositiveIntegerField(null=True, blank=True)
    inbound = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id", "sha256"], name="artifact_and_its_bytes"),
            models.CheckConstraint(
                condition=models.Q(ai_share_permille__isnull=True)
                | models.Q(ai_share_permille__lte=1000),
                name="ai_share_up_to_all",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Assessment(TenantRow):
    """All checks asked once of one thing: a job's prompt and inputs, or an artifact. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.OneToOneField(
        Job, on_delete=models.PROTECT, null=True, blank=True, related_name="assessment"
    )
    artifact = models.OneToOneField(
        Artifact, on_delete=models.PROTECT, null=True, blank=True, related_name="assessment"
    )
    not_asked = models.JSONField(default=list)
    findings_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(job__isnull=False) ^ models.Q(artifact__isnull=False),
                name="assessment_of_one_thing",
            )
        ]


class Finding(TenantRow):
    """One answer of one check, as `compliance.findings.Finding` says it. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="findings")
    subject = models.CharField(max_length=20)
    check_name = models.CharField(max_length=60)
    version = models.CharField(max_length=30)
    answer = models.CharField(max_length=10)
    severity = models.CharField(max_length=10)
    code = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    as_of = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    level = models.CharField(max_length=20, blank=True)
