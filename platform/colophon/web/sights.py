"""How a running job looks now, served from the media origin by a signed link that soon ends."""

from __future__ import annotations

import time
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from colophon.ledger.tenancy import tenant
from colophon.studio.models import Preview

SALT = "preview"
SECONDS = 1800


def preview_url(preview: Preview) -> str:
    """Return a link to the picture of a preview; a newer picture has another link."""
    quarter = int(time.time() // (SECONDS // 2))
    return _link(str(preview.tenant_id), str(preview.job_id), preview.number, quarter)


@lru_cache(maxsize=1024)
def _link(tenant_id: str, job_id: str, number: int, quarter: int) -> str:
    # One link while the picture is the same: a list that refreshes itself would load it anew.
    held = signing.dumps([tenant_id, job_id, number], salt=SALT, compress=True)
    return f"{settings.COLOPHON_MEDIA_ORIGIN}/preview/{held}"


@require_safe
def preview(request: HttpRequest, held: str) -> HttpResponse:
    """Answer with the newest picture of the job a link names; 404 once the job has ended.

    The engine made the bytes, so they are shown from the origin that has no cookies, and as the one
    type we name, whatever they are.
    """
    try:
        tenant_id, job_id, _ = signing.loads(held, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return HttpResponse(status=403)  # asked for by a picture element: nobody reads a page here
    with tenant(UUID(tenant_id)):
        row = Preview.objects.filter(pk=UUID(job_id)).first()
    if row is None or not row.picture:
        return HttpResponse(status=404)
    response = HttpResponse(bytes(row.picture), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=60"
    return response
