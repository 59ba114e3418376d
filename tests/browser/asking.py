"""What is asked of every page, each as a list of what is wrong with it: empty is well."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_ROLES = (
    "button link textbox searchbox combobox checkbox radio slider spinbutton listbox option tab "
    "menuitem switch image meter progressbar dialog region navigation complementary "
    "DisclosureTriangle"
)
MUST_BE_NAMED = frozenset(_ROLES.split())
# The same role twice is told apart by its name; a page has one of each of these.
ONCE = ("banner", "main")
LANDMARKS = (*ONCE, "navigation", "complementary", "region", "form", "search", "contentinfo")


def axe(page: Page, rules: Iterable[str] = ()) -> list[str]:
    """Return what axe finds, by all its rules or by some rules and tags: each with its first places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_script())
        page.evaluate(_UNDER_PSEUDO)
    only = {"runOnly": list(rules)} if rules else {}
    told = {"resultTypes": ["violations"], **only}
    found: list[str] = page.evaluate(
        "(told) => axe.run(told).then(({ violations }) => violations.map((one) =>"
        " `${one.id}: ` + one.nodes.slice(0, 3).map((at) => at.html.slice(0, 160)).join(' | ')))",
        told,
    )
    return found


# Otherwise axe looks at each text's ::before and ::after, up to the root, only to answer "incomplete"
# where one has a background: nine tenths of its time, and fewer contrasts decided.
_UNDER_PSEUDO = "axe.configure({checks: [{id: 'color-contrast', options: {ignorePseudo: true}}]})"


@cache
def _axe_script() -> str:
    return str(Axe().axe_script)


def nameless(page: Page) -> list[str]:
    """Return what a screen reader would call by its role alone. Source: Chromium's own tree."""
    wrong, seen = [], {}
    for node in _tree(page):
        role, name = _value(node, "role"), _value(node, "name")
        if role in MUST_BE_NAMED and not name.strip():
            wrong.append(f"{role} without a name")
        if role in LANDMARKS:
            seen.setdefault(role, []).append(name)
    for role in ONCE:
        if len(seen.get(role, [])) != 1:
            wrong.append(f"{len(seen.get(role, []))} landmarks {role}")
    for role, names in seen.items():
        # A form without a name is no landmark, whatever Chromium's tree calls it.
        twice = {name for name in names if names.count(name) > 1} - (
            {""} if role == "form" else set()
        )
        if role not in ONCE and twice:
            wrong.append(f"two landmarks {role} are called {sorted(twice)}")
    return wrong


def outline(page: Page) -> list[str]:
    """Return where the headings do not begin at one or skip a level."""
    levels = page.evaluate(
        "[...document.querySelectorAll('main h1, main h2, main h3, main h4, aside h2, aside h3')]"
        ".filter((one) => one.checkVisibility() && !one.closest('dialog'))"
        ".map((one) => [Number(one.tagName[1]), one.textContent.trim().slice(0, 40)])"
    )
    wrong = [] if sum(level == 1 for level, _ in levels) == 1 else ["there is not one h1"]
    # An aside may stand before the page's main heading, so it counts from the second level.
    before = 1
    for level, text in levels:
        if level > before + 1:
            wrong.append(f"h{level} “{text}” after h{before}")
        before = max(level, 1)
    return wrong


def sideways(page: Page, *, width: int, height: int = 900) -> list[str]:
    """Return what is wider than a window of ``width``, which the window then has."""
    page.set_viewport_size({"width": width, "height": height})
    over = page.evaluate(_SIDEWAYS)
    return [f"{width} px: {one}" for one in over]


_SIDEWAYS = """() => {
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over <= 0) return [];
  const wide = [...document.body.querySelectorAll('*')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && one.checkVisibility())
    .slice(-2).map((one) => one.outerHTML.slice(0, 90));
  return [`${over} px too wide: ${wide.join(' ')}`];
}"""


