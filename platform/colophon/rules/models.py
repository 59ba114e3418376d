"""Word banks of an organisation. Packs are files; what was activated is named by digest."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Bank(TenantRow):
    """A word bank and the version it is at; its terms are those not withdrawn."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_bank_a_name")
        ]


class BannedTerm(TenantRow):
    """A word or phrase that stops a prompt or an artifact, from a version on until another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bank = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    word = models.CharField(max_length=200)
    category = models.CharField(max_length=60, blank=True)
    added_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_in = models.CharField(max_length=20, blank=True)
    """Version of the bank that no longer holds it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "bank", "word"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_row_a_term",
            )
        ]


class TermDraft(TenantRow):
    """A term somebody wants to add or withdraw. It stops nothing until two people agreed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="drafts")
    word = models.CharField(max_length=200)
    category = models.CharField(max_length=60, blank=True)
    withdraws = models.BooleanField(default=False)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank", "word"], name="one_draft_a_term")
        ]
