"""One typed file of settings: what it does not know, or must not start with, stops the start."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from colophon.settings import broker, env
from colophon.settings.env import ROOT, BadSetting, Environment, UnknownSetting

GOOD = Environment(
    home=Path("/srv/colophon"),
    origin="https://colophon.example",
    media_origin="https://media.example",
    sealer_uid=10002,
    operator_name="Festival gGmbH",
    provider_code="91110000",
    filing_number="2026-1",
    log_name="colophon.example/log",
)
PLACE = env.Database(host="db", port=5432, name="colophon")


def test_a_misspelt_setting_stops_the_start() -> None:
    with pytest.raises(UnknownSetting, match="There is no setting called COLOPHON_HOEM"):
        env.read({"COLOPHON_HOEM": "/x"})


def test_values_are_typed() -> None:
    told = env.read({"COLOPHON_HOME": "/x", "COLOPHON_DEBUG": "1", "COLOPHON_SEALER_UID": "7"})
    assert (told.home, told.debug, told.sealer_uid) == (Path("/x"), True, 7)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEBUG", "perhaps"), ("SEALER_UID", "-1"), ("ROLE", "root"), ("LONGEST_TASK_SECONDS", "1e3")],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"COLOPHON_{name} cannot be “{value}”"):
        env.read({f"COLOPHON_{name}": value})


@pytest.mark.parametrize(
    "url", ["postgresql:///colophon?host=/run/pg&port=5433", "postgresql://db:5433/colophon"]
)
def test_a_database_url_says_where_and_comes_back_the_same(url: str) -> None:
    assert env.database(url).url == url
    assert env.database(url).port == 5433


@pytest.mark.parametrize("url", ["sqlite:///x.db", "postgresql://me:secret@db/colophon"])
def test_no_other_database_and_no_login_in_its_url(url: str) -> None:
    with pytest.raises(BadSetting) as refused:
        env.database(url)
    assert "secret" not in str(refused.value)


def test_a_password_with_quotes_survives_the_connection_string() -> None:
    import psycopg

    dsn = PLACE.dsn("colophon_app", password="it's a \\ test")  # noqa: S106
    assert psycopg.conninfo.conninfo_to_dict(dsn)["password"] == "it's a \\ test"  # noqa: S105


def production() -> object:
    """Return the check alone: importing the module for real is what the last test does."""
    import types

    source = (ROOT / "platform/colophon/settings/production.py").read_text()
    module = types.ModuleType("production_checks")
    exec(compile(source.partition("\nif not os.environ")[0], "production", "exec"), vars(module))  # noqa: S102
    return module.refuse_unsafe


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"operator_name": "TEST Operator"}, "test value"),
        ({"provider_code": "test-1"}, "test value"),
        ({"filing_number": "TEST-FILING"}, "test value"),
        ({"log_name": "colophon.test/log"}, "test value"),
        ({"debug": True}, "shows settings to strangers"),
        ({"origin": "http://colophon.example"}, "must be https"),
        ({"media_origin": "https://colophon.example"}, "same origin"),
        ({"home": Path("/")}, "embedded database"),
        ({"sealer_uid": None}, "not named"),
        ({"sealer_uid": 1000}, "runs as the sealer's user"),
        ({"role": "sealer"}, "this sealer runs as user 1000"),
    ],
)
def test_production_refuses_what_a_demonstration_may_have(change: dict, says: str) -> None:
    place = replace(PLACE, host="/var/pg") if "home" in change else PLACE
    with pytest.raises(BadSetting, match=says):
        production()(
            replace(GOOD, **change), place=place, uid=1000, secret_key="k" * 50, isolates=True
        )


def test_production_refuses_a_short_key() -> None:
    with pytest.raises(BadSetting, match="shorter than 32"):
        production()(GOOD, place=PLACE, uid=1000, secret_key="short", isolates=True)  # noqa: S106


def test_production_takes_what_is_in_order() -> None:
    production()(GOOD, place=PLACE, uid=1000, secret_key="k" * 50, isolates=True)
    sealer = replace(GOOD, role="sealer")
    production()(sealer, place=PLACE, uid=10002, secret_key="", isolates=True)
    sequencer = replace(GOOD, role="sequencer")
    production()(sequencer, place=PLACE, uid=10003, secret_key="", isolates=False)


@pytest.mark.parametrize("role", ["app", "sealer"])
def test_production_refuses_a_sandbox_that_does_not_isolate(role: str) -> None:
    told = replace(GOOD, role=role)
    uid = 10002 if role == "sealer" else 1000
    with pytest.raises(BadSetting, match="bubblewrap"):
        production()(told, place=PLACE, uid=uid, secret_key="k" * 50, isolates=False)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://db/colophon"}, "BROKER_URL"),
        ({"COLOPHON_HOEM": "x"}, "no setting called COLOPHON_HOEM"),
    ],
)
def test_a_refused_start_is_one_sentence_and_no_traceback(told: dict[str, str], says: str) -> None:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "check"],
        env=clean | {"DJANGO_SETTINGS_MODULE": "colophon.settings.production"} | told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["filesystem://", "sqla+postgresql://db/x", "kafka://x"])
def test_a_broker_that_loses_tasks_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="BROKER_URL"):
        broker.celery(url, dsn="", longest_task_seconds=1)


@pytest.mark.parametrize("url", ["pgmq://", "amqp://mq//", "redis://r/0"])
def test_workers_run_in_one_thread_and_acknowledge_late(url: str) -> None:
    # `solo` stalls with RabbitMQ in a burst; see docs/decisions.
    found = broker.celery(url, dsn="host=x", longest_task_seconds=60)
    assert (found["worker_pool"], found["worker_concurrency"]) == ("threads", 1)
    assert found["task_acks_late"] is True
    assert found["task_publish_retry"] is False


def test_named_queues_are_quorum_queues_on_rabbitmq() -> None:
    found = broker.celery("amqp://mq//", dsn="", longest_task_seconds=60)
    assert found["task_create_missing_queue_type"] == "quorum"


def test_every_setting_is_in_the_readme_of_settings() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    missing = [name for name in env.names() if name not in page]
    assert not missing
