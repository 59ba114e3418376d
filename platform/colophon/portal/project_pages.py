"""What the pages of projects show. Each function asks a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from colophon.accounts.models import Person
from colophon.ledger.services import About
from colophon.portal.selectors import with_note, works_with_state
from colophon.studio import quotas
from colophon.studio.errors import NotFound
from colophon.studio.members import part_of
from colophon.studio.models import Artifact, Member, Part, Project, Prompt, Quota
from colophon.studio.models.quota import Scope
from colophon.web import chain

PAGE = 60
WORKS_SHOWN = 8
PROMPTS_SHOWN = 8
PEOPLE_OFFERED = 300
_ORDER = {Part.OWNER: 0, Part.MAKER: 1, Part.VIEWER: 2}


def find_project(project_id: UUID) -> Project:
    """Return a project; raise `NotFound`, also for another tenant's or one kept private."""
    found = Project.objects.select_related("team").filter(pk=project_id).first()
    if found is None:
        raise NotFound(kind="project")
    return found


def listed(person: Person, *, q: str = "", archived: bool = False) -> list[Project]:
    """Return projects by name, each with how many members it has and the person's part in it."""
    rows = Project.objects.select_related("team").filter(archived_at__isnull=not archived)
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(team__name__icontains=q))
    rows = rows.annotate(n_members=Count("members"))
    shown: list[Project] = list(rows.order_by("name")[:PAGE])
    parts = dict(
        Member.objects.filter(person=person, project__in=shown).values_list("project_id", "part")
    )
    for one in shown:
        one.mine = parts.get(one.pk, "")  # type: ignore[attr-defined]
    return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """Everything the page of one project shows."""

    project: Project
    part: Part | None
    members: list[Member]
    people: list[Person]
    """Who may be made a member; empty for those who may not make them."""
    works: list[Artifact]
    prompts: list[Prompt]
    chain: list[chain.Step]
    budget: quotas.Remaining
    """Of this month: what is used, and what is left; None means no limit."""
    cap: Quota | None
    """Its own, if one was set; the organisation's for all projects may bind it besides."""


def page_of(person: Person, project: Project) -> ProjectPage:
    """Return the page of a project in a constant number of queries."""
    part = part_of(person, project)
    members = sorted(
        project.members.select_related("person"), key=lambda one: _ORDER[Part(one.part)]
    )
    people: list[Person] = []
    if part == Part.OWNER:
        taken = {one.person_id for one in members}
        rows = Person.objects.filter(is_active=True).order_by("name")[:PEOPLE_OFFERED]
        people = [one for one in rows if one.pk not in taken]
    works = works_with_state().filter(project=project).order_by("-at")[:WORKS_SHOWN]
    written = Prompt.objects.filter(project=project, template__isnull=True).order_by("-at")
    return ProjectPage(
        project=project,
        part=part,
        members=members,
        people=people,
        works=with_note(works),
        prompts=list(written[:PROMPTS_SHOWN]),
        chain=chain.newest_of([About("project", project.pk)], most=chain.MOST),
        budget=next(
            one
            for one in quotas.remaining(person=person, project=project)
            if one.scope == Scope.PROJECT
        ),
        cap=Quota.objects.filter(scope=Scope.PROJECT, subject_id=project.pk).first(),
    )


def draft_of(project: Project) -> dict[str, Any]:
    """Return what stands in the form of a project, as `projects.change` takes it."""
    return {
        "name": project.name,
        "destinations": project.destinations,
        "purpose": project.purpose,
        "private": project.private,
        "brief": project.brief,
        "glossary": project.glossary,
        "themes": project.themes,
        "protected_labels": project.protected_labels,
    }
