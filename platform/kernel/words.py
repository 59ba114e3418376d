"""The marker for sentences that faces translate: kernel, generation and compliance know no gettext."""

from __future__ import annotations


def msgid(sentence: str) -> str:
    """Return ``sentence`` unchanged; the catalogue builder collects it, faces translate it.

    Named facts stand in braces (``{clause}``) and are filled in after translation.
    """
    return sentence