def moving(page: Page) -> list[str]:
    """Return what still moves for a person who asked for stillness, as ``page`` was told to."""
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('*')].filter((one) => { const s = getComputedStyle(one);"
        " return s.transitionDuration.split(', ').some((d) => parseFloat(d) > 0)"
        " && s.transitionProperty !== 'none' || s.animationName !== 'none'; })"
        ".slice(0, 3).map((one) => one.outerHTML.slice(0, 90))"
    )
    return found


# Names and abbreviations that stand in a Chinese sentence as they are.
_NAMES = (
    "Colophon AI AIGC PNG JPEG JPG TXT PDF C2PA IPTC TC260 RFC SHA UTC TEST URL HTTP API ID SLA "
    "PostgreSQL SQL bubblewrap EU CN US-CA kB MB GB KB px Ctrl Alt Shift Enter Esc Space Del Tab Backspace sha256 min "
    "English CSV JSON XML SSE GPU CPU v h d s ms DCO ISO P p50 p95 p99 "
    "Wilson Krippendorff rrggbb SB"
)
STAYS = frozenset(_NAMES.split())
# Identifiers: a dot, an underscore, a hyphen or a digit inside; rule packs, engines, versions, mails.
_IDENTIFIER = re.compile(r"^[\w.@/:+-]*[._@/:\d][\w.@/:+-]*$|^[a-z]+(-[a-z0-9]+)+$")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_.@/:+'’-]*")

_TEXTS = """() => {
  const said = [];
  const lang = (node) => node.closest('[lang]')?.getAttribute('lang') ?? '';
  const skip = 'script, style, code, kbd, cite, .hash, .who, time, dialog#keys dt, pre, samp,'
    + ' .diff.serif bdi, [translate="no"]';
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.nodeValue.trim();
    const at = walk.currentNode.parentElement;
    if (!text || at.closest(skip) || !lang(at).startsWith('zh')) continue;
    // Between two boxes of invisible characters stands a piece of what somebody wrote, not all of it.
    if (at.closest('bdi')?.querySelector('.ghost')) continue;
    // An option that is called what it sends is an identifier, and no element can stand in it.
    if (at.matches('option') && at.value === text) continue;
    said.push([text, at.closest('bdi, textarea') !== null, at.tagName.toLowerCase()]);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-does']) {
    for (const at of document.querySelectorAll(`[${name}]`)) {
      if (at.closest(skip) || !lang(at).startsWith('zh')) continue;
      // “Cancel: the title that somebody gave”: what follows the colon is theirs.
      const text = at.getAttribute(name).split(/: |：/)[0].trim();
      if (text) said.push([text, name === 'alt' || name === 'title', `@${name}`]);
    }
  }
  said.push([document.title, true, 'title']);
  return said;
}"""


def untranslated(page: Page, *, own: Iterable[str]) -> list[str]:
    """Return Latin words on a Chinese page that are neither names nor what people wrote themselves.

    What people wrote stands in ``bdi``, or where no element can, under ``translate="no"``, which
    is not read; of the former only a text that is word for word one of our own sentences is
    wrong: a short name of ours that went through as if somebody had written it.
    ``own`` are names that the stage itself gave (people, projects, titles), for attributes.
    """
    names = sorted(own, key=len, reverse=True)
    wrong = []
    for text, from_outside, where in page.evaluate(_TEXTS):
        if from_outside:
            if text not in names and text.casefold() in _our_sentences():
                wrong.append(f"{where}: {text!r} is ours and not translated")
            continue
        rest = text
        for name in names:
            rest = rest.replace(name, "")
        left = [one for one in _LATIN.findall(rest) if not _stays(one.strip("."))]
        if left:
            wrong.append(f"{where}: {' '.join(left)[:60]!r} in {text[:80]!r}")
    return wrong


def _stays(word: str) -> bool:
    return word in STAYS or bool(_IDENTIFIER.match(word)) or len(word) == 1


@cache
def _our_sentences() -> frozenset[str]:
    """Return every English sentence that has a translation, and the short names of our tables."""
    from colophon.web import words
    from colophon.web.templatetags.colophon import KINDS

    po = words.read_po(words.LOCALE / words.TARGET / "LC_MESSAGES/django.po")
    short = {name for kind in KINDS.values() for name in kind if name.isascii() and "-" not in name}
    return frozenset(one.casefold() for one in {*po, *short} if one.isascii() and len(one) > 2)


def planted(page: Page) -> list[str]:
    """Return elements and attributes that only a stored payload can have put on the page."""
    found: list[str] = page.evaluate(_PLANTED)
    return found


_PLANTED = """() => {
  const wrong = [];
  const ours = ['/static/'];
  for (const at of document.querySelectorAll('*')) {
    // Only of what is wrong: of every element it would write the page as often as it has elements.
    const where = () => at.outerHTML.slice(0, 120);
    for (const one of at.attributes) {
      if (one.name.startsWith('on') || one.name === 'style' && !at.matches('.split')) {
        wrong.push(`${one.name} on ${where()}`);
      }
      if (['href', 'src', 'action', 'formaction', 'xlink:href', 'data'].includes(one.name)) {
        const url = new URL(one.value, location.href);
        if (!['http:', 'https:'].includes(url.protocol)) wrong.push(`${url.protocol} in ${where()}`);
        if (!['127.0.0.1', 'localhost'].includes(url.hostname)) wrong.push(`${url.host} in ${where()}`);
      }
    }
    if (at.matches('iframe, object, embed, base, marquee, math, template:not(#load-row), noscript, foreignObject,'
      + ' style, video, audio, meta[http-equiv]')) wrong.push(where());
    if (at.matches('script') && !ours.some((one) => new URL(at.src).pathname.startsWith(one))) wrong.push(where());
    if (at.closest('bdi') && !at.matches('bdi, span.ghost')) wrong.push(`inside bdi: ${where()}`);
  }
  return wrong.slice(0, 5);
}"""


def _tree(page: Page) -> list[dict[str, Any]]:
    session = page.context.new_cdp_session(page)
    try:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        session.detach()
    return [node for node in nodes if not node.get("ignored")]


def _value(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", ""))
