"""Put sentences together into a piece of copy."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from generation.copy import chinese, english
from generation.copy.facts import Facts
from generation.copy.grammar import Stream, fits, say

GRAMMARS: dict[str, ModuleType] = {"en": english, "zh": chinese}
_BODY_SENTENCES = {"short": 3, "long": 6}


def sentences(facts: Facts, *, language: str, length: str, seed: str) -> Iterator[tuple[str, str]]:
    """Give the sentences of a piece in order, each with the paragraph it belongs to.

    Args:
        language: a key of `GRAMMARS`.
        length: ``short`` (under 150 tokens) or ``long``.
        seed: anything; the same gives the same piece.
    """
    grammar, known = GRAMMARS[language], facts.known()
    yield "headline", say(grammar.HEADLINE, known, seed=seed, slot="headline")
    yield "standfirst", say(grammar.STANDFIRST, known, seed=seed, slot="standfirst")
    body = _picked(grammar.BODY, known, seed=seed, most=_BODY_SENTENCES[length])
    for number, template in enumerate(body):
        said = say([template], known, seed=seed, slot=f"body {template}")
        yield f"body {number // 3}", said
    if length == "long":
        for number, template in enumerate(_picked(grammar.MORE, known, seed=seed, most=3)):
            yield "more", say([template], known, seed=seed, slot=f"more {number} {template}")
    yield "call", say(grammar.CALL, known, seed=seed, slot="call")


def _picked(
    templates: tuple[str, ...], known: dict[str, str], *, seed: str, most: int
) -> list[str]:
    """Return up to ``most`` templates: those that name a fact first, then others by the seed."""
    usable = [one for one in templates if fits(one, known)]
    stream = Stream(seed, "order")
    ordered = sorted(usable, key=lambda one: ("{" not in one, stream.below(1 << 30)))
    told: set[str] = set()
    picked: list[str] = []
    for one in ordered:
        named = {name for name in known if f"{{{name}}}" in one}
        if named and named <= told:
            continue  # a fact is told once
        told |= named
        picked.append(one)
    return picked[:most]


def layout(parts: list[tuple[str, str]], *, language: str) -> str:
    """Return the piece as text: a line for the headline, a blank line between paragraphs."""
    joint = "" if language == "zh" else " "
    paragraphs: dict[str, list[str]] = {}
    for paragraph, said in parts:
        if said:
            paragraphs.setdefault(paragraph, []).append(said[0].upper() + said[1:])
    return "\n\n".join(joint.join(held) for held in paragraphs.values()) + "\n"
