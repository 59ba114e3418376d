"""What the public may know of the checks of a published work: two views over all tenants."""

from __future__ import annotations

from django.db import models


class Asked(models.Model):
    """One check that was asked, and its answer; no facts, no text, no persons."""

    id = models.UUIDField(primary_key=True)
    publication_id = models.UUIDField()
    check_name = models.CharField(max_length=60)
    version = models.CharField(max_length=30)
    subject = models.CharField(max_length=20)
    answer = models.CharField(max_length=10)

    class Meta:
        managed = False
        db_table = "public_asked"


class NotAsked(models.Model):
    """The checks we have that were not asked of the work."""

    publication_id = models.UUIDField(primary_key=True)
    not_asked = models.JSONField()

    class Meta:
        managed = False
        db_table = "public_notasked"
