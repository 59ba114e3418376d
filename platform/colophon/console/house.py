"""What an organisation keeps for all its cases: canned reasons, times for appeals, interests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from colophon.accounts.access import NotAllowed, demand, may
from colophon.accounts.models import Person
from colophon.accounts.roles import TABLE, Act
from colophon.releases import hearing, interests, reasons
from colophon.rules.selectors import packs
from colophon.studio.errors import NotFound
from colophon.studio.models import Project
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import BadInput, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def reasons_page(request: HttpRequest) -> HttpResponse:
    """Reasons on offer and the times for appeals; rule keepers and administrators change them."""
    person = signed_in(request)
    if not (may(person, Act.REVIEW) or may(person, Act.KEEP_RULES)):
        needed = ", ".join(sorted(TABLE[Act.REVIEW] | TABLE[Act.KEEP_RULES]))
        raise NotAllowed(held=", ".join(person.roles) or "none", act="review", needed=needed)
    said = None
    if request.method == "POST":
        try:
            _keep(person, request.POST)
        except Refused as error:
            said = error
        else:
            return redirect("reasons")
    shown: dict[str, Any] = {
        "rows": reasons.offered(),
        "terms": terms_shown(request.POST),
        "may_keep": may(person, Act.KEEP_RULES),
        "may_review": may(person, Act.REVIEW),
        "clauses": sorted(pack.name(one) for pack in packs() for one in pack.clauses),
        "problem": problem(said) if said else None,
        "form": request.POST,
    }
    return render(request, "console/reasons.html", shown, status=said.status if said else 200)


@require_POST
def retire_reason(request: HttpRequest, reason_id: UUID) -> HttpResponse:
    reasons.retire(by=signed_in(request), reason_id=reason_id)
    return redirect("reasons")


@require_http_methods(["GET", "HEAD", "POST"])
def interests_page(request: HttpRequest) -> HttpResponse:
    """One's own interests, to declare and to end; an administrator sees everybody's."""
    person = signed_in(request)
    if not may(person, Act.INVITE):
        demand(person, Act.REVIEW)
    said = None
    if request.method == "POST":
        try:
            interests.declare(
                by=person,
                person=_person(request.POST.get("person", ""), by=person),
                project=_project(request.POST.get("project", "")),
                relation=request.POST.get("relation", ""),
            )
        except Refused as error:
            said = error
        else:
            return redirect("interests")
    administrator = may(person, Act.INVITE)
    shown: dict[str, Any] = {
        "rows": interests.held(person),
        "projects": list(Project.objects.order_by("name")[:500]),
        "people": list(Person.objects.filter(is_active=True).order_by("name")[:500])
        if administrator
        else [],
        "problem": problem(said) if said else None,
        "form": request.POST,
    }
    return render(request, "console/interests.html", shown, status=said.status if said else 200)


@require_POST
def end_interest(request: HttpRequest, interest_id: UUID) -> HttpResponse:
    interests.end(by=signed_in(request), interest_id=interest_id)
    return redirect("interests")


def _keep(person: Person, form: Any) -> None:
    if form.get("what") == "terms":
        reasons.set_terms(by=person, **terms_of(form))
        return
    reasons.add(
        by=person,
        clause=form.get("clause", ""),
        text_en=form.get("text_en", ""),
        text_zh=form.get("text_zh", ""),
    )


def terms_of(form: Any) -> dict[str, int]:
    """Return the times for appeals that a form gives. Raises `BadInput`."""
    return {field: _days(field, form) for field in reasons.TERMS if field in form}


def terms_shown(form: Any = None) -> list[dict[str, Any]]:
    """Return each time with its bounds, as typed or as it stands."""
    held = hearing.terms()
    return [
        {"name": field, "least": least, "most": most, "days": getattr(held, field)}
        | ({"days": form[field]} if form and field in form else {})
        for field, (least, most) in reasons.TERMS.items()
    ]


def _days(field: str, form: Any) -> int:
    said = str(form.get(field, ""))
    if not said.isdecimal() or len(said) > 4:
        raise BadInput(field=field, value=said[:20], why="a whole number of days")
    return int(said)


def _person(said: str, *, by: Person) -> Person:
    if said in ("", str(by.pk)):
        return by
    try:
        return Person.objects.get(pk=UUID(said))
    except (ValueError, Person.DoesNotExist):
        raise NotFound(kind="person") from None


def _project(said: str) -> Project:
    try:
        return Project.objects.get(pk=UUID(said))
    except (ValueError, Project.DoesNotExist):
        raise BadInput(field="project", value=said[:40], why="choose a project") from None
