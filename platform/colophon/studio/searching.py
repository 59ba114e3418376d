"""Find works: by words, marks and time, newest first, in a time that does not grow with the archive.

Two looks, each bounded. The first walks the newest `WINDOW` works and needs no luck: whatever is
common shows up there. Only what is too rare to fill a page is then asked of the index, which is fast
for rare things. So no search reads the whole archive, and none sorts more than `MOST_HITS` rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from colophon.accounts.models import Person
from colophon.ledger.tenancy import current
from colophon.studio.models import Project
from compliance.intake.views import cells_near

WINDOW = 5_000
MOST_HITS = 20_000
MOST_KIN = 2_000
MOST_WORDS = 12
NEW = 100
"""New works are counted so far."""
NAMES = 40
"""Projects and people a word may name."""
_WORD = re.compile(
    r'"([^"]{1,200})"|([\u3400-\u9fff\uf900-\ufaff]+)|([^\W_\u3400-\u9fff\uf900-\ufaff]+)'
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
FACETS = ("state", "origin", "medium", "engine", "found")
_COLUMNS = ", ".join(FACETS)

Fragment = tuple[str, list[Any]]
"""A piece of SQL that is a tsquery, and its parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page begins: behind this work."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody looks for. Every part that is given must hold; within a part any value may."""

    words: str = ""
    states: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    """The worst answer of a work's checks: failed, unsure or passed."""
    tags: tuple[str, ...] = ()
    """All of them, unlike the other parts: tags narrow."""
    hues: tuple[str, ...] = ()
    colour: str = ""
    """``#rrggbb``: works whose main colours hold one near it."""
    seed: int | None = None
    projects: tuple[UUID, ...] | None = None
    authors: tuple[UUID, ...] | None = None
    since: date | None = None
    until: date | None = None
    among: tuple[UUID, ...] | None = None
    """Only these works, in this order: what was found to be like another one."""
    runs: tuple[str, ...] = ()
    """Runs of five words, of which a text shares at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found."""

    ids: list[UUID]
    more: bool
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of each facet each value, where the page is the first one."""
    total: int = 0
    bounded: bool = False
    """The counts stop at the newest `WINDOW` works."""


def search(wish: Wish, *, page: int, after: Place | None = None) -> Found:
    """Return the newest works that fit ``wish``, behind ``after``: two to five queries."""
    told = _named(wish)
    if wish.among is not None:
        return _among(wish, told, page=page)
    ids, scanned, counts, total = _newest(wish, told, page=page, after=after)
    if len(ids) > page or scanned < WINDOW:
        return Found(
            ids=ids[:page],
            more=len(ids) > page,
            counts=counts,
            total=total,
            bounded=scanned >= WINDOW,
        )
    ids, kin, total = _rare(wish, told, page=page, after=after)
    if told or _marks(wish):
        counts = kin
    return Found(
        ids=ids[:page], more=len(ids) > page, counts=counts, total=total, bounded=total >= WINDOW
    )


def _newest(
    wish: Wish, told: list[Fragment], *, page: int, after: Place | None
) -> tuple[list[UUID], int, dict[str, dict[str, int]], int]:
    """Walk the newest works; tell which fit, how many were looked at, and the facets among them."""
    query, values = _joined([*told, *_marks(wish)])
    within, bounds = _range(wish, after)
    chosen, choices = _chosen(wish)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with newest as materialized (
                select artifact_id, at, {_COLUMNS},
                       {f"words @@ ({query})" if query else "true"} as fits
                  from studio_listed where {within}
                 order by at desc, artifact_id desc limit {WINDOW})
            select array(select artifact_id from newest where fits and {chosen}
                          order by at desc, artifact_id desc limit %s),
                   (select count(*) from newest),
                   ({_counted("newest where fits")}),
                   (select count(*) from newest where fits and {chosen})
            """,  # noqa: S608  fragments of this module; all that people typed is a parameter
            [*values, *bounds, *choices, page + 1, *choices],
        )
        ids, scanned, counts, total = cursor.fetchone()
    return ids, scanned, _counts(counts), total


