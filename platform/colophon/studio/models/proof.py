"""Proof sheets: how a work would look with its labels, before anybody cleared it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.work import Artifact
from kernel.ids import new_id


class Proof(TenantRow):
    """A rendering of one work by one recipe, crossed out as a preview. Append-only cache."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="proofs")
    recipe_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    layers = models.JSONField(default=list)
    """What was drawn, as `compliance.marking` says it."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["artifact", "recipe_sha256"], name="one_proof_a_recipe")
        ]
