"""Does a text repeat passages of registered works word for word?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from compliance.findings import Answer, CheckContext, Finding, Material, Severity, Subject
from kernel.canonical import Json
from kernel.words import msgid

if TYPE_CHECKING:
    from compliance.similarity.index import TextHit
    from compliance.similarity.text import Stream, Tokens

STRONG_LETTERS = 150
"""Letters and single spaces of one run; the anchor of GitHub Copilot's public-code filter."""
STRONG_COVERAGE = 200
"""Permille of the text that lies in shared runs."""
HALF = 500
"""Permille of a registered work; from here on the finding weighs one step more."""
MOST_UNREAD = 200
"""Permille of letters in scripts we cannot cut into words."""
MOST_WORKS, MOST_PAIRS = 50, 100
"""Kept as evidence; the facts count them all."""

_STEPS = (Severity.WEAK, Severity.MATCH, Severity.STRONG)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Overlap:
    """What a text shares with one registered text."""

    severity: Severity
    longest: int
    unit: str
    evidence: Mapping[str, Json]


class TextOverlap:
    name: ClassVar[str] = "text_overlap"
    asks: ClassVar[str] = msgid("Is the text free of passages from registered works?")
    version: ClassVar[str] = "1"
    subjects: ClassVar[frozenset[Subject]] = frozenset({Subject.ARTIFACT})
    reads: ClassVar[tuple[str, ...]] = ("text/*",)
    says: ClassVar[Mapping[str, str]] = {
        "nothing_found": msgid(
            "No passage is shared word for word with any of {works} registered works. "
            "Paraphrase and style are not compared."
        ),
        "nothing_registered": msgid("No registered work was there to compare with."),
        "passages_shared": msgid(
            "Shares passages with {works_hit} of {works} registered works; "
            "the longest unbroken run has {longest} {unit}."
        ),
        "unread_script": msgid(
            "{unread_permille} % of the letters are in a script that we cannot split into words."
        ),
        "no_text": msgid("The text could not be read."),
    }

    def ask(self, material: Material, context: CheckContext) -> tuple[Finding, ...]:
        from compliance.similarity import stock, text

        if material.text is None:
            return (self._finding(material, context, Answer.UNSURE, code="no_text"),)
        streams = text.streams(material.text)
        overlaps = _overlaps(streams, context)
        unread = text.unread_permille(material.text)
        facts: dict[str, Json] = {
            "works": context.matches.works,
            "words": len(streams["en"]),
            "characters": len(streams["zh"]),
            "unread_permille": unread,
            "thresholds": {
                name: [one.weak, one.match, one.strong] for name, one in text.STREAMS.items()
            },
            "stock_phrases": stock.VERSION,
        }
        if overlaps:
            return (self._shared(material, context, overlaps, facts),)
        answer, code = Answer.PASSED, "nothing_found"
        if unread > MOST_UNREAD:
            answer, code = Answer.UNSURE, "unread_script"
        elif not context.matches.works:
            code = "nothing_registered"
        return (self._finding(material, context, answer, code=code, facts=facts),)

    def _shared(
        self,
        material: Material,
        context: CheckContext,
        overlaps: Sequence[_Overlap],
        facts: Mapping[str, Json],
    ) -> Finding:
        worst = max(_STEPS.index(overlap.severity) for overlap in overlaps)
        longest = max(overlaps, key=lambda overlap: overlap.longest)
        hit = {str(overlap.evidence["work"]) for overlap in overlaps}
        found: dict[str, Json] = {
            "works_hit": len(hit),
            "longest": longest.longest,
            "unit": longest.unit,
        }
        return Finding(
            check=self.name,
            version=self.version,
            answer=Answer.FAILED,
            severity=_STEPS[worst],
            code="passages_shared",
            facts={**facts, **found},
            evidence=tuple(overlap.evidence for overlap in overlaps[:MOST_WORKS]),
            as_of=context.matches.as_of,
            sha256=material.sha256,
        )

    def _finding(
        self,
        material: Material,
        context: CheckContext,
        answer: Answer,
        *,
        code: str,
        facts: Mapping[str, Json] | None = None,
    ) -> Finding:
        return Finding(
            check=self.name,
            version=self.version,
            answer=answer,
            code=code,
            facts=facts or {},
            as_of=context.matches.as_of,
            sha256=material.sha256,
        )


