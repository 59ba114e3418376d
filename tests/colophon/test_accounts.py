"""Organisations, people and tokens behind row-level security."""

import pytest

from colophon.accounts import services
from colophon.accounts.access import NotAllowed, NotSignedIn, demand
from colophon.accounts.models import Organisation, Person, Team
from colophon.accounts.roles import Act, Role
from colophon.ledger.models import Disclosure, Event
from colophon.ledger.tenancy import tenant
from kernel.errors import BadInput

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


def found(name="Lantern Film Festival"):
    return services.found(
        services.Founding(name=name, operator_name="TEST Lantern", team="Campaign", is_test=True)
    )


def test_a_person_is_seen_by_their_own_organisation_alone(db):
    mine, theirs = found("Mine"), found("Theirs")
    with tenant(mine.id):
        services.join(email="Ada@mine.test", name="Ada", password=PASSWORD, roles=[Role.AUTHOR])
    with tenant(theirs.id):
        assert not Person.objects.exists()
        assert [one.name for one in Organisation.objects.all()] == ["Theirs"]
    assert not Person.objects.exists(), "without a tenant nobody is seen"
    assert services.tenant_by("email", "ada@mine.test") == mine.id


def test_joining_writes_its_event_with_pseudonyms_only_in_the_leaf(db):
    organisation = found()
    with tenant(organisation.id):
        person = services.join(
            email="ada@mine.test", name="Ada", password=PASSWORD, roles=[Role.AUTHOR]
        )
        event = Event.objects.get(type="person.joined")
        body = bytes(event.body).decode()
        assert "ada" not in body.lower().replace(str(event.event_id), "")
        assert str(organisation.id) not in body
        assert str(organisation.ref) in body
        names = set(Disclosure.objects.filter(event=event).values_list("name", flat=True))
        assert names == {"person", "roles"}
        assert str(person.ref) not in body


def test_a_weak_password_names_the_field_and_joins_nobody(db):
    organisation = found()
    with tenant(organisation.id):
        with pytest.raises(BadInput, match="password"):
            services.join(email="a@b.test", name="A", password="short", roles=[])  # noqa: S106
        assert not Person.objects.exists()


def test_a_token_opens_its_own_tenant_and_a_wrong_one_none(db):
    organisation = found()
    with tenant(organisation.id):
        ada = services.join(email="a@b.test", name="Ada", password=PASSWORD, roles=[Role.AUTHOR])
        secret = services.issue_token(person=ada, label="laptop")
    assert services.tenant_of_token(secret) == organisation.id
    with tenant(organisation.id):
        assert services.person_of_token(secret) == ada
    with pytest.raises(NotSignedIn):
        services.tenant_of_token(secret + "x")


def test_an_invitation_is_spent_once(db):
    organisation = found()
    with tenant(organisation.id):
        team = Team.objects.get()
        admin = services.join(
            email="root@b.test", name="Root", password=PASSWORD, roles=[Role.ADMINISTRATOR]
        )
        secret = services.invite(
            by=admin, email="new@b.test", name="New", roles=[Role.REVIEWER], team=team
        )
    person = services.accept(secret=secret, name="", password=PASSWORD)
    assert person.roles == ["reviewer"]
    with pytest.raises(services.InvitationSpent):
        services.accept(secret=secret, name="", password=PASSWORD)


def test_a_role_that_may_not_is_told_which_may(db):
    organisation = found()
    with tenant(organisation.id):
        ada = services.join(email="a@b.test", name="Ada", password=PASSWORD, roles=[Role.AUTHOR])
        with pytest.raises(NotAllowed, match="auditor"):
            demand(ada, Act.CUT_EVIDENCE)
