"""Server time, queries and bytes of every page over a large archive.

``python -m bench.pages [--scale 0.1] [--home FOLDER] [--times 200] [--json]``. Ours: the web process
of the stack over an archive that `bench.archive` makes (kept below ``--home`` where one is given),
asked over HTTP by signed-in people, each page 200 times about different rows. Server time is what
the process spent between the first middleware and the last; nothing else is asked meanwhile.

The peer: the rows such a page is made of, read by one bare SQL query and written as plain JSON, by
one connection, without tenancy, people, templates, languages or HTTP. It is no page anybody could
work with; it says how much of our time the rows themselves cost, and the ratio how much we add.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.archive.database import Archive, opened
from bench.archive.places import PAGES, SEARCHES, Ids, ids
from bench.archive.plan import PASSWORD
from bench.archive.visitor import Answer, Visitor

WARM = 5
SECONDS = 60
"""How long one page is asked at most."""
_LOADED = re.compile(rb'(?:src|href)="(/static/[^"#?]+)"')
# What a page reads, in one query: name of the page, SQL with the tenant and a row's id.
BARE = {
    "works": """
        select a.id, a.title, a.origin, a.medium, a.at, a.sha256, p.name, (
            select r.state from releases_release r where r.artifact_id = a.id
            order by r.at desc limit 1) as state
        from studio_artifact a join studio_project p on p.id = a.project_id
        where a.tenant_id = %(tenant)s order by a.at desc limit 40""",
    "work": """
        select a.title, a.record, f.check_name, f.answer, f.code, f.facts, f.evidence
        from studio_artifact a join studio_assessment s on s.artifact_id = a.id
        join studio_finding f on f.assessment_id = s.id where a.id = %(id)s""",
    "case": """
        select r.state, r.ruling, a.title, f.check_name, f.answer, f.facts, f.evidence
        from releases_release r join studio_artifact a on a.id = r.artifact_id
        join studio_assessment s on s.artifact_id = a.id
        join studio_finding f on f.assessment_id = s.id where r.id = %(id)s""",
    "queue": """
        select r.id, r.state, r.at, a.title, a.medium from releases_release r
        join studio_artifact a on a.id = r.artifact_id
        where r.tenant_id = %(tenant)s and r.state in ('in_review', 'second_review')
        order by r.at limit 50""",
    "search-word": """
        select a.id, a.title, a.origin, a.medium, a.at, a.sha256 from studio_artifact a
        where a.tenant_id = %(tenant)s and a.title ilike '%%fog%%' order by a.at desc limit 40""",
}
OF = {"work": "work", "case": "waiting"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one page cost over all its requests."""

    name: str
    server: list[float]
    seen: list[float]
    thread: list[float]
    queries: tuple[int, int]
    query_ms: float
    sent: int
    """Bytes of the largest answer, as they came over the wire."""

    def at(self, share: float, of: list[float] | None = None) -> float:
        return percentile(of or self.server, share)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which ``share`` of them lie: the nearest rank, never in between."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.02, help="1 is a million works")
    parser.add_argument("--home", type=Path, help="keep the archive here, or use the one that is")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--only", default="", help="pages whose name begins so")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    with _archive(told.home, scale=told.scale) as stack:
        known = ids(stack.dsn("owner"))
        figures, failed = measure(stack.origin, known, times=told.times, only=told.only)
        bare = bare_times(stack.dsn("owner"), known, times=told.times)
        first = first_view(stack.origin)
    report(figures, bare, first, as_json=told.json, times=told.times)
    return 1 if failed else 0


@contextmanager
def _archive(home: Path | None, *, scale: float) -> Iterator[Archive]:
    """Give an archive with its web process up; made first where ``home`` holds none."""
    with tempfile.TemporaryDirectory() as folder:
        place = home or Path(folder) / "archive"
        if not (place / "postgres" / "PG_VERSION").exists():
            _seed(place, scale=scale)
        with opened(place, names=("web",)) as stack:
            yield stack


def _seed(place: Path, *, scale: float) -> None:
    with opened(place, filling=True) as stack:
        os.environ.update(stack.env("web"))
        import django

        django.setup()
        from django.db import connections

        from bench.archive import seeding

        seeding.seed(stack.admin, scale=scale)
        connections.close_all()
    os.environ.pop("DATABASE_URL")


def measure(
    origin: str, known: Ids, *, times: int, only: str = ""
) -> tuple[list[Figures], list[str]]:
    """Ask every page ``times`` times as the person it is for; return also those that never came."""
    asked = {**PAGES, **{name: ("author", path) for name, path in SEARCHES.items()}}
    visitors: dict[str | None, Visitor] = {}
    found: list[Figures] = []
    failed: list[str] = []
    for name, (who, template) in asked.items():
        if not name.startswith(only):
            continue
        if who not in visitors:
            visitors[who] = Visitor(origin)
            if who:
                visitors[who].sign_in(f"{who}@o0.test", PASSWORD)
        paths = known.paths(template)
        try:
            answers = _answers(visitors[who], paths, times=times)
        except (RuntimeError, TimeoutError) as error:
            sys.stderr.write(f"{name:20}    FAILED: {error}\n")
            failed.append(name)
            visitors.pop(who).close()
            continue
        found.append(_figures(name, answers))
        sys.stderr.write(_line(found[-1], []) + "\n")
    for one in visitors.values():
        one.close()
    return found, failed


