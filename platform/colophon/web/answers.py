"""Every error as an answer: a page for people, RFC 9457 JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from colophon.web import labels
from kernel.errors import ColophonError, Fault

logger = structlog.get_logger()
_WORDED: Mapping[str, Mapping[str, str]] = {"scope": labels.SCOPES, "unit": labels.UNITS}


def sentence(msgid: str, facts: Mapping[str, object]) -> str:
    """Return ``msgid`` in the reader's language with its facts filled in."""
    text = gettext(msgid) if msgid else ""
    shown = {name: _worded(name, value) for name, value in facts.items()}
    try:
        return text.format(**shown)
    except (KeyError, IndexError, ValueError):
        return text  # a translation that lost a brace must not cost the reader the answer


def _worded(name: str, value: object) -> object:
    """Return the reader's word where a fact is one of our own short names."""
    word = _WORDED.get(name, {}).get(str(value))
    return gettext(word) if word else value


def problem(error: ColophonError) -> dict[str, Any]:
    """Return the problem details of ``error``. Source: RFC 9457, section 3."""
    return {
        "type": f"/problems/{error.code}",
        "title": sentence(error.says, error.facts),
        "status": error.status,
        "detail": sentence(error.remedy, error.facts),
        "code": error.code,
        "facts": {name: str(value) for name, value in error.facts.items()},
    }


def answer(request: HttpRequest, error: ColophonError) -> HttpResponse:
    """Return the answer to a request that ended in ``error``."""
    said = problem(error)
    if isinstance(error, Fault):
        said["request"] = request_id(request)
        logger.error("fault", code=error.code, request=said["request"], cause=repr(error.__cause__))
    if wants_json(request):
        return JsonResponse(said, status=error.status, content_type="application/problem+json")
    return render(request, "web/error.html", {"problem": said}, status=error.status)


def wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("accept", "")
    return request.path.startswith("/api/") or "json" in accept.split(",")[0]


def request_id(request: HttpRequest) -> str:
    """Return this request's id: shown to the person and written to the log, so both can be matched."""
    if not hasattr(request, "colophon_id"):
        request.colophon_id = uuid4().hex[:12]  # type: ignore[attr-defined]
    found: str = request.colophon_id  # type: ignore[attr-defined]
    return found
