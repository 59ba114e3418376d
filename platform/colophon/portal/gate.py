"""What would happen to a draft: clauses, refusals, destinations, time and quota. Nothing is spent."""

from __future__ import annotations

from typing import Any

from colophon.accounts.models import Person
from colophon.portal import drafting
from colophon.portal.drafting import Draft, Wanted
from colophon.releases.foretelling import foretell
from colophon.studio import estimating, quotas, services
from colophon.studio.models import Project
from colophon.web import findings
from colophon.web.answers import problem
from compliance.policy.ruling import Standing
from generation.shelf import ENGINES
from kernel.errors import Refused


def gate(person: Person, project: Project | None, draft: Draft) -> dict[str, Any]:
    """Return what `portal/_gate.html` shows for a draft as it stands."""
    if project is None or not draft.text.strip():
        return {"gate": "empty"}
    try:
        wanted = drafting.wanted(project, draft)
        cells = wanted.cells()
        bounds, refusal, text = _first_refusal(person, wanted)
    except Refused as error:
        wrong = drafting.faults(draft, error)
        return {"gate": "problem", "gate_problem": problem(error), "wrong": wrong}
    spans = sorted((start, end) for start, end in (refusal or {}).get("spans", []))
    card = ENGINES.get(draft.engine).describe()
    estimate = estimating.estimate(card, [one.parameters for one in cells])
    left = quotas.remaining(person=person, project=project)
    return {
        "gate": "stops" if refusal else "open",
        "refusal": refusal,
        "marked": _marked(text, spans),
        "bounds": findings.clauses(bounds),
        "asked": len(cells),
        "estimate": estimate,
        "seconds": -(-estimate.median_ms // 1000),
        "most_seconds": -(-estimate.p90_ms // 1000),
        "left": [one for one in left if one.jobs is not None or one.seconds is not None],
        "short": [one for one in left if one.jobs is not None and one.jobs < len(cells)],
        **_destinations(person, project, draft),
    }


def _first_refusal(person: Person, wanted: Wanted) -> tuple[Any, dict[str, Any] | None, str]:
    """Foresee every wording of a grid until one is refused; one wording is the usual case."""
    said: tuple[Any, dict[str, Any] | None] = ((), None)
    orders = {one.text: one for one in wanted.cells()}
    for text, order in orders.items():
        said = services.foresee(by=person, order=order)
        if said[1] is not None:
            return said[0], said[1], text
    return said[0], said[1], wanted.order.text


def _destinations(person: Person, project: Project, draft: Draft) -> dict[str, Any]:
    """Say how the work would fare at each destination if all its checks passed."""
    if not project.destinations:
        return {}
    card = ENGINES.get(draft.engine).describe()
    ruling = foretell(
        person.tenant,
        origin=card.origin,
        medium=card.medium,
        destinations=project.destinations,
        purpose=project.purpose,
    )
    stuck = [one for one in ruling.bound if one.standing.rank >= Standing.NOT_MET.rank]
    return {
        "by_place": findings.standing_by_destination(ruling).items(),
        "persons": ruling.persons,
        "later": findings.clauses(ruling.bound),
        "ways": findings.ways(stuck, opened=ruling.open),
    }


def _marked(text: str, spans: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Cut a prompt at the places that stop it."""
    pieces: list[dict[str, Any]] = []
    at = 0
    for start, end in spans:
        if start < at:
            continue
        pieces += [{"text": text[at:start]}, {"text": text[start:end], "stops": True}]
        at = end
    return [*pieces, {"text": text[at:]}] if pieces else []
