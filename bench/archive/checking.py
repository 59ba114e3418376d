"""Indexes that are away while rows are copied, and whether the rows then hold together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg

AT_ONCE = 2
# Rows of these do not come in numbers, or are looked up while others are copied.
_SECONDARY = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
  from pg_index i join pg_class c on c.oid = i.indrelid
 where c.relnamespace = 'public'::regnamespace and not i.indisprimary
   and c.relname ~ '^(studio_(prompt|promptversion|job|artifact|look|entry|assessment|finding)'
                   '|releases_(release|releasedestination|claim|decision|clearance)'
                   '|publishing_(seal|publication)|ledger_(event|disclosure|move))$'
   and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
 order by pg_relation_size(i.indrelid) desc
"""
_KEYS = """
select k.conname, k.conrelid::regclass::text, k.confrelid::regclass::text,
       array(select a.attname::text from unnest(k.conkey) with ordinality u (n, o)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n order by u.o),
       array(select a.attname::text from unnest(k.confkey) with ordinality u (n, o)
               join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.n order by u.o),
       (select count(*) = 2 from pg_attribute a where a.attname = 'tenant_id'
           and a.attrelid in (k.conrelid, k.confrelid) and k.conrelid <> k.confrelid)
  from pg_constraint k
 where k.contype = 'f' and k.connamespace = 'public'::regnamespace
 order by pg_relation_size(k.conrelid) desc
"""


def put_away(dsn: str) -> list[str]:
    """Drop the secondary indexes of the large tables; return what makes them again."""
    with psycopg.connect(dsn) as session:
        found = session.execute(_SECONDARY).fetchall()
        for name, _ in found:
            session.execute(f"drop index {name}")
    return [made for _, made in found]


def make_again(dsn: str, indexes: list[str]) -> None:
    _each(dsn, indexes)


def hold_together(dsn: str) -> int:
    """Look up every foreign key; return how many. Raise `RuntimeError` naming those that dangle."""
    with psycopg.connect(dsn) as session:
        keys = session.execute(_KEYS).fetchall()
    asked = {}
    for name, child, parent, here, there, both in keys:
        same = " and ".join(f"c.{one} = p.{other}" for one, other in zip(here, there, strict=True))
        given = " and ".join(f"c.{one} is not null" for one in here)
        # A row without a tenant is the platform's own, which everybody may point to.
        own = " and (p.tenant_id is null or p.tenant_id = c.tenant_id)" if both else ""
        asked[name] = (
            f"select count(*) from {child} c where {given} "
            f"and not exists (select from {parent} p where {same}{own})"
        )
    counts = _each(dsn, list(asked.values()), counted=True)
    dangling = {name: n for name, n in zip(asked, counts, strict=True) if n}
    if dangling:
        raise RuntimeError(f"rows that hang on nothing, or on another tenant's: {dangling}")
    return len(keys)


def _each(dsn: str, statements: list[str], *, counted: bool = False) -> list[int]:
    """Run every statement, two at a time; return what each counted."""
    held = threading.local()
    sessions: list[psycopg.Connection[tuple[int]]] = []

    def run(statement: str) -> int:
        if not hasattr(held, "session"):
            held.session = psycopg.connect(dsn, autocommit=True)
            held.session.execute("set work_mem = '512MB'; set jit = off")
            held.session.execute("set max_parallel_maintenance_workers = 0")
            held.session.execute("set max_parallel_workers_per_gather = 0")
            sessions.append(held.session)
        done = held.session.execute(statement)
        return int(done.fetchone()[0]) if counted else 0

    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(run, statements))
    finally:
        for session in sessions:
            session.close()