def _rare(
    wish: Wish, told: list[Fragment], *, page: int, after: Place | None
) -> tuple[list[UUID], dict[str, dict[str, int]], int]:
    """Ask the index, which has every mark in it, the tenant's own too."""
    bare = [_mark("t", str(current())), *told, *_marks(wish)]
    query, values = _joined([*bare, *_facet_marks(wish)])
    loose, loose_values = _joined(bare if len(bare) > 1 else [*bare, *_facet_marks(wish)])
    within, bounds = _range(wish, after)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with hits as materialized (
                select artifact_id, at from studio_sought
                 where words @@ ({query}) and {within} limit {MOST_HITS}),
            kin as materialized (
                select {_COLUMNS} from studio_sought
                 where words @@ ({loose}) and {within} limit {WINDOW})
            select array(select artifact_id from hits
                          order by at desc, artifact_id desc limit %s),
                   ({_counted("kin")}),
                   (select count(*) from hits)
            """,  # noqa: S608
            [*values, *bounds, *loose_values, *bounds, page + 1],
        )
        ids, counts, total = cursor.fetchone()
    return ids, _counts(counts), total


def _among(wish: Wish, told: list[Fragment], *, page: int) -> Found:
    """Keep the order of closeness; there is one page of it."""
    query, values = _joined([*told, *_marks(wish), *_facet_marks(wish)])
    within, bounds = _range(wish, None)
    fits = f"and words @@ ({query})" if query else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select artifact_id from studio_listed"  # noqa: S608
            f" where artifact_id = any(%s) and {within} {fits}",
            [list(wish.among or ()), *bounds, *values],
        )
        held = {row[0] for row in cursor.fetchall()}
    ids = [one for one in wish.among or () if one in held]
    return Found(ids=ids[:page], more=False, total=len(ids))


def sharing(wish: Wish, *, most: int) -> list[UUID]:
    """Return up to ``most`` texts that share a run with ``wish.runs``: the newest of `MOST_KIN`.

    Where more share one, as copies of one text do, any of them are as good.
    """
    query, values = _joined([_mark("t", str(current())), *_named(wish), *_marks(wish)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"select artifact_id from (select artifact_id, at from studio_sought"  # noqa: S608  fragments of this module
            f" where words @@ ({query}) limit {MOST_KIN}) hits"
            f" order by at desc, artifact_id desc limit %s",
            [*values, most],
        )
        return [row[0] for row in cursor.fetchall()]


def new_since(wishes: Sequence[tuple[Wish, datetime]]) -> list[int]:
    """Return of each wish how many works fit that are newer than its moment; `NEW` and no further.

    Three queries however many wishes there are. What is like another work is not counted here.
    """
    if not wishes:
        return []
    asked = [_asked(wish) for wish, _ in wishes]
    names = _names_like([word for words in asked for word in words])
    parts: list[str] = []
    values: list[Any] = []
    for number, (wish, at) in enumerate(wishes):
        told = [*_named(wish, names), *_marks(wish)]
        query, mine = _joined(told)
        within, bounds = _range(wish, None)
        chosen, choices = _chosen(wish)
        fits = f"words @@ ({query})" if query else "true"
        parts.append(
            f"select {number}, count(*) from (select 1 from (select words, {_COLUMNS}"  # noqa: S608
            f" from studio_listed where at > %s and {within}"
            f" order by at desc, artifact_id desc limit {WINDOW}) newest"
            f" where {fits} and {chosen} limit {NEW}) fresh"
        )
        values += [at, *bounds, *mine, *choices]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts) + " order by 1", values)
        return [count for _, count in cursor.fetchall()]


def _counted(rows: str) -> str:
    names = _COLUMNS
    return (
        f"select jsonb_agg(jsonb_build_array(grouped, coalesce({names}), n)) from ("  # noqa: S608
        f"select {names}, grouping({names}) as grouped, count(*) as n from {rows}"
        f" group by grouping sets ({names})) counted"
    )


def _counts(told: str | list[Any] | None) -> dict[str, dict[str, int]]:
    rows = json.loads(told) if isinstance(told, str) else told or []
    found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for grouped, value, n in rows:
        # grouping() has a 0 for the column that is grouped by, the first column being the highest bit.
        name = FACETS[len(FACETS) - ((1 << len(FACETS)) - 1 - grouped).bit_length()]
        if value:
            found[name][value] = n
    return found


def _range(wish: Wish, after: Place | None) -> Fragment:
    parts: list[str] = ["true"]
    values: list[Any] = []
    if wish.since is not None:
        parts.append("at >= %s::date")
        values.append(wish.since)
    if wish.until is not None:
        parts.append("at < %s::date + 1")
        values.append(wish.until)
    if after is not None:
        parts.append("(at, artifact_id) < (%s, %s)")
        values += [after.at, after.id]
    return " and ".join(parts), values


def _chosen(wish: Wish) -> Fragment:
    """The facets as plain conditions, for rows at hand."""
    parts: list[str] = ["true"]
    values: list[Any] = []
    for name, wanted in zip(FACETS, _wanted(wish), strict=True):
        if wanted:
            parts.append(f"{name} = any(%s)")
            values.append(list(wanted))
    return " and ".join(parts), values


def _wanted(wish: Wish) -> tuple[tuple[str, ...], ...]:
    return wish.states, wish.origins, wish.media, wish.engines, wish.found


def _facet_marks(wish: Wish) -> list[Fragment]:
    pairs = zip(FACETS, _wanted(wish), strict=True)
    return [_any(name, wanted) for name, wanted in pairs if wanted]


def _marks(wish: Wish) -> list[Fragment]:
    found = [_mark("tag", one) for one in wish.tags]
    if wish.hues:
        found.append(_any("hue", wish.hues))
    if wish.colour:
        found.append(_any("c", cells_near(wish.colour)))
    if wish.seed is not None:
        found.append(_mark("seed", str(wish.seed)))
    if wish.projects is not None:
        found.append(_any("project", map(str, wish.projects)))
    if wish.authors is not None:
        found.append(_any("by", map(str, wish.authors)))
    if wish.runs:
        found.append(_any("g", wish.runs))
    return found


def _asked(wish: Wish) -> list[str]:
    return [next(filter(None, one)) for one in _WORD.findall(wish.words)[:MOST_WORDS]]


def _named(wish: Wish, names: dict[str, list[tuple[str, str]]] | None = None) -> list[Fragment]:
    """Return one query a word: the text holds it, or the project or author is called so."""
    asked = _asked(wish)
    if not asked:
        return []
    named = _names_like(asked) if names is None else names
    words = _WORD.findall(wish.words)[:MOST_WORDS]
    return [
        _either([_text(*parts), *(_mark(*one) for one in named[word])])
        for word, parts in zip(asked, words, strict=True)
    ]


def _names_like(words: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the marks of projects and people whose name holds each word, in two queries."""
    wanted = Q(pk__in=[])
    for word in words:
        if len(word) > 1:
            wanted |= Q(name__icontains=word)
    projects = Project.objects.filter(wanted).values_list("pk", "name")[:NAMES]
    people = Person.objects.filter(wanted).values_list("pk", "name")[:NAMES]
    named = [("project", str(pk), name.lower()) for pk, name in projects]
    named += [("by", str(pk), name.lower()) for pk, name in people]
    return {
        word: [(kind, pk) for kind, pk, name in named if len(word) > 1 and word.lower() in name]
        for word in words
    }


