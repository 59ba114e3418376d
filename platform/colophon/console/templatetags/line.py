"""What the pages of the line say with: names of queues, counts up to a bound."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from colophon.web import ghosts
from colophon.web.templatetags.colophon import number_of

register = template.Library()


@register.simple_tag
def queue_name(queue: Any) -> SafeString:
    """Return the name of a queue in the reader's language."""
    chinese = (get_language() or "en").startswith("zh")
    return ghosts.shown(queue.name_zh if chinese else queue.name_en)


@register.filter
def upto(count: int, most: int) -> str:
    """Return “412”, or “1,000+” where counting stopped."""
    return f"{number_of(most)}+" if count > most else number_of(count)
