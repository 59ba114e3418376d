"""A way forward for each refusal: what would pass, tried before it is said where it can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from compliance.findings import Answer, Finding
from compliance.policy.case import Bound, Standing
from compliance.policy.sentence import Sentence
from kernel.canonical import Json
from kernel.words import msgid

_ROUNDS = 5
_HAN = re.compile(r"[\u3400-\u9fff]")

SAYS = {
    "remove_span": msgid("Take out what is marked: {words}."),
    "rewrite": msgid("Write the marked passages in your own words; quote no long runs."),
    "new_composition": msgid("Make a new composition that does not show the marked region."),
    "licence": msgid(
        "Record a licence for the registered work {works}; a person then decides on it."
    ),
    "record_rights": msgid("Record the right to use this input, or take another input."),
    "readable_file": msgid("Bring the file in again in a form that can be read whole."),
    "ask_again": msgid("Have the check {check} asked again; until it answers, nothing passes."),
    "shorter_text": msgid("Keep the text at {over_tokens} tokens or less."),
    "other_destination": msgid("Ask for these destinations only: {open}."),
    "add_means": msgid("The operator gives this installation the means to add {missing}."),
    "add_label_text": msgid("The rule keeper writes the text of {key} in the language {language}."),
    "settings": msgid("The operator enters {field} in the settings of this installation."),
    "ask_role": msgid("It waits for a decision by: {roles}."),
    "name_destination": msgid("Name at least one destination."),
}

_WAYS = {  # what is not met -> kinds of suggestion
    "check_not_asked": ("ask_again",),
    "check_found:text_overlap": ("rewrite", "licence"),
    "check_found:image_overlap": ("new_composition", "licence"),
    "check_found:input_rights": ("record_rights",),
    "check_found:file_sanity": ("readable_file",),
    "check_unsure:file_sanity": ("readable_file",),
    "means_missing": ("shorter_text", "add_means"),
    "label_text_missing": ("add_label_text",),
    "notice_text_missing": ("add_label_text",),
    "operator_missing": ("settings",),
    "operator_malformed": ("settings",),
    "person": ("ask_role",),
    "second_person": ("ask_role",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One thing that can be done about one clause."""

    kind: str
    clause: str
    sentence: Sentence
    text: str = ""
    """For ``remove_span``: the prompt or text that remains."""
    tried: bool = False
    """Whether ``text`` was put to the same checks and passed them."""


def suggest(
    bound: Sequence[Bound],
    *,
    text: str = "",
    opened: Sequence[str] = (),
    ask: Callable[[str], Sequence[Finding]] | None = None,
) -> tuple[Suggestion, ...]:
    """Return what would help against every clause in ``bound`` that is not met.

    Args:
        text: the prompt or text the clauses were held against, so that a span can be taken out.
        opened: destinations that nothing blocks (`Ruling.open`).
        ask: puts a text to the checks again. With it, a text is offered only if it passes.
    """
    found: dict[tuple[str, str], Suggestion] = {}
    for one in sorted(bound, key=lambda one: (-one.standing.rank, one.clause)):
        if one.standing is Standing.MET:
            continue
        for suggestion in _for_bound(one, text=text, opened=opened, ask=ask):
            found.setdefault((suggestion.kind, suggestion.sentence.english), suggestion)
    return tuple(found.values())


def without(text: str, *, spans: Sequence[tuple[int, int]]) -> str:
    """Return ``text`` without ``spans`` (characters, end exclusive), tidied where they were."""
    pieces, last = [], 0
    for start, end in sorted(spans):
        pieces.append(text[last : max(start, last)])
        last = max(end, last)
    kept = ""
    for piece in map(str.strip, [*pieces, text[last:]]):
        apart = kept and piece and not (_HAN.match(kept[-1]) or _HAN.match(piece[0]))
        kept += (" " if apart else "") + piece
    kept = re.sub(r"\s+([,.;:!?])", r"\1", kept)
    kept = re.sub(r"[,;:、，；：]\s*(?=[,.;:!?、，。；：！？])", "", kept)
    return kept.strip(" ,;:、，；：")


