"""Every page in both languages and themes: nothing to say for axe, and a picture to look at."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from visiting import SHOTS, pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]


# A theme changes colours and nothing else, so in the second one only what looks at colours is asked.
OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_free_of_what_axe_finds(stage, visitor, language):
    SHOTS.mkdir(parents=True, exist_ok=True)
    people, wrong = {}, []
    for name, (who, path) in pages(stage).items():
        if who not in people:
            people[who] = visitor(theme="light", language=language)
            if who:
                people[who].sign_in(who, language=language)
        page = people[who].page
        page.emulate_media(color_scheme="light")
        answer = people[who].go(path)
        assert answer.status == 200, (path, answer.status)
        page.wait_for_load_state("networkidle") if who is None else page.wait_for_timeout(250)
        assert page.locator("h1").count() == 1, f"{name} has not one h1"
        for theme, options in (("light", DEFAULT_OPTIONS), ("dark", OF_COLOURS)):
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=SHOTS / f"{name}.{language}.{theme}.png", full_page=True)
            for violation in Axe().run(page, options=options).response["violations"]:
                nodes = [node["html"][:160] for node in violation["nodes"][:3]]
                wrong.append((name, theme, violation["id"], nodes))
    assert not wrong, "\n".join(map(str, wrong))


def test_no_page_scrolls_sideways_at_390_pixels(stage, visitor):
    people, wide = {}, []
    for name, (who, path) in pages(stage).items():
        if who not in people:
            people[who] = visitor(width=390)
            if who:
                people[who].sign_in(who)
        page = people[who].page
        people[who].go(path)
        page.wait_for_timeout(150)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        page.screenshot(path=SHOTS / f"{name}.390.png", full_page=True)
        if over > 0:
            wide.append((name, over))
    assert not wide, wide


def test_a_case_fits_on_one_screen(stage, visitor):
    reviewer = visitor()
    reviewer.sign_in("reviewer")
    for name in ("mirrored", "copied_text", "more3"):
        reviewer.go(f"/console/{stage['releases'][name]}")
        tall = reviewer.page.evaluate("document.documentElement.scrollHeight - innerHeight")
        assert tall <= 0, (name, tall)
        bar = reviewer.page.locator("#decide").bounding_box()
        assert bar["y"] + bar["height"] <= 901, (name, bar)
