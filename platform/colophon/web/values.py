"""Values of named fields as people read them: yes and no, and short names in the reader's words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from colophon.web.templatetags.colophon import word

_WORDS = {
    "roles": "role",
    "scope": "scope",
    "veil_from": "veil_level",
    "destinations": "destination",
    "destination": "destination",
    "purpose": "purpose",
    "sharing": "sharing",
    "part": "part",
    "languages": "language",
    "hidden_verdicts": "verdict",
    "medium": "medium",
    "origin": "origin",
    "state": "state",
}
"""Fields whose values are short names, and the kind of word they are."""


def items(field: str, value: Any) -> list[str]:
    """Return what a field holds, one text an item; nothing for an empty one."""
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return [gettext("yes") if value else gettext("no")]
    if isinstance(value, dict):
        return [f"{word(name, 'field')}: {_line(name, one)}" for name, one in value.items()]
    if isinstance(value, list):
        return [said for one in value for said in _row(field, one)]
    return [word(str(value), _WORDS[field]) if field in _WORDS else str(value)]


def _row(field: str, value: Any) -> list[str]:
    """Return an item of a list; a row of a table as one line, without the names of its columns."""
    if not isinstance(value, dict):
        return items(field, value)
    return [" · ".join(said for name, one in value.items() if (said := _line(name, one)))]


def _line(field: str, value: Any) -> str:
    return gettext(", ").join(items(field, value))
