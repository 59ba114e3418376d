"""Text as it is compared: one case, one width, nothing invisible, every offset kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Han characters, as the inside of a character class: unified, compatibility, 々 and 〇."""

# Characters that show nothing (Unicode's Default_Ignorable_Code_Point, DerivedCoreProperties.txt).
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """``text`` and, for each of its characters, the part of the original it was made from."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original that characters ``start`` to ``end`` came from."""
        return self.starts[start], self.ends[end - 1]


def normal(text: str) -> Normal:
    """Return ``text`` in NFKC and folded case, without invisible characters.

    Source: Unicode 15.1, definition D147 (toNFKC_Casefold), applied to one character and its
    combining marks at a time, so that each result has a place in the original.
    """
    plain, cluster, invisible = _patterns()
    if plain.fullmatch(text):
        return Normal(text=text.lower(), starts=range(len(text)), ends=range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(text):
        if run := plain.match(text, at):
            pieces.append(run[0].lower())
            starts.extend(range(at, run.end()))
            ends.extend(range(at + 1, run.end() + 1))
            at = run.end()
            continue
        if blank := invisible.match(text, at):
            # A whole run at once: looking behind a million of them from each would never end.
            at = blank.end()
            continue
        found = cluster.match(text, at)
        behind = found.end() if found else at + 1
        shown = invisible.sub("", text[at:behind])
        made = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
        made = invisible.sub("", made)
        if made:
            pieces.append(made)
            starts.extend([at] * len(made))
            ends.extend([behind] * len(made))
        at = behind
    return Normal(text="".join(pieces), starts=starts, ends=ends)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    joins = "".join(
        re.escape(chr(code))
        for code in range(0x20000)
        # Combining marks, the vowels and finals of Hangul, the half-width voicing marks.
        if unicodedata.combining(chr(code)) or 0x1161 <= code <= 0x11FF or code in (0xFF9E, 0xFF9F)
    )
    plain = re.compile(
        rf"[\t\n\r\x20-\x7e\u3001\u3002\u3400-\u4dbf\u4e00-\u9fff]+(?![{INVISIBLE}]*[{joins}])"
    )
    # Ends at its base or at a mark, so that a span never takes in what trails invisibly behind it.
    cluster = re.compile(rf"(?s:.)(?:[{INVISIBLE}]*[{joins}])*")
    return plain, cluster, re.compile(f"[{INVISIBLE}]+")
