"""T11: 500 stored payloads in everything people write, over every page that reads it.

No dialog, no violation of the policy, no error, no request to a stranger (`Visitor` remembers all
four), and nothing in the document that only a payload can have put there.
"""

from __future__ import annotations

import os
import re

import asking
import pytest
from hostile import DOMAIN, PLAIN, PLANTED
from payloads import LONGEST, payloads

from colophon.web import ghosts

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Streams, answers that are no pages, and doors: what they hold is held by other tests.
NOT_PAGES = ("api/", "live", "livez", "readyz", "logout", "static", "about/parts", "join/")
MOST_OLDER = 20
ALWAYS = ("/works/0", "/console/0", "/prompts", "/queues", "/p/", "/notes")
"""Where an address begins of which every run reads each second one; ``HOSTILE=1`` reads all."""


def test_no_column_for_text_was_forgotten():
    from django.apps import apps
    from django.db.models import CharField, TextField

    known = PLANTED
    columns = [
        f"{model.__name__}.{column.name}"
        for model in apps.get_models()
        if model.__name__ == "Organisation" or any(f.name == "tenant" for f in model._meta.fields)
        for column in model._meta.fields
        if isinstance(column, CharField | TextField) and not column.choices
        if (column.max_length or LONGEST) >= 40 and model._meta.managed
        if not column.name.endswith("sha256") and column.name not in PLAIN
    ]
    assert not sorted(set(columns) - known), "say in hostile.py what becomes of these"
    assert not known - {one for one in known if one in columns or one.split(".")[1] in PLAIN}


@pytest.fixture(scope="module")
def hostile(stage):
    return stage.ask("hostile")


def test_there_are_500_of_them_and_no_two_alike():
    assert len(set(payloads())) == len(payloads()) == 500
    assert max(map(len, payloads())) <= LONGEST


def test_every_page_shows_them_as_text(hostile, visitor):
    everything = "HOSTILE" in os.environ
    wrong, seen, read, lost = [], set(), [], []
    for who, paths in _walks(hostile):
        somebody = visitor()
        # A part of a page, opened alone, has no icon, which Chromium then asks for in vain and
        # says no address of; whatever else is lost is in `lost`.
        somebody.expected.add(404)
        somebody.page.on("response", lambda said: lost.append(said.url) if said.status > 399 else 0)
        if who:
            somebody.sign_in(f"{who}@{DOMAIN}")  # holds every role
        for path in paths if everything else [one for one in paths if one.startswith(ALWAYS)][::2]:
            if not _is_page(somebody, path):
                continue
            somebody.go(path)
            read.append(path)
            wrong += [f"{path}: {one}" for one in asking.planted(somebody.page)]
            seen |= _shown(somebody.page)
        if who == "author":
            wrong += _older(somebody, "/works", seen, most=MOST_OLDER if everything else 1)
    told = f"{len(payloads())} payloads in {len(PLANTED)} columns, {len(read)} pages read"
    print(told, f"{len(seen)} payloads seen whole", sep=", ")
    assert not wrong + lost, "\n".join([told, *wrong[:20], *lost[:5]])
    assert len(read) > (60 if everything else 8)
    if everything:
        # Ghosts are shown as boxes, so that those payloads do not stand there letter for letter.
        missing = [one for one in payloads() if one not in seen and ghosts.plain(one) == one]
        assert not missing, f"payloads that no page showed: {missing[:5]}"


def test_the_palette_shows_them_as_text(hostile, visitor):
    author = visitor()
    author.sign_in(f"author@{DOMAIN}")
    author.go("/works")
    for words in ("alert", "svg", "script", "javascript", "\u202e", "evil"):
        author.page.keyboard.press("Control+k")
        author.page.keyboard.type(words)
        author.page.wait_for_selector("#search-all")
        assert not asking.planted(author.page)
        author.page.keyboard.press("Escape")
        author.page.wait_for_selector("#palette", state="hidden")


def _is_page(somebody, path):
    """Tell whether a visit ends on a page: asked without the browser, which trips over the rest."""
    answer = somebody.context.request.get(somebody.stage.url(path))
    assert answer.status < 500, (path, answer.status)
    return answer.status == 200 and "text/html" in answer.headers.get("content-type", "")


def _walks(hostile):
    """Return who reads what: all that its author sees, the cases as a reviewer, what is public."""
    yield "author", list(_addresses(hostile))
    cases = [f"/console/{row}" for row in hostile["releases"]]
    yield "reviewer", ["/console", *cases, *(f"{one}/labels" for one in cases[:2])]
    yield None, ["/login", *(f"/p/{row}" for row in hostile["ids"]["publication_id"])]


def _older(somebody, path, seen, *, most):
    """Follow the link to older rows to its end."""
    wrong = []
    somebody.go(path)
    for _ in range(most):
        wrong += [f"{somebody.page.url}: {one}" for one in asking.planted(somebody.page)]
        seen |= _shown(somebody.page)
        link = somebody.page.locator("a[rel=next], a:text-is('Older')").first
        if not link.count():
            break
        link.click()
        somebody.page.wait_for_load_state()
    return wrong


def _addresses(hostile):
    """Return every address that can be looked at, with the hostile house's own ids."""
    from django.urls import get_resolver

    for route in _routes(get_resolver().url_patterns):
        names = re.findall(r"<uuid:(\w+)>", route)
        if route.startswith(NOT_PAGES) or "<str:" in route or "(" in route or len(names) > 1:
            continue
        if not names:
            yield f"/{route}"
            continue
        for row in hostile["ids"].get(names[0], ())[:1]:
            yield "/" + re.sub(r"<uuid:\w+>", row, route)
    for row in hostile["works"][:4]:
        yield f"/works/{row}"
    for row in hostile["releases"][:4]:
        yield f"/console/{row}"
    for row in hostile["ids"]["job_id"][:2]:
        yield f"/studio?recall={row}"


def _routes(patterns, prefix=""):
    from django.urls import URLPattern

    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from _routes(one.url_patterns, route)


def _shown(page):
    """Return the payloads whose whole text stands on the page, letter for letter."""
    text = " ".join(page.evaluate("document.body.innerText").split())
    return {one for one in payloads() if " ".join(one.split()) in text}
