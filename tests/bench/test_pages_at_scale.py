"""Pages over many rows ask as many queries as over few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.archive import plan, seeding
from bench.archive.places import PAGES, SEARCHES, ids

pytestmark = pytest.mark.slow

SCALE = 0.008
SPARED = 8
"""What a work has (a run, a release, a parent) is asked for where it has it, and two works differ."""
LARGEST, SMALL = 0, 4
"""Numbers of two organisations: 4,800 works and 240."""
# Django's cursor that keeps statements cannot COPY, by which this page reads all hashes.
COPIES = "works-like"
ASKED = {
    **{name: (who, path) for name, (who, path) in PAGES.items() if who and name != COPIES},
    **{name: ("author", path) for name, path in SEARCHES.items()},
}


def test_every_page_costs_the_same_few_queries(committed_db):
    dsn = committed_db.cluster.server.admin_dsn(committed_db.name)
    seeding.seed(dsn, scale=SCALE)
    asked = {number: _asked(dsn, number) for number in (LARGEST, SMALL)}
    counts = {name: tuple(len(asked[number][name]) for number in asked) for name in asked[LARGEST]}
    # Where nothing is found, what hangs on it is not asked for; a query a row would be forty more:
    # many-at-once, which once did that, stood here with 59 against 10.
    uneven = {name: both for name, both in counts.items() if abs(both[0] - both[1]) > SPARED}
    many = {name: both for name, both in counts.items() if max(both) > 40}
    assert not uneven, f"queries grow with the rows (largest, small): {uneven}"
    assert not many, f"too many queries: {many}"


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
