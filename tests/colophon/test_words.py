"""The catalogue speaks every sentence, and nothing that nobody says."""

from __future__ import annotations

import hashlib
import re
import tomllib

import polib
import pytest
from django.utils import translation

from colophon.web import ghosts, words

FOLDER = words.LOCALE / words.TARGET / "LC_MESSAGES"
STATIC = words.ROOT / "platform/colophon/web/static/web"


def test_every_sentence_is_translated_and_every_translation_is_of_a_sentence():
    po, mo, missing, stale = words.build()
    assert not missing, f"run python -m colophon.web.words; not translated: {missing[:20]}"
    assert not stale, f"translate nothing: {stale[:20]}"
    assert (FOLDER / "django.po").read_text(encoding="utf-8") == po, "the .po file is stale"
    assert (FOLDER / "django.mo").read_bytes() == mo, "the .mo file is stale"


def test_a_translation_holds_the_same_facts_as_its_sentence():
    for one, said in words.read_po(FOLDER / "django.po").items():
        assert sorted(re.findall(r"\{\w*\}", one)) == sorted(re.findall(r"\{\w*\}", said)), one


def test_other_readers_of_these_formats_read_what_we_wrote():
    po, mo = polib.pofile(str(FOLDER / "django.po")), polib.mofile(str(FOLDER / "django.mo"))
    by_polib = {entry.msgid: entry.msgstr or entry.msgstr_plural.get(0, "") for entry in po}
    assert by_polib == words.read_po(FOLDER / "django.po")
    assert {entry.msgid for entry in mo} == set(by_polib)


def test_the_builder_finds_what_it_should_and_misses_nothing_known(tmp_path, monkeypatch):
    (tmp_path / "platform").mkdir()
    source = (
        'x = msgid("One {a} " "two")\ny = ngettext("{n} cat", "{n} cats", 3)\nz = other("no")\n'
    )
    page = '{% translate "Page" %}{% say \'It “is”\' a=b %}{% count n "{n} dog" "{n} dogs" %}'
    (tmp_path / "platform/a.py").write_text(source)
    (tmp_path / "platform/b.html").write_text(page)
    monkeypatch.setattr(words, "ROOT", tmp_path)
    found = words.collect()
    assert list(found) == ["It “is”", "One {a} two", "Page", "{n} cat", "{n} dog"]
    assert found["{n} cat"].many == "{n} cats"


@pytest.mark.parametrize(
    "bad", ["legal", "safe", "not infringing", "合法", "安全", "原创", "不侵权"]
)
def test_no_sentence_promises_what_no_check_can_know(bad):
    for one, said in words.read_po(FOLDER / "django.po").items():
        where = one if bad.isascii() else said
        assert not re.search(rf"(?<![\w级]){bad}(?!\w)", where) or "Row-level" in one, where


def test_chinese_is_spoken_with_chinese_punctuation():
    for said in words.read_po(FOLDER / "django.po").values():
        assert not re.search(r"[\u4e00-\u9fff][,;!?](?!\d)", said), said
        assert "你" not in said, f"您 for people: {said}"


def test_a_reader_of_chinese_reads_chinese():
    with translation.override("zh-hans"):
        assert translation.gettext("Review queue") == "审核队列"
        assert translation.ngettext("{n} work", "{n} works", 3) == "{n} 件作品"


def test_what_others_wrote_is_served_as_they_published_it():
    held = tomllib.loads((STATIC / "vendored.toml").read_text())["file"]
    for one in held:
        digest = hashlib.sha256((STATIC / one["path"]).read_bytes()).hexdigest()
        assert digest == one["sha256"], one["path"]
    assert "2.0.11" in (STATIC / "htmx.min.js").read_text()


def test_ghosts_are_shown_as_boxes_and_markup_as_text():
    said = ghosts.shown("<b>a\u202eb\u200bc</b>")
    assert said == (
        '<bdi class="bidi">&lt;b&gt;a<span class="ghost">U+202E</span>b'
        '<span class="ghost">U+200B</span>c&lt;/b&gt;</bdi>'
    )
    assert ghosts.plain('a\u202e"b') == 'a[U+202E]"b'
    assert "U+" not in ghosts.shown("中文 👩‍🚀".replace("\u200d", "")), "ordinary text stays"


def test_nobody_else_can_draw_our_boxes():
    assert "ghost" not in ghosts.shown("\ue000202E\ue001")


def test_no_template_holds_a_style_or_a_script_of_its_own():
    for path in (words.ROOT / "platform/colophon").rglob("templates/**/*.html"):
        if "exports" in path.parts:
            continue  # the report stands alone, outside of any server
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son(?:[a-z]{4,})=|javascript:|\|\s*safe\b", text), (
            path
        )
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path
