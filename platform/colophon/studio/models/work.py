"""Works: bytes by SHA-256, and how they came to be."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.job import Job
from colophon.studio.models.project import Project
from kernel.ids import new_id


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
