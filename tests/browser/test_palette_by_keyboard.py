"""Ctrl K, by keyboard alone: find and go, or do what the page offers."""

from __future__ import annotations

import re

import asking
import pytest
from visiting import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def opened(page):
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    return page.locator("#palette input")


def test_a_work_is_found_and_opened_without_a_mouse_and_comes_first_next_time(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    author.go("/studio")
    page.locator("#prompt").focus()
    field = opened(page)
    page.keyboard.type("pagoda")
    until(page, "document.querySelector('#palette [aria-selected=true]')?.id === 'work-1'")
    assert field.get_attribute("aria-activedescendant") == "work-1"
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(stage["works"]["second"]))
    page.wait_for_load_state()
    opened(page)
    until(page, "document.querySelector('#recent-1')")
    assert "Pagoda" in page.locator("#recent-1").inner_text()


def test_what_the_page_offers_can_be_done_from_it(stage, visitor):
    reviewer = visitor()
    reviewer.sign_in("reviewer")
    page = reviewer.page
    reviewer.go(f"/console/{stage['releases']['mirrored']}")
    opened(page)
    page.keyboard.type("escal")
    until(page, "document.querySelector('#palette [aria-selected=true]')?.id.startsWith('act-')")
    page.keyboard.press("Enter")
    assert page.locator("input[value=escalate]").is_checked()
    assert not page.locator("#palette").is_visible()
    opened(page)
    page.keyboard.type("approve")
    until(
        page,
        "!document.querySelector('#palette [data-note]').hidden"
        " || document.querySelector('#palette [aria-selected=true]')",
    )
    assert page.locator("#palette [id^=act-]:visible").count() == 0, "a stopped act is not offered"


def test_it_says_how_many_and_gives_the_focus_back(stage, visitor):
    author = visitor(language="zh", theme="dark")
    author.sign_in("author", language="zh")
    page = author.page
    author.go("/works")
    page.locator("#find").focus()
    opened(page)
    page.keyboard.type("zzzz nothing")
    until(page, "document.querySelector('#palette #search-all')")
    assert "找到" in page.locator("#palette [data-count]").inner_text()
    assert not asking.axe(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "find"
    page.click("button[value=en]")
    # A browser that is closed on its way to another page may wait for it for ever.
    page.wait_for_selector("html[lang=en]", state="attached")
