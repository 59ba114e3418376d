"""Each kind of mistake in a pack: the sentence and the remedy, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.policy.errors import PackError
from compliance.policy.labels import read_texts
from compliance.policy.pack import load

CHECKS = {"text_overlap", "file_sanity"}
GOOD = """\
# a comment
[pack]
id = "jp.demo"
version = "1.0"
title.en = "A law"
title.zh = "一部法律"
source = "Gazette 1"
certainty = "unchecked"
from = 2026-01-01
zone = "Asia/Tokyo"
languages = { JP = ["en"] }

[[clause]]
id = "1"
source = "Art. 1"
certainty = "unchecked"
when = { medium = ["text"], destination = ["JP"] }
needs = { checks = ["text_overlap"], labels = ["visible.text"] }
on = { failed = "refuse", unsure = "review" }
text.en = "One."
text.zh = "一。"

[[clause]]
id = "2"
source = "Art. 2"
certainty = "unchecked"
from = 2027-01-01
when = { medium = ["image"], destination = ["JP"] }
needs = { marks = ["imperceptible.image"] }

[clause.text]
en = "Two."
zh = "二。"
"""
LABELS = "cropproof.image, visible.image, visible.text, visible.video"

MISTAKES: dict[str, tuple[str, str, str, str]] = {
    "an unknown key in when": (
        'when = { medium = ["text"], dest',
        'when = { medium = ["text"], orgin = ["neural"], dest',
        "law.toml, line 17: there is no key “orgin” in clause “1”.when.",
        "Use one of: origin, medium, destination, purpose, over_tokens, destinations_from.",
    ),
    "an unknown key in the pack": (
        'zone = "Asia/Tokyo"',
        'zone = "Asia/Tokyo"\nauthor = "me"',
        "law.toml, line 11: there is no key “author” in pack.",
        "Use one of: id, version, title, source, certainty, from, until, zone, languages.",
    ),
    "an unknown table": (
        "[[clause]]\nid",
        '[clauze]\nid = "9"\n\n[[clause]]\nid',
        "law.toml, line 13: there is no key “clauze” in the file.",
        "Use one of: pack, clause, question.",
    ),
    "a clause without source": (
        'source = "Art. 2"\n',
        "",
        "law.toml, line 23: “source” is missing in clause “2”.",
        "Add “source” there.",
    ),
    "a pack without certainty": (
        'certainty = "unchecked"\nfrom',
        "from",
        "law.toml, line 2: “certainty” is missing in pack.",
        "Add “certainty” there.",
    ),
    "no Chinese text": (
        'text.zh = "一。"\n',
        "",
        "law.toml, line 20: “zh” is missing in clause “1”.text.",
        "Add “zh” there.",
    ),
    "no Chinese text in a table of its own": (
        'zh = "二。"\n',
        "",
        "law.toml, line 31: “zh” is missing in clause “2”.text.",
        "Add “zh” there.",
    ),
    "an empty text": (
        'text.en = "One."',
        'text.en = " "',
        "law.toml, line 20: clause “1”.text.en cannot be ' ': it is empty.",
        "Correct the value and start again.",
    ),
    "a certainty we do not have": (
        'source = "Art. 1"\ncertainty = "unchecked"',
        'source = "Art. 1"\ncertainty = "sure"',
        "law.toml, line 16: “sure” is not a known certainty.",
        "Use one of: primary, secondary, unchecked, house.",
    ),
    "a medium we do not have": (
        'medium = ["image"]',
        'medium = ["hologram"]',
        "law.toml, line 28: “hologram” is not a known medium.",
        "Use one of: text, image, video, music, speech.",
    ),
    "a purpose we do not have": (
        'medium = ["image"], ',
        'medium = ["image"], purpose = ["fun"], ',
        "law.toml, line 28: “fun” is not a known purpose.",
        (
            "Use one of: advertising, campaign, deepfake, education, entertainment, general, "
            "heritage, internal, public_interest."
        ),
    ),
    "a check we do not have": (
        'checks = ["text_overlap"]',
        'checks = ["text_overlop"]',
        "law.toml, line 18: “text_overlop” is not a known check.",
        "Use one of: file_sanity, text_overlap.",
    ),
    "a label we do not have": (
        'labels = ["visible.text"]',
        'labels = ["visible.txt"]',
        "law.toml, line 18: “visible.txt” is not a known label.",
        f"Use one of: audible.music, audible.speech, {LABELS}.",
    ),
    "a mark we do not have": (
        'marks = ["imperceptible.image"]',
        'marks = ["invisible.image"]',
        "law.toml, line 29: “invisible.image” is not a known mark.",
        (
            "Use one of: imperceptible.image, imperceptible.music, imperceptible.speech, "
            "imperceptible.text, imperceptible.video."
        ),
    ),
    "a label for another medium": (
        'labels = ["visible.text"]',
        'labels = ["visible.image"]',
        (
            "law.toml, line 18: clause “1”.needs.labels cannot be ['visible.image']: "
            "“visible.image” is for none of the clause's media."
        ),
        "Correct the value and start again.",
    ),
    "a medium without its mark": (
        'medium = ["image"]',
        'medium = ["image", "video"]',
        (
            "law.toml, line 29: clause “2”.needs.marks cannot be ['imperceptible.image']: "
            "none of them is for video."
        ),
        "Correct the value and start again.",
    ),
    "a date in quotes": (
        "from = 2027-01-01",
        'from = "1 January 2027"',
        (
            "law.toml, line 27: clause “2”.from cannot be '1 January 2027': it must be a date "
            "without quotes, such as 2026-08-02."
        ),
        "Correct the value and start again.",
    ),
    "a day that does not exist": (
        "from = 2027-01-01",
        "from = 2027-02-30",
        "law.toml, line 27: this is not TOML: Invalid date or datetime.",
        "Correct the line and start again.",
    ),
    "until before from": (
        "from = 2027-01-01",
        "from = 2027-01-01\nuntil = 2026-06-01",
        "law.toml, line 28: it ends on 2026-06-01, before or on the day it begins, 2027-01-01.",
        "Set “until” to the first day on which it no longer binds, after “from”.",
    ),
    "until before the pack begins": (
        'source = "Art. 1"',
        'source = "Art. 1"\nuntil = 2025-06-01',
        "law.toml, line 16: it ends on 2025-06-01, before or on the day it begins, 2026-01-01.",
        "Set “until” to the first day on which it no longer binds, after “from”.",
    ),
    "a clause id twice": (
        'id = "2"',
        'id = "1"',
        "law.toml, line 24: the id “1” is taken by clause 1 of this file.",
        "Give one of the two another id.",
    ),
    "an id with a space": (
        'id = "2"',
        'id = "Art 2"',
        (
            "law.toml, line 24: clause “Art 2”.id cannot be 'Art 2': it does not have the form "
            "^[a-z0-9]+([.-][a-z0-9]+)*$."
        ),
        "Correct the value and start again.",
    ),
    "a zone that does not exist": (
        'zone = "Asia/Tokyo"',
        'zone = "Asia/Edo"',
        (
            "law.toml, line 10: pack.zone cannot be 'Asia/Edo': there is no such time zone; "
            "write it as Asia/Shanghai."
        ),
        "Correct the value and start again.",
    ),
    "checks without a consequence": (
        'on = { failed = "refuse", unsure = "review" }\n',
        "",
        "law.toml, line 13: “on” is missing in clause “1”.",
        "Add “on” there.",
    ),
    "an unsure that passes": (
        'unsure = "review"',
        'unsure = "pass"',
        "law.toml, line 19: “pass” is not a known unsure.",
        "Use one of: review, block.",
    ),
    "a list that is text": (
        'checks = ["text_overlap"]',
        'checks = "text_overlap"',
        (
            "law.toml, line 18: clause “1”.needs.checks cannot be 'text_overlap': it must be a "
            "list in square brackets."
        ),
        "Correct the value and start again.",
    ),
    "a prompt check bound to a medium": (
        'checks = ["text_overlap"], labels = ["visible.text"]',
        'prompt_checks = ["text_overlap"]',
        (
            "law.toml, line 17: clause “1”.when.medium cannot be set: before generation there is "
            "no work yet to ask this of."
        ),
        "Correct the value and start again.",
    ),
    "no TOML": (
        'id = "jp.demo"',
        "id = jp.demo",
        "law.toml, line 3: this is not TOML: Invalid value.",
        "Correct the line and start again.",
    ),
    "a bracket left open at the end": (
        'zh = "二。"\n',
        'zh = "二。"\nnotes = [',
        "law.toml, line 34: this is not TOML: Invalid value.",
        "Correct the line and start again.",
    ),
}


def message(error: PackError) -> tuple[str, str]:
    return str(error), error.remedy.format(**error.facts)


def test_the_pack_the_mistakes_are_made_in_is_good(tmp_path: Path) -> None:
    (tmp_path / "law.toml").write_text(GOOD, encoding="utf-8")

    (pack,) = load(tmp_path, checks=CHECKS)

    assert [pack.name(one) for one in pack.clauses] == ["jp.demo.1", "jp.demo.2"]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_line_and_remedy(mistake: str, tmp_path: Path) -> None:
    old, new, says, remedy = MISTAKES[mistake]
    assert old in GOOD
    (tmp_path / "law.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(PackError) as caught:
        load(tmp_path, checks=CHECKS)

    assert message(caught.value) == (says, remedy)
    assert str(tmp_path) not in str(caught.value)


def test_two_files_with_one_pack_id(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")

    with pytest.raises(PackError) as caught:
        load(tmp_path, checks=CHECKS)

    assert message(caught.value) == (
        "b.toml, line 3: the id “jp.demo” is taken by a.toml.",
        "Give one of the two another id.",
    )


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "law.toml").write_bytes(b"\xff\xfe[pack]")

    with pytest.raises(PackError) as caught:
        load(tmp_path, checks=CHECKS)

    assert str(caught.value) == "law.toml, line 1: this is not TOML: it is not UTF-8."


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (
            '[label."visible.picture".neural]\nzh = "AI 生成"\n[notice]\n',
            "labels.toml, line 1: “visible.picture” is not a known label.",
        ),
        (
            '[label."visible.image".neural]\nzh = ""\n[notice]\n',
            "labels.toml, line 2: label.visible.image.neural.zh cannot be '': it is empty.",
        ),
    ],
)
def test_mistakes_in_the_label_texts_stop_the_start_too(
    written: str, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "labels.toml"
    file.write_text(written, encoding="utf-8")

    with pytest.raises(PackError) as caught:
        read_texts(file)

    assert str(caught.value) == says
