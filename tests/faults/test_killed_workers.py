"""kill -9 of the worker at random points, and the broker's memory gone once: nothing lost or doubled."""

import os
import random
import signal
import subprocess
import sys
import time

import psycopg
import pytest

pytestmark = pytest.mark.slow

JOBS, KILLS, LIMIT_SECONDS = 60, 30, 420
SUBMIT = """
import django, json; django.setup()
from colophon.accounts import services as accounts
from colophon.accounts.roles import Role
from colophon.ledger.tenancy import tenant
from colophon.studio import projects, services
org = accounts.found(accounts.Founding(name="TEST", operator_name="TEST", team="T", is_test=True))
with tenant(org.id):
    ada = accounts.join(email="a@kill.test", name="A", password="a long enough phrase",
                        roles=[Role.AUTHOR])
    project = projects.begin(by=ada, name="P")
for seed in range({jobs}):
    with tenant(org.id):
        order = services.Order(project=project, text=f"a lighthouse {{seed}}", engine="house_scene",
                               seed=seed, parameters={{"width": 512, "height": 384}})
        services.submit(by=ada, order=order)
print(org.id)
"""


@pytest.fixture
def stack(tmp_path, monkeypatch):
    from colophon.stack.supervisor import FAST, Stack
    from tests.prepared import prepared

    monkeypatch.setenv("COLOPHON_LEASE_SECONDS", "3")
    monkeypatch.setenv("COLOPHON_RESEND_SECONDS", "3")
    with Stack(
        prepared(tmp_path / "home"), names=("sweeper",), port=0, server_options=FAST
    ) as found:
        yield found


def worker(stack, log):
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "workers", "--skip-checks", "worker"),
            *("-P", "threads", "-c", "1"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        env=stack.env("worker"),
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def counts(admin):
    rows = admin.execute("select state, count(*) from studio_job group by state").fetchall()
    return dict(rows)


def test_thirty_kills_over_sixty_jobs_leave_sixty_artifacts(stack, tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", SUBMIT.format(jobs=JOBS)],
        env=stack.env("web"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr[-2000:]
    chance = random.Random(20261124)
    kills, dropped, until = 0, False, time.monotonic() + LIMIT_SECONDS
    dsn = stack._embedded.admin_dsn("colophon")
    with (
        psycopg.connect(dsn, autocommit=True) as admin,
        (tmp_path / "worker.log").open("ab") as log,
    ):
        running = worker(stack, log)
        try:
            while (now := counts(admin)).get("done", 0) < JOBS or kills < KILLS:
                assert time.monotonic() < until, (now, kills)
                assert not now.get("failed"), now
                if kills < KILLS and (now.get("running") or now.get("done", 0) == JOBS):
                    time.sleep(chance.uniform(0, 0.4))
                    os.killpg(running.pid, signal.SIGKILL)
                    running.wait()
                    kills += 1
                    if kills == KILLS // 2 and not dropped:
                        _forget_everything(stack)
                        dropped = True
                    running = worker(stack, log)
                time.sleep(0.05)
        finally:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        assert (kills, dropped) == (KILLS, True)
        assert counts(admin) == {"done": JOBS}
        (made, jobs) = admin.execute(
            "select count(*), count(distinct job_id) from studio_artifact"
        ).fetchone()
        assert (made, jobs) == (JOBS, JOBS), "an artifact was lost or made twice"
        (finished,) = admin.execute(
            "select count(*) from ledger_event where type = 'artifact.made'"
        ).fetchone()
        assert finished == JOBS


def _forget_everything(stack):
    """The broker loses all its queues, as if its disk were gone; the rows are the truth."""
    from colophon.stack.roles import install_pgmq

    dsn = psycopg.conninfo.make_conninfo(
        stack._embedded.admin_dsn("colophon_broker"),
        user="colophon_broker",
        password=stack.keyring.password("broker"),
    )
    with psycopg.connect(dsn, autocommit=True) as broker:
        broker.execute("drop schema pgmq cascade")
    install_pgmq(dsn)
