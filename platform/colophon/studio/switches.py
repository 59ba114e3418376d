"""Switch an engine off and on, for everybody or for one team; ask whether it may be used."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from colophon.accounts.access import demand
from colophon.accounts.models import Person, Team, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.locks import take_turn
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import current
from colophon.studio.models.switch import EngineOff
from generation.shelf import ENGINES
from kernel.canonical import Json
from kernel.errors import BadInput, Refused
from kernel.words import msgid


class EngineSwitchedOff(Refused):
    code = "engine_switched_off"
    status = 409
    says = msgid("The engine {engine} is switched off: {reason}")
    remedy = msgid("Choose another engine, or ask an administrator.")


def demand_on(engine: str, *, team_id: UUID | None) -> None:
    """Raise `EngineSwitchedOff` if nobody, or nobody of this team, may use ``engine`` now."""
    rows = EngineOff.objects.filter(Q(team=None) | Q(team=team_id), engine=engine)
    off = rows.order_by("at").first()
    if off is not None:
        raise EngineSwitchedOff(engine=engine, reason=off.reason)


@transaction.atomic
def switch_off(*, by: Person, engine: str, team: Team | None, reason: str) -> EngineOff:
    """Let nobody, or nobody of ``team``, use an engine from now on; what runs, runs on.

    Raises `NotAllowed`, `UnknownName`, `BadInput` without a reason or when it is off already.
    """
    demand(by, Act.SWITCH_ENGINES)
    ENGINES.get(engine)
    said = reason.strip()
    if not said or len(said) > 300:
        raise BadInput(field="reason", value=said[:60], why="it holds 1 to 300 characters")
    take_turn(f"engine {engine}", current())
    if EngineOff.objects.filter(engine=engine, team=team).exists():
        raise BadInput(field="engine", value=engine, why="it is switched off already")
    off = EngineOff.objects.create(engine=engine, team=team, reason=said, by=by)
    _record(off, by=by, on=False)
    return off


@transaction.atomic
def switch_on(*, by: Person, off_id: UUID) -> bool:
    """Let an engine be used again; return whether it was off."""
    demand(by, Act.SWITCH_ENGINES)
    off = EngineOff.objects.select_for_update().filter(pk=off_id).first()
    if off is None:
        return False
    _record(off, by=by, on=True)
    off.delete()
    return True


def _record(off: EngineOff, *, by: Person, on: bool) -> None:
    facts: dict[str, Json] = {"engine": off.engine, "on": on, "by": pseudonym(by)}
    if off.team_id is not None:
        facts["team"] = str(off.team_id)
    if not on:
        facts["reason"] = off.reason
    record("engine.switched", About("engine_switch", off.pk), facts)
