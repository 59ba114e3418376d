"""The embedded PostgreSQL: what it refuses, what it survives, who may run it."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from colophon.stack import postgres
from colophon.stack.errors import ForeignData, OpenFolder, OtherMajor, RootRefused
from colophon.stack.guard import Guard

FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "16MB"}
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root must become somebody else")


@pytest.fixture
def guard():
    found = Guard()
    yield found
    found.close()


@pytest.fixture
def server(tmp_path, guard):
    found = postgres.Embedded(
        folder=tmp_path / "pg", password_file=tmp_path / "admin.password", options=FAST
    )
    guard.watch(found.start())
    yield found
    found.stop()


def test_it_answers_on_a_socket_only_its_owner_can_reach(server) -> None:
    folder = postgres.socket_folder(server.data)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with psycopg.connect(server.admin_dsn()) as admin:
        assert admin.execute("show listen_addresses").fetchone() == ("",)
        assert admin.info.server_version // 10000 == 18


def test_whoever_reaches_the_socket_still_needs_a_password(server) -> None:
    without = psycopg.conninfo.make_conninfo(server.admin_dsn(), password="")
    with pytest.raises(psycopg.OperationalError, match=r"no password supplied|authentication"):
        psycopg.connect(without)


def test_it_comes_back_after_kill_9_with_what_was_committed(server, guard) -> None:
    with psycopg.connect(server.admin_dsn()) as admin:
        admin.execute("create table kept as select 7 as number")
    server.process.kill()
    server.process.wait()
    guard.watch(server.start())
    with psycopg.connect(server.admin_dsn()) as admin:
        assert admin.execute("select number from kept").fetchone() == (7,)


def test_a_server_left_by_a_killed_supervisor_is_ended_first(server, guard, tmp_path) -> None:
    left = server.process
    again = postgres.Embedded(
        folder=server.folder, password_file=server.password_file, options=FAST
    )
    guard.watch(again.start())
    assert left.wait(5) == 0
    assert again.alive()
    again.stop()


def test_the_data_of_another_version_is_refused_and_left_alone(tmp_path) -> None:
    folder = tmp_path / "pg"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("16\n")
    server = postgres.Embedded(folder=folder, password_file=tmp_path / "admin.password")
    with pytest.raises(
        ForeignData, match=r"holds the data of PostgreSQL 16; this is PostgreSQL 18"
    ):
        server.start()
    assert [path.name for path in folder.iterdir()] == ["PG_VERSION"]


def test_a_folder_of_other_things_is_refused_and_left_alone(tmp_path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "thesis.txt").write_text("years of work")
    server = postgres.Embedded(folder=tmp_path / "pg", password_file=tmp_path / "admin.password")
    with pytest.raises(ForeignData):
        server.start()
    assert (tmp_path / "pg" / "thesis.txt").read_text() == "years of work"


def test_a_long_path_gets_a_short_socket(tmp_path, guard, monkeypatch) -> None:
    monkeypatch.setattr(postgres.tempfile, "gettempdir", lambda: str(tmp_path))
    deep = tmp_path / ("d" * 60) / ("e" * 60) / "pg"
    server = postgres.Embedded(folder=deep, password_file=tmp_path / "pw", options=FAST)
    try:
        guard.watch(server.start())
        assert postgres.socket_folder(server.data).parent == tmp_path
    finally:
        server.stop()


def test_a_short_folder_that_others_can_open_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(postgres.tempfile, "gettempdir", lambda: str(tmp_path))
    deep = tmp_path / ("d" * 60) / ("e" * 60) / "pg"
    deep.mkdir(parents=True)
    (deep / "PG_VERSION").write_text("18\n")
    postgres.socket_folder(deep).mkdir(mode=0o755)
    with pytest.raises(OpenFolder, match="open to others"):
        postgres.Embedded(folder=deep, password_file=tmp_path / "pw").start()


@needs_root
@pytest.mark.parametrize("way", ["namespace", "nobody"])
def test_root_runs_it_as_somebody_else(way, tmp_path, guard) -> None:
    server = postgres.Embedded(
        folder=tmp_path / "pg", password_file=tmp_path / "pw", options=FAST, ways=(way,)
    )
    try:
        guard.watch(server.start())
        with psycopg.connect(server.admin_dsn()) as admin:
            assert admin.execute("select 1").fetchone() == (1,)
        server.stop()
        guard.watch(server.start())  # and again, on the data that is there now
        assert postgres.url(tmp_path / "pg", name="x") == server.url("x")
    finally:
        server.stop()
        if server.programs.shared is not None:  # outside of tmp_path, where nobody can reach it
            shutil.rmtree(server.programs.shared)


@needs_root
def test_root_without_a_way_is_told_what_to_do(tmp_path) -> None:
    with pytest.raises(RootRefused) as refused:
        postgres.Embedded(folder=tmp_path / "pg", password_file=tmp_path / "pw", ways=()).start()
    assert "DATABASE_URL" in refused.value.remedy


def test_another_major_version_is_refused() -> None:
    class Info:
        server_version = 170002

    class Connection:
        info = Info()

    with pytest.raises(OtherMajor, match=r"is PostgreSQL 17; Colophon needs PostgreSQL 18"):
        postgres.require_major(Connection())


def test_the_guard_ends_a_group_when_its_parent_is_killed(tmp_path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import subprocess, sys, time\n"
        "from colophon.stack.guard import Guard\n"
        "guard = Guard()\n"
        # A shell with a child of its own that ignores the polite signal.
        "child = subprocess.Popen(['sh', '-c', 'trap \"\" TERM; sleep 300 & wait; sleep 300'],\n"
        "                         start_new_session=True)\n"
        "guard.watch(child.pid)\n"
        "print(child.pid, guard.pid, flush=True)\n"
        "time.sleep(300)\n"
    )
    root = Path(postgres.__file__).parents[3]
    path = os.pathsep.join([str(root), str(root / "platform")])
    parent = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    )
    child, guard_pid = map(int, parent.stdout.readline().split())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 15
    while (exists(child) or exists(guard_pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not exists(child)
    assert not exists(guard_pid)


def exists(pid: int) -> bool:
    """A zombie nobody has waited for is no process any more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
