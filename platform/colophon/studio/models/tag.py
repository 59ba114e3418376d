"""Words that people hang on works to find them again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.work import Artifact
from kernel.ids import new_id


class Tag(TenantRow):
    """One word of an organisation, whichever works bear it. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    word = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "word"], name="one_tag_a_word")
        ]

    def __str__(self) -> str:
        return self.word


class Tagging(TenantRow):
    """A tag on a work. Taking it off deletes the row; who put it on and off is in the ledger."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="taggings")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="taggings")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["artifact", "tag"], name="a_tag_once_a_work")
        ]
