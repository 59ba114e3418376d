"""The supervisor against real processes: started, killed in every way, and nothing left."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest

from colophon.settings.env import ROOT
from colophon.stack import ports
from colophon.stack.errors import AlreadyRunning, ForeignData, PortInUse
from colophon.stack.roles import PROCESSES, ROLES
from colophon.stack.supervisor import FAST, Stack
from tests.prepared import prepared

PARTS = ("witness", "sequencer", "web")


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """One stack for all tests that leave it running."""
    home = tmp_path_factory.mktemp("stack") / "var"
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("COLOPHON_", "DATABASE_URL")):
                patch.delenv(name)
        with Stack(prepared(home), names=PARTS, server_options=FAST) as found:
            yield found
    assert processes_below(home) == []


def test_every_part_answers_once_the_stack_is_up(stack) -> None:
    assert set(stack.pids()) == {*PARTS, "postgres", "guard"}
    assert status(stack.origin) == 200


@pytest.mark.parametrize("part", [*PARTS, "postgres", "guard"])
def test_a_part_killed_by_9_is_started_again(stack, part: str) -> None:
    before = stack.pids()
    os.kill(before[part], signal.SIGKILL)
    wait_for(lambda: stack.pids().get(part, before[part]) != before[part])
    stack.wait_ready()
    wait_for(lambda: status(stack.origin) == 200)
    after = stack.pids()
    assert set(after) == set(before)
    assert part == "web" or after["web"] == before["web"], "the others go on"


def test_each_process_sees_its_own_secrets_and_no_other(stack) -> None:
    for part in ("web", "sequencer"):
        env = Path(f"/proc/{stack.pids()[part]}/environ").read_bytes().decode().split("\0")
        told = dict(one.split("=", 1) for one in env if "=" in one)
        assert told["COLOPHON_SECRETS"] == str(stack.home / "secrets" / part)
        assert "COLOPHON_ADMIN_URL" not in told
        assert not any("password" in value.lower() for name, value in told.items() if "URL" in name)


def test_the_witness_is_told_nothing_of_the_database(stack) -> None:
    env = Path(f"/proc/{stack.pids()['witness']}/environ").read_bytes()
    assert b"COLOPHON_" not in env
    assert b"DATABASE_URL" not in env


def test_a_second_stack_in_the_same_folder_is_refused(stack) -> None:
    with pytest.raises(AlreadyRunning, match=str(os.getpid())), Stack(stack.home, names=PARTS):
        pass
    assert status(stack.origin) == 200


def test_a_port_in_use_is_named_before_anything_starts(tmp_path) -> None:
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"Port {port} on 127.0.0.1 is in use"):
            Stack(tmp_path / "var", names=("web",), port=port).__enter__()
    assert not (tmp_path / "var" / "postgres").exists()
    lock = os.open(tmp_path / "var" / "stack.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(lock)


def test_a_foreign_data_folder_stops_the_start_and_is_left_alone(tmp_path) -> None:
    folder = tmp_path / "var" / "postgres"
    folder.mkdir(parents=True)
    (folder / "PG_VERSION").write_text("15\n")
    with pytest.raises(ForeignData):
        Stack(tmp_path / "var", names=()).__enter__()
    assert (folder / "PG_VERSION").read_text() == "15\n"
    assert processes_below(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_supervisor_that_ends_leaves_no_process_and_no_lock(number: int, tmp_path) -> None:
    home = tmp_path / "var"
    process = run_up(home)
    assert processes_below(home)
    told_to_end_leaves_nothing(process, home, number=number)
    assert process.returncode == (-9 if number == signal.SIGKILL else 0)


@pytest.mark.parametrize("made", ["stack.lock", "postgres.log", "logs/migrate.log"])
def test_ctrl_c_in_the_midst_of_a_start_leaves_nothing(made: str, tmp_path) -> None:
    home = tmp_path / "var"
    process = begin_up(home)
    wait_for((home / made).exists, every=0.01)
    told_to_end_leaves_nothing(process, home, number=signal.SIGINT)
    assert process.returncode == 0
    assert not (home / "logs" / "witness.log").exists(), "that was not in the midst of its start"


def test_what_was_committed_is_there_after_both_supervisor_and_guard_were_killed(tmp_path) -> None:
    home = tmp_path / "var"
    first = run_up(home)
    guard = next(pid for pid in children_of(first.pid) if "guard.py" in command_of(pid))
    os.kill(guard, signal.SIGSTOP)  # so that it cannot act between the two kills
    first.kill()
    os.kill(guard, signal.SIGKILL)
    first.wait()
    first.stdout.close()
    left = processes_below(home)
    assert left, "the parts go on: that is what this test is about"
    try:
        with Stack(home, names=(), server_options=FAST) as again:
            admin = psycopg.conninfo.make_conninfo(again._embedded.admin_dsn("colophon"))
            with psycopg.connect(admin) as connection:
                count = connection.execute("select count(*) from django_migrations").fetchone()
            assert count[0] > 10
    finally:
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def test_a_server_named_by_database_url_takes_the_place_of_the_embedded_one(
    cluster, tmp_path, monkeypatch
) -> None:
    """Its administrator is no superuser, as on a managed server."""
    with psycopg.connect(cluster.server.admin_dsn(), autocommit=True) as admin:
        admin.execute("create role landlord login createdb createrole password 'let-me-in'")
        admin.execute("grant pg_signal_backend to landlord")
        for role in ROLES:
            admin.execute(f"grant colophon_{role} to landlord with admin option")
    admin_dsn = psycopg.conninfo.make_conninfo(
        cluster.server.admin_dsn(),
        user="landlord",
        password="let-me-in",  # noqa: S106
    )
    monkeypatch.setenv("DATABASE_URL", cluster.server.url("rented"))
    monkeypatch.setenv("COLOPHON_ADMIN_URL", admin_dsn)
    for process in PROCESSES:  # the passwords that its other databases know already
        shutil.copytree(cluster.keyring.root, tmp_path / "var" / "secrets" / process)
    try:
        with Stack(tmp_path / "var", names=("web",)) as stack:
            assert set(stack.pids()) == {"web", "guard"}
            assert status(stack.origin) == 200
    finally:
        cluster.drop("rented", "rented_broker")


def run_up(home: Path) -> subprocess.Popen[bytes]:
    """Start the command in a process of its own and return once it says where it answers."""
    process = begin_up(home)
    said = process.stdout.readline()
    if b"Colophon answers at" not in said:
        process.kill()
        process.communicate()
        pytest.fail(f"it said {said!r}")
    return process


def begin_up(home: Path) -> subprocess.Popen[bytes]:
    """Start it as a shell starts `make up &`: with Ctrl-C ignored."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("COLOPHON_")}
    env |= {
        "COLOPHON_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
    }
    prepared(home)
    wanted = ["-m", "colophon.stack", "up", "--port", "0", "--parts", "witness,web"]
    ignoring = ["/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh", sys.executable]
    return subprocess.Popen([*ignoring, *wanted], env=env, stdout=subprocess.PIPE)


def told_to_end_leaves_nothing(process, home: Path, *, number: int) -> None:
    process.send_signal(number)
    try:
        process.wait(30)
    finally:
        process.kill()
        process.communicate()
    wait_for(lambda: processes_below(home) == [])
    lock = os.open(home / "stack.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(lock)


def wait_for(condition, *, seconds: float = 30.0, every: float = 0.1) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(every)


def status(origin: str) -> int:
    try:
        with urllib.request.urlopen(f"{origin}/readyz", timeout=10) as answer:  # noqa: S310
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 599


def processes_below(home: Path) -> list[int]:
    """Return every process whose command or environment names ``home``, whoever started it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            said = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(home).encode() in said and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
