"""What stands in no pack: the destinations nobody speaks of, and the one label place of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from compliance.policy import vocabulary
from compliance.policy.binding import Active, Binding, covered
from compliance.policy.case import Bound, Case, LabelNeed, Standing
from compliance.policy.labels import texts
from compliance.policy.says import BUILT_IN
from compliance.policy.weigh import Place
from generation.engine import Medium
from kernel.canonical import Json

_ENGINE = "colophon"  # with no packs at all nothing is open


def without_pack(active: Sequence[Active], *, case: Case, asked: tuple[str, ...]) -> list[Bound]:
    """What blocks although no pack says so: nothing asked for, or nobody speaks of it."""
    if not asked:
        return [_own("destination", code="no_destination")]
    if case.medium not in set(Medium):
        return [_own("medium", code="medium_unknown", destinations=asked, medium=str(case.medium))]
    silent = tuple(one for one in asked if not covered(active, destination=one, medium=case.medium))
    if not silent:
        return []
    facts = {"medium": case.medium.value, "destination": ", ".join(silent)}
    return [_own("coverage", code="not_covered", destinations=silent, **facts)]


def no_common_place(held: Mapping[str | None, Sequence[Binding]], *, case: Case) -> list[Bound]:
    """One file carries one label place: clauses that leave none in common block each other.

    Destinations that are blocked anyway count too: a further pack must not open what was shut.
    """
    named = {one: _places(held[one], medium=case.medium) for one in held}
    common = _common(named.values(), medium=case.medium)
    parties = tuple(one for one, places in named.items() if one and places)
    if common or not parties:
        return []
    return [_own("label-place", code="label_place", destinations=parties)]


def _places(bindings: Sequence[Binding], *, medium: Medium) -> tuple[tuple[str, ...], ...]:
    own = vocabulary.PLACES.get(medium, ())
    asked = (one.clause.needs.place for one, _ in bindings)
    return tuple(place for place in asked if place and set(place) & set(own))


def common_places(
    opened: tuple[str, ...], *, case: Case, held: Mapping[str | None, Sequence[Binding]]
) -> tuple[str, ...]:
    """Return every place that all rules of these destinations allow, the one we prefer first."""
    named = (_places(held[one], medium=case.medium) for one in opened)
    return _all_common(named, medium=case.medium)


def _common(groups: Iterable[tuple[tuple[str, ...], ...]], *, medium: Medium) -> str:
    """Return the place we prefer of those all groups allow; empty if there is none."""
    return next(iter(_all_common(groups, medium=medium)), "")


def _all_common(
    groups: Iterable[tuple[tuple[str, ...], ...]], *, medium: Medium
) -> tuple[str, ...]:
    allowed = [set(one) for group in groups for one in group]
    own = vocabulary.PLACES.get(medium, ())
    return tuple(one for one in own if all(one in group for group in allowed))


def _own(name: str, *, code: str, destinations: tuple[str, ...] = (), **facts: Json) -> Bound:
    return Bound(
        clause=f"{_ENGINE}.{name}",
        pack=_ENGINE,
        version="1",
        destinations=tuple(sorted(destinations)),
        standing=Standing.NOT_MET,
        code=code,
        facts={**facts, "needs": []},
        text=BUILT_IN[name],
        source="docs/policies.md",
        certainty="house",
    )


def label_needs(
    opened: tuple[str, ...],
    *,
    case: Case,
    held: Mapping[str | None, Sequence[Binding]],
    places: Mapping[str | None, Place],
) -> tuple[LabelNeed, ...]:
    clauses = [one.clause for name in opened for one, _ in held[name]]
    height = max((clause.needs.height_permille for clause in clauses), default=0)
    place = _common((_places(held[one], medium=case.medium) for one in opened), medium=case.medium)
    wanted: dict[tuple[str, str], set[str]] = {}
    for name in opened:
        for key in places[name].labels:
            for language in places[name].languages:
                wanted.setdefault((key, language), set()).add(name)
    return tuple(
        LabelNeed(
            key=key,
            language=language,
            text=texts().text(key, origin=case.origin, language=language) or "",
            place=place,
            height_permille=height if vocabulary.has_height(key) else 0,
            destinations=tuple(sorted(names)),
        )
        for (key, language), names in sorted(wanted.items())
    )
