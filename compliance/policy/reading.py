"""From a TOML file to a `Pack`, or to a sentence that says what is wrong with it and where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from compliance.policy import vocabulary
from compliance.policy.errors import (
    PackBadValue,
    PackDates,
    PackDuplicate,
    PackError,
    PackMissingKey,
    PackUnknownKey,
    PackUnknownName,
    PackUnreadable,
)
from compliance.policy.lines import line_of
from compliance.policy.pack import Clause, File, Pack
from generation.engine import Medium

_WHY = {
    "string_type": "it must be text in quotes",
    "string_too_short": "it is empty",
    "string_pattern_mismatch": "it does not have the form {pattern}",
    "date_type": "it must be a date without quotes, such as 2026-08-02",
    "int_type": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "tuple_type": "it must be a list in square brackets",
    "too_short": "it is empty",
    "model_type": "it must be a table with keys",
    "bool_parsing": "it must be true or false",
    "greater_than_equal": "it must be {ge} or more",
    "less_than_equal": "it must be {le} or less",
}
_NAMES = {  # key of `needs` -> (what it is called, the names there are)
    "labels": ("label", vocabulary.LABELS),
    "marks": ("mark", vocabulary.MARKS),
    "metadata": ("metadata form", vocabulary.METADATA),
    "roles": ("role", vocabulary.ROLES),
    "operator": ("operator field", vocabulary.OPERATOR),
}


class Source:
    """One file: its name, its text, and the errors that point into it."""

    def __init__(self, file: Path) -> None:
        self.name = file.name
        try:
            self.text = file.read_text(encoding="utf-8")
            self.values: dict[str, Any] = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            why, line = _toml_error(str(error), lines=len(self.text.splitlines()))
            raise PackUnreadable(file=file.name, line=line, path="", why=why) from error
        except (OSError, UnicodeDecodeError) as error:
            why = (
                "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error.strerror)
            )
            raise PackUnreadable(file=file.name, line=1, path="", why=why) from error

    def wrong(
        self, error: type[PackError], path: Iterable[str | int], /, **facts: object
    ) -> PackError:
        where = tuple(path)
        return error(
            file=self.name,
            line=line_of(self.text, where),
            path=_dotted(where, self.values),
            **facts,
        )


def read(file: Path, *, checks: frozenset[str]) -> Pack:
    """Return the pack in ``file``. Raises `PackError`."""
    source = Source(file)
    try:
        parsed = File.model_validate(source.values)
    except ValidationError as error:
        raise _from_pydantic(source, error) from None
    _check_head(source, parsed)
    seen: dict[str, int] = {}
    for place, clause in enumerate(parsed.clause):
        if clause.id in seen:
            other = f"clause {seen[clause.id] + 1} of this file"
            path = ("clause", place, "id")
            raise source.wrong(PackDuplicate, path, name=clause.id, other=other)
        seen[clause.id] = place
        _check_clause(source, clause, place=place, checks=checks)
    _check_questions(source, parsed)
    held = {"clauses": parsed.clause, "questions": parsed.question}
    return Pack.model_validate({**parsed.pack.model_dump(by_alias=True), **held})


def refuse_duplicates(files: Mapping[Path, Pack]) -> None:
    """Raise `PackDuplicate` where two files name one pack."""
    taken: dict[str, str] = {}
    for file, pack in files.items():
        if pack.id in taken:
            raise Source(file).wrong(
                PackDuplicate, ("pack", "id"), name=pack.id, other=taken[pack.id]
            )
        taken[pack.id] = file.name


def _check_head(source: Source, parsed: File) -> None:
    head = parsed.pack
    if head.until is not None and head.until <= head.from_:
        raise source.wrong(PackDates, ("pack", "until"), until=head.until, begins=head.from_)
    try:
        ZoneInfo(head.zone)
    except (ValueError, OSError, KeyError):
        why = "there is no such time zone; write it as Asia/Shanghai"
        path = ("pack", "zone")
        raise source.wrong(PackBadValue, path, value=repr(head.zone), why=why) from None


def _check_questions(source: Source, parsed: File) -> None:
    """Every question has one wording, and every clause asks what the file words."""
    seen: dict[str, int] = {}
    for place, question in enumerate(parsed.question):
        if question.id in seen:
            other = f"question {seen[question.id] + 1} of this file"
            path = ("question", place, "id")
            raise source.wrong(PackDuplicate, path, name=question.id, other=other)
        seen[question.id] = place
    for place, clause in enumerate(parsed.clause):
        asked = ("clause", place, "needs", "questions")
        _known(source, asked, clause.needs.questions, "question", seen)


def _check_clause(source: Source, clause: Clause, *, place: int, checks: frozenset[str]) -> None:
    at = ("clause", place)
    begins = clause.from_ or source.values["pack"]["from"]
    if clause.until is not None and clause.until <= begins:
        raise source.wrong(PackDates, (*at, "until"), until=clause.until, begins=begins)
    if clause.needs.words and any(not group for group in clause.needs.words):
        raise source.wrong(
            PackBadValue, (*at, "needs", "words"), value="[]", why="a group of words is empty"
        )
    _check_names(source, clause, at=at, checks=checks)
    _check_media(source, clause, at=at)
    asked = ("checks", "prompt_checks", "input_checks")
    if clause.on is None and any(getattr(clause.needs, key) for key in asked):
        raise source.wrong(PackMissingKey, at, key="on", place=_dotted(at, source.values))
    if clause.needs.prompt_checks or clause.needs.input_checks:
        for key in ("origin", "medium", "over_tokens", "destinations_from"):
            if getattr(clause.when, key) is not None:
                why = "before generation there is no work yet to ask this of"
                raise source.wrong(PackBadValue, (*at, "when", key), value="set", why=why)


def _check_names(
    source: Source, clause: Clause, *, at: tuple[str | int, ...], checks: frozenset[str]
) -> None:
    needs = clause.needs
    for key in ("checks", "prompt_checks", "input_checks"):
        _known(source, (*at, "needs", key), getattr(needs, key), "check", checks)
    for key, (kind, names) in _NAMES.items():
        _known(source, (*at, "needs", key), getattr(needs, key), kind, names)
    places = {one for group in vocabulary.PLACES.values() for one in group}
    _known(source, (*at, "needs", "place"), needs.place, "place", places)
    for key, one, names in (
        ("signature", needs.signature, vocabulary.SIGNATURES),
        ("timestamp", needs.timestamp, vocabulary.TIMESTAMPS),
    ):
        _known(source, (*at, "needs", key), [one] if one else [], key, names)
    purposes = clause.when.purpose or ()
    _known(source, (*at, "when", "purpose"), purposes, "purpose", vocabulary.PURPOSES)


def _known(
    source: Source,
    path: tuple[str | int, ...],
    names: Iterable[str],
    kind: str,
    known: Iterable[str],
) -> None:
    for name in names:
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise source.wrong(PackUnknownName, path, name=name, kind=kind, known=listed)


def _check_media(source: Source, clause: Clause, *, at: tuple[str | int, ...]) -> None:
    """A label or mark per medium the clause binds, and none for a medium it does not bind."""
    media = clause.when.medium or tuple(Medium)
    for key in ("labels", "marks"):
        names: tuple[str, ...] = getattr(clause.needs, key)
        for name in names:
            if not any(vocabulary.is_for(name, medium=one) for one in media):
                why = f"“{name}” is for none of the clause's media"
                raise source.wrong(PackBadValue, (*at, "needs", key), value=list(names), why=why)
        for one in media if names else ():
            if not any(vocabulary.is_for(name, medium=one) for name in names):
                why = f"none of them is for {one}"
                raise source.wrong(PackBadValue, (*at, "needs", key), value=list(names), why=why)


def _from_pydantic(source: Source, error: ValidationError) -> PackError:
    """Turn the first thing pydantic found into ours: unknown keys first, they explain the rest."""
    found = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")[0]
    path = tuple(found["loc"])
    context = found.get("ctx", {})
    match found["type"]:
        case "extra_forbidden":
            known = ", ".join(_keys(path[:-1]))
            place = _dotted(path[:-1], source.values)
            return source.wrong(PackUnknownKey, path, key=path[-1], place=place, known=known)
        case "missing":
            place = _dotted(path[:-1], source.values)
            return source.wrong(PackMissingKey, path, key=path[-1], place=place)
        case "enum" | "literal_error":
            key = next(str(part) for part in reversed(path) if isinstance(part, str))
            known = str(context["expected"]).replace("'", "").replace(" or ", ", ")
            return source.wrong(PackUnknownName, path, name=found["input"], kind=key, known=known)
        case _:
            why = why_not(found)
            return source.wrong(PackBadValue, path, value=_shown(found["input"]), why=why)


def why_not(found: ErrorDetails) -> str:
    """Return what is wrong with a value, in our words where we have them."""
    theirs = found["msg"][:1].lower() + found["msg"][1:]
    return _WHY.get(found["type"], theirs).format(**found.get("ctx", {}))


def _keys(path: tuple[str | int, ...]) -> list[str]:
    """Return the keys a table may have, by walking the models along ``path``."""
    model: type[BaseModel] = File
    for part in path:
        if isinstance(part, str):
            field = next(
                field for name, field in model.model_fields.items() if part in {name, field.alias}
            )
            model = next(_models(field.annotation), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _dotted(path: Iterable[str | int], values: Mapping[str, Any]) -> str:
    """Return ``clause “50-2”.needs.checks``: people know clauses by id, not by number."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, str):
            parts.append(part)
        elif parts == ["clause"]:
            name = _id_of(values, part)
            parts = [f"clause “{name}”" if name else f"clause {part + 1}"]
    return ".".join(parts) or "the file"


def _id_of(values: Mapping[str, Any], place: int) -> str:
    clauses = values.get("clause")
    one = clauses[place] if isinstance(clauses, list) and place < len(clauses) else None
    name = one.get("id") if isinstance(one, dict) else None
    return name if isinstance(name, str) else ""


def _shown(value: object) -> str:
    return "empty" if value in ("", [], ()) else repr(value)


def _toml_error(message: str, *, lines: int) -> tuple[str, int]:
    found = re.search(
        r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$", message, re.DOTALL
    )
    if found is None:
        return message, 1
    return found[1], int(found[2] or lines)
