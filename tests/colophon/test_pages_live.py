"""Live updates through a real server: at once, to the right organisation, and gone with it."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from colophon.accounts import notifications
from colophon.accounts import services as accounts
from colophon.accounts.models import Team
from colophon.accounts.roles import Role
from colophon.ledger.services import About
from colophon.ledger.tenancy import tenant
from colophon.studio import projects, services
from kernel.ids import new_id

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


class Server:
    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port
        self._opened: list[http.client.HTTPConnection | http.client.HTTPResponse] = []

    def connect(self) -> http.client.HTTPConnection:
        found = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self._opened.append(found)
        return found

    def close(self) -> None:
        for one in reversed(self._opened):
            one.close()

    def cookie_of(self, email: str) -> str:
        """Sign in over HTTP and return the session cookie."""
        connection = self.connect()
        connection.request("GET", "/login")
        page = connection.getresponse()
        csrf = page.getheader("Set-Cookie", "").partition("csrftoken=")[2].partition(";")[0]
        page.read()
        body = f"email={email}&password={PASSWORD.replace(' ', '+')}&csrfmiddlewaretoken={csrf}"
        head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={csrf}"}
        connection.request("POST", "/login", body, head)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 302
        cookies = answer.headers.get_all("Set-Cookie") or []
        return next(one.partition(";")[0] for one in cookies if one.startswith("sessionid="))

    def stream(self, cookie: str) -> http.client.HTTPResponse:
        connection = self.connect()
        connection.request("GET", "/live", headers={"Cookie": cookie})
        answer = connection.getresponse()
        self._opened.append(answer)
        return answer


@pytest.fixture
def server(committed_db) -> Iterator[Server]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    env = committed_db.env | {"COLOPHON_ORIGIN": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(
        [
            sys.executable, "-m", "uvicorn", "colophon.asgi:application", "--lifespan", "off",
            "--port", str(port), "--log-level", "warning", "--timeout-graceful-shutdown", "8",
        ],
        env=env,
    )  # fmt: skip
    try:
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        held = Server(process, port)
        yield held
        held.close()
    finally:
        process.kill()
        process.wait(timeout=10)


def people(name: str):
    organisation = accounts.found(
        accounts.Founding(name=name, operator_name="TEST", team="Team", is_test=True)
    )
    with tenant(organisation.id):
        author = accounts.join(
            email=f"ada@{name.lower()}.test",
            name="Ada",
            password=PASSWORD,
            roles=[Role.AUTHOR],
            team=Team.objects.get(),
        )
        return organisation, author, projects.begin(by=author, name="Nights")


def cancelled_job(organisation, author, project):
    """Make something move: a job is submitted and cancelled, both committed."""
    with tenant(organisation.id):
        order = services.Order(project=project, text="a boat", engine="house_scene")
        job = services.submit(by=author, order=order)
    with tenant(organisation.id):
        services.cancel(by=author, job=job)
    return job


def read_until(stream, wanted: bytes, *, lines: int = 40) -> list[bytes]:
    heard = []
    for _ in range(lines):
        line = stream.readline()
        heard.append(line)
        if wanted in line or not line:
            break
    return heard


def test_what_moves_is_heard_at_once_by_its_own_organisation_alone(server):
    mine, theirs = people("Mine"), people("Theirs")
    stream = server.stream(server.cookie_of("ada@mine.test"))
    assert stream.getheader("Content-Type") == "text/event-stream"
    assert b"event: ready\n" in read_until(stream, b"event: ready")
    time.sleep(0.5)  # the listening connection begins with the first reader
    foreign = cancelled_job(*theirs)
    began = time.monotonic()
    job = cancelled_job(*mine)
    heard = read_until(stream, str(job.id).encode())
    assert heard[-1] == f"data: {job.id}\n".encode()
    assert b"event: job\n" in heard
    assert not any(str(foreign.id).encode() in line for line in heard)
    assert time.monotonic() - began < 5


def test_a_note_is_heard_by_its_own_reader_alone(server):
    organisation, author, _ = people("Mine")
    with tenant(organisation.id):
        other = accounts.join(
            email="bo@mine.test", name="Bo", password=PASSWORD, roles=[Role.AUTHOR]
        )
    stream = server.stream(server.cookie_of("ada@mine.test"))
    read_until(stream, b"event: ready")
    time.sleep(0.5)
    for person in (other, author):
        with tenant(organisation.id):
            notifications.tell(
                person=person,
                code="release_cleared",
                facts={"title": "Boat"},
                about=About("artifact", new_id()),
            )
    heard = read_until(stream, str(author.pk).encode())
    assert heard[-1] == f"data: {author.pk}\n".encode()
    assert b"event: note\n" in heard
    assert not any(str(other.pk).encode() in line for line in heard)


def test_what_was_rolled_back_is_never_told(server):
    organisation, author, project = people("Mine")
    stream = server.stream(server.cookie_of("ada@mine.test"))
    read_until(stream, b"event: ready")
    time.sleep(0.5)
    with tenant(organisation.id):
        order = services.Order(project=project, text="a boat", engine="house_scene")
        gone = services.submit(by=author, order=order)
        services.cancel(by=author, job=gone)
        transaction.set_rollback(True)
    job = cancelled_job(organisation, author, project)
    heard = read_until(stream, str(job.id).encode())
    assert heard[-1] == f"data: {job.id}\n".encode()
    assert not any(str(gone.id).encode() in line for line in heard)


def test_open_streams_hold_no_database_connection_but_the_one_that_listens(server, committed_db):
    people("Mine")
    cookie = server.cookie_of("ada@mine.test")
    for _ in range(12):
        read_until(server.stream(cookie), b"event: ready")
    time.sleep(0.5)
    with psycopg.connect(committed_db.cluster.server.admin_dsn(), autocommit=True) as admin:
        asked = "select query from pg_stat_activity where datname = %s and pid <> %s"
        mine = connection.connection.info.backend_pid if connection.connection else 0
        held = [row[0] for row in admin.execute(asked, [committed_db.name, mine])]
    assert [query.lower() for query in held] == ["listen colophon_live"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks the kernel of Linux")
def test_open_streams_hold_no_thread(server):
    people("Mine")
    cookie = server.cookie_of("ada@mine.test")

    def threads() -> int:
        told = Path(f"/proc/{server.process.pid}/status").read_text()
        return int(re.search(r"Threads:\s+(\d+)", told)[1])

    read_until(server.stream(cookie), b"event: ready")
    before = threads()
    for _ in range(12):
        read_until(server.stream(cookie), b"event: ready")
    limit = time.monotonic() + 5
    while threads() > before + 2 and time.monotonic() < limit:
        time.sleep(0.1)
    assert threads() <= before + 2


def test_a_stranger_hears_nothing(server):
    assert server.stream("sessionid=none").status == 401


def test_an_open_stream_ends_whole_when_the_server_is_told_to_stop(server):
    people("Mine")
    stream = server.stream(server.cookie_of("ada@mine.test"))
    read_until(stream, b"event: ready")
    time.sleep(0.3)
    server.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    while stream.readline():  # an answer cut off in its middle would raise IncompleteRead
        pass
    server.process.wait(timeout=10)
    assert time.monotonic() - began < 4, "the server waited for a stream nobody ended"
