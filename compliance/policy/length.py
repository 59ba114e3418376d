"""How long a text is, for rules that speak of tokens."""

from __future__ import annotations

import re

_PIECES = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
    r"|[^\w\s]|_"
)
_LETTERS_PER_TOKEN = 6


def tokens(text: str) -> int:
    """Return a house count of the tokens in ``text``; at least 1 unless it is blank.

    A Chinese, Japanese or Korean character, a punctuation mark and every six letters begun of a
    word count one each. The sources we read name no tokenizer; this count is not one, and is the
    same on every machine.
    """
    return sum(_cost(piece) for piece in _PIECES.findall(text))


def _cost(piece: str) -> int:
    return -(-len(piece) // _LETTERS_PER_TOKEN)
