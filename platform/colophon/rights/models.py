"""Works that right holders registered, and the rights of what people bring as input."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class RegisteredWork(TenantRow):
    """A work somebody holds the rights of; what is generated is compared with it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=200)
    right_holder = models.CharField(max_length=200)
    catalogue = models.CharField(max_length=120, default="own")
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.title


class Fingerprint(TenantRow):
    """What the match index is built from. The row is the truth; indexes are made from it."""

    seq = models.BigAutoField(primary_key=True)
    work = models.ForeignKey(RegisteredWork, on_delete=models.PROTECT, related_name="fingerprints")
    kind = models.CharField(max_length=30)
    version = models.CharField(max_length=30)
    payload = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "seq"])]


class Licence(TenantRow):
    """Leave to use a registered work: for what, where and until when. Append-only.

    It ends by its own date or by a `LicenceEnd`; what it once allowed stays on record.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(RegisteredWork, on_delete=models.PROTECT, related_name="licences")
    purposes = models.JSONField(default=list)
    """Purposes it covers, of `compliance.policy.vocabulary.PURPOSES`; none means every one."""
    destinations = models.JSONField(default=list)
    """Territories it covers, by destination; none means everywhere."""
    attribution = models.CharField(max_length=300, blank=True)
    """Words the licence asks to stand with the work; people place them."""
    until = models.DateField(null=True, blank=True)
    """Last day, in UTC, on which something may be released under it."""
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())


class LicenceEnd(TenantRow):
    """A licence ended before its date. Append-only; at most one a licence."""

    licence = models.OneToOneField(
        Licence, on_delete=models.PROTECT, primary_key=True, related_name="end"
    )
    reason = models.CharField(max_length=300)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())


class InputRights(TenantRow):
    """On what basis something may be used as an input, for what and until when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64)
    basis = models.CharField(max_length=60)
    """own | licensed | public_domain"""
    holder = models.CharField(max_length=200)
    uses = models.JSONField(default=list)
    until = models.DateField(null=True, blank=True)
    proof_sha256 = models.CharField(max_length=64, blank=True)
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "sha256"])]
