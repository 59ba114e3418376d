"""Comments on any page: find what is spoken about, say it, change it, take it back.

A page shows them by ``{% load comments %}{% comments "work" work.id %}``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts.access import may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.releases.models import Release
from colophon.studio import comments as services
from colophon.studio.comments import Subject
from colophon.studio.errors import NotFound
from colophon.studio.models import Artifact, Audience, Comment, Project, Prompt
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import Refused

SHOWN = 300
OFFERED = 8
PLACES = {"work": "work", "prompt": "prompt", "project": "project", "case": "case"}


@dataclass(slots=True, kw_only=True)
class Thread:
    """A first comment and what was answered to it."""

    first: Comment
    answers: list[Comment]


def subject_of(person: Person, kind: str, subject_id: UUID) -> Subject:
    """Return what is spoken about; raise `NotFound` for what the person may not read."""
    row = _ROWS[kind]().filter(pk=subject_id).first() if kind in _ROWS else None
    if row is None:
        raise NotFound(kind="thing to speak about")
    return told_of(person, kind, row)


def told_of(person: Person, kind: str, row: Any) -> Subject:
    """Return the same for a row that its page has read; raise `NotFound` likewise."""
    subject = _TOLD[kind](row)
    if not services.open_to(person, subject):
        raise NotFound(kind="thing to speak about")
    return subject


def shown_to(person: Person, subject: Subject) -> dict[str, Any]:
    """Return what the comments of one thing show: three queries at most."""
    rows = list(services.said_about(person, subject).order_by("-at", "-id")[:SHOWN])[::-1]
    threads = {row.pk: Thread(first=row, answers=[]) for row in rows if row.answers_id is None}
    since = timezone.now() - timedelta(minutes=services.EDIT_MINUTES)
    for row in rows:
        row.mine = row.author_id == person.pk and row.removed_at is None  # type: ignore[attr-defined]
        row.changeable = row.mine and row.at > since  # type: ignore[attr-defined]
        if row.answers_id in threads:
            threads[row.answers_id].answers.append(row)
    return {
        "subject": subject,
        "threads": list(threads.values()),
        "said": sum(row.removed_at is None for row in rows),
        "to_reviewers": subject.kind == "case"
        and services.open_to(person, subject, Audience.REVIEWERS),
        "may_comment": may(person, Act.SEE_WORKS),
    }


@require_POST
def comment(request: HttpRequest) -> HttpResponse:
    """Say something."""
    person = signed_in(request)
    form = request.POST
    subject = subject_of(person, form.get("kind", ""), _id(form.get("id", "")))
    rows = services.said_about(person, subject)
    answers = rows.filter(pk=_id(form.get("answers", ""))).first()
    try:
        services.write(
            by=person,
            about=subject,
            text=form.get("text", ""),
            answers=answers,
            audience=form.get("audience", Audience.ALL),
        )
    except Refused as error:
        return _again(request, person, subject, error, answers=answers)
    return _shown(request, person, subject)


@require_POST
def change(request: HttpRequest, comment_id: UUID) -> HttpResponse:
    """Change one's own words, or take them away."""
    person = signed_in(request)
    held = Comment.objects.filter(pk=comment_id).first()
    if held is None:
        raise NotFound(kind="comment")
    subject = subject_of(person, held.subject_kind, held.subject_id)
    if not services.said_about(person, subject).filter(pk=held.pk).exists():
        raise NotFound(kind="comment")
    try:
        if request.POST.get("act") == "remove":
            services.remove(by=person, comment=held)
        else:
            text = request.POST.get("text", "")
            services.edit(by=person, about=subject, comment=held, text=text)
    except Refused as error:
        return _again(request, person, subject, error, changed=held)
    return _shown(request, person, subject)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who may be meant by what stands behind an “@”, at most eight."""
    signed_in(request)
    q = request.GET.get("q", "").strip().replace("\x00", "")[: services.NAME_CHARACTERS]
    rows = Person.objects.filter(is_active=True, name__icontains=q) if q else Person.objects.none()
    found = list(rows.select_related("team").order_by("name", "email")[:OFFERED])
    names = [one.name for one in found]
    for one in found:
        one.insert = one.email if names.count(one.name) > 1 else one.name  # type: ignore[attr-defined]
    return render(request, "web/_people.html", {"people": found})


def _shown(request: HttpRequest, person: Person, subject: Subject) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "web/_comments.html", shown_to(person, subject))
    return redirect(place_of(subject) + "#comments")


def _again(
    request: HttpRequest,
    person: Person,
    subject: Subject,
    error: Refused,
    *,
    answers: Comment | None = None,
    changed: Comment | None = None,
) -> HttpResponse:
    """Show the comments with what was typed still standing where it was typed."""
    shown = shown_to(person, subject) | {
        "comment_problem": problem(error),
        "typed": request.POST.get("text", ""),
        "typed_to": answers.answers_id or answers.pk if answers else None,
        "typed_over": changed.pk if changed else None,
        "typed_audience": request.POST.get("audience", ""),
        "place": place_of(subject),
    }
    part = bool(request.headers.get("HX-Request"))
    template = "web/_comments.html" if part else "web/comments.html"
    return render(request, template, shown, status=error.status)


def place_of(subject: Subject) -> str:
    """Return the page on which something is spoken about."""
    try:
        return reverse(PLACES[subject.kind], args=[subject.id])
    except NoReverseMatch:
        return reverse("home")


def _of_work(row: Artifact) -> Subject:
    return Subject(kind="work", id=row.pk, title=row.title, project=row.project, author=row.author)


def _of_prompt(row: Prompt) -> Subject:
    return Subject(kind="prompt", id=row.pk, title=row.title, project=row.project)


def _of_project(row: Project) -> Subject:
    return Subject(kind="project", id=row.pk, title=row.name, project=row)


def _of_case(row: Release) -> Subject:
    return Subject(
        kind="case",
        id=row.pk,
        title=row.artifact.title,
        project=row.artifact.project,
        author=row.author,
        work_id=row.artifact_id,
    )


_ROWS: dict[str, Callable[[], QuerySet[Any]]] = {
    "work": lambda: Artifact.objects.select_related("project", "author"),
    "prompt": lambda: Prompt.objects.select_related("project"),
    "project": Project.objects.all,
    "case": lambda: Release.objects.select_related("artifact__project", "author"),
}
_TOLD: dict[str, Callable[[Any], Subject]] = {
    "work": _of_work,
    "prompt": _of_prompt,
    "project": _of_project,
    "case": _of_case,
}


def _id(told: str) -> UUID:
    """Return an id, or the empty one for anything else: there is nothing of it."""
    try:
        return UUID(told)
    except ValueError:
        return UUID(int=0)
