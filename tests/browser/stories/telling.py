"""How a story is told: a house of its own, its people at browsers, and pictures when asked for.

``PICTURES=docs pytest tests/browser/stories`` writes a picture of each story's telling moment into
``docs/portal`` and ``docs/console``, in both languages and themes.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colophon.demo import scenario
from colophon.demo.client import Caller

ROOT = Path(__file__).resolve().parents[3]
QUALITY = 62
OTHER = {"en": "zh-hans", "zh-Hans": "en"}


@dataclass
class House:
    """One organisation: callers to prepare with, browsers to act in."""

    key: str
    story: scenario.Story
    open_: Callable[..., Any]

    def caller(self, part: str) -> Caller:
        found: Caller = getattr(self.story.cast, part)
        return found

    def at_browser(self, part: str, *, language: str = "en") -> Any:
        somebody = self.open_(language=language)
        somebody.sign_in(f"{part}@{self.key}.test", language=language)
        return somebody

    def project(self, name: str, destinations: list[str], purpose: str = "campaign") -> str:
        made = self.caller("author").post(
            "/projects", {"name": name, "destinations": destinations, "purpose": purpose}
        )
        self.story.project = made["id"]
        return str(made["id"])

    def picture(self, prompt: str, title: str, *, seed: int = 7) -> Any:
        size = {"width": 960, "height": 720}
        return scenario.generate(
            self.story,
            engine="house_scene",
            prompt=prompt,
            title=title,
            seed=seed,
            parameters=size,
        )

    def asks(self, work: Any, destinations: list[str]) -> Any:
        return scenario.ask_release(self.story, work, destinations=destinations)


def decides(
    reviewer: Any, release: Any, verdict: str, *, reason: str = "", clause: str = ""
) -> str:
    """Decide a case at the keyboard; return the note that says what became of it."""
    page = reviewer.page
    reviewer.go(f"/console/{release['id']}")
    page.wait_for_selector("#claim:has-text('Yours until'), #claim:has-text('由您领取至')")
    keys = {"approve": "a", "confirm": "a", "return": "r", "refuse": "x", "send_back": "b"}
    page.locator("body").press(keys[verdict])
    assert page.locator(f"input[value={verdict}]").is_checked()
    if clause:
        page.locator("#clause").select_option(clause)
    if reason:
        page.locator("#reason").fill(reason)
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.url.endswith(release["id"])
    ) as told:
        page.locator("#submit").click()
    assert told.value.ok, told.value.status
    page.wait_for_selector(".note.success, #just .just")
    return str(page.locator("body").inner_text())


def brings(page: Any, file: Path, *, title: str, tool: str, share: int) -> str:
    """Bring a file in at the page that stands open, once it has come whole; return the work's id."""
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator("#ready [name^='title.']").fill(title)
    page.locator("#tool").fill(tool)
    page.locator("#ai_share").fill(str(share))
    page.locator("#bringing button.ink").click()
    page.wait_for_url(re.compile("/works/[0-9a-f-]{36}"))
    return str(page.url.rsplit("/", 1)[1].partition("?")[0])


def sees(visitor: Any, path: str, selector: str, *, seconds: float = 40.0) -> Any:
    """Open a page and load it anew until ``selector`` stands on it."""
    visitor.go(path)
    page = visitor.page
    for _ in range(int(seconds)):
        if page.locator(selector).count():
            return page
        page.wait_for_timeout(1000)
        visitor.go(path)
    raise AssertionError(f"{selector} never stood on {path}")


def shoot(visitor: Any, face: str, name: str, *, anew: Callable[[], object] = lambda: None) -> None:
    """Write the page as it stands, in both languages and themes, if pictures were asked for.

    ``anew`` types again what a change of language lets go of.
    """
    if "PICTURES" not in os.environ:
        return
    folder = ROOT / os.environ["PICTURES"] / face
    folder.mkdir(parents=True, exist_ok=True)
    page = visitor.page
    for _ in OTHER:
        language = page.get_attribute("html", "lang")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(400)
            _write(page.screenshot(), folder / f"{name}.{language[:2]}.{theme}.webp")
        page.emulate_media(color_scheme="light")
        page.click(f"button[name=language][value='{OTHER[language]}']")
        page.wait_for_selector(f"html:not([lang='{language}'])", state="attached")
        anew()


def _write(png: bytes, to: Path) -> None:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as whole:
        whole.convert("RGB").save(to, "WEBP", quality=QUALITY, method=6)
