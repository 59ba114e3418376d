"""The label of a text: its own lines at the very top, then an empty line, then the work.

The top serves both: China takes the start of the text, the EU asks for a place near the headline
and not at the end (reference/regulation.md 1.2 and 2.3). Plain text has no container for metadata.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from compliance.marking.errors import CannotMark, LabelNotSufficient

_AI = re.compile(r"人工智能|(?<![A-Z])AI(?![A-Z])|(?<![A-Z])(?:KI|IA)(?![A-Z])")
_MADE = re.compile(r"生成|合成|GENERAT|MODIFIED|GENERIERT|BEARBEITET|GÉNÉRÉ|MODIFIÉ", re.IGNORECASE)


def says_generated(text: str) -> bool:
    """Tell whether ``text`` names both AI and generation, as GB 45438 clause 5.1 asks of a label."""
    return bool(_AI.search(text)) and bool(_MADE.search(text))


def normal(data: bytes) -> str:
    """Return the text in ``data``: UTF-8, no byte order mark, ``\\n`` line ends, NFC.

    What is signed is exactly what is served, so that there is one form of each text.

    Raises:
        CannotMark: the bytes are no UTF-8, or the text has NUL or is empty.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotMark(why="its bytes are no UTF-8 text") from None
    if "\0" in text:
        raise CannotMark(why="it has a NUL character")
    if not text.strip():
        raise CannotMark(why="it is empty")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def add(text: str, *, labels: Sequence[str]) -> str:
    """Return ``text`` under its label lines, which a text that carries them already keeps once.

    Raises:
        LabelNotSufficient: a label has several lines, or does not name both AI and generation.
    """
    for label in labels:
        if not label.strip() or len(label.splitlines()) != 1:
            raise LabelNotSufficient(text=label, why="a label is one line")
        if not says_generated(label):
            raise LabelNotSufficient(text=label, why="it does not name both AI and generation")
    head = "\n".join(unicodedata.normalize("NFC", label.strip()) for label in labels) + "\n\n"
    return text if text.startswith(head) else head + text
