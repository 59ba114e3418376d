"""Organisations, teams, people and projects of the archive, by the models themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from bench.archive.plan import PASSWORD, PROJECTS_A_TEAM, Part
from colophon.accounts import services as accounts
from colophon.accounts.models import Organisation, Person, Team
from colophon.accounts.roles import Role
from colophon.demo.seeding import PROVIDER_CODE
from colophon.ledger.tenancy import tenant
from colophon.studio.models import Project

NAMED = {
    "author": [Role.AUTHOR],
    "reviewer": [Role.REVIEWER],
    "approver": [Role.APPROVER, Role.REVIEWER],
    "auditor": [Role.AUDITOR],
    "keeper": [Role.RULE_KEEPER, Role.ADMINISTRATOR],
    "operator": [Role.OPERATOR],
}
# By their place in the team: authors, reviewers, and who may confirm.
MEMBERS = (
    [Role.AUTHOR],
    [Role.AUTHOR],
    [Role.AUTHOR],
    [Role.REVIEWER],
    [Role.REVIEWER],
    [Role.APPROVER, Role.REVIEWER],
)
SUBJECTS = ("Harbour", "Winter", "Orchard", "Night train", "灯影", "山海", "春日", "Archive")
KINDS = ("campaign", "picture book", "season", "trailer", "长卷", "绘本", "短片", "posters")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One organisation of the archive, as SQL needs it."""

    part: Part
    organisation: Organisation
    named: dict[str, Person]
    members: list[tuple[int, int, Person]]
    """Number of the team, place in it, and who."""
    projects: list[tuple[int, int, Project]]
    """Number of the project, number of its team, and the project."""


def move_in(part: Part) -> House:
    """Found the organisation of ``part`` with its teams, people and projects."""
    organisation = accounts.found(
        accounts.Founding(
            name=f"TEST archive {part.number}",
            operator_name="TEST Operator",
            team="Desk",
            languages=("en", "zh-hans"),
            provider_code=PROVIDER_CODE,
            filing_number="TEST-1",
            is_test=True,
        )
    )
    held = make_password(PASSWORD)  # once: hashing is slow on purpose
    with tenant(organisation.id):
        teams = [Team.objects.get()]
        teams += Team.objects.bulk_create(
            Team(name=f"Team {number:03d}") for number in range(1, part.teams)
        )
        named = {
            role: Person(
                email=f"{role}@o{part.number}.test",
                name=role.title(),
                password=held,
                team=teams[0],
                roles=list(roles),
            )
            for role, roles in NAMED.items()
        }
        Person.objects.bulk_create(named.values())
        return House(
            part=part,
            organisation=organisation,
            named=named,
            members=_people(part, teams, held),
            projects=_projects(teams),
        )


def _people(part: Part, teams: list[Team], held: str) -> list[tuple[int, int, Person]]:
    found = [
        (
            number,
            place,
            Person(
                email=f"t{number}.{place}@o{part.number}.test",
                name=f"{('Ada', 'Bo', 'Chen', 'Dana', '静', 'Emre')[place]} {number:03d}",
                password=held,
                team=team,
                roles=list(roles),
                language="zh-hans" if (number + place) % 3 == 0 else "en",
            ),
        )
        for number, team in enumerate(teams)
        for place, roles in enumerate(MEMBERS)
    ]
    Person.objects.bulk_create(person for _, _, person in found)
    return found


def _projects(teams: list[Team]) -> list[tuple[int, int, Project]]:
    found = []
    for number in range(len(teams) * PROJECTS_A_TEAM):
        name = f"{SUBJECTS[number % 8]} {KINDS[number // 8 % 8]} {number}"
        team = number % len(teams)
        made = Project(team=teams[team], name=name, destinations=["EU", "CN", "US-CA"])
        found.append((number, team, made))
    Project.objects.bulk_create(project for _, _, project in found)
    return found
