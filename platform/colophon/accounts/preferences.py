"""How a person wants the pages to look. No event: it concerns nobody else."""

from __future__ import annotations

from django.db import transaction

from colophon.accounts.models import Person, pseudonym
from colophon.ledger.services import About, record
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


def use_keys(*, person: Person, on: bool) -> None:
    """Remember whether single letters press buttons."""
    Person.objects.filter(pk=person.pk).update(single_keys=on)


@transaction.atomic
def rename(*, person: Person, name: str) -> None:
    """Change the name others see. The record says that it changed, not what to. Raises `BadInput`."""
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > 120:
        raise BadInput(field="name", value=name[:120], why="it holds 1 to 120 characters")
    if wanted != person.name:
        Person.objects.filter(pk=person.pk).update(name=wanted)
        record("person.renamed", About("person", person.pk), {"person": pseudonym(person)})
