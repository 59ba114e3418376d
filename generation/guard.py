"""What every engine asks before and while it works: are the parameters right, may it go on?"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

from generation.engine import Cancelled, EngineRefused, PastDeadline, Request, Run
from kernel.canonical import Json


def check_stop(run: Run, *, engine: str, started: float) -> None:
    """Raise `Cancelled` or `PastDeadline` if the run shall not go on; ``started`` is monotonic."""
    if run.cancelled():
        raise Cancelled
    now = time.monotonic()
    if now > run.deadline:
        raise PastDeadline(engine=engine, seconds=max(0, round(now - started)))


def refuse_unknown(
    request: Request, *, engine: str, known: Collection[str], inputs: bool = False
) -> None:
    """Raise `EngineRefused` for a parameter the engine does not know, or inputs it cannot use."""
    for name in request.parameters:
        if name not in known:
            offered = ", ".join(sorted(known))
            raise EngineRefused(
                engine=engine,
                field=shown(name),
                why=f"it has no parameter “{shown(name)}”; leave it out or use one of {offered}",
            )
    if request.inputs and not inputs:
        raise EngineRefused(
            engine=engine, field="inputs", why="it takes no inputs; submit it without them"
        )


def whole_number(
    parameters: Mapping[str, Json], name: str, *, engine: str, least: int, most: int, default: int
) -> int:
    """Return the whole number called ``name``, or ``default`` if it was left out.

    Raises:
        EngineRefused: it is no whole number from ``least`` to ``most``.
    """
    value = parameters.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise EngineRefused(
            engine=engine,
            field=name,
            value=shown(value),
            why=f"{name} is {shown(value)}; give a whole number from {least} to {most}",
        )
    return value


def one_of(
    parameters: Mapping[str, Json],
    name: str,
    *,
    engine: str,
    options: Collection[str],
    default: str,
) -> str:
    """Return the option called ``name``, or ``default`` if it was left out.

    Raises:
        EngineRefused: it is none of ``options``.
    """
    value = parameters.get(name, default)
    if not isinstance(value, str) or value not in options:
        offered = ", ".join(options)
        raise EngineRefused(
            engine=engine,
            field=name,
            value=shown(value),
            why=f"{name} is {shown(value)}; use one of {offered}",
        )
    return value


def shown(value: object) -> str:
    """Return ``value`` short and printable, fit for a sentence."""
    text = str(value)
    text = "".join(c if c.isprintable() else "?" for c in text[:60])
    return text or "empty"
