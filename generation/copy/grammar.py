"""Sentences with choices: ``[dusk|nightfall]`` is one of them, ``{place}`` a fact.

Every sentence draws from a stream named after its slot, so a fact that changes leaves the choices of
the others as they were.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_FACT = re.compile(r"\{(\w+)\}")


class Stream:
    """Numbers of one slot under one seed; the same on every machine."""

    def __init__(self, seed: str, slot: str) -> None:
        self._start = f"{seed}\n{slot}\n"
        self._count = 0

    def below(self, most: int) -> int:
        """Return a number from 0 to ``most`` - 1."""
        self._count += 1
        digest = hashlib.sha256(f"{self._start}{self._count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % most


def fits(template: str, facts: Mapping[str, str]) -> bool:
    """Tell whether every fact the template names is there."""
    return all(name in facts for name in _FACT.findall(template))


def say(templates: Sequence[str], facts: Mapping[str, str], *, seed: str, slot: str) -> str:
    """Return one of ``templates`` that the facts can fill, with its choices made.

    A template with more facts is preferred: what the prompt says must come up. Empty if none fits.
    """
    usable = [one for one in templates if fits(one, facts)]
    if not usable:
        return ""
    stream = Stream(seed, slot)
    most = max(len(set(_FACT.findall(one))) for one in usable)
    richest = [one for one in usable if len(set(_FACT.findall(one))) == most]
    chosen = richest[stream.below(len(richest))]
    while found := _CHOICE.search(chosen):
        options = found[1].split("|")
        chosen = (
            chosen[: found.start()] + options[stream.below(len(options))] + chosen[found.end() :]
        )
    return _FACT.sub(lambda name: facts[name[1]], chosen)
