"""Projects: who sees them, who changes them, and that both are held by the database."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from colophon.accounts import services as accounts
from colophon.accounts.roles import Role
from colophon.ledger.facts import facts_of
from colophon.ledger.models import Event
from colophon.ledger.tenancy import tenant
from colophon.studio import members, projects, prompts, seeing
from colophon.studio.errors import Archived, LastOwner, NotYourPart
from colophon.studio.models import Artifact, Job, Part, Project, Prompt
from colophon.studio.quotas import QuotaSpent
from kernel.errors import BadInput

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


@pytest.fixture
def other(house):
    """Another author of the organisation."""
    with house.inside():
        return accounts.join(
            email="other@lantern.test", name="Other", password=PASSWORD, roles=[Role.AUTHOR]
        )


@pytest.fixture
def sign_in(client):
    def as_(person):
        answer = client.post("/login", {"email": person.email, "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return as_


def facts(about, type_):
    event = Event.objects.filter(subject_id=about.pk, type=type_).order_by("-id").first()
    return facts_of(event)


def test_beginning_and_changing_leave_before_and_after_in_the_ledger(house):
    with house.inside():
        assert facts(house.project, "project.begun")["name"] == "Nights"
        told = {"name": "Nights", "brief": "Lanterns, warm light.", "purpose": "campaign"}
        projects.change(by=house.author, project=house.project, to=told)
        said = facts(house.project, "project.changed")
        assert said["before"] == {"brief": "", "purpose": "general"}
        assert said["after"] == {"brief": "Lanterns, warm light.", "purpose": "campaign"}
        count = Event.objects.count()
        projects.change(by=house.author, project=house.project, to=told)
        assert Event.objects.count() == count, "nothing changed, so nothing happened"


def test_what_cannot_be_is_said_by_field(house):
    with house.inside():
        for to, field in (
            ({"name": " "}, "name"),
            ({"purpose": "fun"}, "purpose"),
            ({"brief": "x" * 12_001}, "brief"),
            ({"brief": "a\x00b"}, "brief"),
            ({"glossary": [{"term": "Tram"}, {"term": "tram"}]}, "glossary"),
            ({"glossary": [{"wording": "streetcar"}]}, "glossary"),
            ({"themes": [{"value": "x"}]}, "themes"),
            ({"protected_labels": ["pro<b>"]}, "protected_labels"),
        ):
            with pytest.raises(BadInput) as refused:
                projects.change(by=house.author, project=house.project, to=to)
            assert refused.value.facts["field"] == field


def test_only_owners_change_a_project_and_viewers_make_nothing_in_it(house, other):
    with house.inside():
        with pytest.raises(NotYourPart) as refused:
            projects.change(by=other, project=house.project, to={"name": "Mine"})
        assert "maker" in str(refused.value)
        assert members.part_of(house.auditor, house.project) == Part.VIEWER
        prompts.write(by=other, project=house.project, text="a boat")
        members.add(by=house.author, project=house.project, person=other, part="viewer")
        with pytest.raises(NotYourPart):
            prompts.write(by=other, project=house.project, text="another boat")


def test_nothing_new_is_made_in_an_archived_project(house):
    with house.inside():
        projects.archive(by=house.author, project=house.project)
        house.project.refresh_from_db()
        with pytest.raises(Archived):
            prompts.write(by=house.author, project=house.project, text="a boat")
        projects.reopen(by=house.author, project=house.project)
        house.project.refresh_from_db()
        prompts.write(by=house.author, project=house.project, text="a boat")


def test_a_project_keeps_its_last_owner_whatever_is_tried(house, other):
    with house.inside():
        with pytest.raises(LastOwner) as refused:
            members.remove(by=house.author, project=house.project, person=house.author)
        assert "Author" in str(refused.value)
        with pytest.raises(LastOwner):
            members.add(by=house.author, project=house.project, person=house.author, part="maker")
        with pytest.raises(DatabaseError, match="last owner"), transaction.atomic():
            house.project.members.all().delete()
        members.add(by=house.author, project=house.project, person=other, part="owner")
        members.remove(by=other, project=house.project, person=house.author)
        assert members.part_of(other, house.project) == Part.OWNER


def test_of_two_owners_who_remove_each_other_at_once_one_stays(committed_db, build_house):
    house = build_house()
    with house.inside():
        second = accounts.join(
            email="second@lantern.test", name="Second", password=PASSWORD, roles=[Role.AUTHOR]
        )
        members.add(by=house.author, project=house.project, person=second, part="owner")
    outcome, start = [], threading.Barrier(2)

    def remove(by, person):
        try:
            with tenant(house.organisation.id):
                start.wait()
                members.remove(by=by, project=house.project, person=person)
            outcome.append("done")
        except (LastOwner, NotYourPart) as error:
            outcome.append(type(error).__name__)
        finally:
            connection.close()

    for _ in range(5):
        pair = [(house.author, second), (second, house.author)]
        threads = [threading.Thread(target=remove, args=one) for one in pair]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        with house.inside():
            owners = [row.person for row in house.project.members.select_related("person")]
            assert len(owners) == 1
            start.reset()
            left = next(one for one in (house.author, second) if one != owners[0])
            members.add(by=owners[0], project=house.project, person=left, part="owner")
    assert len(outcome) == 10
    assert outcome.count("done") == 5, "the other of each pair was told"


def test_a_private_project_is_there_for_its_members_in_every_query(house, other):
    house.make()
    with house.inside():
        projects.change(by=house.author, project=house.project, to={"private": True})
        for person, there in (
            (house.author, True),
            (house.auditor, True),
            (house.keeper, True),
            (other, False),
            (house.reviewer, False),
        ):
            with seeing.as_(person, path="/works"):
                for model in (Project, Artifact, Prompt, Job):
                    assert model.objects.exists() is there, (person.name, model)
        with seeing.as_(house.reviewer, path="/console/x"):
            assert Artifact.objects.exists(), "at the desk a reviewer meets every case"
        members.add(by=house.author, project=house.project, person=other, part="viewer")
        with seeing.as_(other):
            assert Artifact.objects.exists()
        assert Artifact.objects.exists(), "the view ends with its block"


def test_no_address_shows_a_private_project_to_who_is_no_member(house, other, sign_in):
    import re

    from django.urls import URLPattern, get_resolver

    from colophon.releases import services as releases

    def walk(patterns, prefix=""):
        for one in patterns:
            route = prefix + str(one.pattern)
            if isinstance(one, URLPattern):
                yield route
            else:
                yield from walk(one.url_patterns, route)

    work = house.make("a lighthouse nobody knows of", title="Unheard-of lighthouse")
    with house.inside():
        release = releases.request(by=house.author, artifact=work, destinations=["EU"])
        told = {"private": True, "name": "Unheard-of"}
        projects.change(by=house.author, project=house.project, to=told)
        prompt = Prompt.objects.get()
    client = sign_in(other)
    rows = [work.id, work.job_id, house.project.id, prompt.id, release.id]
    shown = []
    for route in {
        one.replace("^", "").replace("$", "") for one in walk(get_resolver().url_patterns)
    }:
        if route.startswith(
            ("p/", "about", "problems", "verify", "login", "logout", "live", "static")
        ):
            continue
        paths = (
            ["/" + re.sub(r"<uuid:\w+>", str(row), route) for row in rows]
            if "<uuid" in route
            else ["/" + route]
        )
        for path in paths:
            if "<" in path or "(?P" in path:
                continue
            answer = client.get(path)
            if getattr(answer, "streaming", False):
                continue
            if b"nheard-of" in answer.content:
                shown.append(path)
    assert not shown
    assert client.get(f"/works/{work.id}").status_code == 404
    assert client.get(f"/studio/projects/{house.project.id}").status_code == 404
    assert b"nheard-of" in sign_in(house.author).get("/studio/projects").content
    assert b"nheard-of" in sign_in(house.reviewer).get("/console").content


def test_the_page_keeps_what_was_typed_and_names_the_field(house, sign_in):
    client = sign_in(house.author)
    page = f"/studio/projects/{house.project.id}"
    said = {
        "name": "Nights",
        "destinations": ["EU"],
        "purpose": "campaign",
        "brief": "Warm light.",
        "term": ["Tram", ""],
        "wording": ["tramway", ""],
        "use": ["0", "1"],
        "note": ["never streetcar", ""],
        "field": ["Exhibition"],
        "value": ["Lanterns 1890"],
        "protected_labels": "production, Live Now",
    }
    assert client.post(page, said).status_code == 302
    shown = client.get(page).content.decode()
    for text in ("Warm light.", "tramway", "never streetcar", "Lanterns 1890", "live-now"):
        assert text in shown
    wrong = client.post(page, {**said, "term": ["Tram", "tram"], "wording": ["a", "b"]})
    assert wrong.status_code == 422
    assert b"glossary cannot be" in wrong.content
    assert b"Warm light." in wrong.content
    assert client.post(page + "/members", {"person": "nobody", "part": "maker"}).status_code == 422
    assert client.post(page + "/archive").status_code == 302
    assert b"Archived:" in client.get(page).content


def test_the_pages_of_projects_ask_as_many_queries_for_many_as_for_few(house, sign_in):
    from django.test.utils import CaptureQueriesContext

    client = sign_in(house.author)
    page = f"/studio/projects/{house.project.id}"

    def asked(path):
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    house.make()
    few = asked(page), asked("/studio/projects")
    for number in range(3):
        house.make(f"a boat {number}")
        with house.inside():
            projects.begin(by=house.author, name=f"More {number}")
            person = accounts.join(
                email=f"m{number}@lantern.test", name="M", password=PASSWORD, roles=[Role.AUTHOR]
            )
            members.add(by=house.author, project=house.project, person=person, part="maker")
    assert (asked(page), asked("/studio/projects")) == few
    assert max(few) <= 25, few


def test_a_budget_is_set_by_administrators_shown_to_all_and_holds(house, sign_in):
    page = f"/studio/projects/{house.project.id}"
    client = sign_in(house.author)
    assert b"no limit" in client.get(page).content
    assert client.post(page + "/budget", {"jobs": "1"}).status_code == 403
    sign_in(house.keeper)
    wrong = client.post(page + "/budget", {"jobs": "many"})
    assert wrong.status_code == 422
    assert b"jobs cannot be" in wrong.content
    assert client.post(page + "/budget", {"jobs": "1", "seconds": ""}).status_code == 302
    house.submit()
    assert b"1 used, 0 left" in client.get(page).content
    with pytest.raises(QuotaSpent):
        house.submit("another boat")
