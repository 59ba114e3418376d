"""Copied passages: how they are weighed, and what is shown of them."""

from __future__ import annotations

from uuid import UUID

import pytest

from compliance.checks.text_overlap import CHECK
from compliance.findings import Answer, Severity

POEM, ESSAY = UUID(int=1), UUID(int=2)
WORDS = [f"{a}{b}" for a in ("red", "blue", "gold", "grey", "pale") for b in range(60)]
OTHER = [f"mine{number}" for number in range(400)]
JUEJU = "床前明月光，疑是地上霜。举头望明月，低头思故乡。"
HAN = "".join(chr(0x5000 + number) for number in range(200))


@pytest.fixture
def ask(context, material, registered):
    def answer(text, *, works):
        rows = [row for work, source in works.items() for row in registered(source, work_id=work)]
        (finding,) = CHECK.ask(material(text), context(*rows))
        return finding

    return answer


@pytest.mark.parametrize(
    ("length", "answer", "severity"),
    [
        (7, Answer.PASSED, Severity.INFO),
        (8, Answer.FAILED, Severity.WEAK),
        (11, Answer.FAILED, Severity.WEAK),
        (12, Answer.FAILED, Severity.MATCH),
        (24, Answer.FAILED, Severity.STRONG),  # words of 6 letters: 150 letters are reached
        (25, Answer.FAILED, Severity.STRONG),
    ],
)
def test_longer_runs_of_words_weigh_more(ask, length, answer, severity):
    text = " ".join([*OTHER[:150], *WORDS[70 : 70 + length], *OTHER[150:300]])

    finding = ask(text, works={ESSAY: " ".join(WORDS)})

    assert (finding.answer, finding.severity) == (answer, severity)


@pytest.mark.parametrize(
    ("length", "severity"),
    [(13, Severity.WEAK), (19, Severity.WEAK), (20, Severity.MATCH), (40, Severity.STRONG)],
)
def test_longer_runs_of_han_characters_weigh_more(ask, length, severity):
    mine = "".join(chr(0x6500 + number) for number in range(300))
    finding = ask(mine + HAN[20 : 20 + length], works={POEM: HAN})

    assert finding.severity is severity
    assert finding.facts["longest"] == length
    assert finding.facts["unit"] == "characters"


def test_a_fifth_of_the_text_from_one_work_is_strong(ask):
    finding = ask(" ".join([*OTHER[:20], *WORDS[:9]]), works={ESSAY: " ".join(WORDS)})
    assert finding.severity is Severity.STRONG


def test_a_whole_registered_poem_weighs_one_step_more_than_its_length(ask):
    mine = "".join(chr(0x6500 + number) for number in range(300))
    assert ask(mine + JUEJU, works={POEM: JUEJU}).severity is Severity.STRONG
    longer = JUEJU + HAN
    assert ask(mine + JUEJU, works={POEM: longer}).severity is Severity.MATCH


def test_the_evidence_points_at_both_texts_with_whole_numbers(ask):
    theirs = "Prologue. " + " ".join(WORDS)
    mine = " ".join(OTHER[:200]) + "\n" + " ".join(WORDS[20:50]).title() + " End."

    finding = ask(mine, works={ESSAY: theirs, POEM: JUEJU})
    (row,) = finding.evidence
    ((a, b, c, d),) = row["pairs"]

    assert row["work"] == str(ESSAY)
    assert mine[a:b].lower() == theirs[c:d] == " ".join(WORDS[20:50])
    assert (row["words"], row["longest"], row["runs"]) == (30, 30, 1)
    assert row["of_work"] == 1000 * 30 // 301
    assert finding.facts["works"] == 2
    assert finding.facts["works_hit"] == 1
    assert finding.as_of == 7


def test_a_chorus_that_repeats_is_shown_once(ask):
    chorus = " ".join(WORDS[:14])
    verse = [" ".join(OTHER[at : at + 10]) for at in (0, 10, 20)]
    finding = ask(
        " ".join([*OTHER[100:300], chorus]), works={POEM: f" {chorus} ".join([*verse, "end"])}
    )
    (row,) = finding.evidence
    assert (row["runs"], row["words"]) == (1, 14)


def test_hidden_characters_and_full_width_letters_do_not_hide_a_copy(ask):
    copied = "\u200b".join(" ".join(WORDS[:30])).replace("r", "ｒ")
    finding = ask(" ".join(OTHER[:200]) + " " + copied, works={ESSAY: " ".join(WORDS)})
    assert finding.severity is Severity.STRONG


def test_mixed_text_is_compared_in_both_streams(ask):
    works = {ESSAY: " ".join(WORDS), POEM: JUEJU}
    finding = ask(f"{' '.join(WORDS[:30])} {JUEJU}", works=works)
    assert {row["stream"] for row in finding.evidence} == {"text.en", "text.zh"}


def test_no_copy_passes_with_a_record_of_what_was_compared(ask):
    finding = ask(" ".join(OTHER), works={ESSAY: " ".join(WORDS)})
    assert (finding.answer, finding.code) == (Answer.PASSED, "nothing_found")
    assert finding.facts["works"] == 1
    assert finding.facts["words"] == 400
    assert finding.facts["thresholds"] == {"en": [8, 12, 25], "zh": [13, 20, 40]}


def test_a_script_without_spaces_is_not_passed(ask):
    finding = ask("ひらがなだけのぶんしょうです", works={ESSAY: " ".join(WORDS)})
    assert (finding.answer, finding.code) == (Answer.UNSURE, "unread_script")


def test_an_empty_registry_is_said(ask):
    assert ask("some words of mine", works={}).code == "nothing_registered"
