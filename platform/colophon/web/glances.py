"""A work at a glance: its small view on the media origin, its first lines, or the name of its medium."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from colophon.store import services as store
from colophon.studio.models import Look
from colophon.web import ghosts, labels
from compliance.intake.views import MEDIA_TYPE, SIDES

LINK_SECONDS = 900


def link(sha256: str, media_type: str, name: str, *, save: bool = False) -> str:
    """Return a link to stored bytes on the media origin, the same for a quarter of an hour.

    A page that refreshes itself would otherwise load every picture anew, because a signed link
    carries its time.
    """
    return _link(sha256, media_type, name, save, int(time.time() // LINK_SECONDS))


@lru_cache(maxsize=4096)
def _link(sha256: str, media_type: str, name: str, save: bool, quarter: int) -> str:  # noqa: FBT001
    return store.url(sha256, media_type=media_type, name=name, save=save)


def shown(work: Any, *, side: str, alt: str) -> SafeString:
    """Return the glance of a work that came with its look; without one, the name of its medium."""
    look: Look | None = getattr(work, "look", None)
    sha256 = getattr(look, f"{side}_sha256", "") if look is not None else ""
    if look is not None and sha256:
        width, height = _size(look, SIDES[side])
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">',
            link(sha256, MEDIA_TYPE, f"{sha256[:12]}.webp"),
            width,
            height,
            ghosts.plain(alt),
        )
    if look is not None and look.excerpt:
        return format_html('<span class="leaf serif">{}</span>', ghosts.shown(look.excerpt))
    word = gettext(labels.MEDIA.get(work.medium, work.medium))
    return format_html('<span class="leaf glyph dim">{}</span>', word)


def _size(look: Look, side: int) -> tuple[int, int]:
    """Return the size a view is shown at, so that a list does not jump while pictures come."""
    width, height = look.width or side, look.height or side
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
