"""The first run: from signing in to a first result in two presses, in either language."""

from __future__ import annotations

import pytest

from colophon.accounts import services as accounts
from colophon.accounts.models import Team
from colophon.accounts.roles import Role
from colophon.ledger.tenancy import tenant
from colophon.releases import services as releases
from colophon.studio import running, services
from colophon.studio.models import Artifact, Job, Project

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def newcomer(db):
    organisation = accounts.found(
        accounts.Founding(name="Empty", operator_name="TEST", team="First", is_test=True)
    )
    with tenant(organisation.id):
        return accounts.join(
            email="nia@empty.test", name="Nia", password=PASSWORD, roles=[Role.AUTHOR],
            team=Team.objects.get(),
        )  # fmt: skip


def sign_in(client, person):
    answer = client.post("/login", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 302
    return answer["Location"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_empty_organisation_has_its_first_picture_after_one_press(client, newcomer, language):
    assert client.get(sign_in(client, newcomer))["Location"] == "/start"
    client.post("/language", {"language": language, "next": "/start"})
    page = client.get("/start").content.decode()
    assert 'action="/start/picture"' in page
    assert client.post("/start/picture")["Location"] == "/start"
    with tenant(newcomer.tenant_id):
        job, project = Job.objects.get(), Project.objects.get()
        assert project.destinations, "the clauses of its destinations are shown from the beginning"
    assert running.run(newcomer.tenant_id, job.id) == "done"
    with tenant(newcomer.tenant_id):
        work = Artifact.objects.get()
        assert work.record["scene"]["subject"] == "lighthouse"
        services.assess(artifact=Artifact.objects.select_related("project", "tenant").get())
    page = client.get("/start", headers={"HX-Request": "true"}).content.decode()
    assert f"/works/{work.id}" in page
    assert 'action="/start/picture"' not in page
    assert client.get("/")["Location"] == "/studio"


def test_steps_are_ticked_for_what_the_person_did_not_for_what_others_published(client, newcomer):
    sign_in(client, newcomer)
    client.post("/start/picture")
    with tenant(newcomer.tenant_id):
        running.run(newcomer.tenant_id, Job.objects.get().pk)
        work = Artifact.objects.select_related("project", "tenant").get()
        services.assess(artifact=work)
    steps = client.get("/start").content.decode().partition("<ol")[2].partition("</ol>")[0]
    assert [li.startswith(' class="done"') for li in steps.split("<li")[1:]] == [
        False, True, True, False, False,
    ]  # fmt: skip
    with tenant(newcomer.tenant_id):
        releases.request(by=newcomer, artifact=work, destinations=["EU"])
    steps = client.get("/start").content.decode().partition("<ol")[2].partition("</ol>")[0]
    fourth, fifth = steps.split("<li")[4:]
    assert fourth.startswith(' class="done"')
    assert fifth.startswith(' aria-current="step"')


def test_a_second_newcomer_uses_the_project_that_is_there(client, house):
    with house.inside():
        person = accounts.join(
            email="new@lantern.test", name="New", password=PASSWORD, roles=[Role.AUTHOR],
            team=house.author.team,
        )  # fmt: skip
    assert client.get(sign_in(client, person))["Location"] == "/start"
    client.post("/start/picture")
    with house.inside():
        assert Job.objects.get().project == house.project


def test_a_private_project_of_others_is_not_used(client, house):
    with house.inside():
        Project.objects.update(private=True)
        person = accounts.join(
            email="new@lantern.test", name="New", password=PASSWORD, roles=[Role.AUTHOR],
            team=house.author.team,
        )  # fmt: skip
    sign_in(client, person)
    assert client.post("/start/picture").status_code == 302
    with house.inside():
        assert Job.objects.get().project != house.project


def test_who_may_not_submit_is_not_led_there(client, house):
    assert client.get(sign_in(client, house.reviewer))["Location"] == "/console"
    assert client.get("/start").status_code == 403
