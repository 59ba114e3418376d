"""The text of a running job as it grows, by server-sent events.

Each event carries where its piece begins and, as its id, where it ends: a browser that lost the
stream names that id when it comes back and hears only what it missed. The row in the database is the
truth, so a reload or another process goes on where this one was.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from colophon.ledger.tenancy import tenant
from colophon.portal.selectors import find_job
from colophon.studio.models import Job, Preview
from colophon.web import ghosts, live
from colophon.web.middleware import signed_in


@require_GET
def job_text(request: HttpRequest, job_id: UUID) -> StreamingHttpResponse:
    """Stream ``event: text`` ({at, text}) while a job runs, then ``event: end`` with its state."""
    person = signed_in(request)
    find_job(job_id)  # another tenant's is not found
    told = request.headers.get("Last-Event-ID") or request.GET.get("from", "0")
    begin = int(told) if told.isdecimal() and len(told) < 9 else 0
    response = StreamingHttpResponse(
        _stream(person.tenant.id, job_id, begin), content_type="text/event-stream"
    )
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"
    return response


async def _stream(tenant_id: UUID, job_id: UUID, begin: int) -> AsyncIterator[str]:
    read = sync_to_async(_read, thread_sensitive=False)
    heard = live.heard(str(tenant_id))
    at, held = begin, ""
    async for kind, said in heard:
        if kind and kind != "ready" and (kind, said) != ("job", str(job_id)):
            continue
        state, text = await read(tenant_id, job_id)
        if held and not text.startswith(held):
            at = 0  # another attempt began anew
        if len(text) > at or (text and at == 0 and held != text):
            piece = json.dumps({"at": at, "text": text[at:]})
            yield f"id: {len(text)}\nevent: text\ndata: {piece}\n\n"
            at, held = len(text), text
        elif not kind:
            yield ": keep-alive\n\n"
        if state not in ("queued", "running"):
            yield f"event: end\ndata: {state}\n\n"
            return


def _read(tenant_id: UUID, job_id: UUID) -> tuple[str, str]:
    """Return the state of a job and its text so far, invisible characters spelt out.

    Leaves no connection behind in its thread.
    """
    try:
        with tenant(tenant_id):
            state = Job.objects.values_list("state", flat=True).get(pk=job_id)
            text = Preview.objects.filter(pk=job_id).values_list("text", flat=True).first()
            return state, ghosts.plain(text or "")
    finally:
        connection.close()
