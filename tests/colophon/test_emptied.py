"""What a test committed is gone before the next one gets the same database; see `tests/emptied.py`."""

from __future__ import annotations

import psycopg
import pytest

from colophon.accounts.models import Organisation


def admin(database):
    return psycopg.connect(
        database.cluster.server.admin_dsn(database.name),
        autocommit=True,
    )


@pytest.fixture
def restored(committing, build_house, tmp_path):
    """Return a function: the name of the next database, after ``damage`` to one that was used."""

    def after(damage=""):
        with committing(tmp_path) as first:
            build_house().make()
            if damage:
                with admin(first) as con:
                    con.execute(damage)
        with committing(tmp_path) as second, admin(second) as con:
            assert not Organisation.objects.exists()
            for table in ("ledger_event", "ledger_leaf", "studio_artifact", "store_blob"):
                if con.execute("select to_regclass(%s)", [table]).fetchone()[0]:
                    assert con.execute(f"select count(*) from {table}").fetchone() == (0,)  # noqa: S608  our own name
            build_house()
            assert con.execute("select min(id) from ledger_event").fetchone() == (1,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                con.execute("delete from ledger_event")
        return first.name, second.name

    return after


def test_rows_go_and_the_database_is_used_again(restored):
    first, second = restored()
    # One that many tests wrote to may have grown too large just now; the next is new, and has not.
    assert first == second or len(set(restored())) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "drop policy ledger_event_sequencer on ledger_event",
        "alter table ledger_event disable trigger user",
        "alter table ledger_event alter leaf_hash drop expression",
        "revoke select on ledger_leaf from colophon_exporter",
        "delete from ledger_transition where kind = 'release'",
        "analyze ledger_event",
    ],
)
def test_a_database_that_cannot_be_put_back_is_not_used_again(restored, damage):
    first, second = restored(damage)
    assert first != second
