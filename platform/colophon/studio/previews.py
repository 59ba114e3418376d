"""How running jobs look: the last preview of each, within a bound, gone with the job's end."""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Now

from colophon.studio.models import Job, Preview
from colophon.studio.models.live import PICTURE_MOST, TEXT_MOST


def show(job: Job, *, text: str, picture: bytes) -> None:
    """Keep how a running job looks now; what is over the bound is cut (text) or left out."""
    text = text.replace("\x00", "")[:TEXT_MOST]
    picture = picture if len(picture) <= PICTURE_MOST else b""
    if not text and not picture:
        return
    said = {"text": text, "picture": picture}
    if not Preview.objects.filter(job=job).update(**said, number=F("number") + 1, at=Now()):
        Preview.objects.create(job=job, number=1, **said)


def forget(job: Job) -> None:
    Preview.objects.filter(job=job).delete()
