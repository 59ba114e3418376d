"""How one clause's needs stand for one case and one destination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from compliance.findings import Answer, Finding, Severity
from compliance.policy import vocabulary
from compliance.policy.case import Case, Operator, Standing
from compliance.policy.labels import texts
from compliance.policy.pack import Act, Clause, On
from compliance.policy.provider_code import well_formed
from kernel.canonical import Json

_ACTS = {
    Act.REVIEW: Standing.PENDING,
    Act.BLOCK: Standing.NOT_MET,
    Act.REFUSE: Standing.STOPS,
}
_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One need and how it stands."""

    standing: Standing
    code: str
    facts: dict[str, Json] = field(default_factory=dict)
    person: int = 0
    """How many people must decide because of it."""

    @property
    def weight(self) -> tuple[int, int]:
        return self.standing.rank, self.person

    def told(self) -> dict[str, Json]:
        return {"standing": self.standing.value, "code": self.code, **self.facts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One destination of the case, or none where none is known yet."""

    destination: str | None
    languages: tuple[str, ...] = ()
    labels: frozenset[str] = frozenset()
    """Labels that any clause asks for here."""


def weigh(clause: Clause, *, case: Case, place: Place) -> tuple[Need, ...]:
    """Return how each need of ``clause`` stands. Never empty."""
    needs = clause.needs
    found = [
        *check_needs(needs.checks, findings=case.findings, on=clause.on, licensed=case.licensed),
        *_means(clause, case=case),
        *_placing(clause, case=case),
        *_label_texts(clause, case=case, place=place),
        *_words(needs.words, case=case, place=place),
        *_notices(needs.notices, place=place),
        *_operator(needs.operator, operator=case.operator),
        *_persons(clause),
        *_asked(clause),
    ]
    if needs.unavailable:
        found.append(Need(standing=Standing.NOT_MET, code="unavailable"))
    if clause.retention:
        facts: dict[str, Json] = {"retention": clause.retention}
        found.append(Need(standing=Standing.PENDING, code="keep_record", facts=facts))
    if clause.extends:
        facts = {"origin": clause.extends.origin.value, "like": clause.extends.like.value}
        found.append(Need(standing=Standing.MET, code="extends", facts=facts))
    return tuple(found) or (Need(standing=Standing.MET, code="nothing_asked"),)


def check_needs(
    names: Iterable[str],
    *,
    findings: Sequence[Finding],
    on: On | None,
    licensed: frozenset[str] = frozenset(),
    expected: bool = True,
) -> Iterator[Need]:
    """Give how each needed check stands. If ``expected``, one not asked counts as unsure."""
    for name in names:
        if on is None:  # the loader refuses such a clause; a Clause made by hand must not pass
            yield Need(standing=Standing.NOT_MET, code="check_not_asked", facts={"check": name})
            continue
        answers = [one for one in findings if one.check == name]
        if answers:
            needs = (_judged(one, on=on, licensed=licensed) for one in answers)
            yield max(needs, key=lambda need: need.weight)
        elif expected:
            yield _by(Act(on.unsure), code="check_not_asked", facts={"check": name})


def _judged(finding: Finding, *, on: On, licensed: frozenset[str]) -> Need:
    acts = [
        act
        for severity, act in on.at_least.items()
        if _SEVERITIES.index(finding.severity) >= _SEVERITIES.index(severity)
    ]
    if finding.answer is Answer.FAILED:
        acts.append(on.failed)
    elif finding.answer is not Answer.PASSED:
        acts.append(Act(on.unsure))
    if acts and on.licensed and _all_licensed(finding, licensed=licensed):
        acts = [on.licensed]
    facts: dict[str, Json] = {
        "check": finding.check,
        "check_version": finding.version,
        "finding": finding.code,
        "answer": str(finding.answer),
        "severity": str(finding.severity),
        "finding_facts": dict(finding.facts),
        "evidence": [dict(one) for one in finding.evidence],
    }
    if not acts:
        return Need(standing=Standing.MET, code="check_passed", facts=facts)
    code = "check_unsure" if finding.answer is Answer.UNSURE else "check_found"
    return _by(max(acts, key=lambda act: _ACTS[act].rank), code=code, facts=facts)


def _all_licensed(finding: Finding, *, licensed: frozenset[str]) -> bool:
    """Tell whether every work found is licensed; evidence may be cut short, the count is not."""
    works = {str(one["work"]) for one in finding.evidence if "work" in one}
    told = finding.facts.get("works_hit", len(works))
    return (
        finding.answer is Answer.FAILED and bool(works) and works <= licensed and told == len(works)
    )


def _by(act: Act, *, code: str, facts: dict[str, Json]) -> Need:
    person = 1 if act is Act.REVIEW else 0
    return Need(standing=_ACTS[act], code=code, facts=facts, person=person)


def _means(clause: Clause, *, case: Case) -> Iterator[Need]:
    """What the sealer adds, or cannot add."""
    needs, means = clause.needs, case.means
    wanted = {
        *(one for one in needs.labels if vocabulary.is_for(one, medium=case.medium)),
        *(one for one in needs.marks if vocabulary.is_for(one, medium=case.medium)),
        *needs.metadata,
    }
    there = means.labels | means.marks | means.metadata
    for name, has in ((needs.signature, means.signature), (needs.timestamp, means.timestamp)):
        if name:
            wanted.add(name)
            there |= {name} if has else set()
    if missing := wanted - there:
        facts: dict[str, Json] = {"missing": ", ".join(sorted(missing))}
        if clause.when.over_tokens is not None:
            facts["over_tokens"] = clause.when.over_tokens
        yield Need(standing=Standing.NOT_MET, code="means_missing", facts=facts)
    elif wanted:
        yield Need(
            standing=Standing.PENDING, code="sealer_adds", facts={"adds": ", ".join(sorted(wanted))}
        )


def _placing(clause: Clause, *, case: Case) -> Iterator[Need]:
    places = [one for one in clause.needs.place if one in vocabulary.PLACES.get(case.medium, ())]
    if places:
        facts: dict[str, Json] = {"places": ", ".join(places)}
        yield Need(standing=Standing.PENDING, code="sealer_places", facts=facts)


def _label_texts(clause: Clause, *, case: Case, place: Place) -> Iterator[Need]:
    if place.destination is None:
        return
    for key in clause.needs.labels:
        if not (vocabulary.is_for(key, medium=case.medium) and vocabulary.has_words(key)):
            continue
        if not place.languages:
            facts: dict[str, Json] = {"destination": place.destination}
            yield Need(standing=Standing.NOT_MET, code="language_unknown", facts=facts)
        for language in place.languages:
            if texts().text(key, origin=case.origin, language=language) is None:
                facts = {"key": key, "language": language, "destination": place.destination}
                yield Need(standing=Standing.NOT_MET, code="label_text_missing", facts=facts)


def _words(groups: Sequence[Sequence[str]], *, case: Case, place: Place) -> Iterator[Need]:
    """In at least one language of the destination the label says every group's word."""
    if not groups or place.destination is None:
        return
    for key in sorted(place.labels):
        said = [
            texts().text(key, origin=case.origin, language=language) or ""
            for language in place.languages
        ]
        if not any(all(any(w in one for w in group) for group in groups) for one in said):
            wanted = ", ".join(" / ".join(group) for group in groups)
            facts: dict[str, Json] = {"key": key, "wanted": wanted}
            yield Need(standing=Standing.NOT_MET, code="label_wording", facts=facts)
            return
    yield Need(standing=Standing.MET, code="wording_met")


def _notices(names: Iterable[str], *, place: Place) -> Iterator[Need]:
    if place.destination is None:
        return
    for name in names:
        written = texts().notice.get(name, {})
        lacking = [one for one in place.languages if one not in written]
        if lacking or not place.languages:
            facts: dict[str, Json] = {
                "key": name,
                "language": ", ".join(lacking) or "?",
                "destination": place.destination,
            }
            yield Need(standing=Standing.NOT_MET, code="notice_text_missing", facts=facts)
        else:
            shown: Json = {language: written[language] for language in place.languages}
            facts = {"key": name, "notice": shown}
            yield Need(standing=Standing.PENDING, code="page_shows_notice", facts=facts)


def _operator(fields: Iterable[str], *, operator: Operator) -> Iterator[Need]:
    for name in fields:
        value = str(getattr(operator, name)).strip()
        if not value:
            yield Need(standing=Standing.NOT_MET, code="operator_missing", facts={"field": name})
        elif name == "provider_code" and not well_formed(value):
            yield Need(standing=Standing.NOT_MET, code="operator_malformed", facts={"field": name})
        else:
            yield Need(standing=Standing.MET, code="operator_known", facts={"field": name})


def _persons(clause: Clause) -> Iterator[Need]:
    if persons := clause.needs.persons or (1 if clause.needs.roles else 0):
        roles: Json = [*clause.needs.roles]
        facts: dict[str, Json] = {"persons": persons, "roles": roles}
        code = "second_person" if persons > 1 else "person"
        yield Need(standing=Standing.PENDING, code=code, facts=facts, person=persons)


def _asked(clause: Clause) -> Iterator[Need]:
    """What the reviewer answers or writes down before approving."""
    if clause.needs.questions:
        yield Need(standing=Standing.PENDING, code="questions", person=1)
    if clause.needs.editorial:
        yield Need(standing=Standing.PENDING, code="editorial", person=1)
    if clause.bulk:
        yield Need(standing=Standing.MET, code="bulk")
