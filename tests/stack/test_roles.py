"""The roles keep the parts of Colophon apart, so they are tried against the real server."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest
from django.db import connection


@pytest.mark.django_db
def test_tests_run_as_the_role_of_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user"
        )
        assert cursor.fetchone() == ("colophon_app", False, False)


@pytest.mark.django_db
@pytest.mark.parametrize("statement", [
    "create table mine (id int)",
    "drop table django_content_type",
    "truncate django_content_type",
    "alter table django_content_type disable trigger all",
    "create role intruder",
    "set role colophon_owner",
])  # fmt: skip
def test_the_application_cannot_change_what_it_stands_on(statement: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(Exception, match=r"permission denied|must be owner"),
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("role", ["sealer", "sequencer"])
def test_sealer_and_sequencer_can_read_nothing_they_were_not_given(role, as_role) -> None:
    with as_role(role) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("select * from django_session")


def test_the_exporter_reads_and_never_writes(as_role) -> None:
    with as_role("exporter") as raw:
        raw.execute("select * from django_content_type")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute("delete from django_content_type")


def test_the_broker_cannot_open_the_database_of_record(cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(cluster.dsn("broker", "colophon"))


def test_the_sealer_cannot_open_the_queues(cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(cluster.dsn("sealer", "colophon_broker"))


def test_a_role_without_its_password_stays_outside(cluster) -> None:
    wrong = psycopg.conninfo.make_conninfo(
        cluster.dsn("app", "colophon"),
        password="guess",  # noqa: S106
    )
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_password_files_are_for_their_owner_alone(cluster) -> None:
    files = list(Path(cluster.keyring.root).glob("db-*.password"))
    assert len(files) == 6
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_provisioning_twice_changes_nothing(cluster) -> None:
    from colophon.stack.roles import install_pgmq, provision

    before = cluster.keyring.password("app")
    provision(cluster.server.admin_dsn(), keyring=cluster.keyring, database="colophon")
    assert cluster.keyring.password("app") == before
    assert not install_pgmq(cluster.dsn("broker", "colophon_broker"))


def test_each_process_has_only_its_own_secrets(tmp_path) -> None:
    from colophon.stack.roles import PROCESSES, Keyring

    keyring = Keyring(root=tmp_path)
    keyring.make_folders()
    for role in ("owner", "app", "sealer", "broker"):
        keyring.password(role)
    found = {name: {file.name for file in (tmp_path / name).iterdir()} for name in PROCESSES}
    assert found["sealer"] == {"db-sealer.password"}
    assert found["web"] == {"db-app.password", "db-broker.password", "django.key"}
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in PROCESSES} == {0o700}
