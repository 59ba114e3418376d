"""Sentences with choices: ``[dusk|nightfall]`` is one of them, ``{place}`` a fact.

Choices may hold choices and facts. Every sentence draws from a stream of its own, named after its
slot, so that a sentence more or less leaves the choices of the others as they were.
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

    def shuffled(self, items: Sequence[str]) -> list[str]:
        """Return ``items`` in an order of this stream."""
        return [
            one for _, _, one in sorted((self.below(1 << 60), n, o) for n, o in enumerate(items))
        ]


def facts_in(template: str) -> set[str]:
    """Return the facts the template names."""
    return set(_FACT.findall(template))


def fits(template: str, facts: Mapping[str, str]) -> bool:
    """Tell whether every fact the template names is there."""
    return facts_in(template) <= facts.keys()


def say(template: str, facts: Mapping[str, str], *, seed: str, slot: str) -> str:
    """Return ``template`` with its choices made and its facts filled in."""
    stream = Stream(seed, slot)
    while found := _CHOICE.search(template):
        options = found[1].split("|")
        choice = options[stream.below(len(options))]
        template = template[: found.start()] + choice + template[found.end() :]
    return _FACT.sub(lambda name: facts[name[1]], template)
