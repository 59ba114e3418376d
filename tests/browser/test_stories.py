"""What people do, at the keyboard, in a real browser against the real stack."""

from __future__ import annotations

import re

import pytest
from stage import PAYLOADS
from visiting import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_reviewer_looks_decides_and_goes_on_without_a_mouse(stage, visitor):
    reviewer = visitor()
    reviewer.sign_in("reviewer")
    page = reviewer.page
    reviewer.go("/console")
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/console/[0-9a-f-]{36}"))
    first = page.url
    title = page.locator("h1").inner_text()
    page.wait_for_selector("#claim:has-text('Yours until')")
    assert page.locator("input[value=approve]").is_disabled(), "the riskiest case is stopped"
    assert "Cannot be approved" in page.locator("#why-not").inner_text()
    page.keyboard.press("x")
    assert page.locator("input[value=refuse]").is_checked()
    assert page.locator("#clause").input_value().startswith("house.near-copy")
    assert page.locator("#reason").input_value(), "the clause's own words are offered"
    page.keyboard.press("Enter")
    page.wait_for_selector(".note.success")
    assert page.url != first
    note = page.locator(".note.success").inner_text()
    assert title in note
    assert "Refused" in note
    assert page.evaluate("document.activeElement.id") == "case-title"


def test_a_reason_may_be_typed_and_enter_never_skips(stage, visitor):
    reviewer = visitor()
    reviewer.sign_in("reviewer")
    page = reviewer.page
    reviewer.go(f"/console/{stage['releases']['more0']}")
    page.wait_for_selector("#claim:has-text('Yours until')")
    page.keyboard.press("r")
    page.keyboard.press("m")
    page.keyboard.press("Control+a")
    page.keyboard.type("Leave room for the title at the top left; a and x are letters here.")
    assert page.locator("input[value=return]").is_checked(), "letters in a field are letters"
    if not page.locator("#clause").input_value():
        page.locator("#clause").select_option(index=1)
    page.locator("#reason").press("Enter")
    page.wait_for_selector(".note.success")
    assert "Returned" in page.locator(".note.success").inner_text()


def test_the_draft_of_a_decision_is_there_on_any_machine(stage, visitor):
    reviewer = visitor()
    reviewer.sign_in("reviewer")
    page = reviewer.page
    reviewer.go(f"/console/{stage['releases']['more1']}")
    page.keyboard.press("h")
    page.locator("#reason").fill("Ask the museum first.")
    page.wait_for_selector("#draft:has-text('Draft kept')")
    elsewhere = visitor()
    elsewhere.sign_in("reviewer")
    elsewhere.go(f"/console/{stage['releases']['more1']}")
    page = elsewhere.page
    assert page.locator("#reason").input_value() == "Ask the museum first."
    assert page.locator("input[value=hold]").is_checked()


def test_two_reviewers_at_one_case_the_second_is_told_who_has_it(stage, visitor):
    first, second = visitor(), visitor()
    first.sign_in("reviewer")
    second.sign_in("approver")
    path = f"/console/{stage['releases']['more2']}"
    first.go(path)
    first.page.wait_for_selector("#claim:has-text('Yours until')")
    second.go(path)
    assert "has this case until" in second.page.locator(".case-head").inner_text()


def test_a_refused_prompt_shows_its_span_and_the_wording_that_passes_runs(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    author.go(f"/studio?recall={stage['refused_job']}")
    gate = page.locator("#gate")
    assert gate.locator("mark").inner_text() == "Moonberry Cola"
    assert "house.word-bank" in gate.inner_text()
    page.keyboard.press("Alt+u")
    until(page, "!document.querySelector('#gate .find-row.open')")
    assert "Moonberry" not in page.locator("#prompt").input_value()
    page.locator("#title").fill("Harbour at night, by keyboard")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("recall="))
    page.locator("#running .card", has_text="Harbour at night, by keyboard").wait_for(
        timeout=40_000
    )


