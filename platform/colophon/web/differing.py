"""What changed between two texts, word by word; in Chinese character by character."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from colophon.web import ghosts

MOST = 6_000
"""Words of one text that are compared; the rest is shown as it is in the second one."""
_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W\u3400-\u9fff\uf900-\ufaff]+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of words that is in both texts, in the first alone (``out``) or the second (``in``)."""

    text: str
    how: str = ""


def pieces(first: str, second: str) -> list[Piece]:
    """Return how ``first`` becomes ``second``; what stands between is told before what replaces it."""
    one, other = _WORD.findall(first)[:MOST], _WORD.findall(second)[:MOST]
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    found: list[Piece] = []
    out = into = ""
    for at, (how, a, b, c, d) in enumerate(steps):
        text = "".join(one[a:b])
        # A space alone between two changes would chop them into words that nobody can follow.
        joins = how == "equal" and not text.strip() and 0 < at < len(steps) - 1
        if how != "equal" or joins:
            out, into = out + text, into + "".join(other[c:d])
            continue
        found += _changed(out, into)
        found.append(Piece(text=text))
        out = into = ""
    return found + _changed(out, into)


def _changed(out: str, into: str) -> list[Piece]:
    return [Piece(text=text, how=how) for text, how in ((out, "out"), (into, "in")) if text]


def shown(first: str, second: str) -> SafeString:
    """Return the difference for a page: struck and washed, and said in words to a screen reader."""
    marks = {
        "": "{}",
        "out": '<del><span class="vh">' + gettext("taken out:") + " </span>{}</del>",
        "in": '<ins><span class="vh">' + gettext("put in:") + " </span>{}</ins>",
    }
    parts = [
        format_html(marks[one.how].replace("{}", "{text}"), text=ghosts.shown(one.text))
        for one in pieces(first, second)
    ]
    return SafeString("".join(parts))


def count(first: str, second: str) -> int:
    """Return how many words were taken out or put in."""
    changed = [one.text for one in pieces(first, second) if one.how]
    return sum(1 for text in changed for word in _WORD.findall(text) if word.strip())
