"""The report: a pure projection of what is disclosed, which no value can leave or hide in."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from make_evidence import (
    CLAUSES,
    Log,
    evidence,
    leaf_line,
    make,
    make_entry,
    published,
    refused,
    story,
    unpacked,
)

from colophon.exports import report
from colophon.exports.bundle import Clause

HOSTILE = "<script>alert(1)</script>\u202edrowssap\u200b\"'><img src=//x onerror=y>"


class Page(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def pages(log: Log, folder: Path, **changes: Any) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    bag = unpacked(make(log, folder / "x.zip", **changes), folder / "unpacked")
    return {
        code: (bag / "data/report" / name).read_text("utf-8") for code, name in report.FILES.items()
    }


def test_it_says_what_was_published_who_decided_and_what_was_not_checked(tmp_path: Path) -> None:
    page = Page(pages(story(), tmp_path)["en"]).text
    for log_says in story().entries:
        for name, value in log_says.facts().items():
            if name.endswith("sha256") or name in ("reason", "clause", "seal_id"):
                assert str(value) in page, name
    for said in (
        "China, European Union",
        "withdrawn later",
        "Nothing is published that copies a registered work without licence.",
        "House rules of the festival, 4.2",
        "1 checks could not tell",
        "California stayed closed",
        "4 facts of the events shown are withheld",
        "leaf 15",
        "witness0.test/w, witness1.test/w, witness2.test/w",
        "--quorum",
    ):
        assert said in re.sub(r"\s+", " ", page), said
    assert "Name of p-" not in page


def test_both_languages_have_the_same_words_and_no_word_is_left_over(tmp_path: Path) -> None:
    words = report._words()
    assert _keys(words["en"]) == _keys(words["zh"])
    page = (report._HERE / "report.html").read_text("utf-8")
    used = set(re.findall(r"\bw\.([a-z_0-9]+)", page))
    source = Path(report.__file__).read_text("utf-8")
    for name in words["en"]:
        assert name in used or f'"{name}"' in source, name
    assert used <= words["en"].keys()
    chinese = Page(pages(story(), tmp_path)["zh"]).text
    assert "未经许可复制登记作品的内容不得发布。" in chinese
    assert "没有核查的内容" in chinese


def _keys(words: dict[str, Any], before: str = "") -> set[str]:
    return {
        one
        for name, value in words.items()
        for one in (
            _keys(value, f"{before}{name}.") if isinstance(value, dict) else {before + name}
        )
    }


def test_every_event_and_fact_of_the_ledger_has_words() -> None:
    events = pytest.importorskip("colophon.ledger.events")
    words = report._words()["en"]
    told = {
        name
        for name in events.ALLOWED
        if name.split(".")[0] in ("job", "artifact", "release", "review", "decision", "publication")
    }
    assert told - words["event"].keys() == set()
    facts = {fact for name in told for fact in events.ALLOWED[name]}
    assert facts - words["fact"].keys() == set()


def test_nothing_is_loaded_and_nothing_runs(tmp_path: Path) -> None:
    for code, text in pages(story(), tmp_path).items():
        page = Page(text)
        assert text.startswith("<!doctype html>")
        assert not [
            tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe", "form")
        ]
        for tag, attributes in page.tags:
            assert "style" not in attributes
            assert not [name for name in attributes if name.startswith("on")], tag
            goes = attributes.get("href") or ""
            assert goes == "" or goes.startswith("#") or goes in report.FILES.values()
        (policy,) = [a["content"] for _, a in page.tags if a.get("http-equiv")]
        style = re.search("<style>(.*?)</style>", text, re.DOTALL)
        assert style is not None
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert policy is not None
        assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
        assert "url(" not in style[1]
        assert "@import" not in style[1]
        assert dict(page.tags[0][1])["lang"] == {"en": "en", "zh": "zh-Hans"}[code]


def test_a_hostile_value_stays_in_its_place_and_shows_what_it_hides(tmp_path: Path) -> None:
    log = Log()
    log.add("job.submitted", "job", HOSTILE, prompt_sha256=HOSTILE, engine=HOSTILE, origin=HOSTILE)
    published(log, "a")
    refused(log, "b")
    for n, entry in enumerate(log.entries):
        facts = entry.facts()
        for name in ("reason", "person_name", "layers", "tool", "role", "media_type"):
            if name in facts:
                facts[name] = [HOSTILE] if name == "layers" else HOSTILE
        if "clause" in facts:
            facts["clause"] = HOSTILE
        subject = entry.event["subject"]
        log.entries[n] = make_entry(n, entry.event["type"], subject["kind"], subject["id"], facts)
    log.add(f"job.{HOSTILE}", "job", "j", **{HOSTILE: {HOSTILE: HOSTILE}})
    clause = Clause(title=HOSTILE, source=HOSTILE, text={"en": HOSTILE, "zh": HOSTILE})
    text = pages(log, tmp_path, clauses={HOSTILE: clause}, scope=HOSTILE)["en"]
    page = Page(text)
    assert not [tag for tag, _ in page.tags if tag in ("script", "img")]
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert text.count("⟨U+202E⟩") >= 12
    assert "⟨U+200B⟩" in text
    for _, attributes in page.tags:
        for value in attributes.values():
            assert HOSTILE[:8] not in (value or "")


@pytest.mark.parametrize(
    ("sign", "shown"),
    [
        ("\u202e", "⟨U+202E⟩"),
        ("\u200d", "⟨U+200D⟩"),
        ("\ufeff", "⟨U+FEFF⟩"),
        ("\u2066", "⟨U+2066⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("\u3164", "⟨U+3164⟩"),
        ("\0", "⟨U+0000⟩"),
        ("\n", "⟨U+000A⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("中文 é", "中文 é"),
    ],
)
def test_what_has_no_shape_is_written_out(sign: str, shown: str) -> None:
    assert report.visible(f"a{sign}b") == f"a{shown}b"


def test_it_changes_with_what_is_disclosed_and_with_nothing_else(tmp_path: Path) -> None:
    first = pages(story(), tmp_path / "1")
    again = pages(story(), tmp_path / "2")
    assert first == again
    log = story()
    at = next(n for n, e in enumerate(log.entries) if e.facts().get("verdict") == "refuse")
    leaves = [leaf_line(n, entry) for n, entry in enumerate(log.entries)]
    leaves[at] = leaf_line(at, log.entries[at], hide=("person_name", "reason"))
    withheld = pages(log, tmp_path / "3", leaves=leaves)
    assert withheld["en"] != first["en"]
    chain = withheld["en"][
        withheld["en"].index('id="decisions"') : withheld["en"].index('id="asked"')
    ]
    assert "It copies a registered work." not in chain
    assert "5 facts of the events shown are withheld" in withheld["en"]


def test_a_swapped_decision_in_the_page_differs_from_the_page_made_of_the_evidence(
    tmp_path: Path,
) -> None:
    honest = pages(story(), tmp_path / "1")["en"]
    forged = honest.replace(">Refused<", ">Approved<", 1)
    assert forged != honest
    assert pages(story(), tmp_path / "2")["en"] == honest


def test_events_of_one_work_are_one_chain_whatever_came_first(tmp_path: Path) -> None:
    log = Log()
    published(log, "a")
    published(log, "c")
    told = report.Telling()
    for n, entry in enumerate(log.entries):
        told.take(n, event=entry.event, facts=entry.facts(), hidden=0)
    first, second = told.works()
    assert {step.leaf for step in first.steps} == set(range(13))
    assert {step.leaf for step in second.steps} == set(range(13, 26))
    assert [step.leaf for step in first.steps] == sorted(step.leaf for step in first.steps)
    assert "job-a" in first.ids
    assert "pub-a" in first.ids


def test_beyond_the_most_works_the_page_counts_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MOST_WORKS", 2)
    text = pages(story(), tmp_path)["en"]
    assert text.count('class="sheet custody"') == 2
    assert "events of further works are not told here" in text


def test_only_the_clauses_that_were_cited_are_listed(tmp_path: Path) -> None:
    more = {"eu.x.1": Clause(title="EU", source="OJ", text={"en": "Never cited.", "zh": "x"})}
    text = pages(story(), tmp_path, clauses={**CLAUSES, **more})["en"]
    assert "Never cited." not in text
    bag = tmp_path / "unpacked/evidence"
    assert "eu.x.1" in json.loads((bag / "data/clauses.json").read_bytes())


def test_an_empty_selection_still_makes_a_page(tmp_path: Path) -> None:
    text = pages(story(), tmp_path, shown=[0], manifests={})["en"]
    assert "Nothing was published." in text
    assert "of this log are not shown here" in text
    assert evidence(story()).scope == "all"


@pytest.mark.browser
def test_chromium_shows_it_with_its_style_and_without_a_complaint(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Chromium")
    pages(story(), tmp_path)
    page = tmp_path / "unpacked/evidence/data/report/index.html"
    said = subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--enable-logging=stderr", "--v=0",
            f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1200,2000",
            f"--screenshot={tmp_path / 'page.png'}", page.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "CONSOLE" not in said.stderr
    assert (tmp_path / "page.png").stat().st_size > 50_000
