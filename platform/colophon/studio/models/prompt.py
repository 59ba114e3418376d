"""Prompts and their wordings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.models import Stateful
from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.project import Project
from kernel.ids import new_id


class Prompt(TenantRow):
    """A prompt through all its versions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="prompts")
    title = models.CharField(max_length=120)
    template = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="filled"
    )
    """Holds the wordings that came of filling that prompt's variables; None for what people write."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-at"], name="prompts_by_time")]

    def __str__(self) -> str:
        return self.title


class PromptVersion(TenantRow):
    """One wording, never changed. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renderings"
    )
    """The version whose variables were filled to give this text, with what they were filled with."""
    values = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prompt", "number"], name="one_text_a_number"),
            models.UniqueConstraint(fields=["id", "prompt"], name="version_and_its_prompt"),
            models.CheckConstraint(
                condition=models.Q(template__isnull=True, values__isnull=True)
                | models.Q(template__isnull=False, values__isnull=False),
                name="rendered_with_its_values",
            ),
        ]


class PromptLabel(TenantRow):
    """Which version a label stands at now. `LabelMove` holds how it came there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="labels")
    name = models.CharField(max_length=40)
    version = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="labels")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prompt", "name"], name="one_place_a_label")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "name"], name="prompts_by_label")]


class LabelMove(Stateful):
    """A wish to move a label: done at once, or, where the label is protected, once approved."""

    KIND = "label_move"
    START = frozenset({"open", "done"})
    MOVES: ClassVar = {"open": frozenset({"done", "rejected", "withdrawn"})}

    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="moves")
    label = models.CharField(max_length=40)
    held = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, null=True, related_name="+")
    """Where it stood; None: nowhere."""
    version = models.ForeignKey(
        PromptVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Where it shall stand; None: it is taken off."""
    why = models.CharField(max_length=300, blank=True)
    protected = models.BooleanField(default=False)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["prompt", "-at"], name="moves_by_time")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["prompt", "label"], condition=models.Q(state="open"), name="one_open_wish"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done")
                | models.Q(protected=False)
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("by"))),
                name="protected_label_takes_two",
            ),
        ]


class Preset(TenantRow):
    """An engine, parameters and a part of a prompt that are used together again and again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    engine = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    """The part of a prompt; where it holds “{{prompt}}” what is typed stands there, else before it."""
    shared = models.BooleanField(default=False)
    """Seen by the owner's team."""
    owner = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_preset_a_name"),
            models.CheckConstraint(
                condition=models.Q(shared=False) | models.Q(team__isnull=False),
                name="shared_with_a_team",
            ),
        ]