def _overlaps(streams: Mapping[str, Tokens], context: CheckContext) -> list[_Overlap]:
    """Return one overlap per registered text, the gravest first."""
    from compliance.similarity.text import STREAMS

    letters = sum(int((tokens.ends - tokens.starts).sum()) for tokens in streams.values())
    found: list[_Overlap] = []
    for name, stream in STREAMS.items():
        by_text: dict[tuple[str, int], list[TextHit]] = defaultdict(list)
        for hit in context.matches.text(streams[name].ids, stream=name, least=stream.weak):
            by_text[str(hit.work_id), hit.document].append(hit)
        found += [
            _overlap(hits, streams[name], stream=stream, letters=letters)
            for hits in by_text.values()
        ]
    return sorted(
        found, key=lambda one: (-_STEPS.index(one.severity), -one.longest, str(one.evidence))
    )


def _overlap(hits: Sequence[TextHit], tokens: Tokens, *, stream: Stream, letters: int) -> _Overlap:
    from compliance.similarity.text import cover

    sizes = tokens.ends - tokens.starts
    covered = cover([(hit.start, hit.end) for hit in hits], length=len(tokens))
    theirs = hits[0].there_tokens
    there = [(hit.there_start, hit.there_start + hit.end - hit.start) for hit in hits]
    of_work = 1000 * int(cover(there, length=theirs).sum()) // theirs
    coverage = 1000 * int(sizes[covered].sum()) // letters
    longest = max(hit.end - hit.start for hit in hits)
    spaced = 0
    if stream.kind == "text.en":
        spaced = max(
            int(sizes[hit.start : hit.end].sum()) + hit.end - hit.start - 1 for hit in hits
        )
    pairs = _pairs(hits, tokens)
    severity = _severity(stream, longest=longest, spaced=spaced, coverage=coverage, of_work=of_work)
    evidence: dict[str, Json] = {
        "kind": "spans",
        "work": str(hits[0].work_id),
        "stream": stream.kind,
        "severity": severity.value,
        "pairs": [*pairs[:MOST_PAIRS]],
        "runs": len(pairs),
        "words": int(covered.sum()),
        "longest": longest,
        "coverage": coverage,
        "of_work": of_work,
    }
    unit = "words" if stream.kind == "text.en" else "characters"
    return _Overlap(severity=severity, longest=longest, unit=unit, evidence=evidence)


def _severity(
    stream: Stream, *, longest: int, spaced: int, coverage: int, of_work: int
) -> Severity:
    if longest >= stream.strong or spaced >= STRONG_LETTERS or coverage >= STRONG_COVERAGE:
        return Severity.STRONG
    step = 1 if longest >= stream.match else 0
    return _STEPS[step + 1 if of_work >= HALF else step]


def _pairs(hits: Iterable[TextHit], tokens: Tokens) -> list[Json]:
    """Return [here from, here to, there from, there to] in characters, in the order of the text.

    A run that repeats in the registered text (a chorus) is shown once, at its longest.
    """
    shown: list[tuple[int, int, TextHit]] = []
    for hit in sorted(hits, key=lambda one: (one.start - one.end, one.start, one.there_start)):
        if not any(start <= hit.start and hit.end <= end for start, end, _ in shown):
            shown.append((hit.start, hit.end, hit))
    pairs: list[Json] = []
    for start, end, hit in sorted(shown, key=lambda one: one[:2]):
        here = int(tokens.starts[start]), int(tokens.ends[end - 1])
        pairs.append([*here, *hit.there_span])
    return pairs


CHECK = TextOverlap()
