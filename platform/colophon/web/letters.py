"""Mail: the same notes, in the person's language, without anything of a work.

Claimed in one transaction, handed over outside of any, marked in a third: a slow mail server holds
no lock. A worker that dies between the last two sends a mail twice, under the same Message-ID.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from colophon.accounts import mailing
from colophon.accounts.invitations import INVITATION_DAYS, digest, secret_of
from colophon.accounts.models import Invitation, Person
from colophon.accounts.note import Note
from colophon.accounts.note_codes import CODES
from colophon.ledger.tenancy import tenant
from colophon.settings.mail import TIMEOUT_SECONDS, mail_server
from colophon.web import ghosts, notes

MOST_LINES = 20

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing said, and where it is shown."""

    says: str
    link: str


def send_notes(tenant_id: UUID, person_id: UUID) -> int:
    """Mail what is due to a person, as one letter; return how many notes it carried."""
    with tenant(tenant_id):
        person = Person.objects.select_related("tenant").filter(pk=person_id).first()
        rows = mailing.claim_notes(person) if person else []
        if not rows or person is None:
            return 0
        letter = of_notes(person, rows)
    return len(rows) if _hand_over(tenant_id, letter, rows) else 0


def send_invitation(tenant_id: UUID, invitation_id: UUID) -> int:
    """Mail the link of an invitation; return 1 if it went."""
    with tenant(tenant_id):
        row = mailing.claim_invitation(invitation_id)
        if row is None:
            return 0
        if digest(secret_of(row)) != row.sha256:
            # Made under another key: the link would open nothing. Sending it anew makes a new one.
            cause = "the key of this installation changed since"
            mailing.failed([row], cause=cause, for_good=True)
            return 0
        letter = of_invitation(row)
    return int(_hand_over(tenant_id, letter, [row]))


def of_notes(person: Person, rows: Sequence[Note]) -> EmailMultiAlternatives:
    """Return the letter that carries ``rows``, newest first, in the language of ``person``."""
    with translation.override(person.language):
        names = notes.names_of(rows)
        lines = [
            Line(says=_mails(row, names), link=_whole(reverse("note", args=[row.pk])))
            for row in sorted(rows, key=lambda one: one.at, reverse=True)
        ]
        subject = (
            lines[0].says
            if len(lines) == 1
            else ngettext("{n} note for you", "{n} notes for you", len(lines)).format(n=len(lines))
        )
        more = len(lines) - MOST_LINES
        return _letter(
            to=person.email,
            subject=subject,
            lines=lines[:MOST_LINES],
            greeting=gettext("Hello {name},").format(name=_one_line(person.name)),
            more=gettext("And {n} more, on the page of your notes.").format(n=more)
            if more > 0
            else "",
            foot=gettext("What is mailed to you is chosen here: {link}").format(
                link=_whole(reverse("notes"))
            ),
            mark=f"{rows[0].pk}.{rows[0].mail_tries}" if len(rows) > 1 else str(rows[0].pk),
        )


def of_invitation(row: Invitation) -> EmailMultiAlternatives:
    """Return the letter that carries an invitation's link, in the language of who invites."""
    with translation.override(row.invited_by.language):
        by, place = _one_line(row.invited_by.name), _one_line(row.tenant.name)
        says = gettext("{by} invites you to join {place} on Colophon.").format(by=by, place=place)
        link = _whole(reverse("join", args=[secret_of(row)]))
        until = gettext("The link works once, for {n} days.").format(n=INVITATION_DAYS)
        return _letter(
            to=row.email,
            subject=gettext("Invitation to {place}").format(place=place),
            lines=[Line(says=says, link=link)],
            greeting=gettext("Hello {name},").format(name=_one_line(row.name or row.email)),
            foot=until,
            mark=f"{row.pk}.{row.issue}",
        )


def _letter(
    *,
    to: str,
    subject: str,
    lines: Sequence[Line],
    greeting: str,
    foot: str,
    mark: str,
    more: str = "",
) -> EmailMultiAlternatives:
    told = [part for one in lines for part in (one.says, one.link, "")]
    text = "\n".join([greeting, "", *told, *([more, ""] if more else []), "--", foot, ""])
    shown: dict[str, Any] = {"greeting": greeting, "lines": lines, "more": more, "foot": foot}
    shown["language"] = translation.get_language()
    host = urlsplit(settings.COLOPHON_ORIGIN).hostname
    letter = EmailMultiAlternatives(
        subject=" ".join(subject.split()),  # a header is one line
        body=text,
        from_email=settings.COLOPHON_MAIL_FROM,
        to=[to],
        headers={"Message-ID": f"<{mark}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    letter.attach_alternative(render_to_string("web/letter.html", shown), "text/html")
    return letter


def _hand_over(
    tenant_id: UUID, letter: EmailMultiAlternatives, rows: Sequence[Note | Invitation]
) -> bool:
    try:
        _send(letter)
    except (smtplib.SMTPException, OSError) as error:
        cause, for_good = _cause(error)
        logger.warning("mail_failed", cause=cause, for_good=for_good)
        with tenant(tenant_id):
            mailing.failed(rows, cause=cause, for_good=for_good)
        return False
    with tenant(tenant_id):
        mailing.sent(rows)
    return True


def _send(letter: EmailMultiAlternatives) -> None:
    server = mail_server(settings.COLOPHON_MAIL_URL, sender=settings.COLOPHON_MAIL_FROM)
    if server is None:
        raise OSError("no mail server is set")
    letter.connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password
        or (settings.COLOPHON.secret("mail.password") if server.user else ""),
        use_ssl=server.tls,
        use_tls=server.starttls,
        timeout=TIMEOUT_SECONDS,
    )
    letter.send()


def _cause(error: Exception) -> tuple[str, bool]:
    """Return why it failed, without the address, and whether the server said: never.

    Source: RFC 5321, section 4.2.1: 4yz may pass later, 5yz will not.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        status = next(iter(error.recipients.values()), (450, b""))[0]
    elif isinstance(error, smtplib.SMTPResponseException):
        status = error.smtp_code
    else:
        return type(error).__name__, False
    # A refused login or a closed door is our own setting's fault, which somebody may mend.
    for_good = 500 <= status < 600 and not isinstance(
        error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError
    )
    return f"{type(error).__name__} {status}", for_good


def _mails(row: Note, names: dict[str, str]) -> str:
    """Return the sentence for mail."""
    said = gettext(CODES[row.code].mails)
    facts = notes.facts_of(row, names)
    return said.format(**{name: _one_line(value) for name, value in facts.items()})


def _one_line(value: object) -> str:
    """Return text from outside as one line without hidden characters."""
    return ghosts.plain(" ".join(str(value).split()))


def _whole(path: str) -> str:
    return f"{settings.COLOPHON_ORIGIN}{path}"
