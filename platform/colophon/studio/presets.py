"""Presets: an engine, its parameters and a part of a prompt, kept under a name."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.studio.errors import NotYourPreset
from colophon.studio.models import Preset
from generation.guard import resolved
from generation.shelf import ENGINES
from kernel.canonical import Json
from kernel.errors import BadInput

PLACE = "{{prompt}}"
"""Where what is typed stands in the words of a preset; without it the words follow what is typed."""
WORDS_CHARACTERS = 4000


def seen_by(person: Person) -> QuerySet[Preset]:
    """Return a person's own presets and those shared with their team."""
    seen = Q(owner=person)
    if person.team_id is not None:
        seen |= Q(shared=True, team_id=person.team_id)
    return Preset.objects.filter(seen)


def worded(preset: Preset, typed: str) -> str:
    """Return what is typed with the words of the preset around or behind it."""
    words = preset.words.strip()
    if PLACE in words:
        return words.replace(PLACE, typed.strip())
    return ", ".join(one for one in (typed.strip(), words) if one)


@transaction.atomic
def keep(
    *,
    by: Person,
    name: str,
    engine: str,
    parameters: Mapping[str, Json],
    words: str = "",
    shared: bool = False,
) -> Preset:
    """Keep a preset; one of one's own of this name is replaced.

    Raises `BadInput`, `UnknownName` for an engine we lack, `EngineRefused` for what it never takes.
    """
    demand(by, Act.SUBMIT)
    called = name.replace("\x00", "").strip()[:80]
    if not called:
        raise BadInput(field="name", value="", why="a preset needs a name")
    if len(words) > WORDS_CHARACTERS or "\x00" in words:
        raise BadInput(field="words", value=words[:20] + "…", why=f"{WORDS_CHARACTERS} at most")
    if shared and by.team_id is None:
        raise BadInput(field="shared", value="team", why="you belong to no team")
    resolved(parameters, engine=engine, known=ENGINES.get(engine).describe().parameters)
    after: dict[str, Json] = {
        "engine": engine,
        "parameters": dict(parameters),
        "words": words.strip(),
        "shared": shared,
    }
    held = Preset.objects.select_for_update().filter(owner=by, name=called).first()
    before: Json = {name: getattr(held, name) for name in after} if held else None
    if before == after and held is not None:
        return held
    try:
        with transaction.atomic():
            preset, _ = Preset.objects.update_or_create(
                owner=by, name=called, defaults={**after, "team_id": by.team_id}
            )
    except IntegrityError as error:
        raise BadInput(field="name", value=called, why="it was kept a moment ago") from error
    facts: dict[str, Json] = {
        "person": pseudonym(by),
        "name": called,
        "before": before,
        "after": after,
    }
    record("preset.kept", About("preset", preset.pk), facts)
    return preset


@transaction.atomic
def delete(*, by: Person, preset_id: UUID) -> None:
    """Delete a preset of one's own. Raises `NotYourPreset`."""
    held = Preset.objects.select_for_update().filter(pk=preset_id, owner=by).first()
    if held is None:
        raise NotYourPreset()
    record("preset.deleted", About("preset", held.pk), {"person": pseudonym(by), "name": held.name})
    held.delete()
