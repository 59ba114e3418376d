"""Two to four works beside one another: what they look like, and what they were made from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from colophon.accounts.access import demand
from colophon.accounts.roles import Act
from colophon.studio.errors import NotFound
from colophon.studio.models import Artifact
from colophon.web import differing, evidence
from colophon.web.middleware import signed_in
from kernel.errors import BadInput

LEAST, MOST = 2, 4
VIEWS = {"image": ("slider", "side", "difference"), "text": ("difference", "side")}


@dataclass(slots=True, kw_only=True)
class Side:
    """One of the works, by the letter it has on this page."""

    letter: str
    work: Artifact
    kind: str
    """image, text, audio or video: by what a browser can do with it."""
    text: str = ""


@dataclass(slots=True, kw_only=True)
class Row:
    """One thing the works were made with, and its value for each of them."""

    name: str
    values: list[str]
    parameter: bool = False
    differs: bool = False


@dataclass(slots=True, kw_only=True)
class Compared:
    """What the page shows."""

    sides: list[Side]
    rows: list[Row] = field(default_factory=list)
    kind: str = ""
    """What all of them are; empty where they are of different kinds."""


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Compare works: ``ids`` parted by commas, ``pair`` the two that lie over one another."""
    demand(signed_in(request), Act.SEE_WORKS)
    held = _works(request.GET.getlist("work") + request.GET.get("ids", "").split(","))
    compared = _compared(held)
    pairs = [f"{a.letter}{b.letter}" for a, b in combinations(compared.sides, 2)]
    pair = request.GET.get("pair", "")
    pair = pair if pair in pairs else pairs[0]
    first, second = (next(s for s in compared.sides if s.letter == one) for one in pair)
    views = VIEWS.get(compared.kind, ("side",))
    view = request.GET.get("view", "")
    shown = {
        "compared": compared,
        "first": first,
        "second": second,
        "pair": pair,
        "pairs": pairs if len(pairs) > 1 else [],
        "view": view if view in views else views[0],
        "views": views,
        "ids": ",".join(str(one.work.pk) for one in compared.sides),
        "prompts": [_prompt(one.work) for one in (first, second)],
        "prompt_words": differing.count(_prompt(first.work), _prompt(second.work)),
    }
    return render(request, "portal/compare.html", shown)


def _works(given: list[str]) -> list[Artifact]:
    ids: list[UUID] = []
    for one in filter(None, given):
        try:
            ids.append(UUID(one))
        except ValueError as error:
            why = gettext("it is no id of a work")
            raise BadInput(field="ids", value=one[:40], why=why) from error
    wanted = list(dict.fromkeys(ids))
    if not LEAST <= len(wanted) <= MOST:
        why = gettext("between {least} and {most} works are compared")
        why = why.format(least=LEAST, most=MOST)
        raise BadInput(field="ids", value=len(wanted), why=why)
    rows = Artifact.objects.select_related("look", "project", "author", "job__prompt_version")
    held = {row.pk: row for row in rows.filter(pk__in=wanted)}
    if len(held) < len(wanted):
        raise NotFound(kind="work")
    return [held[one] for one in wanted]


def _compared(works: list[Artifact]) -> Compared:
    sides = [
        Side(letter=letter, work=work, kind=_kind(work))
        for letter, work in zip("ABCD", works, strict=False)
    ]
    for one in sides:
        if one.kind == "text":
            one.text = evidence.read_text(one.work.sha256)
    kinds = {one.kind for one in sides}
    return Compared(sides=sides, rows=_rows(works), kind=kinds.pop() if len(kinds) == 1 else "")


def _kind(work: Artifact) -> str:
    head = work.media_type.split("/")[0]
    return head if head in ("image", "text", "audio", "video") else ""


def _prompt(work: Artifact) -> str:
    return work.job.prompt_version.text if work.job is not None else ""


def _rows(works: list[Artifact]) -> list[Row]:
    """Return what the works were made with, and which of it differs."""
    told = [_made_with(work) for work in works]
    parameters = [work.job.parameters if work.job is not None else {} for work in works]
    rows = [
        Row(name=name, values=[one.get(name, "—") for one in told])
        for name in dict.fromkeys(name for one in told for name in one)
    ]
    rows += [
        Row(
            name=name,
            values=[_plain(one[name]) if name in one else "—" for one in parameters],
            parameter=True,
        )
        for name in sorted({name for one in parameters for name in one})
    ]
    for row in rows:
        row.differs = len(set(row.values)) > 1
    return rows


def _made_with(work: Artifact) -> dict[str, str]:
    look = getattr(work, "look", None)
    size = f"{look.width} × {look.height}" if look is not None and look.width else ""
    told = {
        gettext("Engine"): f"{work.engine} {work.engine_version}".strip() or work.tool,
        gettext("Seed"): str(work.job.seed) if work.job is not None else "",
        gettext("Kind of file"): work.media_type,
        gettext("Pixels"): size,
        gettext("Project"): work.project.name,
        gettext("Author"): work.author.name,
        gettext("Date"): work.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "SHA-256": work.sha256,
    }
    return {name: value for name, value in told.items() if value}


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
