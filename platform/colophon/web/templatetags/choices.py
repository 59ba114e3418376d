"""What a list to choose from holds: a name that somebody gave, and an id that is sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from colophon.web import ghosts

register = template.Library()


@register.simple_tag
def options(rows: Iterable[Any], chosen: Any = None) -> SafeString:
    """Return an ``option`` for each row, its ``pk`` as value and its ``name`` as text.

    Args:
        chosen: a row, an id or its text, or a list of these.

    Written here and not in the page: for five hundred names a template takes as long as for the
    rest of its page.
    """
    many = chosen if isinstance(chosen, list | tuple | set) else [chosen]
    picked = {str(getattr(one, "pk", one)) for one in many}
    return SafeString(
        "".join(
            f'<option translate="no" value="{key}"{" selected" if key in picked else ""}>'
            f"{escape(ghosts.plain(row.name))}</option>"
            for row in rows
            if (key := str(row.pk))
        )
    )
