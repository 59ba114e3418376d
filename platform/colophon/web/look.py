"""What every page needs besides its own content: places, languages, theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext

from colophon.accounts import notifications
from colophon.accounts.access import may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act

LANGUAGES = (("en", "en", "English"), ("zh-hans", "zh-Hans", "中文"))
THEME_COOKIE = "theme"
_NEXT = {"": ("dark", "light"), "dark": ("light",), "light": ("",)}
"""What may be chosen next; following the machine, style sheets show the one of two that differs."""


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    href: str
    here: bool


def look(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``look`` for `web/base.html`."""
    person: Person | None = getattr(request, "person", None)
    theme = person.theme if person else request.COOKIES.get(THEME_COOKIE, "")
    theme = theme if theme in _NEXT else ""
    names = {"dark": gettext("Dark"), "light": gettext("Light"), "": gettext("As my system")}
    here = (get_language() or "en").lower()
    return {
        "look": {
            "theme": theme,
            "themes": [{"value": one, "name": names[one]} for one in _NEXT[theme]],
            "languages": [
                {"code": code, "lang": lang, "name": name, "here": here == code}
                for code, lang, name in LANGUAGES
            ],
            "places": _places(request, person) if person else [],
            "unread": partial(notifications.unread, person) if person else 0,
        }
    }


def _places(request: HttpRequest, person: Person) -> list[Place]:
    wanted = (
        ("studio", gettext("Studio"), Act.SUBMIT),
        ("works", gettext("Works"), Act.SEE_WORKS),
        ("boards", gettext("Boards"), Act.SEE_WORKS),
        ("prompts", gettext("Prompts"), Act.SEE_WORKS),
        ("console", gettext("Console"), Act.REVIEW),
        ("queues", gettext("Queues"), Act.KEEP_RULES),
        ("audit", gettext("Audit"), Act.SEE_WORKS),
        ("admin", gettext("Administration"), Act.SEE_ADMIN),
    )
    return [
        Place(name, href := reverse(route), request.path.startswith(href))
        for route, name, act in wanted
        if may(person, act)
    ]
