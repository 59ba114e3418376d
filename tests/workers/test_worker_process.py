"""A real worker process, and what it does when its queues are gone."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from celery import current_app


@pytest.fixture
def worker(committed_db, tmp_path):
    """Return a function that starts a worker and returns it with its log once it is ready."""
    started = []
    env = committed_db.with_broker() | {"PYTHONUNBUFFERED": "1"}

    def start() -> tuple[subprocess.Popen[bytes], Path]:
        log = tmp_path / f"worker-{len(started)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "workers", "worker", "-l", "info"],
                env=env, stdout=out, stderr=out,
            )  # fmt: skip
        started.append(process)
        wait_for(lambda: "worker.ready" in log.read_text(), process=process)
        return process, log

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_worker_runs_one_thread_and_not_solo(worker) -> None:
    process, log = worker()
    assert "concurrency: 1 (thread)" in log.read_text()
    process.terminate()
    assert process.wait(20) == 0


def test_a_worker_makes_its_queues_again_when_the_schema_is_gone(worker, committed_db) -> None:
    process, _ = worker()
    dsn = committed_db.cluster.dsn("broker", f"{committed_db.name}_broker")
    with psycopg.connect(dsn) as broker:
        broker.execute("drop schema pgmq cascade")
    assert process.wait(30) != 0, "a worker without queues must end, so that it is started again"
    _, log = worker()
    assert "queues.made" in log.read_text()
    with psycopg.connect(dsn) as broker:
        assert broker.execute("select queue_name from pgmq.list_queues()").fetchone() == (
            "colophon",
        )


@pytest.mark.django_db
def test_whoever_only_queues_work_has_an_application_without_the_tasks() -> None:
    assert current_app.main == "colophon"
    assert "workers.tasks.generate" not in current_app.tasks


def wait_for(condition, *, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, "the worker ended"
        assert time.monotonic() < deadline, "the worker did not become ready"
        time.sleep(0.1)
