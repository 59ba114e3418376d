"""Between Django and our views: which origin, which tenant, who asks, and errors as answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.crypto import constant_time_compare

from colophon.accounts import services as accounts
from colophon.accounts import sessions, tokens
from colophon.accounts.access import NotSignedIn
from colophon.accounts.models import Person
from colophon.ledger.tenancy import tenant
from colophon.studio import seeing
from colophon.web.answers import answer
from kernel.errors import ColophonError

SAFE = ("GET", "HEAD", "OPTIONS")
GetResponse = Callable[[HttpRequest], HttpResponse]


def media_origin(get_response: GetResponse) -> GetResponse:
    """Serve files of works on the media origin alone, and nothing else there (invariant 10)."""
    media_host = urlsplit(settings.COLOPHON_MEDIA_ORIGIN).netloc

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.get_host() == media_host:
            request.urlconf = "colophon.web.media_urls"
        return get_response(request)

    return middleware


class TenantMiddleware:
    """Open the tenant's transaction for whoever asks; set ``request.person``, or None.

    An answer of 400 and above takes back what its view wrote, unless the view marks it ``keep``:
    a refused job is such a record.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.person = None  # type: ignore[attr-defined]
        try:
            tenant_id, find = self._who(request)
        except ColophonError as error:
            return answer(request, error)
        if tenant_id is None:
            return self._get_response(request)
        with tenant(tenant_id):
            try:
                person = find()
            except ColophonError as error:
                return answer(request, error)
            request.person = person  # type: ignore[attr-defined]
            if person is not None:
                translation.activate(person.language)
                request.LANGUAGE_CODE = translation.get_language()
            with seeing.as_(person, path=request.path) if person else nullcontext():
                response = self._get_response(request)
                if response.status_code >= 400 and not getattr(response, "keep", False):
                    transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Give our own errors their answer; Django answers what is its own."""
        return answer(request, error) if isinstance(error, ColophonError) else None

    def _who(self, request: HttpRequest) -> tuple[UUID | None, Callable[[], Person | None]]:
        if request.path.startswith("/api/"):
            secret = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
            if not secret:
                return None, lambda: None
            reading = request.method in SAFE
            return accounts.tenant_of_token(secret), lambda: tokens.person_of(
                secret, reading=reading
            )
        held = request.session.get("tenant")
        if not held:
            return None, lambda: None
        return UUID(held), lambda: _person_of_session(request)


def _person_of_session(request: HttpRequest) -> Person | None:
    held = request.session
    found = sessions.person_in(str(held.get("session", "")), str(held.get("person", "")))
    # The hash changes with the password, so that changing it ends all other sessions.
    mark = request.session.get("mark", "")
    if found is None or not constant_time_compare(mark, found.get_session_auth_hash()):
        request.session.flush()
        return None
    return found


def sign_in(request: HttpRequest, person: Person) -> None:
    """Begin a session of ``person`` under a new key."""
    with tenant(UUID(str(person.tenant_id))):
        begun = sessions.begin(
            person=person,
            address=request.META.get("REMOTE_ADDR", ""),
            browser=request.headers.get("user-agent", ""),
        )
    request.session.cycle_key()
    request.session["session"] = str(begun.pk)
    request.session["tenant"] = str(person.tenant_id)
    request.session["person"] = str(person.pk)
    request.session["mark"] = person.get_session_auth_hash()


def signed_in(request: HttpRequest) -> Person:
    """Return who asks; raise `NotSignedIn` for nobody."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise NotSignedIn()
    return person
