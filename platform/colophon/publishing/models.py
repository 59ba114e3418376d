"""What the sealer made, and what was published of it."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import JSONField, Value
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class SealAttempt(TenantRow):
    """One try of the sealer, also those that failed. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release_id = models.UUIDField(db_index=True)
    outcome = models.CharField(max_length=20)
    """started | sealed | held | failed | refused"""
    cause = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_default=Now())


class Seal(TenantRow):
    """A sealed file: reviewed, marked and signed bytes, and how one became the other.

    Its composite foreign key (migration 0002) ties it to the clearance of exactly the bytes that
    were reviewed: without that row there is no seal (invariant 1). Append-only.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    """The manifest's id: version 4, the only one C2PA takes."""
    release = models.OneToOneField(
        "releases.Release", on_delete=models.PROTECT, related_name="seal"
    )
    clearance = models.OneToOneField(
        "releases.Clearance", on_delete=models.PROTECT, related_name="seal"
    )
    artifact_sha256 = models.CharField(max_length=64)
    marked_sha256 = models.CharField(max_length=64)
    sealed_sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    manifest_sha256 = models.CharField(max_length=64)
    """Digest of the C2PA manifest store, which lies in the object store."""
    detached = models.BooleanField(default=False)
    """The manifest stands beside the file, because its format cannot carry one."""
    recipe = models.JSONField()
    layers = models.JSONField()
    """What was read back from the exported bytes, layer by layer."""
    payload = models.BigIntegerField()
    """The 32-bit id inside the imperceptible mark."""
    leaf_index = models.BigIntegerField()
    """Leaf of ``release.cleared``, which the manifest names."""
    stamped_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["payload"])]


class Publication(TenantRow):
    """A sealed work made public, with a page of its own. Append-only; its state is the release's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seal = models.OneToOneField(Seal, on_delete=models.PROTECT, related_name="publication")
    release = models.OneToOneField(
        "releases.Release", on_delete=models.PROTECT, related_name="publication"
    )
    title = models.CharField(max_length=120)
    destinations = models.JSONField()
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-at"], name="publications_newest_first")
        ]


class Withdrawal(TenantRow):
    """Why a publication was taken back, or from where. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="withdrawals"
    )
    destinations = models.JSONField(db_default=Value([], JSONField()))
    """From where it was taken; [] from everywhere."""
    clause = models.CharField(max_length=80)
    reason = models.TextField()
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())


class Signable(models.Model):
    """What the sealer may know of a cleared release: a view, read under the sealer's own login."""

    release_id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    state = models.CharField(max_length=30)
    clearance_id = models.UUIDField()
    artifact_id = models.UUIDField()
    artifact_sha256 = models.CharField(max_length=64)
    packs_digest = models.CharField(max_length=64)
    release_packs_digest = models.CharField(max_length=64)
    destinations = models.JSONField()
    asked = models.JSONField()
    """Every destination that was asked for; some may be blocked."""
    purpose = models.CharField(max_length=40)
    requirements = models.JSONField()
    event_id = models.UUIDField()
    title = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    medium = models.CharField(max_length=20)
    origin = models.CharField(max_length=20)
    engine = models.CharField(max_length=60)
    engine_version = models.CharField(max_length=60)
    record = models.JSONField()
    tool = models.CharField(max_length=120)
    ai_share_permille = models.IntegerField(null=True)
    parent_sha256 = models.CharField(max_length=64, null=True)  # noqa: DJ001  a view's column
    parent_title = models.CharField(max_length=120, null=True)  # noqa: DJ001
    made_at = models.DateTimeField()
    passed = models.IntegerField()
    failed = models.IntegerField()
    unsure = models.IntegerField()
    roles = models.JSONField()
    operator_name = models.CharField(max_length=120)
    provider_code = models.CharField(max_length=27)
    filing_number = models.CharField(max_length=60)
    is_test = models.BooleanField()
    tried_at = models.DateTimeField(null=True)
    """When the sealer last tried; a held release waits before it is tried again."""

    class Meta:
        managed = False
        db_table = "publishing_signable"


class Published(models.Model):
    """What the public may know of a publication: a view over all tenants."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.UUIDField()
    release_id = models.UUIDField()
    artifact_id = models.UUIDField()
    seal_id = models.UUIDField()
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=30)
    at = models.DateTimeField()
    destinations = models.JSONField()
    medium = models.CharField(max_length=20)
    media_type = models.CharField(max_length=100)
    origin = models.CharField(max_length=20)
    engine = models.CharField(max_length=60)
    engine_version = models.CharField(max_length=60)
    tool = models.CharField(max_length=120)
    sealed_sha256 = models.CharField(max_length=64)
    marked_sha256 = models.CharField(max_length=64)
    artifact_sha256 = models.CharField(max_length=64)
    manifest_sha256 = models.CharField(max_length=64)
    detached = models.BooleanField()
    size = models.BigIntegerField()
    layers = models.JSONField()
    requirements = models.JSONField()
    leaf_index = models.BigIntegerField()
    stamped_at = models.DateTimeField(null=True)
    persons = models.IntegerField()
    operator_name = models.CharField(max_length=120)
    provider_code = models.CharField(max_length=27)
    filing_number = models.CharField(max_length=60)
    is_test = models.BooleanField()
    clause = models.CharField(max_length=80, null=True)  # noqa: DJ001
    reason = models.TextField(null=True)  # noqa: DJ001
    withdrawn_at = models.DateTimeField(null=True)
    taken_from = models.JSONField(null=True)
    """Destinations it is restricted from; None or [] for others."""

    class Meta:
        managed = False
        db_table = "publishing_published"


class PublicStep(models.Model):
    """One event of a publication's chain of custody, without persons: a view."""

    event_id = models.UUIDField(primary_key=True)
    publication_id = models.UUIDField()
    type = models.CharField(max_length=40)
    at = models.DateTimeField()
    leaf_index = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "publishing_publicstep"


# Below the rows it points to, and imported here so that Django finds it.
from colophon.publishing.complaint import Complaint  # noqa: E402  it points at models above

__all__ = [
    "Complaint",
    "PublicStep",
    "Publication",
    "Published",
    "Seal",
    "SealAttempt",
    "Signable",
    "Withdrawal",
]
