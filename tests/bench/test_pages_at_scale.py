"""Pages over many rows: as many queries as over few, and no large table is read from end to end."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.archive import plan, seeding
from bench.archive.places import PAGES, SEARCHES, ids
from colophon.ledger.tenancy import tenant

pytestmark = pytest.mark.slow

SCALE = 0.008
# Tables that grow with every work; the planner must never read one of them whole for a page.
LARGE = {
    "ledger_disclosure",
    "ledger_event",
    "ledger_leaf",
    "ledger_move",
    "releases_decision",
    "releases_release",
    "releases_releasedestination",
    "studio_artifact",
    "studio_assessment",
    "studio_entry",
    "studio_finding",
    "studio_job",
    "studio_look",
    "studio_promptversion",
}
SPARED = 3
LARGEST, SMALL = 0, 4
"""Numbers of two organisations: 4,800 works and 240."""
ASKED = {
    **{name: (who, path) for name, (who, path) in PAGES.items() if who},
    **{name: ("author", path) for name, path in SEARCHES.items()},
}


def test_every_page_costs_the_same_few_queries_and_reads_no_large_table_whole(committed_db):
    dsn = committed_db.cluster.server.admin_dsn(committed_db.name)
    seeding.seed(dsn, scale=SCALE)
    asked = {number: _asked(dsn, number) for number in (LARGEST, SMALL)}
    counts = {name: tuple(len(asked[number][name]) for number in asked) for name in asked[LARGEST]}
    # Where nothing is found, what hangs on it is not asked for; a query a row would be forty more.
    uneven = {name: both for name, both in counts.items() if abs(both[0] - both[1]) > SPARED}
    many = {name: both for name, both in counts.items() if max(both) > 40}
    assert not uneven, f"queries grow with the rows (largest, small): {uneven}"
    assert not many, f"too many queries: {many}"
    whole = _read_whole(ids(dsn).tenant, asked[LARGEST])
    assert not whole, "\n".join(whole)


def _asked(dsn: str, number: int) -> dict[str, list[str]]:
    """Return the statements of every page, asked by people of one organisation."""
    known = ids(dsn, part=number)
    found, browsers = {}, {}
    for name, (who, template) in ASKED.items():
        if who not in browsers:
            browsers[who] = Client()
            said = {"email": f"{who}@o{number}.test", "password": plan.PASSWORD}
            assert browsers[who].post("/login", said).status_code == 302
        path = next(known.paths(template))
        browsers[who].get(path)  # what is cached on first use is cached now
        with CaptureQueriesContext(connection) as held:
            answer = browsers[who].get(path)
        assert answer.status_code == 200, (name, path, answer.status_code)
        found[name] = [one["sql"] for one in held.captured_queries]
    return found


def _read_whole(tenant_id, asked: dict[str, list[str]]) -> list[str]:
    found = []
    with tenant(tenant_id), connection.cursor() as cursor:
        for name, statements in asked.items():
            for statement in statements:
                if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
                    continue
                if "set_config" in statement:
                    continue
                cursor.execute(f"explain (format json) {statement}")
                plan = cursor.fetchone()[0]
                plan = json.loads(plan) if isinstance(plan, str) else plan
                for table in sorted(LARGE & set(_scanned(plan[0]["Plan"]))):
                    found.append(f"{name}: all of {table}: {statement[:600]}")
    return found


def _scanned(node):
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _scanned(child)
