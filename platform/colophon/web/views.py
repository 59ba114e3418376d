"""Coming in and going out, language and theme, and whether this process is well."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colophon.accounts import preferences, sessions
from colophon.accounts import services as accounts
from colophon.accounts.access import may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.studio.models import Artifact, Job
from colophon.web.answers import problem
from colophon.web.look import THEME_COOKIE
from colophon.web.middleware import sign_in
from kernel.errors import BadInput, Refused

YEAR_SECONDS = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send everybody where their work is; who has made nothing yet, to their first steps."""
    person: Person | None = request.person  # type: ignore[attr-defined]
    if person is None:
        return redirect("login")
    if may(person, Act.SUBMIT) and not _has_begun(person):
        return redirect("start")
    for act, place in ((Act.SUBMIT, "studio"), (Act.REVIEW, "console")):
        if may(person, act):
            return redirect(place)
    return redirect("works")


def _has_begun(person: Person) -> bool:
    mine = Q(author=person)
    return Job.objects.filter(mine).exists() or Artifact.objects.filter(mine).exists()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Begin a session; what was typed stays, but never the password."""
    onward = request.POST.get("next") or request.GET.get("next", "")
    if request.method != "POST":
        return render(request, "web/login.html", {"next": onward})
    email = request.POST.get("email", "")
    try:
        person = accounts.check_password(
            email=email,
            password=request.POST.get("password", ""),
            network=request.META.get("REMOTE_ADDR", ""),
        )
    except Refused as error:
        said = {"problem": problem(error), "next": onward, "email": email}
        response = render(request, "web/login.html", said, status=error.status)
        if "seconds" in error.facts:
            response["Retry-After"] = str(error.facts["seconds"])
        return response
    sign_in(request, person)
    return redirect(inside(request, onward))


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    person: Person | None = request.person  # type: ignore[attr-defined]
    if person is not None:
        sessions.end(person=person, session_id=UUID(request.session["session"]))
    request.session.flush()
    return redirect("login")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Spend an invitation and sign its person in."""
    if request.method != "POST":
        return render(request, "web/join.html")
    name = request.POST.get("name", "")
    try:
        person = accounts.accept(
            secret=secret, name=name, password=request.POST.get("password", "")
        )
    except Refused as error:
        said = {"problem": problem(error), "name": name}
        return render(request, "web/join.html", said, status=error.status)
    sign_in(request, person)
    return redirect("home")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: to a person wherever they sign in, else by a cookie."""
    wanted = request.POST.get("language", "")
    if wanted not in preferences.LANGUAGES:
        raise BadInput(field="language", value=wanted[:20], why="it is not spoken here")
    person: Person | None = request.person  # type: ignore[attr-defined]
    if person is not None:
        preferences.speak(person=person, language=wanted)
    return _remember(request, settings.LANGUAGE_COOKIE_NAME, wanted)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Be light, dark, or as the machine is."""
    wanted = request.POST.get("theme", "")
    if wanted not in preferences.THEMES:
        raise BadInput(field="theme", value=wanted[:20], why="it is light, dark or empty")
    person: Person | None = request.person  # type: ignore[attr-defined]
    if person is not None:
        preferences.look(person=person, theme=wanted)
    return _remember(request, THEME_COOKIE, wanted)


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer while this process answers."""
    return JsonResponse({"ok": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 once the database does, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return JsonResponse({"ok": False, "database": False}, status=503)
    return JsonResponse({"ok": True, "database": True})


def _remember(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    response = redirect(inside(request, request.POST.get("next", "")))
    response.set_cookie(
        cookie,
        value,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    return response


def inside(request: HttpRequest, onward: str) -> str:
    """Return ``onward`` if it leads within this site, else the beginning."""
    inside = url_has_allowed_host_and_scheme(
        onward, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return onward if inside and onward.startswith("/") else "/"
