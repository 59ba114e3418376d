"""What tests of the verifier do again and again: ask it, and change a bundle as a cheat would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from make_evidence import (
    Log,
    Trust,
    redo_manifests,
    rewrite,
    run,
    story,
)


def cause(path: Path, trust: Trust, **also: Any) -> str:
    code, answer = run(path, *trust.arguments(**also))
    assert code == 1, answer
    return str(answer["cause"])


def beside(bag: Path, leaf: int, change: Callable[[dict[str, Any]], None]) -> None:
    def change_line(lines: list[bytes]) -> list[bytes]:
        entry = json.loads(lines[leaf])
        change(entry)
        return [*lines[:leaf], json.dumps(entry).encode() + b"\n", *lines[leaf + 1 :]]

    rewrite(bag / "data/disclosures.jsonl.gz", change_line)
    redo_manifests(bag)


def leaf_of(type_: str, log: Log | None = None) -> int:
    entries = (log or story()).entries
    return next(n for n, entry in enumerate(entries) if entry.event["type"] == type_)
