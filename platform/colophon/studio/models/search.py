"""Searches that people keep."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Search(TenantRow):
    """What somebody looks for again and again, under a name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="searches")
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=1000)
    """The query of the gallery's address, without a place in the list."""
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True)
    """The team it is shared with; none: its owner alone sees it."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_search_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class SearchSeen(TenantRow):
    """When a person last looked at what a search finds."""

    id = models.BigAutoField(primary_key=True)
    search = models.ForeignKey(Search, on_delete=models.CASCADE, related_name="seen")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "person"], name="seen_once_a_person")
        ]
