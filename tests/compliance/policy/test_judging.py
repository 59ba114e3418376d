"""What a ruling tells the sealer, the reviewers and the pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from policy_cases import NOW, found, image, pack, text

from compliance.findings import Answer, Severity, Subject
from compliance.policy.case import Standing
from compliance.policy.pack import load
from compliance.policy.ruling import Bound, Ruling, judge, screen
from generation.engine import Origin

PACKS = load()


def bound(ruling: Ruling, clause: str) -> Bound:
    return next(one for one in ruling.bound if one.clause == clause)


def test_the_sealer_is_told_every_layer_that_an_open_destination_needs() -> None:
    ruling = judge(image(), PACKS)

    assert ruling.marks == {"imperceptible.image"}
    assert ruling.metadata == {"tc260.aigc", "iptc.source_type"}
    assert ruling.signature
    assert ruling.timestamp
    assert ruling.roles == ("approver", "reviewer")
    assert ruling.needs_person


def test_layers_of_a_blocked_destination_are_not_asked_of_the_sealer() -> None:
    blocked = judge(image(languages={"EU": ("pl",)}), PACKS)

    assert blocked.open == ("CN", "US-CA")
    assert not blocked.timestamp, "only the European Union asks for the time-stamp"


def test_one_label_per_language_with_the_destinations_that_read_it() -> None:
    chinese, english = sorted(
        judge(image(), PACKS).labels, key=lambda label: label.language, reverse=True
    )

    assert (chinese.language, chinese.destinations) == ("zh", ("CN",))
    assert (english.language, english.destinations) == ("en", ("EU", "US-CA"))
    assert {chinese.place, english.place} == {"top-right"}
    assert {chinese.height_permille, english.height_permille} == {50}
    assert chinese.key == english.key == "visible.image"


def test_the_label_of_a_text_is_a_line_and_has_no_height() -> None:
    labels = judge(text(), PACKS).labels

    assert {(one.key, one.place, one.height_permille) for one in labels} == {
        ("visible.text", "start", 0)
    }


@pytest.mark.parametrize("origin", [one for one in Origin if one is not Origin.HUMAN])
def test_the_chinese_label_names_ai_and_generation_whatever_the_origin(origin: Origin) -> None:
    for case in (image(origin=origin), text(origin=origin)):
        (label,) = [one for one in judge(case, PACKS).labels if one.language == "zh"]

        assert "AI" in label.text or "人工智能" in label.text
        assert "生成" in label.text or "合成" in label.text


def test_a_procedural_label_says_that_no_model_took_part() -> None:
    said = {one.language: one.text for one in judge(image(), PACKS).labels}

    assert said == {"en": "AI GENERATED · PROCEDURAL", "zh": "AI 程序生成"}


def test_a_text_is_labelled_at_its_start_as_the_strictest_of_three_asks() -> None:
    assert {label.place for label in judge(text(), PACKS).labels} == {"start"}


def test_a_further_language_gets_its_own_label() -> None:
    ruling = judge(image(destinations=("EU",), languages={"EU": ("de", "fr")}), PACKS)

    assert [label.language for label in ruling.labels] == ["de", "en", "fr"]


def test_a_missing_label_text_blocks_its_destination_and_says_which() -> None:
    ruling = judge(image(destinations=("EU",), languages={"EU": ("pl",)}), PACKS)
    clause = bound(ruling, "house.visible-label")

    assert ruling.open == ()
    assert clause.code == "label_text_missing"
    assert clause.facts["language"] == "pl"
    assert clause.facts["destination"] == "EU"


def test_a_clause_that_fares_differently_by_destination_stands_twice() -> None:
    ruling = judge(image(languages={"EU": ("pl",)}), PACKS)
    twice = [one for one in ruling.bound if one.clause == "house.visible-label"]

    assert {one.destinations: one.standing for one in twice} == {
        ("EU",): Standing.NOT_MET,
        ("CN", "US-CA"): Standing.PENDING,
    }


def test_a_law_that_binds_through_the_house_says_so() -> None:
    procedural = bound(judge(image(), PACKS), "eu.art50.50-2")
    neural = bound(judge(image(origin=Origin.NEURAL), PACKS), "eu.art50.50-2")

    assert procedural.facts["extended_by"] == "house.label-all-generated"
    assert "extended_by" not in neural.facts


def test_without_the_house_a_law_does_not_bind_procedural_work() -> None:
    laws = [pack for pack in PACKS if pack.id != "house"]

    clauses = {one.clause for one in judge(image(), laws).bound}

    assert "eu.art50.50-2" not in clauses


def test_a_finding_is_carried_with_its_evidence() -> None:
    evidence = ({"kind": "spans", "work": "w1", "pairs": [[4, 90, 0, 86]]},)
    copied = found("text_overlap", Answer.FAILED, Severity.STRONG, evidence=evidence)

    stopped = bound(judge(text(copied), PACKS), "house.near-copy.text")

    assert stopped.standing is Standing.STOPS
    assert stopped.facts["check"] == "text_overlap"
    assert stopped.facts["evidence"] == [dict(evidence[0])]


def test_a_licence_for_one_of_two_works_is_not_enough() -> None:
    evidence = ({"work": "w1"}, {"work": "w2"})
    copied = found("image_overlap", Answer.FAILED, Severity.STRONG, evidence=evidence)

    one = judge(image(copied, licensed=frozenset({"w1"})), PACKS)
    both = judge(image(copied, licensed=frozenset({"w1", "w2"})), PACKS)

    assert one.stops
    assert both.open == ("CN", "EU", "US-CA")
    assert both.needs_person


def test_a_licence_does_not_help_where_the_evidence_was_cut_short() -> None:
    copied = found(
        "image_overlap",
        Answer.FAILED,
        Severity.STRONG,
        evidence=({"work": "w1"},),
        facts={"works_hit": 51},
    )

    assert judge(image(copied, licensed=frozenset({"w1"})), PACKS).stops


def test_a_strong_finding_stops_even_if_the_check_says_passed() -> None:
    odd = found("image_overlap", Answer.PASSED, Severity.STRONG)

    assert judge(image(odd), PACKS).stops


def test_with_no_packs_nothing_is_open() -> None:
    ruling = judge(image(), [])

    assert ruling.open == ()
    assert set(ruling.blocked) == {"CN", "EU", "US-CA"}


def test_a_medium_nobody_knows_is_blocked() -> None:
    ruling = judge(image(medium="hologram"), PACKS)

    assert ruling.open == ()
    assert bound(ruling, "colophon.medium").code == "medium_unknown"


def test_an_origin_nobody_knows_falls_under_every_rule() -> None:
    clauses = {one.clause for one in judge(image(origin="dreamt"), PACKS).bound}

    assert {"eu.art50.50-2", "cn.gb45438.6-implicit", "house.input-rights.work"} <= clauses


def test_a_destination_asked_for_twice_is_one_destination() -> None:
    ruling = judge(image(destinations=("EU", "EU")), PACKS)

    assert ruling.open == ("EU",)
    assert ruling.persons == 1


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        judge(image(at=datetime(2026, 11, 23)), PACKS)  # noqa: DTZ001


def test_the_digest_tells_the_rules_that_bind_and_nothing_else() -> None:
    before = judge(image(), PACKS)
    failed = judge(image(found("image_overlap", Answer.FAILED, Severity.WEAK)), PACKS)
    later = judge(image(at=datetime(2029, 2, 1, tzinfo=UTC)), PACKS)
    elsewhere = judge(image(destinations=("EU",)), PACKS)

    assert before.digest == failed.digest, "a finding is no rule"
    assert len({before.digest, later.digest, elsewhere.digest}) == 3


def test_the_largest_letters_any_open_destination_asks_for_are_asked_of_the_sealer() -> None:
    larger = pack("larger", when={"destination": ["CN"]}, needs={"height_permille": 80})

    for packs in ([*PACKS, larger], [larger, *PACKS]):
        assert {one.height_permille for one in judge(image(), packs).labels} == {80}
    assert {one.height_permille for one in judge(image(destinations=("EU",)), packs).labels} == {50}


def test_rules_that_leave_no_common_label_place_block_the_destinations_they_bind() -> None:
    left = pack("left", when={"destination": ["CN"]}, needs={"place": ["bottom-left"]})
    right = pack("right", when={"destination": ["EU"]}, needs={"place": ["bottom-right"]})

    ruling = judge(image(), [*PACKS, left, right])

    assert ruling.open == ("US-CA",)
    assert bound(ruling, "colophon.label-place").destinations == ("CN", "EU")
    assert {one.place for one in judge(image(), [*PACKS, left]).labels} == {"bottom-left"}


def test_a_destination_shut_for_another_reason_does_not_free_the_label_place() -> None:
    left = pack("left", when={"destination": ["CN"]}, needs={"place": ["bottom-left"]})
    right = pack("right", when={"destination": ["EU"]}, needs={"place": ["bottom-right"]})
    shut = pack("shut", when={"destination": ["EU"]}, needs={"unavailable": True})

    assert judge(image(), [*PACKS, left, right, shut]).open == ("US-CA",)


def test_a_finding_that_one_place_refuses_stops_the_work_everywhere() -> None:
    only_cn = pack(
        "strict",
        when={"destination": ["CN"]},
        needs={"checks": ["word_bank"]},
        on={"failed": "refuse", "unsure": "review"},
    )

    ruling = judge(image(found("word_bank", Answer.FAILED)), [*PACKS, only_cn])

    assert ruling.open == ()
    assert bound(ruling, "strict.1").destinations == ("CN",)
    assert ruling.blocked["US-CA"] == ("strict.1",)


def test_a_finding_that_one_place_blocks_leaves_the_others_open() -> None:
    only_cn = pack(
        "strict",
        when={"destination": ["CN"]},
        needs={"checks": ["word_bank"]},
        on={"failed": "block", "unsure": "review"},
    )

    ruling = judge(image(found("word_bank", Answer.FAILED)), [*PACKS, only_cn])

    assert ruling.open == ("EU", "US-CA")


def test_which_clause_extends_a_law_is_told_the_same_in_any_order() -> None:
    again = pack("again", extends={"origin": "procedural", "like": "neural"})

    first, second = (judge(image(), packs) for packs in ([again, *PACKS], [*PACKS, again]))

    assert first == second
    assert bound(first, "eu.art50.50-2").facts["extended_by"] == "again.1"


def test_two_versions_of_a_pack_both_bind() -> None:
    old = pack("twice", needs={"persons": 1})
    new = pack("twice", needs={"unavailable": True}).model_copy(update={"version": "2"})

    ruling = judge(image(), [*PACKS, old, new])

    assert ruling.open == ()
    assert [one.version for one in ruling.bound if one.clause == "twice.1"] == ["1", "2"]


def test_a_banned_term_in_a_prompt_stops_with_clause_and_span() -> None:
    evidence = ({"kind": "term", "word": "x", "at": [[3, 9]]},)
    prompt = (
        found("word_bank", Answer.FAILED, Severity.STRONG, evidence=evidence),
        found("personal_data"),
    )

    screened = screen(prompt, PACKS, at=NOW, destinations=("EU",), purpose="campaign")

    (stop,) = [one for one in screened if one.standing is Standing.STOPS]
    assert stop.clause == "house.word-bank"
    assert stop.facts["evidence"] == [dict(evidence[0])]


def test_an_input_without_rights_stops_before_generation() -> None:
    asked = (
        found("word_bank"),
        found("personal_data"),
        found("input_rights", Answer.FAILED, Severity.STRONG),
    )

    screened = screen(asked, PACKS, at=NOW, destinations=("EU",), purpose="campaign")

    assert [one.clause for one in screened if one.standing is Standing.STOPS] == [
        "house.input-rights"
    ]


def test_a_clean_prompt_stops_nowhere() -> None:
    asked = (found("word_bank"), found("personal_data"))

    screened = screen(asked, PACKS, at=NOW, destinations=("EU", "CN"), purpose="campaign")

    assert {one.standing for one in screened} == {Standing.MET}


@pytest.mark.parametrize("destinations", [(), ("EU",), ("EU", "CN")])
def test_a_prompt_nobody_screened_stops(destinations: tuple[str, ...]) -> None:
    screened = screen((), PACKS, at=NOW, destinations=destinations, purpose="campaign")

    stops = {one.clause: one.code for one in screened if one.standing is Standing.STOPS}
    assert stops == {"house.word-bank": "check_not_asked"}


def test_inputs_that_are_expected_but_were_not_asked_about_stop() -> None:
    asked = (found("word_bank"), found("personal_data"))

    screened = screen(
        asked,
        PACKS,
        at=NOW,
        destinations=("EU",),
        purpose="campaign",
        expects=frozenset({Subject.PROMPT, Subject.INPUT}),
    )

    assert {one.clause for one in screened if one.standing is Standing.STOPS} == {
        "house.input-rights"
    }


def test_personal_data_in_a_prompt_is_noted_and_stops_nothing() -> None:
    asked = (found("word_bank"), found("personal_data", Answer.FAILED, Severity.MATCH))

    screened = screen(asked, PACKS, at=NOW, destinations=("EU",), purpose="campaign")

    assert {one.clause: one.standing for one in screened} == {
        "house.personal-data": Standing.PENDING,
        "house.word-bank": Standing.MET,
    }
