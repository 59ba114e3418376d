"""Put a case into another queue, or bring it back into review."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from colophon.console.case_page import find_case
from colophon.console.cases import case_answer, onward
from colophon.releases import placing
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused


@require_POST
def put(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Put a case into another queue, and go on."""
    person = signed_in(request)
    release = find_case(release_id)
    try:
        placing.put(
            by=person,
            release=release,
            queue_id=_queue(request.POST.get("queue", "")),
            reason=request.POST.get("reason", ""),
        )
    except Refused as error:
        return case_answer(request, person, release, said=problem(error), status=error.status)
    messages.info(request, gettext("Moved to the other queue, with your reason on record."))
    return onward(request, person, but=release_id)


@require_POST
def back(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Bring an escalated or held case back into review."""
    person = signed_in(request)
    release = find_case(release_id)
    try:
        placing.bring_back(by=person, release=release, reason=request.POST.get("reason", ""))
    except Refused as error:
        return case_answer(request, person, release, said=problem(error), status=error.status)
    messages.info(request, gettext("The case is in review again."))
    return redirect("case", release_id=release_id)


def _queue(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput(field="queue", value=text[:40], why="choose one of the list") from error
