"""One page, case after case: what was fetched ahead is shown, and what goes wrong loses nothing."""

from __future__ import annotations

import itertools

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_numbers = itertools.count()
HERE = "window.stayed === true"


@pytest.fixture
def desk(house, request):
    """A reviewer at the first of two or more cases, the others in line behind it."""
    studio = house(
        f"onward-{next(_numbers)}",
        "TEST Paper Lantern Press",
        author=("Marit Lunde", "en"),
        reviewer=("Kwame Boateng", "en"),
    )
    studio.project("Lanterns", ["EU"])
    many = getattr(request, "param", 2)
    studio.works = [
        studio.picture("a lighthouse at dawn", f"Lantern {one}", seed=one) for one in range(many)
    ]
    studio.ids = [studio.asks(one, ["EU"])["id"] for one in studio.works]
    reviewer = studio.at_browser("reviewer")
    studio.asked = []
    reviewer.page.on(
        "request",
        lambda request: studio.asked.append((request.method, request.url.rsplit("/", 1)[1])),
    )
    reviewer.go("/console")
    reviewer.page.keyboard.press("n")
    settled(reviewer.page, "Lantern 0")
    studio.reviewer = reviewer
    return studio


def settled(page, title):
    """Wait until the case called ``title`` is shown, its hold is there and the next was fetched."""
    with page.expect_response(
        lambda answer: answer.request.headers.get("x-after") is not None, timeout=30_000
    ):
        page.wait_for_selector(f"#case-title:has-text('{title}')")
    page.wait_for_selector("#claim:has-text('Yours until')")


def approve(page):
    page.keyboard.press("a")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("desk", [3], indirect=True)
def test_the_next_case_comes_into_the_same_page(desk):
    page = desk.reviewer.page
    page.evaluate("window.stayed = true")
    assert ("GET", desk.ids[1]) in desk.asked, "it was fetched while the first was looked at"
    desk.asked.clear()
    page.locator("a.skip").press("Enter")
    approve(page)
    settled(page, "Lantern 1")
    assert page.evaluate(HERE), "no page was loaded anew"
    assert page.url.endswith(desk.ids[1])
    assert "Lantern 1" in page.title()
    assert page.evaluate("document.activeElement.id") == "case-title"
    assert "Lantern 0" in page.locator(".notes, #just").first.inner_text()
    assert ("GET", desk.ids[1]) not in desk.asked, "what was fetched ahead is what is shown"
    assert ("GET", desk.ids[0]) not in desk.asked, "and the one that is done is not next again"
    approve(page)
    page.wait_for_selector("#case-title:has-text('Lantern 2')")
    page.wait_for_selector("#claim:has-text('Yours until')")
    page.go_back()
    page.wait_for_selector("#case-title:has-text('Lantern 1')")
    assert not page.evaluate(HERE), "an earlier case is asked for as it is now"


def test_what_changed_meanwhile_is_asked_for_again(desk):
    page = desk.reviewer.page
    page.evaluate(
        "id => document.body.dispatchEvent(new CustomEvent('live-release', {detail: {id}}))",
        desk.ids[1],
    )
    desk.asked.clear()
    approve(page)
    settled(page, "Lantern 1")
    assert ("GET", desk.ids[1]) in desk.asked


def test_a_refusal_is_shown_in_place_with_what_was_typed(desk):
    page = desk.reviewer.page
    page.evaluate("window.stayed = true")
    page.keyboard.press("r")
    page.locator("#clause").select_option(index=0)
    page.locator("#reason").fill("")
    desk.reviewer.expected.add(422)
    page.locator("#submit").click()
    page.wait_for_selector(".note.stop:has-text('needs a clause and a reason')")
    assert page.evaluate(HERE)
    assert page.locator("input[value=return]").is_checked()
    author = desk.at_browser("author")
    author.go(f"/works/{desk.works[0]['id']}")
    author.page.locator("form[action$='/take-back'] button").click()
    author.page.wait_for_selector(".note.success, .note.info")
    desk.reviewer.expected.add(409)
    page.keyboard.press("a")
    page.locator("#submit").click()
    page.wait_for_selector(".note.stop:has-text('Nothing is to be decided here now')")


def test_a_decision_that_did_not_arrive_is_sent_as_any_form_is(desk):
    page = desk.reviewer.page
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.evaluate("window.stayed = true")
    page.route(f"**/console/{desk.ids[0]}", lose)
    approve(page)
    page.wait_for_selector("#case-title:has-text('Lantern 1')")
    assert lost
    assert not page.evaluate(HERE)
    desk.reviewer.trouble[:] = [one for one in desk.reviewer.trouble if "ERR_FAILED" not in one]


def test_the_last_case_leads_back_to_the_line(desk):
    page = desk.reviewer.page
    approve(page)
    page.wait_for_selector("#case-title:has-text('Lantern 1')")
    page.wait_for_selector("#claim:has-text('Yours until')")
    approve(page)
    page.wait_for_url("**/console")
    assert "Lantern 1" in page.locator("body").inner_text()
