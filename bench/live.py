"""500 open streams on one process: how soon after a commit every one of them has heard of it.

``python -m bench.live [--clients 500] [--events 40] [--json]``. Ours: the web process of the stack
and as many signed-in streams of one organisation over real sockets on this machine, all read by
this process; a job is submitted and cancelled, and the clock runs from the commit's return to the
bytes of its event on each socket. Streams of another organisation must hear nothing of it.

The peer: the same notifications heard by one bare ``LISTEN`` connection, without HTTP and without
anybody to hand them on to.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from bench.archive.database import Archive, opened
from bench.archive.visitor import Visitor
from bench.pages import percentile

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one run
STRANGERS = 20
AT_ONCE = 20
PAUSE_SECONDS = 0.25


class Listener:
    """One stream: when which id was heard."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}
        self.ready = asyncio.Event()
        self.ended = ""

    async def listen(self, host: str, port: int, cookie: str) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(
            f"GET /live HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        try:
            while line := await reader.readline():
                if line.startswith(b"event: ready"):
                    self.ready.set()
                elif line.startswith(b"data: "):
                    self.heard.setdefault(line[6:].strip().decode(), time.perf_counter())
            self.ended = "the server ended it"
        finally:
            writer.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--events", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "home", names=("web",)) as stack:  # fmt: skip
        os.environ.update(stack.env("web"))
        import django

        django.setup()
        found = run(stack, clients=told.clients, events=told.events)
    if told.json:
        figure = {"ours": found["p99"], "peer": found["peer_p99"], "unit": "ms"}
        figure |= {"ratio": round(found["p99"] / found["peer_p99"], 2), "n": found["deliveries"]}
        print(json.dumps({"live_p99_ms": figure}))
    else:
        for name, value in found.items():
            print(f"{name:22} {value}")
    return 0


def run(stack: Archive, *, clients: int, events: int) -> dict[str, Any]:
    """Return milliseconds from commit to socket, and what the web process took for it."""
    mine = _people("Mine")
    _people("Theirs")
    cookies = [_cookie(stack.origin, f"ada@{name}.test") for name in ("mine", "theirs")]
    web = stack.pids()["web"]
    before, used = _memory(web), _cpu(web)
    place = urlsplit(stack.origin)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def wait(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    began = time.perf_counter()
    listeners = wait(_open(place.hostname or "", place.port or 0, cookies[0], clients))
    strangers = wait(_open(place.hostname or "", place.port or 0, cookies[1], STRANGERS))
    opened_in = time.perf_counter() - began
    held, opening = _memory(web), _cpu(web) - used
    peer = Peer(stack.dsn("app"))
    used = _cpu(web)
    committed = []
    for _ in range(events):
        committed.append(_moved(*mine))
        time.sleep(PAUSE_SECONDS)
    time.sleep(2)
    spent = _cpu(web) - used
    peer.stop()
    lost = [one.ended for one in listeners if one.ended]
    threads = _told(web, "Threads")
    wait(_close())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    late = [
        1000 * (one.heard[job] - at)
        for job, at in committed
        for one in listeners
        if job in one.heard
    ]
    if lost or len(late) != clients * events:
        raise RuntimeError(f"{len(late)} of {clients * events} arrived; ended: {lost[:3]}")
    if any(job in one.heard for job, _ in committed for one in strangers):
        raise RuntimeError("another organisation heard it")
    bare = [1000 * (peer.heard[job] - at) for job, at in committed if job in peer.heard]
    return {
        "clients": clients,
        "deliveries": len(late),
        "p50": round(percentile(late, 0.5), 1),
        "p99": round(percentile(late, 0.99), 1),
        "worst": round(max(late), 1),
        "peer_p99": round(max(0.1, percentile(bare, 0.99)), 1),
        "opened_in_s": round(opened_in, 1),
        "opening_cpu_s": round(opening, 1),
        "memory_before_mb": before,
        "memory_with_them_mb": held,
        "kb_a_stream": round(1000 * (held - before) / (clients + STRANGERS), 1),
        "threads": threads,
        "cpu_ms_an_event": round(1000 * spent / events, 1),
        "load": round(os.getloadavg()[0], 1),
    }


async def _open(host: str, port: int, cookie: str, count: int) -> list[Listener]:
    """Open ``count`` streams, a few at a time, and return them once each is ready."""
    gate = asyncio.Semaphore(AT_ONCE)
    found = [Listener() for _ in range(count)]

    async def one(listener: Listener) -> None:
        async with gate:
            task = asyncio.ensure_future(listener.listen(host, port, cookie))
            _tasks.add(task)
            await asyncio.wait_for(listener.ready.wait(), 60)

    await asyncio.gather(*(one(listener) for listener in found))
    return found


async def _close() -> None:
    for one in _tasks:
        one.cancel()
    await asyncio.gather(*_tasks, return_exceptions=True)


_tasks: set[Any] = set()  # a loop holds its tasks weakly


class Peer:
    """A bare listening connection."""

    def __init__(self, dsn: str) -> None:
        self.heard: dict[str, float] = {}
        self._stop = threading.Event()
        self._dsn = dsn
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as session:
            session.execute("listen colophon_live")
            self._ready.set()
            while not self._stop.is_set():
                for one in session.notifies(timeout=0.2):
                    self.heard.setdefault(one.payload.rpartition(" ")[2], time.perf_counter())


def _people(name: str) -> tuple[Any, Any, Any]:
    from colophon.accounts import services as accounts
    from colophon.accounts.models import Team
    from colophon.accounts.roles import Role
    from colophon.ledger.tenancy import tenant
    from colophon.studio import projects

    founding = accounts.Founding(name=name, operator_name="TEST", team="Team", is_test=True)
    organisation = accounts.found(founding)
    with tenant(organisation.id):
        author = accounts.join(
            email=f"ada@{name.lower()}.test",
            name="Ada",
            password=PASSWORD,
            roles=[Role.AUTHOR],
            team=Team.objects.get(),
        )
        return organisation, author, projects.begin(by=author, name="Nights")


def _moved(organisation: Any, author: Any, project: Any) -> tuple[str, float]:
    """Submit a job and cancel it; return its id and when the cancelling had committed."""
    from colophon.ledger.tenancy import tenant
    from colophon.studio import services

    order = services.Order(project=project, text="a boat", engine="house_scene")
    with tenant(organisation.id):
        job = services.submit(by=author, order=order)
    with tenant(organisation.id):
        services.cancel(by=author, job=job)
    return str(job.id), time.perf_counter()


def _cookie(origin: str, email: str) -> str:
    visitor = Visitor(origin)
    visitor.sign_in(email, PASSWORD)
    visitor.close()
    return visitor.cookie


def _memory(pid: int) -> int:
    """Return the resident megabytes of a process."""
    return _told(pid, "VmRSS") // 1000


def _told(pid: int, name: str) -> int:
    """Return a figure from what the kernel says of a process."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in told.splitlines() if line.startswith(name)).split()[1])


def _cpu(pid: int) -> float:
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
