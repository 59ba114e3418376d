"""Coming in, going out, being told; pages that never ask more queries than they must."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from colophon.accounts import services as accounts
from colophon.accounts.models import Person
from colophon.accounts.roles import Role
from colophon.releases import services as releases
from colophon.studio.models import Job

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def sign_in(client):
    def as_(person):
        answer = client.post("/login", {"email": person.email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content
        return client

    return as_


def test_a_stranger_is_led_to_the_sign_in_and_back(client, house):
    answer = client.get("/studio")
    assert answer.status_code == 401
    assert b"/login?next=/studio" in answer.content
    said = {"email": house.author.email, "password": PASSWORD, "next": "/works?q=boat"}
    assert client.post("/login", said)["Location"] == "/works?q=boat"


@pytest.mark.parametrize(
    "onward", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", "\\\\evil"]
)
def test_nobody_is_led_outside(client, house, onward):
    said = {"email": house.author.email, "password": PASSWORD, "next": onward}
    assert client.post("/login", said)["Location"] == "/"


def test_a_wrong_password_says_so_keeps_the_address_and_never_the_password(client, house):
    answer = client.post("/login", {"email": house.author.email, "password": "not this one"})
    assert answer.status_code == 403
    assert house.author.email.encode() in answer.content
    assert b"not this one" not in answer.content


def test_an_invitation_lets_one_person_in_once(client, house):
    with house.inside():
        secret = accounts.invite(
            by=house.keeper, email="new@lantern.test", name="", roles=[Role.AUTHOR], team=None
        )
    weak = client.post(f"/join/{secret}", {"name": "Nia", "password": "short"})
    assert weak.status_code == 422
    said = {"name": "Nia", "password": "another long phrase"}
    assert client.post(f"/join/{secret}", said).status_code == 302
    assert client.get("/studio").status_code == 200
    assert client.post(f"/join/{secret}", said).status_code == 410


def test_signing_out_ends_the_session(sign_in, house):
    client = sign_in(house.author)
    client.post("/logout")
    assert client.get("/studio").status_code == 401


def test_language_and_theme_stay_with_the_person_and_with_a_strangers_cookie(
    client, house, sign_in
):
    client.post("/language", {"language": "zh-hans", "next": "/login"})
    assert "登录" in client.get("/login").content.decode()
    sign_in(house.author)
    client.post("/language", {"language": "zh-hans", "next": "/studio"})
    client.post("/theme", {"theme": "dark", "next": "/studio"})
    page = client.get("/studio").content.decode()
    assert 'lang="zh-Hans"' in page
    assert 'data-theme="dark"' in page
    with house.inside():
        held = Person.objects.get(pk=house.author.pk)
    assert (held.language, held.theme) == ("zh-hans", "dark")
    assert client.post("/theme", {"theme": "<b>"}).status_code == 422


def test_a_role_without_the_act_is_told_which_roles_have_it(sign_in, house):
    answer = sign_in(house.auditor).get("/studio")
    assert answer.status_code == 403
    assert b"author" in answer.content


def test_a_process_says_that_it_lives_and_is_ready(client, db):
    assert client.get("/livez").json() == {"ok": True}
    assert client.get("/readyz").json() == {"ok": True, "database": True}


def test_a_refused_prompt_is_kept_as_a_record_and_shown(sign_in, house):
    from colophon.rules import services as rules

    with house.inside():
        rules.ban(by=house.keeper, bank="house", version="1", word="Moonberry Cola")
    client = sign_in(house.author)
    said = {
        "project": house.project.id,
        "engine": "house_scene",
        "prompt": "a Moonberry Cola sign",
        "seed": "4",
        "title": "Sign",
    }
    shown = client.post("/studio/preview", said).content.decode()
    assert "<mark>" in shown
    answer = client.post("/studio", said)
    assert answer.status_code == 302
    with house.inside():
        job = Job.objects.get()
        assert job.state == "refused"
    page = client.get(answer["Location"]).content.decode()
    assert "house.word-bank" in page
    assert ">a Moonberry Cola sign</textarea>" in page


def test_what_cannot_be_read_is_said_and_what_was_typed_stays(sign_in, house):
    client = sign_in(house.author)
    said = {"project": house.project.id, "engine": "house_scene", "prompt": "a boat", "seed": "x1"}
    answer = client.post("/studio", said)
    assert answer.status_code == 422
    assert b">a boat</textarea>" in answer.content
    assert client.post("/studio", {**said, "engine": "nope", "seed": "1"}).status_code == 404
    assert client.post("/studio", {**said, "seed": "1", "project": "none"}).status_code in (
        302,
        422,
    )


def test_another_organisations_works_cases_and_jobs_are_not_there(client, two_houses, sign_in):
    mine, theirs = two_houses.mine, two_houses.theirs
    work = theirs.make()
    with theirs.inside():
        release = releases.request(by=theirs.author, artifact=work, destinations=["EU"])
    sign_in(mine.author)
    for path in (f"/works/{work.id}", f"/works/{work.id}/ruling", f"/studio?recall={work.job_id}"):
        assert client.get(path).status_code == 404, path
    assert client.post(f"/studio/jobs/{work.job_id}/retry").status_code == 404
    assert client.post(f"/releases/{release.id}/publish").status_code == 404
    assert client.post(f"/works/{work.id}/release", {"destination": "EU"}).status_code == 404
    assert str(work.id).encode() not in client.get(f"/works?q={work.title}").content
    assert client.get(f"/works?q={work.id}").status_code == 200, "an id of theirs leads nowhere"
    sign_in(mine.reviewer)
    assert client.get(f"/console/{release.id}").status_code == 404
    assert client.post(f"/console/{release.id}/claim").status_code == 404
    assert str(release.id).encode() not in client.get("/console").content


def test_every_page_asks_as_many_queries_for_many_works_as_for_few(sign_in, house):
    def asked(path, person):
        client = sign_in(person)
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return [one["sql"][:160] for one in caught.captured_queries]

    def step():
        work = house.make("a small boat")
        with house.inside():
            releases.request(by=house.author, artifact=work, destinations=["EU", "CN"])
        return work

    first = step()
    step()  # the page of a case fetches the next one ahead, where there is one
    case = None
    with house.inside():
        case = first.releases.get()
    pages = {
        "/studio": house.author,
        "/studio/jobs": house.author,
        "/works": house.author,
        f"/works/{first.id}": house.author,
        "/console": house.reviewer,
        f"/console/{case.id}": house.reviewer,
        "/audit": house.auditor,
    }
    few = {path: asked(path, person) for path, person in pages.items()}
    for _ in range(3):
        step()
        house.submit("one more boat in line")
    many = {path: asked(path, person) for path, person in pages.items()}
    for path in pages:
        more = "\n".join(sorted(set(many[path]) - set(few[path])))
        assert len(many[path]) == len(few[path]), (path, len(few[path]), len(many[path]), more)
        assert len(many[path]) <= 45, (path, len(many[path]))


def test_only_the_author_or_an_approver_sees_the_button_that_publishes(sign_in, house):
    work = house.make()
    page = sign_in(house.author).get(f"/works/{work.id}").content
    assert b'/release"' in page
    assert b"/publish" not in page
    page = sign_in(house.auditor).get(f"/works/{work.id}").content
    assert b'id="asking"' not in page


def test_errors_are_explained_for_everybody(client, db):
    page = client.get("/problems/stopped").content.decode()
    assert "‹clause›" in page
    assert client.get("/problems/no-such-code").status_code == 404
    assert client.get("/about/guarantees").status_code == 200
    assert client.get("/p/00000000-0000-7000-8000-000000000000").status_code == 404
