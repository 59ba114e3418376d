"""Begin projects, say what they are about, put them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, Team, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.studio.members import demand_part
from colophon.studio.models import Member, Part, Project
from compliance.policy.vocabulary import PURPOSES
from kernel.canonical import Json
from kernel.errors import BadInput

BRIEF_CHARACTERS = 12_000
GLOSSARY_ROWS = 200
THEME_ROWS = 40
CELL_CHARACTERS = 200
LABELS = 12
LABEL_CHARACTERS = 40


def begin(
    *,
    by: Person,
    name: str,
    destinations: Sequence[str] = (),
    purpose: str = "general",
    private: bool = False,
) -> Project:
    """Begin a project in the person's own team, owned by them. Raises `BadInput`, `NotAllowed`."""
    demand(by, Act.SUBMIT)
    said = _checked(
        {
            "name": name,
            "destinations": list(destinations),
            "purpose": purpose,
            "private": private,
        }
    )
    team = by.team or Team.objects.earliest("name")
    with transaction.atomic():
        project = _saved(Project(team=team, **said))
        Member.objects.create(project=project, person=by, part=Part.OWNER)
        facts: dict[str, Json] = {"person": pseudonym(by), "team": str(team.pk), **said}
        record("project.begun", About("project", project.pk), facts)
    return project


@transaction.atomic
def change(*, by: Person, project: Project, to: Mapping[str, Any]) -> Project:
    """Change what is said of a project, and keep before and after of each field in the ledger.

    ``to`` holds any of name, destinations, purpose, private, brief, glossary, themes,
    protected_labels. Raises `BadInput`, `NotYourPart`.
    """
    demand_part(by, project, Part.OWNER)
    held = Project.objects.select_for_update().get(pk=project.pk)
    said = {name: value for name, value in _checked(to).items() if getattr(held, name) != value}
    if not said:
        return held
    before = {name: getattr(held, name) for name in said}
    for name, value in said.items():
        setattr(held, name, value)
    _saved(held, only=list(said))
    if said.get("private") and not held.members.filter(part=Part.OWNER).exists():
        # Nobody would see it any more but those who see everything.
        Member.objects.update_or_create(project=held, person=by, defaults={"part": Part.OWNER})
    facts: dict[str, Json] = {"person": pseudonym(by), "before": before, "after": said}
    record("project.changed", About("project", held.pk), facts)
    return held


@transaction.atomic
def archive(*, by: Person, project: Project) -> None:
    """Let nothing new be made in it; what is there stays and can be read. Raises `NotYourPart`."""
    demand_part(by, project, Part.OWNER)
    rows = Project.objects.filter(pk=project.pk, archived_at__isnull=True)
    if rows.update(archived_at=timezone.now()):
        record("project.archived", About("project", project.pk), {"person": pseudonym(by)})


@transaction.atomic
def reopen(*, by: Person, project: Project) -> None:
    """Let things be made in it again. Raises `NotYourPart`."""
    demand_part(by, project, Part.OWNER)
    rows = Project.objects.filter(pk=project.pk, archived_at__isnull=False)
    if rows.update(archived_at=None):
        record("project.reopened", About("project", project.pk), {"person": pseudonym(by)})


def _saved(project: Project, only: list[str] | None = None) -> Project:
    try:
        with transaction.atomic():
            if only is None:
                project.save(force_insert=True)
            else:
                project.save(update_fields=only)
    except IntegrityError as error:
        why = "the team has a project of it"
        raise BadInput(field="name", value=project.name[:80], why=why) from error
    return project


def _checked(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _CHECKS[name](name, value) for name, value in said.items()}


def _name(field: str, value: Any) -> str:
    text = _text(field, value, most=120)
    if not text:
        raise BadInput(field=field, value="", why="a project needs a name")
    return text


def _purpose(field: str, value: Any) -> str:
    if value not in PURPOSES:
        known = ", ".join(sorted(PURPOSES))
        raise BadInput(field=field, value=str(value)[:40], why=f"known: {known}")
    return str(value)


def _text(field: str, value: Any, *, most: int = BRIEF_CHARACTERS) -> str:
    text = str(value).replace("\r\n", "\n").strip()
    if "\x00" in text:
        raise BadInput(field=field, value="U+0000", why="it holds a NUL")
    if len(text) > most:
        raise BadInput(
            field=field, value=f"{text[:20]}…", why=f"it has {len(text)} characters, {most} at most"
        )
    return text


def _glossary(field: str, value: Any) -> list[dict[str, Any]]:
    rows = [
        {
            "term": _text(field, one.get("term", ""), most=CELL_CHARACTERS),
            "wording": _text(field, one.get("wording", ""), most=CELL_CHARACTERS),
            "use": bool(one.get("use")),
            "note": _text(field, one.get("note", ""), most=CELL_CHARACTERS),
        }
        for one in value
    ]
    rows = [one for one in rows if one["term"] or one["wording"]]
    for one in rows:
        if not one["term"]:
            raise BadInput(field=field, value=one["wording"], why="its row names no term")
    return _unlike(field, rows, key="term", most=GLOSSARY_ROWS)


def _themes(field: str, value: Any) -> list[dict[str, Any]]:
    rows = [
        {part: _text(field, one.get(part, ""), most=CELL_CHARACTERS) for part in ("field", "value")}
        for one in value
    ]
    rows = [one for one in rows if one["field"] or one["value"]]
    for one in rows:
        if not one["field"]:
            raise BadInput(field=field, value=one["value"], why="its row names no field")
    return _unlike(field, rows, key="field", most=THEME_ROWS)


def _unlike(field: str, rows: list[dict[str, Any]], *, key: str, most: int) -> list[dict[str, Any]]:
    if len(rows) > most:
        raise BadInput(field=field, value=len(rows), why=f"{most} rows are the most")
    seen: set[str] = set()
    for one in rows:
        name = str(one[key]).casefold()
        if name in seen:
            raise BadInput(field=field, value=one[key], why="it stands there twice")
        seen.add(name)
    return rows


def _labels(field: str, value: Any) -> list[str]:
    names = [label(one, field=field) for one in value if str(one).strip()]
    if len(names) > LABELS:
        raise BadInput(field=field, value=len(names), why=f"{LABELS} labels are the most")
    return sorted(set(names))


def label(value: Any, *, field: str = "label") -> str:
    """Return a label as it is kept: lower case, no blanks. Raises `BadInput`."""
    name = "-".join(_text(field, value, most=LABEL_CHARACTERS).casefold().split())
    if not name or not all(one.isalnum() or one in "-_." for one in name):
        why = "a label has letters, digits, “-”, “_” and “.”"
        raise BadInput(field=field, value=str(value)[:40], why=why)
    return name


_CHECKS: Mapping[str, Any] = {
    "name": _name,
    "destinations": lambda _, value: [str(one) for one in value],
    "purpose": _purpose,
    "private": lambda _, value: bool(value),
    "brief": _text,
    "glossary": _glossary,
    "themes": _themes,
    "protected_labels": _labels,
}
