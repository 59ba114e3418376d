"""The organisation: who answers, how its reviewers are cared for, its times for appeals."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from colophon.accounts import organisations
from colophon.accounts.models import Person
from colophon.console import care, house
from colophon.console.admin.frame import looks, page
from colophon.releases import caring, reasons
from kernel.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """All that holds for the whole organisation, and what this installation was started with."""
    person = looks(request)
    if request.method == "POST":
        try:
            _change(person, request)
        except Refused as error:
            return _page(request, person, error=error)
        messages.success(request, gettext("Changed, with before and after on record."))
        return redirect("organisation")
    return _page(request, person)


def _change(person: Person, request: HttpRequest) -> None:
    form = request.POST
    what = form.get("what", "")
    if what == "care":
        caring.rule(by=person, wanted=care.rule_of(form))
    elif what == "terms":
        reasons.set_terms(by=person, **house.terms_of(form))
    else:
        wanted: dict[str, object] = {name: form.get(name, "") for name in organisations.LENGTHS}
        wanted["languages"] = form.getlist("language")
        organisations.change(by=person, wanted=wanted)


def _page(request: HttpRequest, person: Person, *, error: Refused | None = None) -> HttpResponse:
    held = person.tenant
    wrong = request.POST.get("what", "who") if error else ""
    shown = {
        "held": held,
        "wrong": wrong,
        "languages": settings.LANGUAGES,
        "spoken": request.POST.getlist("language") if wrong == "who" else held.languages,
        "rule": care.house_shown(request.POST if wrong == "care" else None),
        "terms": house.terms_shown(request.POST if wrong == "terms" else None),
        "grace": settings.COLOPHON.grace_seconds,
        "mail_server": bool(settings.COLOPHON_MAIL_URL),
        "log_name": settings.COLOPHON_LOG_NAME,
    }
    return page(request, "organisation", shown, error=error)
