"""What a person is told, how each kind should reach them, and the mail that is still to go."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Way(models.TextChoices):
    """How a kind of note reaches somebody."""

    APP = "app"
    MAIL = "mail"
    """In the app, and by mail."""
    OFF = "off"


class Mailed(TenantRow):
    """A row that is also sent by mail: when it is due, how often it was tried, how it ended."""

    mail_due_at = models.DateTimeField(null=True, blank=True)
    """Null: nobody wants it by mail, or no server was set when it was written."""
    mail_tries = models.SmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_cause = models.CharField(max_length=200, blank=True)
    """Why the newest try failed."""

    class Meta:
        abstract = True


class Note(Mailed):
    """One thing a person is told: a code and its facts. Faces say it in the reader's language."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="notes")
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    about_kind = models.CharField(max_length=20)
    about_id = models.UUIDField()
    counted = models.BooleanField(default=False)
    """One unread row that counts up (facts["n"]) instead of a row for each."""
    at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "code"],
                condition=Q(counted=True, read_at__isnull=True),
                name="one_unread_count_a_code",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-at", "-id"], name="notes_by_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notes_unread"),
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False, mailed_at__isnull=True),
                name="notes_to_mail",
            ),
            models.Index(
                fields=["person", "-mailed_at"],
                condition=Q(mailed_at__isnull=False),
                name="notes_mailed",
            ),
        ]


class NoteChoice(TenantRow):
    """How one person wants one kind of note; without a row the code's own default holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    way = models.CharField(max_length=4, choices=Way)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "code"], name="one_choice_a_code"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="choice_is_a_way"),
        ]