def test_what_binds_is_shown_while_the_prompt_is_being_written(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    author.go("/studio")
    page.locator("#prompt").type("a moon over a Moonberry Cola sign")
    page.wait_for_selector("#gate .find-row.open mark")
    assert page.locator("#gate mark").first.inner_text() == "Moonberry Cola"


def test_events_reach_the_page_as_they_happen(stage, visitor):
    author, watcher = visitor(), visitor()
    author.sign_in("author")
    watcher.sign_in("author")
    watcher.go("/works")
    watcher.page.evaluate(
        "() => { window.heard = [];"
        " document.body.addEventListener('live', (e) => window.heard.push(e.detail.kind)); }"
    )
    author.go("/studio")
    author.page.locator("#prompt").fill("a small boat on a lake")
    author.page.keyboard.press("Control+Enter")
    until(watcher.page, "window.heard.includes('job')", seconds=30)
    assert not watcher.page.evaluate("document.body.hasAttribute('data-polling')")


def test_an_author_sees_how_each_destination_stands_and_asks(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    author.go(f"/works/{stage['works']['edited']}")
    page.locator("input[value=CN]").uncheck()
    until(page, "document.querySelectorAll('#asking > ul > li').length === 2")
    page.keyboard.press("r")
    page.wait_for_selector(".note.success")
    assert page.locator(".head .state[data-state=in_review]").count() == 1


def test_hostile_text_is_inert_and_its_ghosts_are_seen(stage, visitor):
    works, releases = stage["works"], stage["releases"]
    author, reviewer, auditor = visitor(), visitor(), visitor()
    author.sign_in("author")
    reviewer.sign_in("reviewer")
    auditor.sign_in("auditor")
    for name in [one for one in works if one.startswith("hostile")]:
        author.go(f"/works/{works[name]}")
    for path in ("/works", "/studio", "/works?q=%3Cscript%3Ealert(1)%3C/script%3E"):
        author.go(path)
        author.page.wait_for_timeout(300)
    for name in ("hostile", "hostile_scene"):
        reviewer.go(f"/console/{releases[name]}")
        reviewer.page.wait_for_timeout(300)
    reviewer.go("/console")
    auditor.go("/audit")
    ghosts = author.page.evaluate("document.querySelectorAll('.ghost').length")
    author.go(f"/works/{works['hostile7']}")
    assert "U+202E" in author.page.locator("h1").inner_text()
    assert ghosts or author.page.locator(".ghost").count()
    assert len(PAYLOADS) == 10
    for visited in (author, reviewer, auditor):
        planted = visited.page.evaluate(
            "document.querySelectorAll('bdi img, bdi svg, bdi script, bdi iframe, bdi math').length"
        )
        assert planted == 0


def test_a_hostile_reason_is_shown_to_the_author_as_text(stage, visitor):
    reviewer, author = visitor(), visitor()
    reviewer.sign_in("reviewer")
    page = reviewer.page
    reviewer.go(f"/console/{stage['releases']['hostile']}")
    page.wait_for_selector("#claim:has-text('Yours until')")
    page.keyboard.press("r")
    page.locator("#clause").select_option(index=1)
    page.locator("#reason").fill(
        "<script>alert(1)</script> \u202ereversed <img src=x onerror=alert(2)>"
    )
    page.locator("#submit").click()
    page.wait_for_selector(".note.success")
    author.sign_in("author")
    author.go(f"/works/{stage['works']['hostile1']}")
    assert "<script>alert(1)</script>" in author.page.locator(".note.unsure").first.inner_text()
    assert "U+202E" in author.page.locator(".note.unsure").first.inner_text()


def test_theme_and_language_stay_with_the_person(stage, visitor):
    person = visitor()
    person.sign_in("keeper")
    page = person.page
    person.go("/works")
    page.click("button[value=dark]")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.click("button[value='zh-hans']")
    assert page.get_attribute("html", "lang") == "zh-Hans"
    again = visitor()
    again.sign_in("keeper", language=None)
    again.go("/works")
    assert again.page.get_attribute("html", "lang") == "zh-Hans"
    assert again.page.get_attribute("html", "data-theme") == "dark"
    again.page.click("button[value=en]")
    again.page.click("button[value=light]")
    again.page.click("button[name=theme][value='']")
    assert again.page.get_attribute("html", "data-theme") is None


def test_the_list_of_keys_opens_and_single_letters_can_be_switched_off(stage, visitor):
    reviewer = visitor()
    reviewer.sign_in("reviewer")
    page = reviewer.page
    reviewer.go("/console")
    page.keyboard.press("?")
    assert page.locator("#keys dt").count() >= 2
    page.locator("[data-keys-off]").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    assert page.url.endswith("/console")
