"""Which mail is to go now, whose try it is, and how it ended. What it says is the web's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.models import Invitation, Person
from colophon.accounts.note import Note
from colophon.ledger.tenancy import tenant
from colophon.queue import enqueue

MOST_TRIES = 6
GATHER_SECONDS = 600
"""After one mail the next to the same person waits so long and takes all that came meanwhile."""
FIRST_WAIT_SECONDS = 60


def claim_notes(person: Person) -> list[Note]:
    """Take all that is due to ``person`` by mail, or nothing while they were mailed just now.

    Taking counts a try and puts the next one off, in one statement: of two workers one gets it,
    and one that dies is followed by another after the wait. So a mail may come twice, never not.
    """
    if not person.is_active:
        return []
    since = timezone.now() - timedelta(seconds=GATHER_SECONDS)
    if Note.objects.filter(person=person, mailed_at__gt=since).exists():
        return []
    due = Note.objects.filter(
        person=person,
        mail_due_at__lte=Now(),
        mailed_at__isnull=True,
        read_at__isnull=True,
        mail_tries__lt=MOST_TRIES,
    )
    taken = []
    for note in due.select_for_update(skip_locked=True).order_by("at", "id"):
        note.mail_tries += 1
        note.mail_due_at = next_try(note.mail_tries)
        taken.append(note)
    Note.objects.bulk_update(taken, ["mail_tries", "mail_due_at"])
    return taken


def claim_invitation(invitation_id: UUID) -> Invitation | None:
    """Take an invitation that is to be mailed now; the same promise as `claim_notes`."""
    due = Invitation.objects.filter(
        pk=invitation_id,
        mail_due_at__lte=Now(),
        mailed_at__isnull=True,
        used_at__isnull=True,
        withdrawn_at__isnull=True,
        until__gt=Now(),
        mail_tries__lt=MOST_TRIES,
    )
    found = due.select_for_update(of=("self",), skip_locked=True).first()
    if found is None:
        return None
    found.mail_tries += 1
    found.mail_due_at = next_try(found.mail_tries)
    found.save(update_fields=["mail_tries", "mail_due_at"])
    return Invitation.objects.select_related("invited_by", "tenant").get(pk=invitation_id)


def sent(rows: Sequence[Note | Invitation]) -> None:
    """Remember that mail went out."""
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(mailed_at=Now(), mail_cause="")


def failed(rows: Sequence[Note | Invitation], *, cause: str, for_good: bool) -> None:
    """Remember why mail did not go; ``for_good`` when trying again would change nothing."""
    tries = MOST_TRIES if for_good else F("mail_tries")
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(mail_cause=cause[:200], mail_tries=tries)


def next_try(tries: int) -> datetime:
    """Return when the try after number ``tries`` is due: 1, 4, 16 … minutes from now."""
    return timezone.now() + timedelta(seconds=FIRST_WAIT_SECONDS * 4 ** (tries - 1))


def sweep() -> int:
    """Queue again what is due by mail in any tenant; return how much that was.

    Which rows are due is told by a SECURITY DEFINER function that gives ids alone.
    """
    if not settings.COLOPHON_MAIL_URL:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "select what, tenant_id, id from accounts_mail_due(%s, %s, %s)",
            [settings.COLOPHON.resend_seconds, GATHER_SECONDS, MOST_TRIES],
        )
        due: list[tuple[str, UUID, UUID]] = cursor.fetchall()
    for what, tenant_id, row_id in due:
        with tenant(tenant_id):
            if what == "notes":
                rows = Note.objects.filter(person=row_id, mail_due_at__lte=Now())
                rows.filter(mailed_at__isnull=True).update(mail_due_at=Now())
            else:
                Invitation.objects.filter(pk=row_id).update(mail_due_at=Now())
            enqueue("send_notes" if what == "notes" else "send_invitation", row_id)
    return len(due)
