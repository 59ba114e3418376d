"""The media origin: files of works by signed, expiring links, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_safe

from colophon.store import services as store
from colophon.web import sights

# Everything else is handed over as a download, so that no browser renders it.
SHOWN = frozenset({"image/png", "image/jpeg", "image/webp"})
PLAYED = ("audio/", "video/")
"""Players seek: they ask for parts of a file, and stay at its start where none are given."""
PIECE = 1 << 16
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@require_safe
def media(request: HttpRequest, held: str) -> HttpResponseBase:
    """Answer with stored bytes as the type our own link names, never as one the file claims."""
    link = store.resolve(held)
    played = link.media_type.startswith(PLAYED)
    response: HttpResponseBase | None = None
    if played and "range" in request.headers:
        response = _part(link, request.headers["range"])
    if response is None:
        response = FileResponse(
            store.open_(link.sha256),
            as_attachment=link.save or link.media_type not in SHOWN,
            filename=link.name,
            content_type=link.media_type,
        )
    if played:
        response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600, immutable"
    return response


def _part(link: store.Link, wanted: str) -> HttpResponseBase | None:
    """Return one part of a file; none for several or what is no range, which RFC 9110 lets us pass over."""
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or wanted.strip() == "bytes=-":
        return None
    size = store.path_of(link.sha256).stat().st_size
    if found[1]:
        start, end = int(found[1]), min(int(found[2] or size), size - 1)
    else:
        start, end = max(0, size - int(found[2])), size - 1
    if start > end:
        answer = HttpResponse(status=416)
        answer["Content-Range"] = f"bytes */{size}"
        return answer
    file = store.open_(link.sha256)
    file.seek(start)
    left = end - start + 1
    part = StreamingHttpResponse(_pieces(file, left), status=206, content_type=link.media_type)
    part["Content-Length"] = left
    part["Content-Range"] = f"bytes {start}-{end}/{size}"
    return part


def _pieces(file: BinaryIO, left: int) -> Iterator[bytes]:
    with file:
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


urlpatterns = [
    path("media/<str:held>", media, name="media"),
    path("preview/<str:held>", sights.preview, name="preview"),
]
