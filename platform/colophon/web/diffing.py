"""What changed between two wordings, word by word: English by words, Chinese by characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST = 6000
"""Pieces compared word by word; what is longer is compared line by line."""
_PIECES = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff]|[^\W_]+(?:['’][^\W_]+)*|\s+|.", re.DOTALL
)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that both hold, or only the new one, or only the old one."""

    kind: str
    """``same``, ``added`` or ``removed``."""
    text: str


def diff(before: str, after: str) -> list[Piece]:
    """Return ``after`` as pieces, with what was removed standing where it stood."""
    cut = _PIECES if len(before) + len(after) < 40_000 else _LINES
    old, new = _cut(cut, before), _cut(cut, after)
    if len(old) + len(new) > MOST:
        old, new = _cut(_LINES, before), _cut(_LINES, after)
    return _joined(_pieces(old, new))


def counts(pieces: Sequence[Piece]) -> dict[str, int]:
    """Return how many words or characters were added and removed."""
    found = {"added": 0, "removed": 0}
    for one in pieces:
        if one.kind in found:
            words = [part for part in _cut(_PIECES, one.text) if not part.isspace()]
            found[one.kind] += len(words)
    return found


def _cut(by: re.Pattern[str], text: str) -> list[str]:
    return by.findall(text)


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(new[c:d]))
            continue
        if b > a:
            yield Piece("removed", "".join(old[a:b]))
        if d > c:
            yield Piece("added", "".join(new[c:d]))


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Let a blank between two changes belong to them: “red old” → “blue new” is one change."""
    held: list[Piece] = []
    for one in pieces:
        blank = one.kind == "same" and one.text.isspace() and "\n" not in one.text
        held.append(Piece("blank", one.text) if blank else one)
    found: list[Piece] = []
    for at, one in enumerate(held):
        near = {two.kind for two in held[max(0, at - 1) : at + 2]} - {"blank"}
        if one.kind != "blank":
            found.append(one)
        elif "same" in near or len(near) == 0 or at in (0, len(held) - 1):
            found.append(Piece("same", one.text))
        else:
            found += [Piece("removed", one.text), Piece("added", one.text)]
    return _merged(found)


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Put what was removed before what was added within each change, and join equal neighbours."""
    found: list[Piece] = []
    run: dict[str, str] = {"removed": "", "added": ""}

    def close() -> None:
        found.extend(Piece(kind, text) for kind, text in run.items() if text)
        run.update(removed="", added="")

    for one in pieces:
        if one.kind != "same":
            run[one.kind] += one.text
            continue
        close()
        if found and found[-1].kind == "same":
            found[-1] = Piece("same", found[-1].text + one.text)
        else:
            found.append(one)
    close()
    return found
