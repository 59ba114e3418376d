"""What every engine asks before and while it works: are the parameters right, may it go on?"""

from __future__ import annotations

import time
from collections.abc import Mapping

from generation.engine import (
    Cancelled,
    EngineRefused,
    Kind,
    Parameter,
    PastDeadline,
    Request,
    Run,
)
from kernel.canonical import Json


def check_stop(run: Run, *, engine: str, started: float) -> None:
    """Raise `Cancelled` or `PastDeadline` if the run shall not go on; ``started`` is monotonic."""
    if run.cancelled():
        raise Cancelled
    now = time.monotonic()
    if now > run.deadline:
        raise PastDeadline(engine=engine, seconds=max(0, round(now - started)))


def resolved(
    given: Mapping[str, Json], *, engine: str, known: Mapping[str, Parameter]
) -> dict[str, Json]:
    """Return a value for every parameter of ``known``: the one given, or its default.

    Raises:
        EngineRefused: a parameter is unknown or its value is out of range; the first one by name.
    """
    for name in given:
        if name not in known:
            offered = ", ".join(sorted(known))
            raise EngineRefused(
                engine=engine,
                field=shown(name),
                why=f"it has no parameter “{shown(name)}”; leave it out or use one of {offered}",
            )
    return {
        name: _checked(name, given.get(name, one.default), engine=engine, one=one)
        for name, one in known.items()
    }


def refuse_inputs(request: Request, *, engine: str) -> None:
    """Raise `EngineRefused` where an engine that takes no inputs is given some."""
    if request.inputs:
        raise EngineRefused(
            engine=engine, field="inputs", why="it takes no inputs; submit it without them"
        )


def _checked(name: str, value: Json, *, engine: str, one: Parameter) -> Json:
    if one.kind is Kind.CHOICE:
        held = isinstance(value, str) and value in one.choices
        wanted = f"use one of {', '.join(one.choices)}"
    else:
        whole = isinstance(value, int) and not isinstance(value, bool)
        held = whole and one.least <= value <= one.most  # type: ignore[operator]
        wanted = f"give a whole number from {one.least} to {one.most}"
    if not held:
        raise EngineRefused(
            engine=engine,
            field=name,
            value=shown(value),
            why=f"{name} is {shown(value)}; {wanted}",
        )
    return value


def shown(value: object) -> str:
    """Return ``value`` short and printable, fit for a sentence."""
    text = str(value)
    text = "".join(c if c.isprintable() else "?" for c in text[:60])
    return text or "empty"
