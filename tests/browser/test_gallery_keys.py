"""The gallery without a mouse, in a real browser: move, pick, tag, compare; and the slider by its arrows."""

from __future__ import annotations

import re

import pytest
from visiting import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FOCUSED = (
    "[...document.querySelectorAll('.card')].findIndex(c => c.contains(document.activeElement))"
)
ABREAST = """[...document.querySelectorAll('.card')]
    .filter(c => c.offsetTop === document.querySelector('.card').offsetTop).length"""
CUT = "getComputedStyle(document.querySelector('.split')).getPropertyValue('--cut')"


def test_works_are_walked_picked_tagged_and_compared_by_keyboard(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    author.go("/works?origin=procedural")
    until(page, "document.querySelectorAll('.card a.t[tabindex=\"0\"]').length === 1")
    page.locator(".card a.t").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == 1
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(FOCUSED) == 0
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == page.evaluate(ABREAST)
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    assert page.locator(".pick :checked").count() == 1
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator(".pick :checked").count() == 2
    assert page.locator("[data-picked]").inner_text() == "2 picked"
    page.keyboard.press("t")
    until(page, "document.activeElement.id === 'bulk-tag'")
    page.keyboard.type("by keyboard")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Tags put on')")
    assert "2 done" in page.locator("[role=status]").first.inner_text()
    page.keyboard.press("z")
    page.wait_for_selector("h1:has-text('Tags taken off')")
    author.go("/works?origin=procedural")
    page.locator(".card a.t").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("c")
    page.wait_for_url(re.compile(r"/works/compare\?ids="))
    slider = page.locator(".split > input")
    slider.focus()
    page.keyboard.press("Home")
    assert page.evaluate(CUT) == "0%"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(CUT) == "1%"


def test_slash_leads_to_the_search_of_the_page_and_enter_opens_a_work(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    author.go("/works")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "s"
    page.keyboard.type("lighthouse")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=lighthouse"))
    page.locator(".card a.t").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/works/[0-9a-f-]{36}$"))
    assert "lighthouse" in page.locator("h1").inner_text().lower()


def test_the_enter_key_in_the_tag_field_never_compares(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    author.go("/works")
    page.locator(".card a.t").first.focus()
    page.keyboard.press("t")
    until(page, "document.activeElement.id === 'bulk-tag'")
    assert page.locator(".pick :checked").count() == 1, "a key is about the card that has the focus"
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Tags put on')")


def test_players_that_are_compared_seek_together_and_part_when_told(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    author.go(f"/works/compare?ids={stage['works']['sound220']},{stage['works']['sound330']}")
    at = "[...document.querySelectorAll('audio')].map(one => one.currentTime)"
    until(page, "[...document.querySelectorAll('audio')].every(one => one.readyState > 0)")
    page.evaluate("document.querySelector('audio').currentTime = 1.25")
    until(page, f"{at}.every(one => Math.abs(one - 1.25) < 0.05)")
    page.wait_for_timeout(200)
    page.locator("[data-together] input").uncheck()
    page.evaluate("document.querySelector('audio').currentTime = 0.5")
    page.wait_for_timeout(300)
    first, second = page.evaluate(at)
    assert abs(first - 0.5) < 0.05
    assert abs(second - 1.25) < 0.05
