"""How long a run of Han characters do unrelated works share by chance?

``python -m bench.chinese_overlap FOLDER_OR_FILE...`` reads JSON lists of works as published by
chinese-poetry (``paragraphs`` and ``title``, ``rhythmic`` or ``chapter``) and prints a table of
run length against the share of works with a chance hit. Works that share a fifth of their
4-grams are versions of one work (a poem in two anthologies) and are not compared.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

from compliance.similarity.text import STREAMS, streams

GRAM = 4
SAME = 0.2  # share of the shorter work's grams
LENGTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 17, 19, 20, 25, 30, 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    source: str
    title: str
    characters: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The longest run two different works share."""

    first: int
    second: int
    run: str


def read(paths: Iterable[Path]) -> list[Work]:
    """Return the works in the JSON files at ``paths``, Han characters only."""
    files = [file for path in paths for file in (sorted(path.glob("*.json")) or [path])]
    return [
        Work(
            source=file.stem,
            title=str(row.get("title") or row.get("rhythmic") or row.get("chapter")),
            characters="".join(map(chr, streams("".join(row["paragraphs"]))["zh"].ids)),
        )
        for file in files
        for row in json.loads(file.read_text(encoding="utf-8"))
    ]


def chance(works: Sequence[Work]) -> tuple[list[Shared], int]:
    """Return the longest shared run of every pair of different works, and how many are the same."""
    grams = [
        {work.characters[at : at + GRAM] for at in range(len(work.characters) - GRAM + 1)}
        for work in works
    ]
    holders: Mapping[str, list[int]] = defaultdict(list)
    for number, found in enumerate(grams):
        for gram in found:
            holders[gram].append(number)
    together = Counter(pair for held in holders.values() for pair in combinations(sorted(held), 2))
    same = {
        pair
        for pair, count in together.items()
        if count >= SAME * min(len(grams[pair[0]]), len(grams[pair[1]]))
    }
    shared = [
        Shared(first=a, second=b, run=_longest(works[a].characters, works[b].characters))
        for a, b in together
        if (a, b) not in same
    ]
    return sorted(shared, key=lambda one: (-len(one.run), one.first, one.second)), len(same)


def _longest(first: str, second: str) -> str:
    found = SequenceMatcher(None, first, second, autojunk=False).find_longest_match()
    return first[found.a : found.a + found.size]


def hits(works: Sequence[Work], shared: Iterable[Shared], *, length: int) -> dict[str, int]:
    """Return, by source, how many works share a run of at least ``length`` with another."""
    found = {n for one in shared if len(one.run) >= length for n in (one.first, one.second)}
    return dict(Counter(works[number].source for number in found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not arguments.paths:  # `make bench` runs every bench; this one needs a corpus
        print("{}" if arguments.json else "no corpus named, nothing measured")
        return
    works = read(arguments.paths)
    shared, same = chance(works)
    sources = Counter(work.source for work in works)
    rows = {length: hits(works, shared, length=length) for length in LENGTHS}
    if arguments.json:
        share = {str(n): round(sum(row.values()) / len(works), 4) for n, row in rows.items()}
        print(json.dumps({"works": len(works), "same_work_pairs": same, "share": share}))
        return
    total = sum(len(work.characters) for work in works)
    stream = STREAMS["zh"]
    print(f"{len(works)} works, {total} characters; {same} pairs are versions of one work")
    print("thresholds in force:", stream.weak, stream.match, stream.strong)
    print("| run of at least | " + " | ".join(f"{s} (of {n})" for s, n in sources.items()) + " |")
    print("|---" * (len(sources) + 1) + "|")
    for length, row in rows.items():
        cells = (f"{row.get(s, 0)} ({row.get(s, 0) / n:.1%})" for s, n in sources.items())
        print(f"| {length} | " + " | ".join(cells) + " |")
    for one in shared[:8]:
        print(f"{len(one.run)} {one.run}: {works[one.first].title}, {works[one.second].title}")


if __name__ == "__main__":
    main()