def _for_bound(
    bound: Bound,
    *,
    text: str,
    opened: Sequence[str],
    ask: Callable[[str], Sequence[Finding]] | None,
) -> Iterator[Suggestion]:
    needs = bound.facts.get("needs")
    for need in needs if isinstance(needs, list) else []:
        if isinstance(need, dict) and need.get("standing") != Standing.MET:
            yield from _for_need(bound, need, text=text, ask=ask)
    if bound.code == "no_destination":
        yield _make("name_destination", bound)
    if bound.standing is Standing.NOT_MET and opened:
        yield _make("other_destination", bound, open=", ".join(opened))


def _for_need(
    bound: Bound,
    need: dict[str, Json],
    *,
    text: str,
    ask: Callable[[str], Sequence[Finding]] | None,
) -> Iterator[Suggestion]:
    """What one need asks for: the text without the span, or the sentences of its kind."""
    code, check = str(need["code"]), str(need.get("check", ""))
    if code == "check_found" and check in {"word_bank", "personal_data"}:
        yield from _cut(bound, need, text=text, ask=ask)
    for kind in _WAYS.get(f"{code}:{check}", _WAYS.get(code, ())):
        facts = _facts(need)
        if all(f"{{{name}}}" not in SAYS[kind] or facts[name] for name in facts):
            yield _make(kind, bound, **facts)


def _facts(need: dict[str, Json]) -> dict[str, Json]:
    """Return the facts the sentences may name; empty where the need has none."""
    evidence, roles = need.get("evidence"), need.get("roles")
    works = {
        str(one["work"])
        for one in (evidence if isinstance(evidence, list) else [])
        if isinstance(one, dict) and "work" in one
    }
    named = ", ".join(map(str, roles)) if isinstance(roles, list) else ""
    plain = ("check", "missing", "over_tokens", "key", "language", "field")
    return {
        **{name: need.get(name, "") for name in plain},
        "works": ", ".join(sorted(works)),
        "roles": named or "reviewer",
    }


def _cut(
    bound: Bound,
    need: dict[str, Json],
    *,
    text: str,
    ask: Callable[[str], Sequence[Finding]] | None,
) -> Iterator[Suggestion]:
    """Take out the spans; where the rest can be asked again, until nothing is found any more."""
    evidence = need.get("evidence")
    places = _spans(evidence if isinstance(evidence, list) else [], size=len(text))
    words = ", ".join(f"“{text[start:end]}”" for start, end in places)
    if not words:
        return
    rest, passed = without(text, spans=places), ask is None
    for _ in range(_ROUNDS if ask is not None and rest else 0):
        again = [one for one in _asked(ask, rest) if one.answer is not Answer.PASSED]
        if not again:
            passed = True
            break
        more = _spans([dict(e) for one in again for e in one.evidence], size=len(rest))
        if not more:
            break
        rest = without(rest, spans=more)
    sentence = Sentence(says=SAYS["remove_span"], facts={"words": words})
    offered = rest if passed else ""
    yield Suggestion(
        kind="remove_span",
        clause=bound.clause,
        sentence=sentence,
        text=offered,
        tried=bool(offered) and ask is not None,
    )


def _asked(ask: Callable[[str], Sequence[Finding]] | None, text: str) -> Sequence[Finding]:
    return ask(text) if ask is not None else ()


def _spans(evidence: Sequence[Json], *, size: int) -> list[tuple[int, int]]:
    """Return the places evidence names (``at``: pairs of characters), those inside the text."""
    found = set()
    for one in evidence:
        at = one.get("at") if isinstance(one, dict) else None
        for pair in at if isinstance(at, list) else []:
            match pair:
                case [int(start), int(end)] if 0 <= start < end <= size:
                    found.add((start, end))
    return sorted(found)


def _make(kind: str, bound: Bound, **facts: Json) -> Suggestion:
    sentence = Sentence(says=SAYS[kind], facts=facts)
    return Suggestion(kind=kind, clause=bound.clause, sentence=sentence)