def _answers(visitor: Visitor, paths: Iterator[str], *, times: int) -> list[Answer]:
    """Ask ``times`` times after `WARM`, or fewer where that takes longer than `SECONDS`."""
    for _ in range(WARM):
        _ask(visitor, next(paths))
    until = time.monotonic() + SECONDS
    found: list[Answer] = []
    while len(found) < times and (time.monotonic() < until or not found):
        found.append(_ask(visitor, next(paths)))
    return found


def _ask(visitor: Visitor, path: str) -> Answer:
    answer = visitor.get(path)
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {answer.location}")
    return answer


def _figures(name: str, answers: list[Answer]) -> Figures:
    counts = [one.queries for one in answers]
    return Figures(
        name=name,
        server=[one.server_ms for one in answers],
        seen=[one.seen_ms for one in answers],
        thread=[one.thread_ms for one in answers],
        queries=(min(counts), max(counts)),
        query_ms=statistics.median(one.query_ms for one in answers),
        sent=max(len(one.body) for one in answers),
    )


def bare_times(dsn: str, known: Ids, *, times: int) -> dict[str, list[float]]:
    """Return milliseconds of the peer by page."""
    found: dict[str, list[float]] = {}
    with psycopg.connect(dsn) as session:
        session.execute("select set_config('colophon.tenant', %s, true)", [str(known.tenant)])
        for name, statement in BARE.items():
            rows = known.held.get(OF.get(name, ""), [""])

            def once(row: str, statement: str = statement) -> None:
                read = session.execute(statement, {"tenant": known.tenant, "id": row or None})
                names = [column.name for column in read.description or ()]
                json.dumps([dict(zip(names, one, strict=True)) for one in read], default=str)

            found[name] = [_timed(once, rows[at % len(rows)]) for at in range(WARM + times)][WARM:]
    return found


def _timed(act: Callable[[str], None], row: str) -> float:
    began = time.perf_counter()
    act(row)
    return 1000 * (time.perf_counter() - began)


def first_view(origin: str) -> dict[str, int]:
    """Return the bytes of the heaviest first view: a page with all it loads, gzip, without media.

    Static files count as a proxy or whitenoise sends them in production, compressed once.
    """
    author, reviewer = Visitor(origin), Visitor(origin)
    author.sign_in("author@o0.test", PASSWORD)
    reviewer.sign_in("reviewer@o0.test", PASSWORD)
    found = {}
    for name, visitor, path in (
        ("login", Visitor(origin), "/login"),
        ("studio", author, "/studio"),
        ("works", author, "/works"),
        ("queue", reviewer, "/console"),
    ):
        page = visitor.get(path, plain=True).body
        loaded = {address.decode() for address in _LOADED.findall(page)}
        files = [visitor.get(address, plain=True).body for address in sorted(loaded)]
        found[name] = len(gzip.compress(page)) + sum(len(gzip.compress(one)) for one in files)
    return found


def report(
    figures: list[Figures],
    bare: dict[str, list[float]],
    first: dict[str, int],
    *,
    as_json: bool,
    times: int,
) -> None:
    pages = [one for one in figures if one.name not in SEARCHES]
    searches = [one for one in figures if one.name in SEARCHES]
    worst = max(pages or figures, key=lambda one: one.at(0.99))
    slowest = max(pages or figures, key=lambda one: one.at(0.5))
    told: dict[str, dict[str, Any]] = {
        "page_p99_ms": _row(worst, 0.99, bare.get(worst.name) or bare["case"]),
        "page_p50_ms": _row(slowest, 0.5, bare.get(slowest.name) or bare["case"]),
        "first_view_kb": {"ours": round(max(first.values()) / 1000, 1), "unit": "kB", "n": 1},
    }
    if searches:
        search = max(searches, key=lambda one: one.at(0.99))
        told["search_p99_ms"] = _row(search, 0.99, bare["search-word"])
    if as_json:
        print(json.dumps(told))
        return
    print(f"{times} requests a page, one after the other; load {os.getloadavg()[0]:.1f}")
    heads = ("p50", "p99", "thread", "seen p99", "queries", "in SQL", "kB", "bare p99")
    print(f"{'page':20}" + "".join(f"{head:>9}" for head in heads))
    for one in figures:
        print(_line(one, bare.get(one.name, [])))
    for name, size in first.items():
        print(f"first view of {name}: {size / 1000:.1f} kB")
    for name, row in told.items():
        print(name, row)


def _line(one: Figures, peer: list[float]) -> str:
    low, high = one.queries
    shown = [one.at(0.5), one.at(0.99), one.at(0.5, one.thread), one.at(0.99, one.seen)]
    rest = [one.query_ms, one.sent / 1000, *([percentile(peer, 0.99)] if peer else [])]
    return (
        f"{one.name:20}"
        + "".join(f"{value:9.1f}" for value in shown)
        + f"{low if low == high else f'{low}-{high}':>9}"
        + "".join(f"{value:9.1f}" for value in rest)
    )


def _row(one: Figures, share: float, peer: list[float]) -> dict[str, Any]:
    ours, theirs = one.at(share), percentile(peer, share)
    return {
        "ours": round(ours, 1),
        "peer": round(theirs, 2),
        "ratio": round(ours / theirs, 2) if theirs else None,
        "unit": "ms",
        "n": len(one.server),
        "page": one.name,
    }


if __name__ == "__main__":
    sys.exit(main())
