"""A ledger of the test's own: roles, writers, the real sequencer as a process, real witnesses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from colophon.ledger import keys, note, sequencer
from colophon.ledger.note import Algorithm
from tests.colophon.ledger.warm import Started

ROOT = Path(__file__).resolve().parents[3]
ORIGIN = "colophon.test/log"  # COLOPHON_LOG_NAME where nothing else is said
TENANT = uuid.UUID(int=7)


def write_event(con, text):
    """Insert one event in the open transaction, as the application does; return its id."""
    event_id = uuid.uuid4()
    con.execute("select set_config('colophon.tenant', %s, true)", [str(TENANT)])
    con.execute(
        "insert into ledger_event (event_id, tenant_id, type, subject_kind, subject_id, at, body) "
        "values (%s, %s, 'test.written', 'test', %s, %s, %s)",
        [
            event_id,
            TENANT,
            uuid.uuid4(),
            datetime.now(UTC),
            json.dumps([str(event_id), text]).encode(),
        ],
    )
    return event_id


class Ledger:
    """One database with a log key, and what the tests ask of it."""

    def __init__(self, database, folder, *, key=None):
        self.database = database
        self.folder = folder
        self._reading = None
        folder.mkdir()
        self.key = key or folder / "log.key"
        if key is None:
            keys.make_key(self.key, ORIGIN)
        self.signer = keys.read_key(self.key, ORIGIN)

    write_event = staticmethod(write_event)

    def dsn(self, role):
        return self.database.cluster.dsn(role, self.database.name)

    def login(self, role):
        return psycopg.connect(self.dsn(role), autocommit=True)

    def admin(self):
        admin = self.database.cluster.server.admin_dsn(self.database.name)
        return psycopg.connect(admin, autocommit=True)

    @contextmanager
    def superuser(self):
        """As an insider with every right: triggers and row security off."""
        with self.admin() as con:
            for table in ("event", "leaf", "checkpoint", "cosignature"):
                con.execute(f"alter table ledger_{table} disable trigger all")
            yield con
            for table in ("event", "leaf", "checkpoint", "cosignature"):
                con.execute(f"alter table ledger_{table} enable trigger all")

    def write(self, count, *, each=1, prefix="event"):
        """Commit ``count`` events, ``each`` a transaction, and return their ids."""
        found = []
        with self.login("app") as con:
            for at in range(0, count, each):
                with con.transaction():
                    for i in range(at, min(at + each, count)):
                        found.append(write_event(con, f"{prefix} {i}"))
        return found

    def sequence(self):
        """Tick until nothing waits, in this process; return how many events were taken."""
        with sequencer.connect(self.dsn("sequencer")) as con:
            working, total = sequencer.Sequencer(con, signer=self.signer), 0
            while taken := working.tick():
                total += taken
            return total

    def rows(self, query, *args):
        if self._reading is None:  # kept: `until` asks thirty times a second
            self._reading = self.login("sequencer")
        return self._reading.execute(query, args).fetchall()

    def close(self):
        if self._reading is not None:
            self._reading.close()

    def one(self, query, *args):
        return self.rows(query, *args)[0][0]

    def count(self, table):
        return self.one(f"select count(*) from ledger_{table}")  # noqa: S608 - names of the tests

    def until(self, condition, seconds=20.0):
        """Wait for ``condition()``; say what the sequencer said if it does not come."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.said()
            time.sleep(0.03)

    def env(self, role):
        return self.database.env | {"COLOPHON_ROLE": role}

    def command(self, *args):
        return [sys.executable, "-m", "django", *args]

    def place(self, role):
        return self.database.cluster.place(self.database.name, role=role)

    @contextmanager
    def sequencer(self, *args):
        """The sequencer's command in a process of its own; killed at the end if it still runs."""
        command = ["sequencer", "--key", str(self.key), *args]
        log = self.folder / "sequencer.log"
        child = Started(command, place=self.place("sequencer"), stdout=log, stderr=log)
        try:
            yield child
        finally:
            child.kill()
            child.wait()

    @contextmanager
    def operated_sequencer(self, *args):
        """The sequencer as its operator starts it, from nothing."""
        command = self.command("sequencer", "--key", str(self.key), *args)
        with (self.folder / "sequencer.log").open("ab") as said:
            child = subprocess.Popen(command, env=self.env("sequencer"), stdout=said, stderr=said)
            try:
                yield child
            finally:
                child.kill()
                child.wait()

    def said(self):
        log = self.folder / "sequencer.log"
        return log.read_text() if log.exists() else ""

    @property
    def fsck_args(self):
        return ["fsck_ledger", "--log-vkey", str(self.key.with_suffix(".vkey"))]

    def fsck(self):
        """Run the command in a process of its own; return what it said as a CompletedProcess."""
        said = {name: self.folder / f"fsck.{name}" for name in ("stdout", "stderr")}
        for file in said.values():
            file.unlink(missing_ok=True)
        status = Started(self.fsck_args, place=self.place("exporter"), **said).wait(60)
        found = {name: file.read_text() for name, file in said.items()}
        return subprocess.CompletedProcess(self.fsck_args, status, **found)

    def operated_fsck(self):
        """Run it as its operator does, from nothing."""
        return subprocess.run(
            self.command(*self.fsck_args),
            env=self.env("exporter"),
            check=False,
            capture_output=True,
            text=True,
        )


@pytest.fixture
def ledger(committed_db, tmp_path):
    found = Ledger(committed_db, tmp_path / "ledger")
    yield found
    found.close()


class WitnessProcess:
    """A witness as its operator runs it, on a port that stays the same through restarts."""

    def __init__(self, folder, log_vkey, name="witness.test/w1"):
        self.folder, self.log_vkey, self.name = folder, log_vkey, name
        self.port, self.child = 0, None

    def start(self):
        command = [sys.executable, "-m", "colophon.ledger.witness", "--folder", str(self.folder)]
        command += ["--port", str(self.port), "--log-vkey", str(self.log_vkey), "--name", self.name]
        env = os.environ | {"PYTHONPATH": f"{ROOT / 'platform'}"}
        self.child = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        line = self.child.stdout.readline()
        assert "listens on" in line
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def stop(self):
        if self.child is not None:
            self.child.kill()
            self.child.wait()
            self.child.stdout.close()
            self.child = None

    @property
    def vkey(self):
        return self.folder / "witness.vkey"

    @property
    def key(self):
        return note.parse_vkey(self.vkey.read_text())

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def args(self):
        return ["--witness", self.url, str(self.vkey)]


@pytest.fixture
def witness(ledger, tmp_path):
    found = WitnessProcess(tmp_path / "witness", ledger.key.with_suffix(".vkey")).start()
    assert found.key.algorithm is Algorithm.COSIGNATURE
    yield found
    found.stop()