def _text(phrase: str, han: str, latin: str) -> Fragment:
    if latin:
        # A short beginning would gather half of the index.
        return "to_tsquery('english', %s)", [f"{latin}:*" if len(latin) > 2 else latin]
    if han:
        return "%s::tsquery", [_pairs(han)]
    if _HAN.search(phrase):
        runs = re.findall(f"{_HAN.pattern}+", phrase)
        return "%s::tsquery", [" & ".join(map(_pairs, runs))]
    return "phraseto_tsquery('english', %s)", [phrase]


def _pairs(han: str) -> str:
    if len(han) == 1:
        return f"{_quoted(han)}:*"
    return " & ".join(_quoted(han[at : at + 2]) for at in range(len(han) - 1))


def _mark(kind: str, value: str) -> Fragment:
    return _any(kind, [value])


def _any(kind: str, values: Iterable[str]) -> Fragment:
    # Nothing is called so: a mark that no work bears finds nothing.
    return "%s::tsquery", [" | ".join(_quoted(f"={kind}:{one}") for one in values) or "'=t:'"]


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _either(fragments: Sequence[Fragment]) -> Fragment:
    return "(" + " || ".join(sql for sql, _ in fragments) + ")", _all(fragments)


def _joined(fragments: Sequence[Fragment]) -> Fragment:
    return " && ".join(sql for sql, _ in fragments), _all(fragments)


def _all(fragments: Iterable[Fragment]) -> list[Any]:
    return [value for _, values in fragments for value in values]
