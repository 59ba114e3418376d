"""Prompts with variables: find them in a wording, fill them, say what is missing.

``{{subject}}`` asks for text; ``{{hour: choice(dawn|noon|dusk) = dawn}}`` for one of a list;
``{{boats: number(1..12) = 3}}`` for a number in a range. What follows ``=`` is the default. A name
may stand again bare: it is the same variable. ``\\{{`` is two braces. Other things in braces stay as
they are, so wordings that were never templates keep their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from colophon.studio.errors import MissingValue
from kernel.errors import BadInput

VARIABLES = 40
VALUE_CHARACTERS = 2000
_BRACES = re.compile(r"\\\{\{|\{\{([^{}\n]{1,400})\}\}")
_INSIDE = re.compile(
    r"\s*(?P<name>[^\W\d_][\w-]{0,39})\s*"
    r"(?::\s*(?P<kind>\w+)\s*(?:\((?P<limits>[^()]*)\))?\s*)?"
    r"(?P<default>=.*)?\s*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """What a template asks for."""

    name: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A wording whose variables were filled, and with what."""

    text: str
    values: dict[str, str]


def variables(text: str) -> dict[str, Variable]:
    """Return what a wording asks for, by name, in the order it asks.

    Raises `BadInput` naming the variable whose definition cannot be read or contradicts another.
    """
    found: dict[str, Variable] = {}
    for piece in _pieces(text):
        if isinstance(piece, str):
            continue
        held = found.get(piece.name)
        bare = piece == Variable(name=piece.name)
        if held is None or held == Variable(name=piece.name):
            found[piece.name] = piece
        elif not bare and piece != held:
            raise BadInput(field=piece.name, value="{{…}}", why="it is defined in two ways")
    if len(found) > VARIABLES:
        raise BadInput(field="prompt", value=len(found), why=f"{VARIABLES} variables are the most")
    return found


def render(text: str, values: Mapping[str, str]) -> Rendered:
    """Return ``text`` with its variables filled from ``values``, else from their defaults.

    A value stands as it is given: braces in it are not read again.

    Raises:
        MissingValue: names every variable that has neither value nor default.
        BadInput: a value of the wrong kind, outside its range or list; or one nobody asked for.
    """
    asked = variables(text)
    foreign = [name for name in values if name not in asked]
    if foreign:
        known = ", ".join(asked) or "none"
        raise BadInput(field=foreign[0], value="", why=f"the wording asks for: {known}")
    used: dict[str, str] = {}
    missing: list[str] = []
    for name, one in asked.items():
        given = str(values.get(name, "")).replace("\r\n", "\n").strip() or one.default
        if given is None or given == "":
            missing.append(name)
        else:
            used[name] = _fitting(one, given)
    if missing:
        raise MissingValue(names=", ".join(missing))
    said = "".join(one if isinstance(one, str) else used[one.name] for one in _pieces(text))
    return Rendered(text=said, values=used)


def _pieces(text: str) -> Iterator[str | Variable]:
    at = 0
    for found in _BRACES.finditer(text):
        yield text[at : found.start()]
        at = found.end()
        if found[1] is None:
            yield "{{"
        else:
            yield _variable(found[1]) or found[0]
    yield text[at:]


def _variable(inside: str) -> Variable | None:
    """Return what stands in braces as a variable; None for what was never meant as one."""
    found = _INSIDE.fullmatch(inside)
    if found is None:
        return None
    name, kind = found["name"], found["kind"] or "text"
    default = found["default"][1:].strip() if found["default"] else None
    limits = found["limits"]
    if kind == "choice":
        choices = tuple(one for part in (limits or "").split("|") if (one := part.strip()))
        if len(choices) < 2:
            raise BadInput(field=name, value=limits or "", why="a choice names two or more, as a|b")
        one = Variable(name=name, kind=kind, choices=choices, default=default)
    elif kind == "number":
        least, most = _range(name, limits)
        one = Variable(name=name, kind=kind, least=least, most=most, default=default)
    elif kind == "text":
        one = Variable(name=name, default=default)
    else:
        raise BadInput(field=name, value=kind, why="known kinds: text, choice, number")
    if default:
        _fitting(one, default)
    return one


def _range(name: str, limits: str | None) -> tuple[Decimal | None, Decimal | None]:
    if not (limits or "").strip():
        return None, None
    low, dots, high = (limits or "").partition("..")
    if not dots:
        raise BadInput(field=name, value=limits, why="a range is written 1..12")
    least = _number(name, low) if low.strip() else None
    most = _number(name, high) if high.strip() else None
    if least is not None and most is not None and least > most:
        raise BadInput(field=name, value=limits, why="its range ends before it begins")
    return least, most


def _number(name: str, text: str) -> Decimal:
    try:
        found = Decimal(text.strip())
    except InvalidOperation as error:
        raise BadInput(field=name, value=text[:40], why="it is no number") from error
    if not found.is_finite() or abs(found) > Decimal(10) ** 15:
        raise BadInput(field=name, value=text[:40], why="it is no number we can write")
    return found


def _fitting(one: Variable, value: str) -> str:
    if len(value) > VALUE_CHARACTERS:
        why = f"it has {len(value)} characters, {VALUE_CHARACTERS} at most"
        raise BadInput(field=one.name, value=value[:20] + "…", why=why)
    if "\x00" in value:
        raise BadInput(field=one.name, value="U+0000", why="it holds a NUL")
    if one.kind == "choice" and value not in one.choices:
        raise BadInput(field=one.name, value=value[:40], why="known: " + ", ".join(one.choices))
    if one.kind == "number":
        number = _number(one.name, value)
        if one.least is not None and number < one.least:
            raise BadInput(field=one.name, value=value[:40], why=f"{one.least} is the least")
        if one.most is not None and number > one.most:
            raise BadInput(field=one.name, value=value[:40], why=f"{one.most} is the most")
        return f"{number.normalize():f}"
    return value
