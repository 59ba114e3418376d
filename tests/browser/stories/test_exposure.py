"""Hard material in measure: a veil, a budget, a break, and a colleague who takes what is left."""

from __future__ import annotations

import re

import pytest
from telling import shoot
from test_gate import copied, registered
from visiting import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILTER = "getComputedStyle(document.querySelector('.evidence .plate img')).filter"
CLEAR = f"['none', 'grayscale(0) blur(0px)'].includes({FILTER})"
MUTED = "document.querySelector('.evidence audio').muted"


def rules(keeper, **numbers):
    """Set numbers of the house at its care page."""
    keeper.go("/console/care")
    for name, number in numbers.items():
        keeper.page.locator(f"#h-{name}").fill(str(number))
    keeper.page.locator("form[action$='/care/house'] button").click()
    keeper.page.wait_for_selector(".note.success")


def takes_next(somebody):
    """Take the next case from the line by its key; return the title."""
    somebody.go("/console")
    somebody.page.keyboard.press("n")
    somebody.page.wait_for_url(re.compile(r"/console/[0-9a-f-]{36}"))
    somebody.page.wait_for_selector("#claim:has-text('Yours until')")
    return somebody.page.locator("h1").inner_text()


def test_whoever_has_seen_enough_is_offered_other_work_and_a_colleague_takes_the_case(house, stage):
    desk = house(
        "budget",
        "TEST Harbour Picture Desk",
        author=("Ilse Vermeer", "en"),
        reviewer=("Yusuf Kaya", "en"),
        approver=("Hanna Berg", "en"),
        keeper=("Olu Adeyemi", "en"),
    )
    project = desk.project("Harbour archive", ["EU"])
    registered(desk)
    first, second = (
        desk.asks(copied(desk, f"Lake village, {one}"), ["EU"]) for one in ("poster", "banner")
    )
    desk.asks(desk.picture("a lighthouse at dawn", "Lighthouse, card"), ["EU"])
    keeper = desk.at_browser("keeper")
    rules(keeper, items_day=1, break_after=0)

    reviewer = desk.at_browser("reviewer")
    page = reviewer.page
    assert takes_next(reviewer) == "Lake village, poster"
    assert first["id"] in page.url
    assert page.evaluate(FILTER) == "grayscale(1) blur(14px)", "hard material stands behind a veil"
    shoot(reviewer, "console", "budget-veil")
    page.keyboard.down("v")
    until(page, CLEAR)
    page.keyboard.up("v")
    until(page, f"!{CLEAR}")
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Lighthouse, card')")

    reviewer.go(f"/console/{second['id']}")
    page.wait_for_selector("#claim:has-text('as much hard material as one person is given')")
    assert "Colleagues take the hard ones" in page.locator("#claim").inner_text()
    reviewer.go("/console")
    assert "as much hard material" in page.locator("#rest").inner_text()
    shoot(reviewer, "console", "budget-spent")
    assert takes_next(desk.at_browser("approver")) == "Lake village, banner"

    rules(keeper, items_day=60, break_after=1)
    reviewer.go("/console")
    assert "A break of" in page.locator("#rest").inner_text()
    assert page.locator("button[data-key=n]").is_disabled()

    rules(keeper, break_after=0)
    tone = stage.ask("sound", key=desk.key, project=project)
    case = desk.asks(tone, ["EU"])
    reviewer.go("/console/care")
    page.locator("#w-from").select_option("always")
    page.locator("form[action$='/care/mine'] button").click()
    page.wait_for_selector(".note.success")
    reviewer.go(f"/console/{case['id']}")
    until(page, "document.querySelector('.evidence audio').readyState > 0")
    assert page.evaluate(MUTED), "it is silent before anybody asks for it"
    page.keyboard.down("v")
    until(page, f"!{MUTED}")
    page.keyboard.up("v")
    until(page, MUTED)
