"""Every page of portal, console, admin, public and audit with who looks at it, over varied rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import psycopg

VARIED = 200
"""How many different rows a page is asked about."""

# name: who looks, and where. In braces stands what `ids` knows; every request takes the next one.
PAGES: dict[str, tuple[str | None, str]] = {
    "login": (None, "/login"),
    "publication": (None, "/p/{picture_publication}"),
    "guarantees": (None, "/about/guarantees"),
    "problem": (None, "/problems/stopped"),
    "studio": ("author", "/studio"),
    "studio-recall": ("author", "/studio?recall={job}"),
    "studio-jobs": ("author", "/studio/jobs?whose=all"),
    "inputs": ("author", "/studio/inputs"),
    "projects": ("author", "/studio/projects"),
    "bring-in": ("author", "/works/bring-in?parent={work}"),
    "start": ("author", "/start"),
    "project": ("author", "/studio/projects/{project}"),
    "prompts": ("author", "/prompts"),
    "prompt": ("author", "/prompts/{prompt}"),
    "presets": ("author", "/presets"),
    "boards": ("author", "/boards"),
    "trash": ("author", "/trash"),
    "searches": ("author", "/works/searches"),
    "compare": ("author", "/works/compare?ids={work},{work}"),
    "contribution": ("author", "/works/{work}/contribution"),
    "works-like": ("author", "/works?like={work}"),
    "works": ("author", "/works"),
    "work": ("author", "/works/{work}"),
    "work-released": ("author", "/works/{released_work}"),
    "ruling": ("author", "/works/{work}/ruling?destination=EU&destination=CN"),
    "queue": ("reviewer", "/console"),
    "queue-yours": ("reviewer", "/console?view=yours"),
    "case": ("reviewer", "/console/{waiting}"),
    "case-second": ("approver", "/console/{second}"),
    "decided": ("reviewer", "/console/decided"),
    "load": ("reviewer", "/console/load"),
    "care": ("reviewer", "/console/care"),
    "quality": ("keeper", "/console/quality"),
    "queues": ("keeper", "/queues"),
    "many": ("reviewer", "/console/many"),
    "reasons": ("keeper", "/console/reasons"),
    "interests": ("reviewer", "/console/interests"),
    "appeals": ("approver", "/console/appeals"),
    "notes": ("author", "/notes"),
    "me": ("author", "/me"),
    "find": ("author", "/find?q={word}"),
    "audit": ("auditor", "/audit"),
    "audit-type": ("auditor", "/audit?type=release.published"),
    "audit-event": ("auditor", "/audit/{event}"),
    "admin-changes": ("keeper", "/admin"),
    "admin-people": ("keeper", "/admin/people"),
    "admin-person": ("keeper", "/admin/people/{person}"),
    "admin-roles": ("auditor", "/admin/roles"),
    "admin-banks": ("keeper", "/admin/banks"),
    "admin-packs": ("auditor", "/admin/packs"),
    "admin-catalogues": ("keeper", "/admin/catalogues"),
    "admin-engines": ("operator", "/admin/engines"),
    "admin-quotas": ("keeper", "/admin/quotas"),
    "admin-channels": ("auditor", "/admin/channels"),
    "admin-organisation": ("keeper", "/admin/organisation"),
}
# Searches of the gallery, each by several words.
SEARCHES: dict[str, str] = {
    "search-word": "/works?q={word}",
    "search-two": "/works?q={word}+{word}",
    "search-rare": "/works?q={rare}",
    "search-chinese": "/works?q={chinese}",
    "search-state": "/works?q={word}&state=published",
    "search-seldom-state": "/works?state=escalated",
    "search-origin": "/works?origin=edited",
    "search-nothing": "/works?q=nothingwouldmatch",
}
WORDS = ("Lighthouse", "harbour", "fog", "orchard", "poster", "dawn", "ferry", "night", "leaflet")
CHINESE = ("灯塔", "黎明", "海报", "古城", "初雪", "渡船", "片头", "蓝调时刻")

_CASES = (
    "select r.id from releases_release r where r.tenant_id = %(tenant)s and r.state = '{}' "
    "order by md5(r.id::text) limit %(most)s"
)
_ROWS = (
    "select t.id from {} t where t.tenant_id = %(tenant)s order by md5(t.id::text) limit %(most)s"
)
_WORKS = (
    "select {} from studio_artifact a {} where a.tenant_id = %(tenant)s "
    "order by md5(a.id::text) limit %(most)s"
)
IDS: dict[str, str] = {
    "work": _WORKS.format("a.id", ""),
    "job": _WORKS.format("a.job_id", "join studio_job j on j.id = a.job_id"),
    "rare": _WORKS.format("substring(a.title from '[0-9]+$')", ""),
    "released_work": _CASES.format("published").replace("r.id from", "r.artifact_id from"),
    "waiting": _CASES.format("in_review"),
    "second": _CASES.format("second_review"),
    "project": _ROWS.format("studio_project"),
    "prompt": _ROWS.format("studio_prompt"),
    "person": _ROWS.format("accounts_person"),
    "event": (
        "select t.event_id from ledger_event t where t.tenant_id = %(tenant)s "
        "order by t.id desc limit %(most)s"
    ),
    "picture_publication": (
        "select p.id from publishing_publication p join publishing_seal s on s.id = p.seal_id "
        "where p.tenant_id = %(tenant)s and s.media_type like 'image/%%' "
        "order by md5(p.id::text) limit %(most)s"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """Rows of one organisation, picked all over it."""

    tenant: Any
    held: dict[str, list[str]]

    def paths(self, template: str) -> Iterator[str]:
        """Give addresses of ``template`` without end, each about the next row."""
        from urllib.parse import quote

        turning = {
            name: cycle(rows) for name, rows in self.held.items() if f"{{{name}}}" in template
        }
        while True:
            path = template
            for name, rows in turning.items():
                while f"{{{name}}}" in path:
                    path = path.replace(f"{{{name}}}", quote(next(rows)), 1)
            yield path


def ids(dsn: str, *, part: int = 0) -> Ids:
    """Read ids of one organisation, as the owner of the tables."""
    with psycopg.connect(dsn) as session:
        row = session.execute(
            "select id from accounts_organisation where name = %s", [f"TEST archive {part}"]
        ).fetchone()
        assert row is not None, "no archive here; run python -m bench.archive"  # noqa: S101
        session.execute("select set_config('colophon.tenant', %s, true)", [str(row[0])])
        held = {
            name: [
                str(one)
                for (one,) in session.execute(asked, {"tenant": row[0], "most": VARIED}).fetchall()
            ]
            for name, asked in IDS.items()
        }
    return Ids(tenant=row[0], held=held | {"word": list(WORDS), "chinese": list(CHINESE)})
