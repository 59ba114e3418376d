"""Files on their way in, piece by piece: what the browser's own script speaks (tus 1.0, its core)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colophon.portal import intake
from colophon.store import services as store
from colophon.studio import transfers
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Announce a file: ``{name, size, sha256?}``. Answers 201 with its address."""
    try:
        said = _said(request)
        transfer = transfers.begin(
            by=signed_in(request),
            name=str(said.get("name", "")),
            size=said["size"],
            sha256=str(said.get("sha256", "")),
        )
    except Refused as error:
        return _problem(error)
    response = JsonResponse({"id": str(transfer.id)}, status=201)
    response["Location"] = f"/works/bring-in/files/{transfer.id}"
    return response


@require_http_methods(["HEAD", "PATCH", "DELETE", "GET"])
def transfer(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """HEAD: where to go on. PATCH: a piece at `Upload-Offset`. DELETE: discard. GET: its form row."""
    person = signed_in(request)
    held = transfers.find(by=person, transfer_id=transfer_id)
    if request.method == "GET":
        return render(request, "portal/_incoming.html", intake.row(held))
    if request.method == "DELETE":
        transfers.discard(transfer=held)
        return HttpResponse(status=204)
    if request.method == "HEAD":
        return _where(HttpResponse(), transfers.offset(held), held.size)
    told = request.headers.get("Upload-Offset", "")
    try:
        if not told.isdecimal() or len(told) > 12:
            raise BadInput(field="Upload-Offset", value=told[:20], why="it is a whole number")
        held = transfers.append(transfer=held, offset=int(told), pieces=_pieces(request))
    except Refused as error:
        return _problem(error)
    return _where(HttpResponse(status=204), held.taken, held.size)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What lies here half or whole, as JSON: a script that begins anew asks before it sends."""
    rows = transfers.mine(signed_in(request))
    return JsonResponse(
        {
            "files": [
                {"id": str(one.id), "name": one.name, "size": one.size, "offset": one.taken,
                 "whole": one.upload_id is not None}
                for one in rows
            ]
        }
    )  # fmt: skip


def _said(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body)
    except ValueError as error:
        raise BadInput(field="body", value="…", why="it is no JSON") from error
    if not isinstance(said, dict) or isinstance(said.get("size"), bool):
        raise BadInput(field="body", value="…", why="it is an object with name and size")
    if not isinstance(said.get("size"), int):
        raise BadInput(field="size", value=str(said.get("size"))[:40], why="it is a whole number")
    return said


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(store.PIECE):
        yield piece


def _where(response: HttpResponse, offset: int, size: int) -> HttpResponse:
    response["Upload-Offset"] = str(offset)
    response["Upload-Length"] = str(size)
    response["Tus-Resumable"] = "1.0.0"
    response["Cache-Control"] = "no-store"
    return response


def _problem(error: Refused) -> HttpResponse:
    response = JsonResponse(
        problem(error), status=error.status, content_type="application/problem+json"
    )
    # What a refused file left behind must go although the answer is a refusal.
    response.keep = True  # type: ignore[attr-defined]
    return response
