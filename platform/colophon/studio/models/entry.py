"""All that the gallery searches, in one row a work. Triggers keep it; no service writes it."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from colophon.studio.models.look import Look
from colophon.studio.models.work import Artifact

CLEARED = frozenset({"sealed", "published", "restricted", "superseded", "withdrawn"})


class Listing(models.Model):
    """What a work is called, looked up by and shown with. ``words`` holds all of it at once:

    English stems and Chinese pairs of characters of title, prompt and tags; and marks, each a
    lexeme of its own: ``=t:<tenant>``, ``=state:``, ``=found:``, ``=origin:``, ``=medium:``, ``=engine:``,
    ``=seed:``, ``=by:<person>``, ``=project:<project>``, ``=tag:``, and those of its look (``=hue:``,
    ``=c:``, ``=g:``); no word that people type begins with ``=``.
    One index then answers any combination, and the tenant's own mark keeps others out of it.
    """

    tenant = models.ForeignKey(
        "accounts.Organisation", on_delete=models.DO_NOTHING, db_index=False, related_name="+"
    )
    artifact = models.OneToOneField(
        Artifact, on_delete=models.DO_NOTHING, primary_key=True, related_name="%(class)s"
    )
    at = models.DateTimeField()
    project = models.ForeignKey(
        "studio.Project",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    author = models.ForeignKey(
        "accounts.Person",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=30)
    """Of the newest release; ``draft`` before there is one, ``checking`` before the checks answered."""
    medium = models.CharField(max_length=20)
    origin = models.CharField(max_length=20)
    engine = models.CharField(max_length=60, blank=True)
    seed = models.BigIntegerField(null=True)
    tags = models.JSONField(default=list)
    trashed = models.BooleanField(default=False)
    words = SearchVectorField()
    found = models.CharField(max_length=10, default="")
    """The worst answer of its checks: failed, unsure or passed; empty before they answered."""

    class Meta:
        abstract = True


class Entry(Listing):
    """The row itself, behind row-level security. Searches go through `Listed`."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "-at", "-artifact"],
                condition=models.Q(trashed=False),
                name="entries_by_time",
            ),
            GinIndex(fields=["words"], name="entries_by_words"),
        ]


class Listed(Listing):
    """What may be shown of the entries: a view that leaves out other tenants, trash, hidden projects.

    A view and not the table, because row-level security keeps every index from a condition whose
    operator is not leakproof, and ``@@`` is not: each search would read all rows of all tenants.
    """

    class Meta:
        managed = False
        db_table = "studio_listed"

    @property
    def id(self) -> UUID:
        return self.artifact_id

    @property
    def shown_state(self) -> str:
        return self.state

    @property
    def uncleared(self) -> bool:
        """Whether every view of it must say that it was not cleared."""
        return self.state not in CLEARED

    @property
    def look(self) -> Look | None:
        return getattr(self.artifact, "look", None)
