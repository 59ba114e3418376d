"""What the gate is for: copies caught, licences honoured, four eyes, appeals, edits that return."""

from __future__ import annotations

import re

import pytest
from telling import brings, decides, sees, shoot
from visiting import until

from colophon.demo import material, scenario

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def registered(house, *, holder="Coast Picture Archive"):
    return house.caller("keeper").upload(
        "/registered-works",
        name="breakwater.png",
        data=scenario.registered_picture(),
        fields={"title": "Breakwater, early light", "right_holder": holder},
    )


def copied(house, title):
    crop = material.mirrored_crop(scenario.registered_picture())
    return scenario.bring_in(house.story, name="crop.png", data=crop, title=title, share=0)


def test_a_near_copy_is_caught_shown_and_refused(house):
    studio = house(
        "copy",
        "TEST Poster Works",
        author=("Bram Jansen", "en"),
        reviewer=("Ayumi Sato", "en"),
        keeper=("Dora Weiss", "en"),
    )
    studio.project("Summer posters", ["EU", "CN"])
    registered(studio)
    work = copied(studio, "Lake village, poster")
    release = studio.asks(work, ["EU", "CN"])
    reviewer = studio.at_browser("reviewer")
    page = reviewer.page
    reviewer.go(f"/console/{release['id']}")
    assert page.locator("#p-pair polygon.line").count() == 2
    assert "Mirrored" in page.locator("#p-pair").inner_text()
    assert "Coast Picture Archive" in page.locator("#p-pair").inner_text()
    assert page.locator("input[value=approve]").is_disabled()
    page.wait_for_selector("#claim:has-text('Yours until')")
    shoot(reviewer, "console", "near-copy")
    page.locator("body").press("2")
    assert page.locator("#p-over svg image").is_visible()
    decides(reviewer, release, "refuse")
    author = studio.at_browser("author")
    sees(author, f"/works/{work['id']}", ".note.stop")
    assert "house.near-copy" in author.page.locator(".note.stop").first.inner_text()


def test_a_licence_on_record_makes_the_copy_a_persons_decision(house):
    studio = house(
        "licence",
        "TEST Coastline Editions",
        author=("Fenna Visser", "en"),
        reviewer=("Omar Aziz", "en"),
        approver=("Grace Lim", "en"),
        keeper=("Paul Meyer", "en"),
    )
    studio.project("Coast calendar", ["EU"])
    source = registered(studio)
    studio.caller("keeper").post(
        f"/registered-works/{source['id']}/licences",
        {"purposes": ["campaign"], "destinations": ["EU"], "attribution": "Coast Picture Archive"},
    )
    release = studio.asks(copied(studio, "Breakwater, June"), ["EU"])
    reviewer = studio.at_browser("reviewer")
    page = reviewer.page
    reviewer.go(f"/console/{release['id']}")
    assert not page.locator("input[value=approve]").is_disabled()
    assert "Coast Picture Archive" in page.locator(".case").inner_text()
    shoot(reviewer, "console", "licensed-hit")
    decides(reviewer, release, "approve", reason="The licence covers a calendar in the EU.")
    if studio.caller("author").get(f"/releases/{release['id']}")["state"] == "second_review":
        decides(studio.at_browser("approver"), release, "confirm", reason="Read the licence.")
    assert scenario.publish(studio.story, release)["id"]


def test_four_eyes_the_second_person_sends_it_back_and_the_first_looks_again(house):
    studio = house(
        "eyes",
        "TEST Two Towers Media",
        author=("Elif Demir", "en"),
        reviewer=("Stefan Ilić", "en"),
        approver=("Naomi Clarke", "en"),
    )
    studio.project("City nights", ["EU", "CN"])
    release = studio.asks(
        studio.picture("a city skyline at night with stars", "Skyline, tram stop"), ["EU", "CN"]
    )
    reviewer, approver = studio.at_browser("reviewer"), studio.at_browser("approver")
    decides(reviewer, release, "approve", reason="Clean.")
    reviewer.go(f"/console/{release['id']}")
    assert "Second review" in reviewer.page.locator(".case-head").inner_text()
    assert reviewer.page.locator("#decide").count() == 0, "who approved first decides no more"
    approver.go(f"/console/{release['id']}")
    shoot(approver, "console", "four-eyes")
    decides(
        approver, release, "send_back", reason="The tower on the left looks like a real building."
    )
    settled = studio.caller("author").get(f"/releases/{release['id']}")
    assert settled["state"] == "in_review"
    page = sees(reviewer, f"/console/{release['id']}", ".case-body")
    assert "Sent back" in page.locator(".case").inner_text() or "Send back" in page.content()


