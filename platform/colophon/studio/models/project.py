"""Projects: what a team works on, and where it goes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


def protected_at_first() -> list[str]:
    return ["production"]


class Project(TenantRow):
    """What a team works on, and where its works are meant to go."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=120)
    destinations = models.JSONField(default=list)
    purpose = models.CharField(max_length=40, default="general")
    private = models.BooleanField(default=False)
    """Only members see it and what is in it; `studio.seeing` and row-level security hold that."""
    brief = models.TextField(blank=True)
    glossary = models.JSONField(default=list)
    """Rows of term, wording, use (true: say it so; false: do not say it) and note."""
    themes = models.JSONField(default=list)
    """Rows of field and value: film title, campaign, exhibition, as its field of work has them."""
    protected_labels = models.JSONField(default=protected_at_first)
    """Labels of prompts that another person must approve to move."""
    archived_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "team", "name"], name="one_project_a_name")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant"], condition=models.Q(private=True), name="private_ones")
        ]

    def __str__(self) -> str:
        return self.name


class Part(models.TextChoices):
    """What a member may do in a project."""

    OWNER = "owner"
    MAKER = "maker"
    VIEWER = "viewer"


class Member(TenantRow):
    """A person's part in a project. A trigger keeps the last owner."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "person"], name="one_part_a_member"),
            models.CheckConstraint(
                condition=models.Q(part__in=Part.values), name="part_is_one_of_three"
            ),
        ]
