"""The media origin: files of works by signed, expiring links, and nothing else."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_safe

from colophon.store import services as store

# Everything else is handed over as a download, so that no browser renders it.
SHOWN = frozenset({"image/png", "image/jpeg", "image/webp"})


@require_safe
def media(request: HttpRequest, held: str) -> HttpResponseBase:
    """Answer with stored bytes as the type our own link names, never as one the file claims."""
    sha256, media_type, name = store.resolve(held)
    response = FileResponse(
        store.open_(sha256),
        as_attachment=media_type not in SHOWN,
        filename=name,
        content_type=media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600, immutable"
    return response


urlpatterns = [path("media/<str:held>", media, name="media")]
