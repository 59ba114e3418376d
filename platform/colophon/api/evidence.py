"""Evidence bundles for auditors."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from ninja import Router

from colophon.accounts.access import demand
from colophon.accounts.roles import Act
from colophon.api import shapes
from colophon.api.answers import once
from colophon.exports import services
from colophon.exports.models import Cut
from colophon.store import services as store
from colophon.studio.errors import NotFound
from colophon.web.middleware import signed_in

router = Router()


@router.post("/evidence")
@once
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a bundle over everything; a worker cuts it."""
    return JsonResponse(shapes.cut(services.ask(by=signed_in(request))), status=202)


@router.get("/evidence/{cut_id}")
def see(request: HttpRequest, cut_id: UUID) -> HttpResponse:
    return JsonResponse(shapes.cut(_cut(request, cut_id)))


@router.get("/evidence/{cut_id}/bundle")
def fetch(request: HttpRequest, cut_id: UUID) -> HttpResponseBase:
    """The bundle itself; `verify_bundle.py` checks it without us."""
    cut = _cut(request, cut_id)
    if not cut.sha256:
        raise NotFound(kind="bundle")
    return FileResponse(
        store.open_(cut.sha256),
        as_attachment=True,
        filename=f"evidence-{cut.size}.zip",
        content_type="application/zip",
    )


def _cut(request: HttpRequest, cut_id: UUID) -> Cut:
    demand(signed_in(request), Act.CUT_EVIDENCE)
    row = Cut.objects.filter(pk=cut_id).first()
    if row is None:
        raise NotFound(kind="bundle")
    return row
