"""What happens, as it happens: server-sent events that carry ids and nothing else.

Triggers (migration 0001) say it inside the transaction of the row that changed, so no service has
to remember it and nothing is told that was rolled back. One connection per process listens, on its
own and never from the pool, and hands what it hears to the streams of that tenant.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from types import FrameType
from weakref import WeakKeyDictionary

import psycopg
import structlog
from asgiref.sync import SyncToAsync, sync_to_async
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET
from psycopg.conninfo import make_conninfo

from colophon.web.middleware import signed_in

CHANNEL = "colophon_live"
KEEP_ALIVE_SECONDS = 15
RETRY_MILLISECONDS = 2000
BEHIND = 200
"""Messages a slow reader may be behind before it is cut off; its page then asks anew."""

logger = structlog.get_logger()


@require_GET
def live(request: HttpRequest) -> StreamingHttpResponse:
    """Stream ``event: job|release|work|note``, ``data: <id>`` of the person's tenant."""
    person = signed_in(request)
    stream = _stream(str(person.tenant_id), str(person.pk))
    response = StreamingHttpResponse(stream, content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"  # nginx must not collect what has to arrive at once
    return response


async def _stream(tenant_id: str, person_id: str) -> AsyncIterator[str]:
    async for kind, row_id in heard(tenant_id):
        if kind == "note" and row_id != person_id:
            continue  # a note is heard by its own reader alone
        if kind == "ready":
            yield f"retry: {RETRY_MILLISECONDS}\nevent: ready\ndata: 1\n\n"
        elif kind:
            yield f"event: {kind}\ndata: {row_id}\n\n"
        else:
            yield ": keep-alive\n\n"


async def heard(tenant_id: str) -> AsyncIterator[tuple[str, str]]:
    """Give kind and id of what happens in a tenant: first ("ready", ""), ("", "") after silence.

    Ends when the listening connection is lost or the reader is too slow; a page then connects anew.
    """
    # Open for hours, while the database takes a hundred connections: what the request used goes back.
    await sync_to_async(_give_back)()
    _end_thread()
    with _hub().reader(tenant_id) as queue:
        yield "ready", ""
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_SECONDS):  # unlike wait_for it costs no task
                    said = await queue.get()
            except TimeoutError:
                yield "", ""
                continue
            if said is None:
                return
            yield said


def _give_back() -> None:
    connection.close()  # asked for in the request's own thread: every thread has its own


def _end_thread() -> None:
    """End the thread that the request was answered in: a stream only waits.

    Django keeps one for every request until its answer ends, so 500 streams would be 500 threads.
    What still has to be asked in a thread, at the end of the stream say, gets a new one.
    """
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context is not None:
        held = SyncToAsync.context_to_thread_executor.pop(context, None)
        if held is not None:
            held.shutdown(wait=False)


Said = tuple[str, str] | None
"""Kind and id; None ends a stream, whose page then connects again."""


class _Hub:
    """The one listening connection of an event loop, there while somebody reads."""

    def __init__(self) -> None:
        self._readers: dict[str, set[asyncio.Queue[Said]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._end_with_the_process()

    @contextlib.contextmanager
    def reader(self, tenant_id: str) -> Iterator[asyncio.Queue[Said]]:
        queue: asyncio.Queue[Said] = asyncio.Queue(BEHIND)
        self._readers.setdefault(tenant_id, set()).add(queue)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        try:
            yield queue
        finally:
            held = self._readers[tenant_id]
            held.discard(queue)
            if not held:
                del self._readers[tenant_id]
            if not self._readers and self._task is not None:
                self._task.cancel()

    async def _listen(self) -> None:
        try:
            async with await psycopg.AsyncConnection.connect(
                make_conninfo(**_login()), autocommit=True
            ) as listening:
                await listening.execute(f"listen {CHANNEL}")
                async for heard in listening.notifies():
                    self._hand_out(heard.payload)
        except psycopg.Error as error:
            logger.warning("live_lost", cause=type(error).__name__)
        finally:
            # Without a listener no stream may look alive: its page falls back and connects anew.
            self._end_all()

    def _end_with_the_process(self) -> None:
        """End every stream when the process is told to stop; a server waits for open answers."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)

        def stop(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._end_all)
            if callable(before):
                before(number, frame)

        if callable(before):  # a server that does nothing of its own on SIGTERM just ends
            signal.signal(signal.SIGTERM, stop)

    def _end_all(self) -> None:
        for queue in [one for held in self._readers.values() for one in held]:
            _end(queue)

    def _hand_out(self, payload: str) -> None:
        tenant_id, _, said = payload.partition(" ")
        kind, _, row_id = said.partition(" ")
        for queue in self._readers.get(tenant_id, ()):
            try:
                queue.put_nowait((kind, row_id))
            except asyncio.QueueFull:
                _end(queue)


def _end(queue: asyncio.Queue[Said]) -> None:
    while queue.full():
        queue.get_nowait()
    queue.put_nowait(None)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, _Hub] = WeakKeyDictionary()


def _hub() -> _Hub:
    return _hubs.setdefault(asyncio.get_running_loop(), _Hub())


def _login() -> dict[str, str]:
    held = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER"}
    return {ours: str(held[theirs]) for ours, theirs in (names | {"password": "PASSWORD"}).items()}
