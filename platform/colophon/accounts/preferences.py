"""How a person wants the pages to look. No event: it concerns nobody else."""

from __future__ import annotations

from colophon.accounts.models import Person
from kernel.errors import BadInput

LANGUAGES = ("en", "zh-hans")
THEMES = ("", "light", "dark")


def speak(*, person: Person, language: str) -> None:
    """Remember the language of a person's pages. Raises `BadInput`."""
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise BadInput(field="language", value=language[:20], why=f"known: {known}")
    Person.objects.filter(pk=person.pk).update(language=language)


def look(*, person: Person, theme: str) -> None:
    """Remember light or dark; empty follows the person's machine. Raises `BadInput`."""
    if theme not in THEMES:
        raise BadInput(field="theme", value=theme[:20], why="known: light, dark, or empty")
    Person.objects.filter(pk=person.pk).update(theme=theme)
