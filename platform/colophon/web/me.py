"""A person's own page: name, language, keys, password, where they are signed in, tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from colophon.accounts import preferences, sessions, tokens
from colophon.accounts.models import Person
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Show one's own page; posting changes name, language, theme and keys."""
    person = signed_in(request)
    if request.method != "POST":
        return _page(request, person)
    form = request.POST
    try:
        preferences.rename(person=person, name=form.get("name", ""))
        preferences.speak(person=person, language=form.get("language", ""))
        preferences.look(person=person, theme=form.get("theme", ""))
        preferences.use_keys(person=person, on="keys" in form)
    except Refused as error:
        return _page(request, person, about="profile", error=error)
    messages.success(request, gettext("Remembered."))
    return redirect("me")


@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other session ends, this one goes on."""
    person = signed_in(request)
    try:
        sessions.change_password(
            person=person,
            present=request.POST.get("present", ""),
            new=request.POST.get("new", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            session_id=request.session["session"],
        )
    except Refused as error:
        response = _page(request, person, about="password", error=error)
        response.keep = True  # type: ignore[attr-defined]  # a wrong try counts
        return response
    request.session["mark"] = person.get_session_auth_hash()
    messages.success(request, gettext("Your password is changed. Other sessions ended."))
    return redirect("me")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one session, or all but this one."""
    person = signed_in(request)
    one = request.POST.get("session", "")
    if one:
        sessions.end(person=person, session_id=_id(one))
    else:
        sessions.end_others(person=person, but=request.session["session"])
    messages.success(request, gettext("Ended."))
    return redirect("me")


@never_cache
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show it, this once."""
    person = signed_in(request)
    form = request.POST
    try:
        days = form.get("days", "0")
        if not days.isdecimal() or len(days) > 4:
            raise BadInput(field="days", value=days[:20], why="it is a number of days")
        secret = tokens.issue(
            person=person,
            label=form.get("label", ""),
            scope=form.get("scope", "all"),
            days=int(days),
        )
    except Refused as error:
        return _page(request, person, about="token", error=error)
    return _page(request, person, secret=secret)


@require_POST
def revoke_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token of one's own."""
    if not tokens.revoke(person=signed_in(request), token_id=token_id):
        raise Http404
    messages.success(request, gettext("The token opens nothing any more."))
    return redirect("me")


def _page(
    request: HttpRequest,
    person: Person,
    *,
    about: str = "",
    error: Refused | None = None,
    secret: str = "",
) -> HttpResponse:
    shown: dict[str, Any] = {
        "about": about,
        "problem": problem(error) if error else None,
        "form": request.POST if error else {},
        "secret": secret,
        "sessions": sessions.open_sessions(person),
        "this": UUID(request.session["session"]),
        "tokens": tokens.in_force(person),
        "days": tokens.DAYS,
        "languages": settings.LANGUAGES,
        "care": _care(),
    }
    return render(request, "web/me.html", shown, status=error.status if error else 200)


def _care() -> str:
    """Return where a reviewer chooses how pictures are veiled, where such a page is."""
    try:
        return reverse("care")
    except NoReverseMatch:
        return ""


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
