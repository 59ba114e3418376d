"""Evidence that people can see: outlined regions and aligned passages, lettered alike on both sides.

The shapes of the stored evidence are told in `compliance.similarity`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from colophon.rights.models import RegisteredWork
from colophon.rights.selectors import works_by_id
from colophon.store import services as store
from colophon.studio.models import Finding

TEXT_BYTES = 400_000
CONTEXT = 220
"""Characters of a registered text shown before and after a shared passage."""
WHOLE = 6_000
"""A text longer than this is shown around its passages only."""
Point = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A region of one picture: corners for SVG in permille, and where its letter stands, in %."""

    points: str
    outside: str
    x: str
    y: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of a text: inside a shared passage it has a letter, left out it is a gap."""

    text: str
    letter: str = ""
    gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One registered work that a check found in this one."""

    finding: Finding
    work: RegisteredWork | None
    kind: str
    severity: str
    figures: dict[str, Any]
    here: Outline | None = None
    there: Outline | None = None
    matrix: str = ""
    """Lays the registered picture over this one; empty where the corners do not say how."""
    here_text: tuple[Segment, ...] = ()
    there_text: tuple[Segment, ...] = ()


def matches(findings: Iterable[Finding], *, text: str) -> list[Match]:
    """Return every match the findings show, gravest first; one query for all registered works."""
    found = [
        (finding, piece)
        for finding in findings
        for piece in finding.evidence
        if piece.get("kind") in ("region", "spans")
    ]
    works = works_by_id({UUID(piece["work"]) for _, piece in found})
    grave = {"strong": 0, "match": 1, "weak": 2}
    found.sort(key=lambda pair: grave.get(pair[1].get("severity", ""), 3))
    return [
        _match(finding, piece, work=works.get(UUID(piece["work"])), text=text)
        for finding, piece in found
    ]


def titles(found: Iterable[Match]) -> dict[str, str]:
    """Return the titles of matched works by id."""
    return {str(one.work.id): one.work.title for one in found if one.work is not None}


def read_text(sha256: str) -> str:
    """Return a stored text, as far as a page shows it."""
    with store.open_(sha256) as file:
        return file.read(TEXT_BYTES).decode("utf-8-sig", errors="replace")


def _match(
    finding: Finding, piece: dict[str, Any], *, work: RegisteredWork | None, text: str
) -> Match:
    held = {"finding": finding, "work": work, "kind": piece["kind"]}
    held |= {"severity": piece.get("severity", ""), "figures": piece}
    if piece["kind"] == "region":
        return Match(
            **held,
            here=_outline(piece["here"]),
            there=_outline(piece["there"]),
            matrix=_matrix(piece["there"], piece["here"]),
        )
    pairs = sorted(piece["pairs"])
    letters = [letter(number) for number in range(len(pairs))]
    mine = [(pair[0], pair[1], name) for pair, name in zip(pairs, letters, strict=True)]
    theirs = [(pair[2], pair[3], name) for pair, name in zip(pairs, letters, strict=True)]
    other = read_text(work.sha256) if work is not None else ""
    return Match(
        **held,
        here_text=segments(text, mine, whole=len(text) <= WHOLE),
        there_text=segments(other, theirs, whole=False),
    )


def letter(number: int) -> str:
    """Return A, B, … Z, AA, AB: the name of a passage on both sides."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def segments(
    text: str, spans: Iterable[tuple[int, int, str]], *, whole: bool
) -> tuple[Segment, ...]:
    """Cut ``text`` at its spans; without ``whole``, what lies far from any span is a gap."""
    made: list[Segment] = []
    at = 0
    for start, end, name in sorted(spans):
        begin = max(start, at)
        if begin >= min(end, len(text)):
            continue
        made += _between(text[at:begin], first=at == 0, last=False, whole=whole)
        made.append(Segment(text=text[begin:end], letter=name))
        at = end
    made += _between(text[at:], first=at == 0, last=True, whole=whole)
    return tuple(made)


def _between(text: str, *, first: bool, last: bool, whole: bool) -> list[Segment]:
    if not text:
        return []
    if whole or len(text) <= 2 * CONTEXT:
        return [Segment(text=text)]
    gap = Segment(text="…", gap=True)
    if first and last:
        return [Segment(text=text[: 2 * CONTEXT]), gap]
    if first:
        return [gap, Segment(text=text[-CONTEXT:])]
    if last:
        return [Segment(text=text[:CONTEXT]), gap]
    return [Segment(text=text[:CONTEXT]), gap, Segment(text=text[-CONTEXT:])]


def _outline(corners: Sequence[Point]) -> Outline:
    points = " ".join(f"{int(x)},{int(y)}" for x, y in corners)
    path = "L".join(f"{int(x)} {int(y)}" for x, y in corners)
    return Outline(
        points=points,
        outside=f"M0 0H1000V1000H0ZM{path}Z",
        x=f"{max(0, min(int(x) for x, _ in corners)) / 10:.1f}%",
        y=f"{max(0, min(int(y) for _, y in corners)) / 10:.1f}%",
    )


def _matrix(source: Sequence[Point], target: Sequence[Point]) -> str:
    """Return the affine map of the first three corners as an SVG matrix, or nothing."""
    if len(source) != len(target) or len(source) < 3:
        return ""
    (x0, y0), (x1, y1), (x2, y2) = ((float(x), float(y)) for x, y in source[:3])
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    if abs(area) < 1:
        return ""
    columns = []
    for axis in (0, 1):
        u0, u1, u2 = (float(point[axis]) for point in target[:3])
        a = ((u1 - u0) * (y2 - y0) - (u2 - u0) * (y1 - y0)) / area
        b = ((u2 - u0) * (x1 - x0) - (u1 - u0) * (x2 - x0)) / area
        columns.append((a, b, u0 - a * x0 - b * y0))
    (a, c, e), (b, d, f) = columns
    return f"matrix({a:.5f} {b:.5f} {c:.5f} {d:.5f} {e:.2f} {f:.2f})"
