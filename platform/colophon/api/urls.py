"""``/api/v1``: the main job for programs. Tokens only, `Idempotency-Key` on every POST."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import ValidationError

from colophon.api import batching, evidence, generating, organising, releasing
from colophon.web.answers import answer
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, ColophonError


def bearer(request: HttpRequest) -> Any:
    """The middleware has looked the token up; here it only becomes compulsory."""
    return signed_in(request)


api = NinjaAPI(
    title="Colophon",
    version="1",
    auth=bearer,
    docs_url=None,
    description="Generate, judge, review, seal, publish, prove.",
)
api.add_router("", generating.router)
api.add_router("", batching.router)
api.add_router("", organising.router)
api.add_router("", releasing.router)
api.add_router("", evidence.router)


@api.exception_handler(ColophonError)
def _ours(request: HttpRequest, error: ColophonError) -> HttpResponse:
    return answer(request, error)


@api.exception_handler(ValidationError)
def _shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    field = ".".join(str(part) for part in first["loc"][1:] if part != "data") or "body"
    given = str(first.get("input", ""))[:80]
    return answer(request, BadInput(field=field, value=given, why=first["msg"]))


urlpatterns = [path("api/v1/", api.urls)]
