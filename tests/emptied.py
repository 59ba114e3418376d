"""A copy of the template that a test wrote to, put back as it was, for the next test that commits.

Copying the template makes fifteen hundred files: a third of a second of processor time, which a
hundred tests would pay. Emptying the few tables that a test wrote to costs a tenth of that.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

_TABLES = """
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' order by 1"""

_ALWAYS = """
    select relname, array_agg(tgname::text) from pg_trigger join pg_class c on c.oid = tgrelid
    where tgenabled = 'A' group by 1"""

# What a test might have changed besides rows: tables, triggers, policies, rights, statistics.
_MADE_OF = """
    select md5(string_agg(one, ' ' order by one)) from (
        select concat_ws(':', 'c', oid, relname, relkind, relrowsecurity, relforcerowsecurity, relacl)
            from pg_class where relnamespace = 'public'::regnamespace
        union all select concat_ws(':', 'a', attrelid, attname, atttypid, attnotnull, attgenerated)
            from pg_attribute join pg_class c on c.oid = attrelid
            where relnamespace = 'public'::regnamespace
        union all select concat_ws(':', 't', tgrelid, tgname, tgenabled) from pg_trigger
        union all select concat_ws(':', 'p', polrelid, polname, md5(pol::text)) from pg_policy pol
        union all select concat_ws(':', 'k', conrelid, conname, convalidated) from pg_constraint
        union all select concat_ws(':', 'f', oid, proname, proacl, md5(prosrc)) from pg_proc
            where pronamespace = 'public'::regnamespace
        union all select concat_ws(':', 's', starelid, staattnum) from pg_statistic
            where starelid > 16383
    ) as of(one)"""
_GROWN = 8 << 20  # bytes, of rows that were deleted: from here on a new copy is better


class Original:
    """What the template holds, and how to bring a copy of it back to that."""

    def __init__(self, con: psycopg.Connection[Any]) -> None:
        self._made_of = con.execute(_MADE_OF).fetchone()
        self._size = _size(con)
        self._sequences = con.execute(
            "select sequencename, last_value, start_value from pg_sequences "
            "where schemaname = 'public'"
        ).fetchall()
        self._always = dict(con.execute(_ALWAYS).fetchall())
        names = [name for (name,) in con.execute(_TABLES)]
        self._held = {name: found for name in names if (found := _contents(con, name))[0]}
        self._empty = [name for name in names if name not in self._held]

    def restore(self, con: psycopg.Connection[Any]) -> bool:
        """Bring the database of ``con``, a superuser's, back; return whether that was possible."""
        con.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
        if con.execute(_MADE_OF).fetchone() != self._made_of or _size(con) > self._size + _GROWN:
            return False
        with con.transaction():
            con.execute("set local session_replication_role = replica")  # no triggers, no keys
            found = sql.SQL(" union all ").join(
                sql.SQL("(select {} from {} limit 1)").format(
                    sql.Literal(name), sql.Identifier(name)
                )
                for name in self._empty
            )
            for (name,) in con.execute(found).fetchall():
                self._empty_table(con, name)
            for name, last, first in self._sequences:
                called = last is not None
                con.execute(
                    "select setval(%s::regclass, %s, %s)",
                    [f'"{name}"', last if called else first, called],
                )
        return all(_contents(con, name) == held for name, held in self._held.items())

    def _empty_table(self, con: psycopg.Connection[Any], name: str) -> None:
        table, held = sql.Identifier(name), [sql.Identifier(t) for t in self._always.get(name, ())]
        for trigger in held:  # those of tables that only grow fire for replicas, too
            con.execute(sql.SQL("alter table {} disable trigger {}").format(table, trigger))
        con.execute(sql.SQL("delete from {}").format(table))
        for trigger in held:
            con.execute(sql.SQL("alter table {} enable always trigger {}").format(table, trigger))


def _size(con: psycopg.Connection[Any]) -> int:
    row = con.execute("select pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])


def _contents(con: psycopg.Connection[Any], name: str) -> Any:
    """Return how many rows a table has, and a digest of them."""
    query = sql.SQL(
        "select count(*), md5(string_agg(t::text, ' ' order by t::text)) from {} t"
    ).format(sql.Identifier(name))
    return con.execute(query).fetchone()
