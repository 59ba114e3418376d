"""What everybody may see of a publication, from views that hold no persons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from colophon.ledger import checkpoints
from colophon.public.dates import in_words
from colophon.public.models import Asked, NotAsked
from colophon.publishing.models import PublicStep, Published
from colophon.studio.errors import NotFound
from colophon.web import evidence
from kernel.errors import ColophonError

OFFERED = ("published", "superseded", "restricted")
MADE = ("artifact.made", "artifact.brought_in")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationPage:
    """One publication as its page shows it."""

    pub: Published
    offered: bool
    places: list[str]
    """Destinations it is published for now."""
    text: str
    layers: list[dict[str, Any]]
    steps: list[PublicStep]
    asked: list[Asked]
    not_asked: list[str]
    made_on: str
    withdrawn_on: str
    cosigned: list[Any]
    withdrawal_leaf: int | None


def publication_page(publication_id: UUID) -> PublicationPage:
    """Return the page of a publication; raise `NotFound`."""
    pub = Published.objects.filter(pk=publication_id).first()
    if pub is None:
        raise NotFound(kind="publication")
    steps = list(
        PublicStep.objects.filter(publication_id=publication_id).order_by("at", "event_id")
    )
    offered = pub.state in OFFERED
    made = next((step.at for step in steps if step.type in MADE), pub.at)
    taken = ("publication.withdrawn", "publication.restricted")
    gone = [step.leaf_index for step in steps if step.type in taken]
    language = get_language() or "en"
    asked = list(
        Asked.objects.filter(publication_id=publication_id).order_by(
            "answer", "check_name", "subject"
        )
    )
    unasked = NotAsked.objects.filter(pk=publication_id).first()
    return PublicationPage(
        pub=pub,
        offered=offered,
        places=[one for one in pub.destinations if one not in (pub.taken_from or ())],
        text=evidence.read_text(pub.sealed_sha256) if offered and pub.medium == "text" else "",
        layers=list(pub.layers),
        steps=steps,
        asked=asked,
        not_asked=sorted(
            set(unasked.not_asked if unasked else ()) - {one.check_name for one in asked}
        ),
        made_on=in_words(made.date(), language=language),
        withdrawn_on=in_words(pub.withdrawn_at.date(), language=language)
        if pub.withdrawn_at
        else "",
        cosigned=_cosigned(pub.leaf_index),
        withdrawal_leaf=gone[-1] if gone else None,
    )


def _cosigned(leaf_index: int) -> list[Any]:
    try:
        head = checkpoints.holding(leaf_index)
    except checkpoints.NoCheckpoint:
        return []
    return checkpoints.cosigned(head.size)


def error_named(code: str) -> type[ColophonError]:
    """Return the error with this code among all that are loaded; raise `NotFound`."""
    waiting = [ColophonError]
    while waiting:
        kind = waiting.pop()
        if kind.__dict__.get("code") == code:
            return kind
        waiting += kind.__subclasses__()
    raise NotFound(kind="error code")
