"""Every page in both languages and themes: nothing to say for axe or a screen reader, nothing
untranslated, nothing too wide at 390 px or 200 % zoom, nothing that moves; with PICTURES set, a picture of each."""

from __future__ import annotations

import os

import asking
import pytest
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from visiting import SHOTS, pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# A theme changes colours and nothing else, so in the second one only what looks at colours is asked.
OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
# Taken for people who look, since they cost as much again as all that is asked here.
PICTURES = "PICTURES" in os.environ
NARROW = 390
# A window of 1440 x 900 at 200 % is 720 x 450 in the page's own pixels.
ZOOMED = (720, 450)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_one_that_anybody_can_read_and_use(stage, visitor, language):
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
        for theme, options in (("light", DEFAULT_OPTIONS), ("dark", OF_COLOURS)):
            page.emulate_media(color_scheme=theme)
            if PICTURES:
                page.screenshot(path=SHOTS / f"{name}.{language}.{theme}.png", full_page=True)
            wrong += [(name, theme, *one) for one in violations(page, options)]
        wrong += [(name, language, one) for one in asked(page, language=language, stage=stage)]
    assert not wrong, "\n".join(map(str, wrong))


def violations(page, options):
    """Return what axe finds: the rule, and the first places."""
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in Axe().run(page, options=options).response["violations"]
    ]


def asked(page, *, language, stage):
    found = asking.nameless(page) + asking.outline(page)
    found += asking.sideways(page, width=NARROW)
    found += asking.sideways(page, width=ZOOMED[0], height=ZOOMED[1])
    if language == "zh":
        return found + asking.untranslated(page, own=stage["own"])
    return found + asking.moving(page)


def test_a_case_fits_on_one_screen(stage, visitor):
    reviewer = visitor()
    reviewer.sign_in("reviewer")
    for name in ("mirrored", "copied_text", "more3"):
        reviewer.go(f"/console/{stage['releases'][name]}")
        tall = reviewer.page.evaluate("document.documentElement.scrollHeight - innerHeight")
        assert tall <= 0, (name, tall)
        bar = reviewer.page.locator("#decide").bounding_box()
        assert bar["y"] + bar["height"] <= 901, (name, bar)
