"""What the palette finds for a person: by words among the newest, or by an id; a few of each kind.

Everything is asked within the person's tenant and roles, and of a bounded number of rows: words are
looked for in the newest `AMONG` of a kind, so that an organisation with a million works answers as
fast as one with ten. The page of works searches all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.urls import reverse

from colophon.accounts.access import may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.releases.models import Release
from colophon.studio import boards, seeing
from colophon.studio.models import Artifact, Board, Job, Member, Project

AMONG = 2000
EACH = 6
RECENT = 8
WORDS = 6
OPEN = ("in_review", "second_review", "escalated", "held")
_ID = re.compile(r"[0-9a-f]{6,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing to go to: its kind, its name as people wrote it, what tells it from the next."""

    kind: str
    key: UUID
    name: str
    href: str
    detail: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of thing: which act opens it, where its words stand, and how it is shown."""

    name: str
    act: Act
    rows: Callable[[Person], QuerySet[Any]]
    fields: tuple[str, ...]
    show: Callable[[Any], Found]
    age: str = "at"
    """The field that tells the newest: a time, or an id, for those sort by time as well."""
    among: int = AMONG


def _work(row: Artifact) -> Found:
    href = reverse("work", args=[row.pk])
    return Found(kind="work", key=row.pk, name=row.title, href=href, detail=row.project.name)


def _case(row: Release) -> Found:
    return Found(
        kind="case",
        key=row.pk,
        name=row.artifact.title,
        href=reverse("case", args=[row.pk]),
        detail=row.author.name,
        state=row.state,
    )


def _prompt(row: Job) -> Found:
    return Found(
        kind="prompt",
        key=row.pk,
        name=row.prompt_version.text[:120],
        href=f"{reverse('studio')}?recall={row.pk}",
        detail=row.title,
    )


def _project(row: Project) -> Found:
    href = reverse("project", args=[row.pk])
    return Found(kind="project", key=row.pk, name=row.name, href=href)


def _board(row: Board) -> Found:
    href = reverse("board", args=[row.pk])
    return Found(kind="board", key=row.pk, name=row.name, href=href, detail=row.owner.name)


def _people(person: Person) -> QuerySet[Person]:
    """Return whom ``person`` may see: who may look at administration, everybody; others their own
    team and the members of projects that are not hidden from them."""
    rows = Person.objects.select_related("team").order_by("-pk")
    if may(person, Act.SEE_ADMIN):
        return rows.annotate(whole=Value(True))  # noqa: FBT003  a column
    known = Member.objects.filter(project__in=Project.objects.all()).values("person")
    near = Q(pk__in=known)
    if person.team_id is not None:
        near |= Q(team=person.team_id)
    return rows.filter(near, is_active=True).annotate(whole=Value(False))  # noqa: FBT003


def _person(row: Any) -> Found:
    href = reverse("person", args=[row.pk]) if row.whole else None
    return Found(
        kind="person",
        key=row.pk,
        name=row.name,
        href=href or f"{reverse('works')}?{urlencode({'by': row.name})}",
        detail=row.team.name if row.team is not None else "",
    )


KINDS: tuple[Kind, ...] = (
    Kind(
        name="work",
        act=Act.SEE_WORKS,
        rows=lambda person: seeing.works().select_related("project").order_by("-at"),
        fields=("title", "project__name"),
        show=_work,
    ),
    Kind(
        name="case",
        act=Act.REVIEW,
        rows=lambda person: (
            Release.objects.filter(state__in=OPEN)
            .select_related("artifact", "author")
            .order_by("-at")
        ),
        fields=("artifact__title", "author__name"),
        show=_case,
    ),
    Kind(
        name="prompt",
        act=Act.SUBMIT,
        rows=lambda person: Job.objects.select_related("prompt_version").order_by("-at"),
        fields=("prompt_version__text", "title"),
        show=_prompt,
        among=500,  # each job's wording stands in another table, and is long
    ),
    Kind(
        name="project",
        act=Act.SUBMIT,
        rows=lambda person: Project.objects.order_by("-at"),
        fields=("name",),
        show=_project,
    ),
    Kind(
        name="board",
        act=Act.SEE_WORKS,
        rows=lambda person: boards.seen_by(person).select_related("owner").order_by("-at"),
        fields=("name",),
        show=_board,
    ),
    Kind(name="person", act=Act.SEE_WORKS, rows=_people, fields=("name",), show=_person, age="pk"),
)


def found(person: Person, q: str) -> list[list[Found]]:
    """Return what ``q`` finds, kind by kind, at most `EACH` of a kind: two queries a kind."""
    words = q.split()[:WORDS]
    held = [_of_kind(person, kind, words) for kind in KINDS if may(person, kind.act)]
    return [rows for rows in held if rows]


def recent(person: Person, names: Iterable[str]) -> list[Found]:
    """Return what a browser remembers as ``kind:id``, newest first; what is gone is passed over."""
    wanted: dict[str, list[UUID]] = {}
    order: list[tuple[str, UUID]] = []
    for name in list(names)[:RECENT]:
        of, _, key = name.partition(":")
        try:
            order.append((of, UUID(key)))
        except ValueError:
            continue
        wanted.setdefault(of, []).append(order[-1][1])
    seen: dict[tuple[str, UUID], Found] = {}
    for kind in KINDS:
        if kind.name in wanted and may(person, kind.act):
            for row in kind.rows(person).filter(pk__in=wanted[kind.name]):
                seen[kind.name, row.pk] = kind.show(row)
    return [seen[one] for one in dict.fromkeys(order) if one in seen]


def _of_kind(person: Person, kind: Kind, words: Sequence[str]) -> list[Found]:
    rows = kind.rows(person)
    by_id = _between(words[0]) if len(words) == 1 else None
    if by_id is not None:
        exact = [kind.show(row) for row in rows.filter(pk__range=by_id)[:EACH]]
        if exact:
            return exact
    # By a time that is known, not by "id in (newest)": that the planner answers with all rows.
    oldest = list(rows.values_list(kind.age, flat=True)[kind.among - 1 : kind.among])
    if oldest:
        rows = rows.filter(**{f"{kind.age}__gte": oldest[0]})
    match = reduce(and_, (_any(kind.fields, word) for word in words), Q())
    shown: dict[str, Found] = {}
    for row in rows.filter(match)[: EACH * 3]:
        one = kind.show(row)
        # The same prompt run twice is one prompt; the newest stands for it.
        shown.setdefault(one.name if kind.name == "prompt" else str(one.key), one)
    return list(shown.values())[:EACH]


def _any(fields: Iterable[str], word: str) -> Q:
    return reduce(lambda held, name: held | Q(**{f"{name}__icontains": word}), fields, Q())


def _between(word: str) -> tuple[UUID, UUID] | None:
    """Return the first and the last id that begin like ``word``, if it can be the start of one."""
    digits = word.lower().replace("-", "")
    if not _ID.fullmatch(digits):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
