"""What an author can do against a refusal or a withdrawal, and what became of it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from colophon.accounts.models import Person
from colophon.publishing import complaining
from colophon.publishing.models import Publication
from colophon.releases import appealing
from colophon.releases.models import Release


def standing(person: Person, release: Release | None) -> dict[str, Any]:
    """Return the newest appeal of a release, and until when its author may file one."""
    if release is None or release.state not in ("refused", "appealed", "in_review"):
        return {}
    appeal = release.appeals.select_related("hearer", "author").order_by("at").last()
    shown: dict[str, Any] = {"appeal": appeal}
    refusal = appealing.refusal_of(release) if release.state == "refused" else None
    heard = appeal is not None and appeal.state != "lapsed"
    if refusal is not None and release.author_id == person.pk and not heard:
        until = appealing.deadline(refusal)
        shown["appeal_until"] = until
        shown["may_appeal"] = until > timezone.now()
    return shown


def against_withdrawal(
    person: Person, release: Release | None, publication: Publication | None
) -> dict[str, Any]:
    """Return why a publication was taken, the newest appeal, and until when its author may file."""
    if release is None or publication is None:
        return {}
    complaint = complaining.newest(publication)
    shown: dict[str, Any] = {"complaint": complaint}
    if release.state not in complaining.TAKEN:
        return shown
    taken = complaining.withdrawal_of(publication)
    shown["taken"] = taken
    of_it = complaint is not None and taken is not None and complaint.withdrawal_id == taken.pk
    heard = of_it and complaint is not None and complaint.state != "lapsed"
    if taken is not None and release.author_id == person.pk and not heard:
        until = complaining.deadline(taken)
        shown |= {"complain_until": until, "may_complain": until > timezone.now()}
    return shown
