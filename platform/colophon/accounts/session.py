"""Where a person is signed in, and how often strangers tried to be."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Session(TenantRow):
    """One browser in which a person signed in. Ended here, its cookie opens nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="sessions")
    network = models.CharField(max_length=60)
    browser = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["person", "-seen_at"],
                condition=Q(ended_at__isnull=True),
                name="sessions_open",
            )
        ]


class SignInTry(models.Model):
    """How often somebody tried, by digest. Of no tenant: before a sign-in there is none."""

    key = models.CharField(max_length=64, primary_key=True)
    tries = models.IntegerField()
    at = models.DateTimeField(db_index=True)
    until = models.DateTimeField()
