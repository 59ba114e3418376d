"""Idempotency, and what the framework's own errors look like as ours."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from colophon.accounts.models import IdempotencyKey
from colophon.web.middleware import signed_in
from kernel.errors import Refused
from kernel.words import msgid

View = Callable[..., Any]


class KeyReused(Refused):
    code = "key_reused"
    status = 422
    says = msgid("The Idempotency-Key “{key}” was used for another request.")
    remedy = msgid("Send a new key with each new request, and the same key only to repeat one.")


class KeyTooLong(Refused):
    code = "key_too_long"
    says = msgid("An Idempotency-Key holds 1 to 120 characters; this one holds {size}.")
    remedy = msgid("Send a UUID.")


def once(view: View) -> View:
    """Give a repeated request the first one's answer instead of doing it again.

    The row of the key is inserted first: a second request with the same key waits on its unique
    index until the first has committed, and then reads its answer. A refused request rolls the row
    back, so it can be tried again under the same key.
    Source: IETF draft-ietf-httpapi-idempotency-key-header.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(request, *args, **kwargs)
        if not 1 <= len(key) <= 120:
            raise KeyTooLong(size=len(key))
        asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + _body(request))
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(
                    person=signed_in(request), key=key, request_sha256=asked.hexdigest()
                )
        except IntegrityError:
            return _first_answer(request, key=key, asked=asked.hexdigest())
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponse) and (response.status_code < 400 or _kept(response)):
            row.status, row.answer = response.status_code, json.loads(response.content)
            row.save(update_fields=["status", "answer"])
        return response

    # The framework resolves annotations where the wrapper lives; the view's own names are not there.
    guarded.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return guarded


def _body(request: HttpRequest) -> bytes:
    if request.content_type == "multipart/form-data":
        files = [f"{name}:{file.name}:{file.size}" for name, file in _files(request)]
        return json.dumps([files, sorted(request.POST.items())]).encode()
    return request.body


def _files(request: HttpRequest) -> list[tuple[str, UploadedFile[Any]]]:
    found = ((name, request.FILES.getlist(name)) for name in sorted(request.FILES))
    return [(name, file) for name, files in found for file in files]


def _first_answer(request: HttpRequest, *, key: str, asked: str) -> HttpResponse:
    row = IdempotencyKey.objects.get(person=signed_in(request), key=key)
    if row.request_sha256 != asked:
        raise KeyReused(key=key)
    response = JsonResponse(row.answer, status=row.status or 200, safe=False)
    response["Idempotency-Replayed"] = "true"
    return response


def _kept(response: HttpResponse) -> bool:
    return bool(getattr(response, "keep", False))
