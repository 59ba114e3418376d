"""A real stack with works in every state, and Chromium that tolerates no error and no stranger."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A page that is left while htmx asks says so; nobody is there any more to be told.
LEFT = ("htmx:sendAbort", "htmx:afterRequest")
HOSTS = {"127.0.0.1", "localhost"}


@dataclass(frozen=True)
class Stage:
    """Where the stack answers, and the ids of what stands in it."""

    said: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.said[name]

    def url(self, path: str) -> str:
        return f"{self.said['origin']}{path}"

    def ask(self, do: str, **more: Any) -> Any:
        """Ask the stage for something by its door (`door.py`)."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.said["door"])
            line.sendall(json.dumps({"do": do, **more}).encode() + b"\n")
            said = json.loads(line.makefile("rb").readline())
        assert "broke" not in said, said["broke"]
        return said


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Start `stage.py` once; it ends when its standard input closes.

    ``STAGE=file.json``, what a `stage.py` that is already up printed, is taken as it is instead.
    """
    if "STAGE" in os.environ:
        yield Stage(json.loads(Path(os.environ["STAGE"]).read_text()))
        return
    home = tmp_path_factory.mktemp("stage", numbered=False) / "home"
    held = {"PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV"}
    env = {name: value for name, value in os.environ.items() if name in held}
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("stage.py")), str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env | {"OMP_NUM_THREADS": "1"},
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, f"the stage did not come up; look into {home}/logs"
        yield Stage(json.loads(line))
    finally:
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=ARGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A person at a browser; whatever goes wrong in it is remembered."""

    stage: Stage
    context: BrowserContext
    page: Page
    trouble: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """HTTP answers of 400 and above that the story brings about itself."""

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.trouble.append(f"page error: {error}"))
        page.on("dialog", self._dialog)
        page.on("request", self._request)

    def go(self, path: str) -> Any:
        return self.page.goto(self.stage.url(path))

    def sign_in(self, part: str, *, language: str | None = "en") -> None:
        """Sign in with what the form sends, but draw no page for it: a story by keyboard shows it.

        ``None`` leaves them the language they have.
        """
        email = part if "@" in part else self.stage["people"][part]
        self._send("/login", email=email, password=self.stage["password"])
        if language is None:
            return
        wanted = {"en": "en", "zh": "zh-Hans"}[language]
        if f'<html lang="{wanted}"' not in self._read("/about/guarantees"):
            self._send("/language", language=wanted.lower())
            assert f'<html lang="{wanted}"' in self._read("/about/guarantees")

    def _send(self, path: str, **said: str) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self._read("/login"))
        assert token, "the page to sign in has no form"
        answer = self.context.request.post(
            self.stage.url(path), form={"csrfmiddlewaretoken": token[1], **said}, max_redirects=0
        )
        assert answer.status == 302, (path, answer.status)

    def _read(self, path: str) -> str:
        answer = self.context.request.get(self.stage.url(path))
        assert answer.status == 200, (path, answer.status)
        return str(answer.text())

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(LEFT):
            told = any(f"status of {status}" in message.text for status in self.expected)
            if not told:
                self.trouble.append(f"console {message.type}: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        host = urlsplit(request.url).hostname
        if host is not None and host not in HOSTS:
            self.trouble.append(f"request to {request.url}")


@pytest.fixture
def visitor(stage: Stage, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens a browser for one person; trouble fails the test at its end."""
    made: list[Visitor] = []

    def open_(*, theme: str = "light", language: str = "en", width: int = 1440) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            locale="zh-CN" if language == "zh" else "en-GB",
        )
        found = Visitor(stage, context, context.new_page())
        found.page.set_default_timeout(15_000)
        found.watch(found.page)
        made.append(found)
        return found

    yield open_
    trouble = [one for found in made for one in found.trouble]
    for found in made:
        found.context.close()
    assert not trouble, "\n".join(trouble)
