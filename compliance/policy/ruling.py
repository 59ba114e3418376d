"""The verdict: what binds a work, what is met, and which destinations stay open.

The strictest clause wins; the order of packs plays no part; adding a pack never weakens a verdict
for a destination that was already known. Findings are facts; only packs judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from compliance.findings import Finding, Subject
from compliance.policy import vocabulary
from compliance.policy.binding import (
    Active,
    Binding,
    binds,
    for_destination,
    for_purpose,
    in_force,
    likened,
)
from compliance.policy.case import (
    Asked,
    Bound,
    Case,
    LabelNeed,
    Means,
    Operator,
    Ruling,
    Standing,
)
from compliance.policy.labels import texts
from compliance.policy.pack import Clause, Pack
from compliance.policy.placing import (
    common_places,
    label_needs,
    no_common_place,
    without_pack,
)
from compliance.policy.weigh import Need, Place, check_needs, weigh
from kernel.canonical import Json
from kernel.canonical import digest as canonical_digest

__all__ = [
    "Asked",
    "Bound",
    "Case",
    "LabelNeed",
    "Means",
    "Operator",
    "Ruling",
    "Standing",
    "judge",
    "screen",
]


def judge(case: Case, packs: Sequence[Pack]) -> Ruling:
    """Return what the packs say of ``case``: before release, and again at clearance.

    A destination is open only if every clause that binds it is met or can still be met by a person
    or the sealer. With no pack that speaks of it, it is blocked.

    Raises:
        ValueError: ``case.at`` names no time zone.
    """
    active = in_force(packs, at=case.at)
    like = likened(active, origin=case.origin)
    asked = tuple(dict.fromkeys(case.destinations))
    held = {
        one: _binding(active, case=case, destination=one, like=like) for one in asked or (None,)
    }
    places = {one: _place(one, active=active, case=case, held=held[one]) for one in held}
    weighed = [
        (by, one, weigh(by[0].clause, case=case, place=places[one]))
        for one in held
        for by in held[one]
    ]
    bound = (
        *_grouped(weighed),
        *without_pack(active, case=case, asked=asked),
        *no_common_place(held, case=case),
    )
    return _ruling(bound, case=case, asked=asked, held=held, places=places, weighed=weighed)


def screen(
    findings: Sequence[Finding],
    packs: Sequence[Pack],
    *,
    at: datetime,
    destinations: tuple[str, ...],
    purpose: str,
    expects: frozenset[Subject] = frozenset({Subject.PROMPT}),
) -> tuple[Bound, ...]:
    """Return what binds before generation; anything that `STOPS` refuses the job.

    Args:
        findings: of the prompt and of every input.
        destinations: where the work is meant to go; none known yet: every clause binds.
        expects: what there is to ask of. A needed check with no finding then counts as unsure.

    What would leave no destination open stops here, before anything is spent.

    Raises:
        ValueError: ``at`` names no time zone.
    """
    asked = tuple(dict.fromkeys(destinations))
    weighed: list[tuple[Binding, str | None, tuple[Need, ...]]] = []
    for one in in_force(packs, at=at):
        needs = _screened(one.clause, findings=findings, expects=expects)
        if not needs or not for_purpose(one.clause, purpose=purpose):
            continue
        for destination in asked or (None,):
            if for_destination(one.clause, destination=destination):
                weighed.append(((one, ""), destination, needs))
    bound = _sorted(_grouped(weighed))
    shut = {name for one in bound if one.standing is Standing.NOT_MET for name in one.destinations}
    if set(asked) - shut:
        return bound
    return tuple(
        replace(one, standing=Standing.STOPS) if one.standing is Standing.NOT_MET else one
        for one in bound
    )


def _screened(
    clause: Clause, *, findings: Sequence[Finding], expects: frozenset[Subject]
) -> tuple[Need, ...]:
    needs = clause.needs
    return tuple(
        need
        for subject, names in (
            (Subject.PROMPT, needs.prompt_checks),
            (Subject.INPUT, needs.input_checks),
        )
        for need in check_needs(names, findings=findings, on=clause.on, expected=subject in expects)
    )


def _binding(
    active: Sequence[Active], *, case: Case, destination: str | None, like: Mapping[str, str]
) -> tuple[Binding, ...]:
    found = (
        (one, binds(one.clause, case=case, destination=destination, like=like)) for one in active
    )
    return tuple((one, by) for one, by in found if by is not None)


def _place(
    destination: str | None, *, active: Sequence[Active], case: Case, held: Sequence[Binding]
) -> Place:
    if destination is None:
        return Place(destination=None)
    languages = {
        language
        for pack in {one.pack.id: one.pack for one in active}.values()
        for language in pack.languages.get(destination, ())
    } | set(case.languages.get(destination, ()))
    labels = {
        key
        for (one, _) in held
        for key in one.clause.needs.labels
        if vocabulary.is_for(key, medium=case.medium) and vocabulary.has_words(key)
    }
    return Place(
        destination=destination, languages=tuple(sorted(languages)), labels=frozenset(labels)
    )


def _grouped(
    weighed: Iterable[tuple[Binding, str | None, tuple[Need, ...]]],
) -> list[Bound]:
    """Make one `Bound` per clause and way it stands; destinations that fare alike share it."""
    groups: dict[tuple[str, str, str], tuple[Binding, tuple[Need, ...], list[str]]] = {}
    for binding, destination, needs in weighed:
        key = (binding[0].name, binding[0].pack.version, repr(needs))
        group = groups.setdefault(key, (binding, needs, []))
        if destination is not None:
            group[2].append(destination)
    return [_bound(*group) for group in groups.values()]


def _bound(binding: Binding, needs: tuple[Need, ...], destinations: list[str]) -> Bound:
    active, by = binding
    worst = max(needs, key=lambda need: need.weight)
    facts: dict[str, Json] = {**worst.facts, "needs": [need.told() for need in needs]}
    if by:
        facts["extended_by"] = by
    return Bound(
        clause=active.name,
        pack=active.pack.id,
        version=active.pack.version,
        destinations=tuple(sorted(destinations)),
        standing=worst.standing,
        code=worst.code,
        facts=facts,
        text=active.clause.text.model_dump(),
        source=active.clause.source,
        certainty=active.clause.certainty,
    )


def _blocked(bound: Iterable[Bound], *, asked: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for one in bound:
        if one.standing.rank >= Standing.NOT_MET.rank:
            for name in asked if one.standing is Standing.STOPS else one.destinations:
                found.setdefault(name, set()).add(one.clause)
    return {name: tuple(sorted(found[name])) for name in asked if name in found}


def _ruling(
    bound: tuple[Bound, ...],
    *,
    case: Case,
    asked: tuple[str, ...],
    held: Mapping[str | None, Sequence[Binding]],
    places: Mapping[str | None, Place],
    weighed: Sequence[tuple[Binding, str | None, tuple[Need, ...]]],
) -> Ruling:
    blocked = _blocked(bound, asked=asked)
    opened = tuple(one for one in asked if one not in blocked)
    people = max((need.person for _, _, needs in weighed for need in needs), default=0)
    mine = [one.clause.needs for name in opened for one, _ in held[name]]
    every = [one.clause for bindings in held.values() for one, _ in bindings]
    return Ruling(
        bound=_sorted(bound),
        open=opened,
        blocked=blocked,
        persons=max(1, people),
        roles=tuple(sorted({role for clause in every for role in clause.needs.roles})),
        needs_person=people > 0,
        labels=label_needs(opened, case=case, held=held, places=places),
        marks=frozenset(
            mark
            for needs in mine
            for mark in needs.marks
            if vocabulary.is_for(mark, medium=case.medium)
        ),
        metadata=frozenset(one for needs in mine for one in needs.metadata),
        signature=any(needs.signature for needs in mine),
        timestamp=any(needs.timestamp for needs in mine),
        digest=_digest(held, case=case, places=places),
        deciding=_deciding(bound),
        places=common_places(opened, case=case, held=held),
        questions=_questions(one for name in opened for one, _ in held[name]),
        editorial=_names(one for name in opened for one, _ in held[name] if _writes(one)),
        bulk=_names(one for name in opened for one, _ in held[name] if one.clause.bulk),
    )


def _writes(one: Active) -> bool:
    return one.clause.needs.editorial


def _names(binding: Iterable[Active]) -> tuple[str, ...]:
    return tuple(sorted({one.name for one in binding}))


def _questions(binding: Iterable[Active]) -> tuple[Asked, ...]:
    """Return each question once, by name; the first clause that asks it stands for all."""
    found: dict[str, Asked] = {}
    for one in sorted(binding, key=lambda one: one.name):
        for question in one.pack.asked(one.clause):
            name = f"{one.pack.id}.{question.id}"
            asked = Asked(
                id=name,
                clause=one.name,
                text=question.text.model_dump(),
                bars=question.bars or "",
            )
            found.setdefault(name, asked)
    return tuple(found[name] for name in sorted(found))


def _deciding(bound: Sequence[Bound]) -> Bound | None:
    """Return the strictest; of equals the one more people must decide on, then by name."""
    if not bound:
        return None

    def people(one: Bound) -> int:
        found = one.facts.get("persons")
        return found if isinstance(found, int) else int(one.code.startswith("check_"))

    return min(bound, key=lambda one: (-one.standing.rank, -people(one), one.clause))


def _digest(
    held: Mapping[str | None, Sequence[Binding]],
    *,
    case: Case,
    places: Mapping[str | None, Place],
) -> str:
    clauses = {
        (one.name, one.pack.version, one.clause.digest)
        for bindings in held.values()
        for one, _ in bindings
    }
    labels = {
        (key, language, texts().text(key, origin=case.origin, language=language) or "")
        for place in places.values()
        for key in place.labels
        for language in place.languages
    }
    questions = {
        (f"{one.pack.id}.{question.id}", question.text.en, question.text.zh, question.bars or "")
        for bindings in held.values()
        for one, _ in bindings
        for question in one.pack.asked(one.clause)
    }
    told = {"clauses": sorted(clauses), "labels": sorted(labels), "questions": sorted(questions)}
    return canonical_digest(told)


def _sorted(bound: Iterable[Bound]) -> tuple[Bound, ...]:
    return tuple(sorted(bound, key=lambda one: (one.clause, one.destinations)))
