"""What holds for every set of packs and every case, not only for ours."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from policy_cases import EVERYWHERE, IMAGE_MEANS, NO_MEANS, NOBODY, OPERATOR, found

from compliance.findings import Answer, Finding, Severity, Subject
from compliance.policy import vocabulary
from compliance.policy.case import Case, Means, Ruling, Standing
from compliance.policy.pack import Act, Clause, On, Pack, load
from compliance.policy.ruling import judge, screen
from generation.engine import Medium, Origin

SHIPPED = load()
CHECKS = ("text_overlap", "image_overlap", "word_bank", "file_sanity", "input_rights")
DAYS = [date(2025, 1, 1) + timedelta(days=n) for n in range(0, 1500, 50)]


def some(values: Any, *, most: int = 3) -> st.SearchStrategy[Any]:
    return st.none() | st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=most)


@st.composite
def needs(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "checks": draw(st.lists(st.sampled_from(CHECKS), max_size=2)),
        "labels": draw(st.lists(st.sampled_from(sorted(vocabulary.LABELS)), max_size=2)),
        "place": draw(st.lists(st.sampled_from(vocabulary.PLACES["image"]), max_size=3)),
        "marks": draw(st.lists(st.sampled_from(sorted(vocabulary.MARKS)), max_size=2)),
        "metadata": draw(st.lists(st.sampled_from(sorted(vocabulary.METADATA)), max_size=1)),
        "timestamp": draw(st.sampled_from([None, "rfc3161"])),
        "operator": draw(st.lists(st.sampled_from(sorted(vocabulary.OPERATOR)), max_size=1)),
        "persons": draw(st.integers(0, 2)),
        "roles": draw(st.lists(st.sampled_from(sorted(vocabulary.ROLES)), max_size=1)),
        "notices": draw(st.lists(st.sampled_from(["generated", "unwritten"]), max_size=1)),
        "words": draw(st.sampled_from([[], [["AI"]], [["nowhere said"]]])),
        "height_permille": draw(st.sampled_from([0, 50, 80])),
    }


@st.composite
def clauses(draw: st.DrawFn, *, name: str) -> dict[str, Any]:
    when = {
        "origin": draw(some(Origin)),
        "medium": draw(some(Medium)),
        "destination": draw(some(EVERYWHERE)),
        "purpose": draw(some(vocabulary.PURPOSES)),
        "destinations_from": draw(st.sampled_from([None, 1, 2, 3])),
    }
    begins = draw(st.none() | st.sampled_from(DAYS))
    return {
        "id": name,
        "source": "generated",
        "certainty": "house",
        "from": begins,
        "until": begins and begins + timedelta(days=draw(st.integers(1, 900))),
        "when": when,
        "needs": draw(needs()),
        "on": {
            "failed": draw(st.sampled_from(Act)),
            "unsure": draw(st.sampled_from([Act.REVIEW, Act.BLOCK])),
            "at_least": draw(
                st.dictionaries(st.sampled_from(Severity), st.sampled_from(Act), max_size=2)
            ),
        },
        "extends": draw(st.sampled_from([None, {"origin": "procedural", "like": "neural"}])),
        "text": {"en": "x", "zh": "x"},
    }


@st.composite
def packs(draw: st.DrawFn, *, name: str = "made") -> Pack:
    names = [f"c{n}" for n in range(draw(st.integers(1, 4)))]
    return Pack.model_validate(
        {
            "id": name,
            "version": "1",
            "title": {"en": "x", "zh": "x"},
            "source": "generated",
            "certainty": "house",
            "from": draw(st.sampled_from(DAYS)),
            "zone": draw(st.sampled_from(["UTC", "Asia/Shanghai", "America/Los_Angeles"])),
            "languages": draw(
                st.dictionaries(
                    st.sampled_from(EVERYWHERE),
                    st.lists(st.sampled_from(["zh", "en", "pl"]), min_size=1, max_size=2),
                    max_size=2,
                )
            ),
            "clauses": [draw(clauses(name=one)) for one in names],
        }
    )


ANSWERS = st.builds(
    found, st.sampled_from(CHECKS), st.sampled_from(Answer), st.sampled_from(Severity)
)
MEANS = st.sampled_from([IMAGE_MEANS, NO_MEANS]) | st.builds(
    Means,
    labels=st.frozensets(st.sampled_from(sorted(vocabulary.LABELS))),
    marks=st.frozensets(st.sampled_from(sorted(vocabulary.MARKS))),
    metadata=st.frozensets(st.sampled_from(sorted(vocabulary.METADATA))),
    signature=st.booleans(),
    timestamp=st.booleans(),
)
CASES = st.builds(
    Case,
    origin=st.sampled_from(Origin),
    medium=st.sampled_from(Medium),
    destinations=st.lists(st.sampled_from(EVERYWHERE), unique=True).map(tuple),
    purpose=st.sampled_from([*sorted(vocabulary.PURPOSES), "", "unheard of"]),
    at=st.sampled_from([datetime(one.year, one.month, one.day, 9, tzinfo=UTC) for one in DAYS]),
    findings=st.lists(ANSWERS, max_size=6).map(tuple),
    operator=st.sampled_from([OPERATOR, NOBODY]),
    means=MEANS,
    length=st.integers(0, 400),
)
SOME_PACKS = st.lists(packs(), max_size=3).map(
    lambda drawn: [
        *SHIPPED,
        *(one.model_copy(update={"id": f"made{n}"}) for n, one in enumerate(drawn)),
    ]
)


def no_weaker(after: Ruling, *, than: Ruling) -> None:
    assert set(after.open) <= set(than.open)
    assert after.persons >= than.persons
    assert after.needs_person >= than.needs_person
    assert set(after.roles) >= set(than.roles)
    for name in after.open:
        assert name not in than.blocked
    for name, shut in than.blocked.items():
        assert name in after.blocked
        assert set(shut) <= set(after.blocked[name])
    if than.deciding is not None and after.deciding is not None:
        assert after.deciding.standing.rank >= than.deciding.standing.rank
    if after.open == than.open:
        assert after.marks >= than.marks
        assert after.metadata >= than.metadata
        assert after.signature >= than.signature
        assert after.timestamp >= than.timestamp


@settings(max_examples=60, deadline=None)
@given(CASES, SOME_PACKS, st.randoms(use_true_random=False))
def test_the_order_of_packs_clauses_and_findings_plays_no_part(
    case: Case, chosen: list[Pack], shuffler: random.Random
) -> None:
    mixed = [
        pack.model_copy(update={"clauses": tuple(shuffler.sample(pack.clauses, len(pack.clauses)))})
        for pack in shuffler.sample(chosen, len(chosen))
    ]

    assert judge(case, mixed) == judge(case, chosen)


@settings(max_examples=60, deadline=None)
@given(CASES, SOME_PACKS, packs(name="further"))
def test_a_further_pack_never_weakens_what_known_destinations_get(
    case: Case, chosen: list[Pack], further: Pack
) -> None:
    before = judge(case, chosen)
    uncovered = any("colophon.coverage" in shut for shut in before.blocked.values())
    if uncovered:  # it may open what nobody spoke of before; docs/policies.md says so
        return

    no_weaker(judge(case, [*chosen, further]), than=before)


@settings(max_examples=60, deadline=None)
@given(CASES, SOME_PACKS)
def test_a_clause_outside_its_dates_never_binds(case: Case, chosen: list[Pack]) -> None:
    spans = {pack.name(one): pack.span(one) for pack in chosen for one in pack.clauses}

    for bound in judge(case, chosen).bound:
        if bound.pack != "colophon":
            begins, ends = spans[bound.clause]
            # A day's grace either side: each law counts days in its own zone.
            assert begins <= case.at.date() + timedelta(days=1)
            assert ends is None or case.at.date() - timedelta(days=1) < ends


@settings(max_examples=60, deadline=None)
@given(CASES, SOME_PACKS)
def test_a_needed_check_that_did_not_pass_is_never_met(case: Case, chosen: list[Pack]) -> None:
    named = {pack.name(one): one.needs.checks for pack in chosen for one in pack.clauses}
    ruling = judge(case, chosen)

    for bound in ruling.bound:
        for check in named.get(bound.clause, ()):
            answers = [one for one in case.findings if one.check == check]
            if not answers or any(one.answer is not Answer.PASSED for one in answers):
                assert bound.standing is not Standing.MET
                assert ruling.needs_person or set(bound.destinations) <= set(ruling.blocked)


@settings(max_examples=60, deadline=None)
@given(CASES, SOME_PACKS)
def test_every_destination_is_open_or_blocked_by_name(case: Case, chosen: list[Pack]) -> None:
    ruling = judge(case, chosen)

    assert set(ruling.open) | set(ruling.blocked) == set(case.destinations)
    assert not set(ruling.open) & set(ruling.blocked)
    assert all(ruling.blocked.values())
    assert case.destinations or ruling.open == ()


@settings(max_examples=60, deadline=None)
@given(CASES, SOME_PACKS)
def test_what_is_asked_of_the_sealer_is_what_it_can_do(case: Case, chosen: list[Pack]) -> None:
    ruling = judge(case, chosen)

    assert ruling.marks <= case.means.marks
    assert ruling.metadata <= case.means.metadata
    assert case.means.signature or not ruling.signature
    assert case.means.timestamp or not ruling.timestamp
    assert {one.key for one in ruling.labels} <= case.means.labels
    assert all(one.text and one.place for one in ruling.labels)


@settings(max_examples=60, deadline=None)
@given(CASES, SOME_PACKS, st.sampled_from(CHECKS), st.sampled_from(Severity))
def test_a_worse_answer_never_helps(
    case: Case, chosen: list[Pack], check: str, severity: Severity
) -> None:
    worse: tuple[Finding, ...] = (*case.findings, found(check, Answer.FAILED, severity))
    known = {one.check for one in case.findings}
    if check not in known:
        return  # an answer where there was none may be milder than silence

    no_weaker(judge(_with(case, worse), chosen), than=judge(case, chosen))


def _with(case: Case, findings: tuple[Finding, ...]) -> Case:
    return replace(case, findings=findings)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(ANSWERS, max_size=4).map(tuple),
    st.lists(st.sampled_from(EVERYWHERE), unique=True).map(tuple),
)
def test_an_unsure_or_silent_word_bank_never_lets_a_prompt_through(
    findings: tuple[Finding, ...], destinations: tuple[str, ...]
) -> None:
    asked = [one for one in findings if one.check == "word_bank"]
    screened = screen(
        findings,
        SHIPPED,
        at=datetime(2026, 11, 23, tzinfo=UTC),
        destinations=destinations,
        purpose="campaign",
        expects=frozenset({Subject.PROMPT}),
    )

    through = all(one.standing is not Standing.STOPS for one in screened)
    if not asked or any(one.answer is not Answer.PASSED for one in asked):
        assert not through


@settings(max_examples=60, deadline=None)
@given(CASES, SOME_PACKS)
def test_the_digest_is_of_rules_alone_so_that_the_sealer_can_take_it_again(
    case: Case, chosen: list[Pack]
) -> None:
    bare = replace(
        case, findings=(), means=NO_MEANS, operator=NOBODY, licensed=frozenset({"another"})
    )

    assert judge(bare, chosen).digest == judge(case, chosen).digest


def test_the_shape_of_generated_clauses_is_the_real_one() -> None:
    assert set(On.model_fields) == {"failed", "unsure", "at_least", "licensed"}
    assert {"when", "needs", "on", "extends"} <= set(Clause.model_fields)
