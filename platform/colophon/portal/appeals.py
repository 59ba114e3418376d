"""What an author can do against a refusal, and what became of it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from colophon.accounts.models import Person
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
