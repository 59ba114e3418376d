"""Quality: figures, golden items, second looks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colophon.accounts.access import may
from colophon.accounts.roles import Act
from colophon.console.care import demand_any
from colophon.console.case_page import find_case
from colophon.console.quality_figures import quality_page
from colophon.releases import planting, sampling
from colophon.releases.golden import ANSWERS
from colophon.releases.services import DESTINATIONS
from colophon.studio.errors import NotFound
from colophon.studio.models import Artifact
from colophon.web import evidence, findings
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused


@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """Rates with their intervals, agreement, what waits for a second look."""
    demand_any(request)
    return _page(request)


@require_POST
def plant(request: HttpRequest) -> HttpResponse:
    """Mix a copy of a work into the line, with its known answer."""
    form = request.POST
    person = signed_in(request)
    try:
        planting.plant(
            by=person,
            artifact=_work(form),
            destinations=form.getlist("destinations"),
            verdict=form.get("verdict", ""),
            clause=form.get("clause", ""),
            note=form.get("note", ""),
        )
    except Refused as error:
        return _page(request, said=problem(error), status=error.status)
    messages.success(request, gettext("It is in the line now, and can never be published."))
    return redirect("quality")


@require_POST
def take_back(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Take a golden item out of the line."""
    planting.take_back(by=signed_in(request), release=find_case(release_id))
    messages.info(request, gettext("Taken out of the line; its answers stay."))
    return redirect("quality")


@require_POST
def shares(request: HttpRequest) -> HttpResponse:
    """Set which share of clearances is looked at again."""
    form = request.POST
    try:
        sampling.set_shares(
            by=signed_in(request),
            one_permille=_permille(form, "one"),
            two_permille=_permille(form, "two"),
        )
    except Refused as error:
        return _page(request, said=problem(error), status=error.status)
    messages.success(request, gettext("Kept. It holds for clearances from now on."))
    return redirect("quality")


@require_http_methods(["GET", "HEAD", "POST"])
def second_look(request: HttpRequest, look_id: UUID) -> HttpResponse:
    """One clearance drawn at random: how would this reader have decided?"""
    person = signed_in(request)
    look = sampling.look_for(person, look_id)
    said, status = None, 200
    if request.method == "POST":
        try:
            sampling.say(
                by=person,
                look_id=look_id,
                verdict=request.POST.get("verdict", ""),
                reason=request.POST.get("reason", ""),
            )
        except Refused as error:
            said, status = problem(error), error.status
        else:
            messages.success(request, gettext("Recorded. Nothing that was decided has changed."))
            return redirect("quality")
    work = look.clearance.release.artifact
    shown = {
        "look": look,
        "work": work,
        "text": evidence.read_text(work.sha256) if work.medium == "text" else "",
        "findings": findings.all_of(work),
        "clauses": findings.clauses(findings.stored_bounds(look.clearance.release.ruling)),
        "answers": ANSWERS,
        "answered": hasattr(look, "answer"),
        "problem": said,
        "form": request.POST,
    }
    return render(request, "console/second_look.html", shown, status=status)


def _page(
    request: HttpRequest, *, said: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    person = signed_in(request)
    shown = quality_page(person) | {
        "problem": said,
        "form": request.POST,
        "keeps": may(person, Act.KEEP_RULES),
        "answers": ANSWERS,
        "destinations": DESTINATIONS,
        "chosen": request.POST.getlist("destinations") or list(DESTINATIONS),
        "work": request.POST.get("work", "") or request.GET.get("work", ""),
    }
    return render(request, "console/quality.html", shown, status=status)


def _work(form: QueryDict) -> Artifact:
    text = form.get("work", "").strip().rstrip("/").rpartition("/")[2]
    try:
        work_id = UUID(text)
    except ValueError as error:
        raise BadInput(field="work", value=text[:60], why="the id or address of a work") from error
    found = (
        Artifact.objects.filter(pk=work_id)
        .select_related("project", "author", "tenant", "assessment")
        .first()
    )
    if found is None:
        raise NotFound(kind="work")
    return found


def _permille(form: QueryDict, name: str) -> int:
    text = form.get(name, "").strip()
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 100:
        raise BadInput(field=name, value=text[:20], why="0 to 100 per cent")
    return round(share * 10)
