"""Every page in both languages and themes: nothing to say for axe or a screen reader, nothing
untranslated, nothing too wide at 390 px or 200 % zoom, nothing that moves; with PICTURES set, a picture of each."""

from __future__ import annotations

import os

import asking
import pytest
from visiting import SHOTS, pages, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# A theme changes colours and nothing else, so in the second one only what looks at colours is asked.
# A language changes words: there, names and the language itself are asked, of Chromium's own tree.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
ASKED: dict[str, tuple[tuple[str, list[str]], ...]] = {
    "en": (("light", []), ("dark", OF_COLOURS)),
    "zh": (),
}
# Taken for people who look, since they cost as much again as all that is asked here.
PICTURES = "PICTURES" in os.environ
NARROW = 390
WIDE = {"width": 1440, "height": 900}
# That window at 200 % is 720 x 450 in the page's own pixels.
ZOOMED = (720, 450)
# Every style, script and font has come, and so has what the page asked for as it opened.
SETTLED = """document.readyState === 'complete' && document.fonts.status === 'loaded'
  && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_one_that_anybody_can_read_and_use(stage, visitor, language):
    SHOTS.mkdir(parents=True, exist_ok=True)
    people, wrong = {}, []
    for name, (who, path) in pages(stage).items():
        if who not in people:
            people[who] = visitor(theme="light", language=language)
            # A colour on its way to another is neither; `asking.moving` looks at this, too.
            people[who].page.emulate_media(reduced_motion="reduce")
            if who:
                people[who].sign_in(who, language=language)
        page = people[who].page
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light")
        answer = people[who].go(path)
        assert answer.status == 200, (path, answer.status)
        until(page, SETTLED)
        for theme in ("light", "dark") if PICTURES else ():
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=SHOTS / f"{name}.{language}.{theme}.png", full_page=True)
        for theme, rules in ASKED[language]:
            page.emulate_media(color_scheme=theme)
            wrong += [(name, theme, one) for one in asking.axe(page, rules)]
        wrong += [(name, language, one) for one in asked(page, language=language, stage=stage)]
    assert not wrong, "\n".join(map(str, wrong))


def asked(page, *, language, stage):
    found = asking.nameless(page)
    if language == "zh":
        assert page.get_attribute("html", "lang") == "zh-Hans"
        found += asking.untranslated(page, own=stage["own"])
    else:
        found += asking.outline(page) + asking.moving(page)
    found += asking.sideways(page, width=NARROW)
    return found + asking.sideways(page, width=ZOOMED[0], height=ZOOMED[1])


def test_a_case_fits_on_one_screen(stage, visitor):
    reviewer = visitor()
    reviewer.sign_in("reviewer")
    for name in ("mirrored", "copied_text", "more3"):
        reviewer.go(f"/console/{stage['releases'][name]}")
        tall = reviewer.page.evaluate("document.documentElement.scrollHeight - innerHeight")
        assert tall <= 0, (name, tall)
        bar = reviewer.page.locator("#decide").bounding_box()
        assert bar["y"] + bar["height"] <= 901, (name, bar)
