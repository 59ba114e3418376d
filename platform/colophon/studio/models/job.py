"""Runs of engines, and the files they were given."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.models import Stateful
from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.batch import Batch
from colophon.studio.models.project import Project
from colophon.studio.models.prompt import PromptVersion
from kernel.ids import new_id


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
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    place = models.PositiveSmallIntegerField(default=0)
    """Its place in the batch, row by row from 0."""
    rerun_of = models.ForeignKey(
        "studio.Artifact", on_delete=models.PROTECT, null=True, blank=True, related_name="reruns"
    )
    """The work whose record this run repeats; its bytes should come out the same."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-at"]),
            models.Index(fields=["tenant", "author", "-at"], name="jobs_of_an_author"),
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