def test_an_appeal_is_heard_by_another_and_overturned(house):
    studio = house(
        "appeal",
        "TEST Meridian Stories",
        author=("Noor el-Amin", "en"),
        reviewer=("Jürgen Falk", "en"),
        approver=("Beatriz Lopes", "en"),
    )
    studio.project("Desert tales", ["EU"])
    work = studio.picture("sand dunes with pyramids at noon", "Desert tales, cover")
    release = studio.asks(work, ["EU"])
    decides(
        studio.at_browser("reviewer"),
        release,
        "refuse",
        clause="house.review",
        reason="It looks like the cover of another house.",
    )
    author = studio.at_browser("author")
    page = sees(author, f"/works/{work['id']}", "#a-words")
    page.locator("details:has(#a-words) > summary").click()
    page.locator("#a-words").fill("The other cover shows a city. Prompt and seed are on this page.")
    page.locator("form:has(#a-words) button.btn").click()
    page.wait_for_selector("section.note:has-text('Appeal')")
    shoot(author, "portal", "appeal-filed")
    first = studio.at_browser("reviewer")
    first.go(f"/console/{release['id']}")
    assert first.page.locator("input[name=outcome]").count() == 0, "never the first decider"
    other = studio.at_browser("approver")
    other.go(f"/console/{release['id']}")

    def answers():
        other.page.locator("body").press("o")
        other.page.locator("#answer").fill("Nothing of the other cover is in this picture.")

    answers()
    shoot(other, "console", "appeal-heard", anew=answers)
    other.page.locator("form.decide button.ink").click()
    other.page.wait_for_selector(".note.success")
    settled = studio.caller("author").get(f"/releases/{release['id']}")
    assert settled["state"] == "in_review"
    sees(author, f"/works/{work['id']}", "section.note:has-text('Nothing of the other cover')")


def test_a_returned_picture_comes_back_edited_with_its_parent(house, tmp_path):
    studio = house(
        "edit",
        "TEST Old Keep Books",
        author=("Aino Virtanen", "en"),
        reviewer=("Rashid Khan", "en"),
        approver=("Sophie Laurent", "en"),
    )
    studio.project("The Old Keep", ["EU"])
    work = studio.picture("a castle on a hill at dusk", "The Old Keep, title card")
    release = studio.asks(work, ["EU"])
    decides(
        studio.at_browser("reviewer"),
        release,
        "return",
        clause="house.review",
        reason="Leave a band for the title at the foot.",
    )
    author = studio.at_browser("author")
    page = sees(author, f"/works/{work['id']}", ".note.unsure")
    link = page.locator("figure .plate img").first.get_attribute("src")
    edited = tmp_path / "old-keep-band.png"
    edited.write_bytes(material.edited(author.context.request.get(link).body()))
    page.locator("a[href*='bring-in?parent=']").first.click()
    page.wait_for_url(re.compile("bring-in"))
    again = brings(
        page, edited, title="The Old Keep, with a band", tool="TEST Editor 4.2", share=80
    )
    assert again != work["id"]
    scenario.assessed(studio.caller("author"), again)
    author.go(f"/works/{again}")
    assert page.locator(".head .origin[data-origin=edited]").count() == 1
    shoot(author, "portal", "returned-edit")
    assert "The Old Keep, title card" in page.locator(".lineage").inner_text()
    page.wait_for_selector("#asking button[data-key=r]:not([disabled])")
    page.locator("body").press("r")
    page.wait_for_selector(".note.success")


def test_by_keyboard_alone_from_signing_in_to_a_decision(house):
    studio = house(
        "keys",
        "TEST Quiet Hands",
        author=("Mio Tanaka", "en"),
        reviewer=("Ruth Adler", "en"),
        approver=("Tom Baker", "en"),
    )
    studio.project("Silent film", ["EU"])
    for number in range(2):
        studio.asks(
            studio.picture("a lighthouse at dawn", f"Silent film, card {number}", seed=number),
            ["EU"],
        )
    reviewer = studio.open_()
    page = reviewer.page
    reviewer.go("/login")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "email":
        page.keyboard.press("Tab")
    page.keyboard.type(f"reviewer@{studio.key}.test")
    page.keyboard.press("Tab")
    page.keyboard.type(reviewer.stage["password"])
    page.keyboard.press("Enter")
    page.wait_for_selector("summary.who")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open] [role=option]")
    page.keyboard.type("silent film, card 1")
    until(page, "document.querySelector('#palette [aria-selected=true]')?.id === 'work-1'")
    page.keyboard.press("ArrowDown")
    until(page, "document.querySelector('#palette [aria-selected=true]')?.id === 'case-1'")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/console/"))
    page.wait_for_selector("#claim:has-text('Yours until')")
    first = page.url
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != first)
    assert page.evaluate("document.activeElement.id") == "case-title", "the reader begins anew"
    assert "card 0" in page.locator("#case-title").inner_text()
    shoot(reviewer, "console", "by-keyboard")
