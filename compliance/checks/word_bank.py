"""Does a text use a term of the word banks in force?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar

from compliance.findings import Answer, CheckContext, Finding, Material, Severity, Subject, Term
from compliance.similarity.normal import HAN, Normal, normal
from kernel.canonical import Json
from kernel.words import msgid

MOST_TERMS, MOST_PLACES = 100, 50
"""Kept as evidence; the facts count them all."""

_LETTER = rf"[^\W_{HAN}]"
_BETWEEN_HAN = r"[\s·・*_.\-]{0,2}"
_BETWEEN_WORDS = r"[\s_\-]+"
_BETWEEN_LETTERS = r"[\s.*_\-]"


class WordBank:
    name: ClassVar[str] = "word_bank"
    asks: ClassVar[str] = msgid("Does the text keep clear of the terms in the word banks?")
    version: ClassVar[str] = "1"
    subjects: ClassVar[frozenset[Subject]] = frozenset(Subject)
    reads: ClassVar[tuple[str, ...]] = ("text/*",)
    says: ClassVar[Mapping[str, str]] = {
        "nothing_found": msgid("None of {terms} terms in force was found."),
        "no_terms": msgid("No word bank was in force, so no term was looked for."),
        "terms_found": msgid("Uses {terms_hit} of {terms} terms in force: {words}."),
        "no_text": msgid("The text could not be read."),
    }

    def ask(self, material: Material, context: CheckContext) -> tuple[Finding, ...]:
        if material.text is None:
            return (self._finding(material, Answer.UNSURE, code="no_text"),)
        banks = sorted({f"{term.bank} {term.version}" for term in context.terms})
        facts: dict[str, Json] = {"terms": len(context.terms), "banks": [*banks]}
        if not context.terms:
            return (self._finding(material, Answer.PASSED, code="no_terms", facts=facts),)
        hits = _hits(normal(material.text), context.terms)
        if not hits:
            return (self._finding(material, Answer.PASSED, code="nothing_found", facts=facts),)
        words = sorted({term.word for term, _ in hits})
        facts |= {"terms_hit": len(hits), "words": ", ".join(words[:10])}
        evidence = tuple(_evidence(term, places) for term, places in hits[:MOST_TERMS])
        return (
            self._finding(
                material, Answer.FAILED, code="terms_found", facts=facts, evidence=evidence
            ),
        )

    def _finding(
        self,
        material: Material,
        answer: Answer,
        *,
        code: str,
        facts: Mapping[str, Json] | None = None,
        evidence: tuple[Mapping[str, Json], ...] = (),
    ) -> Finding:
        return Finding(
            check=self.name,
            version=self.version,
            answer=answer,
            severity=Severity.STRONG if answer is Answer.FAILED else Severity.INFO,
            code=code,
            facts=facts or {},
            evidence=evidence,
            sha256=material.sha256,
        )


def terms_in(text: str, terms: tuple[Term, ...]) -> tuple[str, ...]:
    """Return the words of ``terms`` that ``text`` uses: what the check would find, to try a bank."""
    return tuple(sorted({term.word for term, _ in _hits(normal(text), terms)}))


def _hits(text: Normal, terms: tuple[Term, ...]) -> list[tuple[Term, list[tuple[int, int]]]]:
    """Return the terms that occur, each with its places in the original text."""
    squeezed = _squeeze(text.text)
    hits = []
    for term in terms:
        wanted = normal(term.word).text.strip()
        # A plain search first: it spares the pattern for nearly all of ten thousand terms.
        if not wanted or _squeeze(wanted) not in squeezed:
            continue
        pattern = _pattern(wanted)
        places = [text.span(*found.span()) for found in pattern.finditer(text.text)]
        if places:
            hits.append((term, places))
    return hits


def _squeeze(text: str) -> str:
    return re.sub(r"[\s·・*_.\-]+", "", text)


@lru_cache(maxsize=1 << 14)
def _pattern(wanted: str) -> re.Pattern[str]:
    """Return the pattern for a normalised term.

    Han characters may stand apart by a space or a dot; words match whole, with any spacing
    between them, or spelled out with one separator throughout ("b-a-d").
    """
    pieces: list[str] = []
    for piece in re.findall(rf"[{HAN}]|\s+|[^\s{HAN}]+", wanted):
        han = re.fullmatch(f"[{HAN}]", piece)
        if pieces and han and re.fullmatch(f"[{HAN}]", pieces[-1]):
            pieces.append(_BETWEEN_HAN)
        pieces.append(_BETWEEN_WORDS if piece.isspace() else re.escape(piece))
    choices = ["".join(pieces)]
    if re.fullmatch(rf"{_LETTER}{{3,}}", wanted):
        first, second, *rest = list(wanted)
        choices.append(
            rf"{first}(?P<gap>{_BETWEEN_LETTERS}){second}"
            + "".join(rf"(?P=gap){letter}" for letter in rest)
        )
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, wanted[0]) else ""
    behind = rf"(?!{_LETTER})" if re.match(_LETTER, wanted[-1]) else ""
    return re.compile(f"{before}(?:{'|'.join(choices)}){behind}")


def _evidence(term: Term, places: list[tuple[int, int]]) -> dict[str, Json]:
    return {
        "kind": "term",
        "bank": term.bank,
        "version": term.version,
        "word": term.word,
        "category": term.category,
        "at": [[*place] for place in places[:MOST_PLACES]],
        "times": len(places),
    }


CHECK = WordBank()
