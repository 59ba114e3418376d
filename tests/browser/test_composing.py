"""Making and bringing in, in a real browser: the first picture, a grid, files that come in pieces."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from visiting import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PEOPLE = {"author": ("Nia Osei", "en")}


def noise():
    out = io.BytesIO()
    Image.effect_noise((1600, 1400), 120).convert("RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()


def test_a_first_result_stands_there_after_one_press(stage, visitor):
    stage.ask("house", key="empty", name="Empty House", people=PEOPLE)
    author = visitor()
    author.sign_in("author@empty.test")
    page = author.page
    author.go("/")
    page.wait_for_url(re.compile("/start$"))
    presses = 0
    page.keyboard.press("m")
    presses += 1
    page.locator("#start .card img").wait_for(timeout=40_000)
    assert presses <= 3
    page.keyboard.press("o")
    page.wait_for_url(re.compile(r"/works/[0-9a-f-]{36}"))
    page.locator(".proofs img").first.wait_for(timeout=40_000)


def test_a_grid_is_asked_for_followed_and_recalled(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    author.go("/studio")
    page.locator("#prompt").fill("a boat on a lake at noon")
    page.locator("#parameter-width").fill("160")
    page.locator("#parameter-height").fill("120")
    page.locator("summary", has_text="Grid").click()
    page.locator("#columns").select_option("words")
    page.locator("#columns_values").fill("noon, dusk, night")
    page.locator("#variations").fill("2")
    page.locator("#gate", has_text="6 jobs in one submission").wait_for()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/studio/batches/"))
    until(page, "document.querySelectorAll('.matrix .card').length === 6", seconds=60)
    assert page.locator(".matrix thead th").count() == 2
    page.keyboard.press("u")
    page.wait_for_url(re.compile("batch="))
    assert page.locator("#columns_values").input_value()


def test_files_come_in_pieces_and_go_on_after_the_page_was_loaded_anew(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    large = noise()
    assert len(large) > 2 * 1024 * 1024, "at least two pieces"
    author.go("/works/bring-in")
    sent = []

    def cut(route):
        if route.request.method == "PATCH" and len(sent) >= 1:
            return route.abort()
        sent.append(route.request.method) if route.request.method == "PATCH" else None
        return route.continue_()

    page.route("**/works/bring-in/files/**", cut)
    file = {"name": "large.png", "mimeType": "image/png", "buffer": large}
    page.locator("input[type=file]").set_input_files([file])
    until(page, "Number(document.querySelector('#loads progress')?.value) > 0", seconds=20)
    page.wait_for_timeout(300)
    page.unroute("**/works/bring-in/files/**")
    author.trouble[:] = [one for one in author.trouble if "ERR_FAILED" not in one]
    author.go("/works/bring-in")
    assert page.locator("[data-half]").count() == 1, "what came before is still here"
    author.expected.add(422)
    page.locator("input[type=file]").set_input_files(
        [file, {"name": "x.pdf", "mimeType": "image/png", "buffer": b"%PDF-1.4 no picture"}]
    )
    page.locator("#ready > li").wait_for(timeout=30_000)
    page.locator("#loads .word.fail", has_text="application/pdf").wait_for(timeout=15_000)
    assert page.locator("[data-half]").count() == 0
    page.locator("#tool").fill("TEST Editor")
    page.locator("#ai_share").fill("0")
    page.locator("form#bringing .btn.ink").click()
    page.wait_for_url(re.compile(r"/works/[0-9a-f-]{36}"))
    author.trouble[:] = [one for one in author.trouble if "ERR_FAILED" not in one]


def test_bring_in_pressed_too_early_waits_for_the_file_and_says_so(stage, visitor):
    author = visitor()
    author.sign_in("author")
    page = author.page
    author.go("/works/bring-in")
    held = []
    page.route(
        "**/works/bring-in/files/**",
        lambda route: held.append(route) if route.request.method == "PATCH" else route.continue_(),
    )
    page.locator("#tool").fill("TEST Editor")
    page.locator("#ai_share").fill("0")
    text = {"name": "early.txt", "mimeType": "text/plain", "buffer": b"The tide is early today."}
    page.locator("input[type=file]").set_input_files([text])
    page.locator("form#bringing .btn.ink").click()
    page.wait_for_selector("#waits:has-text('still coming')")
    until(page, "document.querySelectorAll('#loads li').length === 1")
    while not held:
        page.wait_for_timeout(20)
    held.pop().continue_()
    page.wait_for_url(re.compile(r"/works/[0-9a-f-]{36}"))
    assert page.locator("h1").inner_text() == "early.txt"
