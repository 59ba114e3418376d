"""Invariants 1 and 2: what the sealer's login may, and what the web's may not."""

import psycopg
import pytest

from colophon.publishing import credentials
from colophon.publishing.errors import NotSignable
from colophon.publishing.models import Signable
from colophon.publishing.sealer import seal
from kernel.ids import new_id

WRITES_OF_THE_SEALER = {
    "publishing_seal",
    "publishing_sealattempt",
    "ledger_event",
    "ledger_disclosure",
    "ledger_move",
}


def privileges(connection, role, privilege):
    rows = connection.execute(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = 'public' and c.relkind in ('r', 'v') "
        "and has_table_privilege(%s, c.oid, %s)",
        [role, privilege],
    )
    return {name for (name,) in rows}


def test_invariant_1_the_sealer_writes_its_own_rows_and_nothing_else(as_role):
    with as_role("sealer") as connection:
        for privilege in ("delete", "truncate", "update"):
            assert not privileges(connection, "colophon_sealer", privilege)
        assert privileges(connection, "colophon_sealer", "insert") == WRITES_OF_THE_SEALER
        columns = connection.execute(
            "select table_name, column_name from information_schema.column_privileges "
            "where grantee = 'colophon_sealer' and privilege_type = 'UPDATE'"
        ).fetchall()
    assert columns == [("releases_release", "state")]


@pytest.mark.parametrize("table", ["publishing_seal", "publishing_sealattempt"])
def test_invariant_1_the_web_cannot_write_a_seal(as_role, table):
    with as_role("app") as connection:
        assert table not in privileges(connection, "colophon_app", "insert")


def test_invariant_2_the_web_cannot_even_ask_what_is_signable(as_role):
    with (
        as_role("app") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("select * from publishing_signable")


def test_a_release_without_a_clearance_is_not_signable(committed_db, django_as_role, build_house):
    with django_as_role("sealer"):
        assert not Signable.objects.exists()
        with pytest.raises(NotSignable, match="no clearance"):
            seal(new_id())


def test_a_missing_certificate_is_named_at_the_start(settings, tmp_path):
    settings.COLOPHON_SECRETS = tmp_path
    for cached in (credentials.mark_key, credentials._credentials, credentials._roots):
        cached.cache_clear()
    with pytest.raises(credentials.NoCredentials, match=r"mark\.key is missing"):
        credentials.check()
    (tmp_path / "mark.key").write_text("ab" * 32)
    with pytest.raises(credentials.NoCredentials, match=r"c2pa-chain\.pem is missing"):
        credentials.check()
    for cached in (credentials.mark_key, credentials._credentials, credentials._roots):
        cached.cache_clear()
