"""What checks found in a job or a work."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.job import Job
from colophon.studio.models.work import Artifact
from kernel.ids import new_id


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
