"""What people say to each other about a work, a prompt, a project or a case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Kind(models.TextChoices):
    WORK = "work"
    PROMPT = "prompt"
    PROJECT = "project"
    CASE = "case"


class Audience(models.TextChoices):
    ALL = "all"
    REVIEWERS = "reviewers"


class Comment(TenantRow):
    """One thing somebody said. Removed, its words are gone and its place stays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(max_length=10, choices=Kind)
    subject_id = models.UUIDField()
    answers = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="answered_by"
    )
    """The first comment of the thread; None for a first one."""
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.ALL)
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    mentions = models.JSONField(default=list)
    """Who is named where: [person id, first character, end]."""
    at = models.DateTimeField(db_default=Now())
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_id", "subject_kind", "at"], name="comments_of_one_thing")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(subject_kind__in=Kind.values), name="on_a_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(audience="all")
                | models.Q(audience="reviewers", subject_kind="case"),
                name="only_cases_have_private_comments",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True) | models.Q(text="", mentions=[]),
                name="removed_leaves_no_words",
            ),
        ]
