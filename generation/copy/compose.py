"""Put sentences together into a piece of copy: headline, standfirst, paragraphs, call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from generation.copy import chinese, english
from generation.copy.facts import TOLD, Facts
from generation.copy.grammar import Stream, facts_in, fits, say

SHORT = 150
"""A short piece stays under this many tokens by our count."""
_THOUGHTS = {"short": 3, "long": 7}
_PIECES = re.compile(r"[A-Za-z0-9]+|\S")


class Grammar(Protocol):
    """What a module of templates offers; headlines and calls are keyed by tone."""

    @property
    def HEADLINE(self) -> Mapping[str, Sequence[str]]: ...  # noqa: N802 - constants of a module
    @property
    def STANDFIRST(self) -> Sequence[str]: ...  # noqa: N802
    @property
    def SAYS(self) -> Mapping[str, Sequence[str]]:  # noqa: N802
        """Fact -> sentences that tell it."""

    @property
    def THOUGHTS(self) -> Mapping[str, Sequence[str]]:  # noqa: N802
        """Tone or category -> sentences that invite and state no fact."""

    @property
    def CALL(self) -> Mapping[str, Sequence[str]]: ...  # noqa: N802
    @property
    def JOINT(self) -> str:  # noqa: N802
        """What stands between two sentences."""


GRAMMARS: Mapping[str, Grammar] = {"en": english, "zh": chinese}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One sentence to come: its paragraph, its template, the name of its stream."""

    paragraph: str
    template: str
    name: str
    needed: bool = True
    """Tells a fact, or is part of every piece; the others make way where room is short."""


def plan(facts: Facts, *, language: str, tone: str, length: str, seed: str) -> list[Slot]:
    """Return the sentences of a piece in order.

    Args:
        language: a key of `GRAMMARS`.
        tone: warm, lively, formal or plain.
        length: ``short`` or ``long``.
        seed: anything; the same gives the same piece.
    """
    grammar, words = GRAMMARS[language], facts.words()
    slots = [_slot("headline", grammar.HEADLINE[tone], words, seed=seed)]
    slots.append(_slot("standfirst", grammar.STANDFIRST, words, seed=seed, richest=True))
    told = {"title"} | facts_in(slots[1].template)
    told |= {{"where": "place", "when": "date"}.get(name, name) for name in told}
    pool = [*grammar.THOUGHTS[tone], *grammar.THOUGHTS.get(facts.category, ())]
    thoughts = Stream(seed, "thoughts").shuffled([one for one in pool if fits(one, words)])
    # A thought of the event's own kind comes first where there is one.
    own = [one for one in thoughts if one in grammar.THOUGHTS.get(facts.category, ())]
    thoughts = [*own[:1], *(one for one in thoughts if one not in own[:1])]
    thoughts = thoughts[: 1 if tone == "plain" else _THOUGHTS[length]]

    untold = [name for name in TOLD if name in facts.known() and name not in told]
    what = [name for name in untold if name in ("subject", "guests", "host")]
    whom = [name for name in untold if name == "audience"]
    practical = [name for name in untold if name in ("place", "date", "time", "price", "link")]
    half = (len(thoughts) + 1) // 2
    slots += _paragraph("what", what, thoughts[:half], grammar, words, seed=seed)
    slots += _paragraph("whom", whom, thoughts[half:], grammar, words, seed=seed)
    slots += _paragraph("practical", practical, [], grammar, words, seed=seed)
    slots.append(_slot("call", grammar.CALL[tone], words, seed=seed))
    return slots


def _slot(
    name: str,
    templates: Sequence[str],
    words: Mapping[str, str],
    *,
    seed: str,
    richest: bool = False,
    paragraph: str = "",
) -> Slot:
    """Choose among the templates that fit; ``richest`` keeps to those that name most facts."""
    usable = [one for one in templates if fits(one, words)]
    if richest:
        most = max(len(facts_in(one)) for one in usable)
        usable = [one for one in usable if len(facts_in(one)) == most]
    template = usable[Stream(seed, f"choice {name}").below(len(usable))]
    return Slot(paragraph=paragraph or name, template=template, name=name)


def _paragraph(
    name: str,
    facts: Sequence[str],
    thoughts: Sequence[str],
    grammar: Grammar,
    words: Mapping[str, str],
    *,
    seed: str,
) -> list[Slot]:
    telling = [
        _slot(f"{name} {fact}", grammar.SAYS[fact], words, seed=seed, paragraph=name)
        for fact in facts
    ]
    inviting = [
        Slot(paragraph=name, template=one, name=f"{name} thought {number}", needed=False)
        for number, one in enumerate(thoughts)
    ]
    return [*telling, *inviting]


def sentences(slots: Sequence[Slot], facts: Facts, *, seed: str) -> Iterator[tuple[str, str]]:
    """Give the sentences in order, each with the paragraph it belongs to."""
    words = facts.words()
    for slot in slots:
        said = say(slot.template, words, seed=seed, slot=slot.name)
        yield slot.paragraph, said[:1].upper() + said[1:]


def fitted(slots: Sequence[Slot], facts: Facts, *, language: str, seed: str) -> list[Slot]:
    """Return ``slots`` with as many left out as a short piece needs; facts always stay."""
    kept = list(slots)
    while cost(layout(list(sentences(kept, facts, seed=seed)), language=language)) >= SHORT:
        spare = [slot for slot in kept if not slot.needed]
        if not spare:
            break
        kept.remove(spare[-1])
    return kept


def cost(text: str) -> int:
    """Return an upper bound of the tokens of ``text``, six letters or one sign to a token."""
    return sum(-(-len(piece) // 6) for piece in _PIECES.findall(text))


def layout(parts: Sequence[tuple[str, str]], *, language: str) -> str:
    """Return the piece as text: a line for the headline, a blank line between paragraphs."""
    paragraphs: dict[str, list[str]] = {}
    for paragraph, said in parts:
        paragraphs.setdefault(paragraph, []).append(said)
    joint = GRAMMARS[language].JOINT
    return "\n\n".join(joint.join(held) for held in paragraphs.values()) + "\n"
