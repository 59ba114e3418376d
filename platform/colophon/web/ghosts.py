"""Text from outside, as a person may safely read it: what shows nothing is shown.

Autoescaping stops markup, but not characters that reorder or hide what stands around them
(security reference, section 4): each is shown as a box with its code, in its own direction.
"""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString

# Controls but tab and line feed; soft hyphen; bidi controls and isolates; zero-width and filler
# characters; line and paragraph separators; variation selectors but the two of emoji; tags.
_GHOSTS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
)


def shown(text: str) -> SafeString:
    """Return ``text`` escaped, isolated in its own direction, its ghosts as boxes."""
    held = escape(_GHOSTS.sub(lambda found: f"\ue000{ord(found[0]):04X}\ue001", _bare(text)))
    boxed = held.replace("\ue000", '<span class="ghost">U+').replace("\ue001", "</span>")
    return SafeString(f'<bdi class="bidi">{boxed}</bdi>')


def plain(text: str) -> str:
    """Return ``text`` with its ghosts as ``[U+202E]``, for attributes and titles."""
    return _GHOSTS.sub(lambda found: f"[U+{ord(found[0]):04X}]", _bare(text))


def _bare(text: str) -> str:
    """Take out the two private characters we mark with: nobody else may draw our boxes."""
    return text.replace("\ue000", "\ufffd").replace("\ue001", "\ufffd")
