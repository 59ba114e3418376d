"""``{% comments "work" work %}``: what people say about the thing a page shows."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from colophon.studio.errors import NotFound
from colophon.studio.models import Comment
from colophon.web import commenting, ghosts

register = template.Library()


@register.inclusion_tag("web/_comments.html", takes_context=True)
def comments(context: dict[str, Any], kind: str, row: Any) -> dict[str, Any]:
    """Show the comments on a work, a prompt, a project or a case, and a place to write one."""
    request = context["request"]
    passed = {name: context.get(name) for name in ("request", "csrf_token")}
    try:
        subject = commenting.told_of(request.person, kind, row)
    except NotFound:
        return passed
    return passed | commenting.shown_to(request.person, subject)


@register.filter
def spoken(comment: Comment) -> SafeString:
    """Return a comment's words, inert, with the people it names marked."""
    text, at = comment.text, 0
    pieces: list[SafeString] = []
    for _, start, end in comment.mentions:
        pieces.append(ghosts.shown(text[at:start]) if start > at else SafeString(""))
        pieces.append(format_html('<span class="mention">{}</span>', ghosts.shown(text[start:end])))
        at = end
    pieces.append(ghosts.shown(text[at:]) if at < len(text) else SafeString(""))
    return format_html_join("", "{}", ((one,) for one in pieces))
