"""A small house: one organisation, its people, a project, and works made in this process."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID

import pytest

from colophon.accounts import proposals
from colophon.accounts import services as accounts
from colophon.accounts.models import Organisation, Person, Team
from colophon.accounts.roles import Role
from colophon.ledger.tenancy import tenant
from colophon.studio import projects, resembling, running, services
from colophon.studio.models import Artifact, Job, Project
from tests.colophon import remembered

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test
PROVIDER_CODE = "001191110000MA0000000H10001"


@dataclass
class House:
    organisation: Organisation
    author: Person
    reviewer: Person
    approver: Person
    auditor: Person
    keeper: Person
    project: Project

    def inside(self):
        return tenant(self.organisation.id)

    def submit(self, text="a lighthouse at dawn", **more) -> Job:
        more = {"engine": "house_scene", "parameters": {"width": 256, "height": 192}} | more
        with self.inside():
            return services.submit(
                by=self.author, order=services.Order(project=self.project, text=text, **more)
            )

    def make(self, text="a lighthouse at dawn", **more) -> Artifact:
        """Submit, run and assess, as the workers would."""
        job = self.submit(text, **more)
        with remembered.played_back():
            left = running.run(self.organisation.id, job.id)
        assert left == "done", (left, Job.objects.filter(pk=job.id).values("cause"))
        with self.inside():
            artifact = Artifact.objects.select_related("project", "tenant").get(job=job)
            with remembered.played_back():
                services.assess(artifact=artifact)
            return Artifact.objects.select_related("assessment", "project", "tenant").get(job=job)


def build(name: str = "Lantern") -> House:
    organisation = accounts.found(
        accounts.Founding(
            name=name,
            operator_name="TEST Operator",
            team="Campaign",
            provider_code=PROVIDER_CODE,
            filing_number="TEST-1",
            is_test=True,
        )
    )
    parts = {
        "author": [Role.AUTHOR],
        "reviewer": [Role.REVIEWER],
        "approver": [Role.APPROVER, Role.REVIEWER],
        "auditor": [Role.AUDITOR],
        "keeper": [Role.RULE_KEEPER, Role.ADMINISTRATOR],
    }
    with tenant(organisation.id):
        team = Team.objects.get()
        people = {
            part: accounts.join(
                email=f"{part}@{name.lower()}.test",
                name=part.title(),
                password=PASSWORD,
                roles=roles,
                team=team,
            )
            for part, roles in parts.items()
        }
        project = projects.begin(
            by=people["author"], name="Nights", destinations=["EU", "CN", "US-CA"]
        )
    return House(organisation=organisation, project=project, **people)


@pytest.fixture(scope="session", autouse=True)
def _remembering() -> None:
    remembered.begin()


@pytest.fixture(scope="session")
def founded(django_db_setup, django_db_blocker) -> UUID:
    """The house that every test finds as it was: what a test does to it is rolled back."""
    with django_db_blocker.unblock():
        return build().organisation.id


@pytest.fixture
def house(founded, db) -> House:
    resembling._held.clear()  # a process keeps the hashes of a tenant; these were rolled back
    with tenant(founded):
        people = {one.email.partition("@")[0]: one for one in Person.objects.all()}
        return House(
            organisation=Organisation.objects.get(pk=founded),
            project=Project.objects.select_related("tenant", "team").get(),
            **people,
        )


@pytest.fixture
def two_houses(db) -> SimpleNamespace:
    return SimpleNamespace(mine=build("Mine"), theirs=build("Theirs"))


@pytest.fixture
def build_house():
    """The builder itself, for tests that commit in a database of their own."""
    return build


def give_roles(house: House, person: Person, *roles: Role) -> None:
    """Give somebody roles as it is done: proposed by one administrator, accepted by another."""
    with house.inside():
        other = Person.objects.filter(roles=[str(Role.OPERATOR)]).first() or accounts.join(
            email=f"operator@{house.organisation.name.lower()}.test",
            name="Operator",
            password=PASSWORD,
            roles=[Role.OPERATOR],
        )
        made = proposals.propose(
            by=house.keeper,
            kind="person.roles",
            about_id=person.pk,
            after={"roles": list(roles)},
            reason="A test.",
        )
        proposals.accept(by=other, proposal=made)
        person.refresh_from_db()


@pytest.fixture(name="give_roles")
def _give_roles():
    return give_roles
