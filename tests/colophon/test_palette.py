"""The palette finds within tenant and roles, a few of each kind, in a fixed number of questions."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from colophon.accounts import services as accounts
from colophon.accounts.roles import Role
from colophon.ledger.tenancy import tenant
from colophon.releases import services as releases
from colophon.studio import members, projects
from colophon.studio.models import Artifact
from colophon.web import seeking

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def sign_in(client):
    def as_(person):
        client.post("/login", {"email": person.email, "password": PASSWORD})
        return client

    return as_


def put(house, title, number=1):
    """A work's row without its bytes: the palette reads no file."""
    with house.inside():
        return [
            Artifact.objects.create(
                project=house.project,
                author=house.author,
                title=f"{title} {at}",
                sha256=f"{at:064x}",
                size=1,
                media_type="image/png",
                medium="image",
                origin="human",
            )
            for at in range(number)
        ]


def text(client, **asked):
    answer = client.get("/find", asked)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_a_work_is_found_by_words_in_any_order_and_by_the_start_of_its_id(sign_in, house):
    (work,) = put(house, "Harbour at dawn")
    client = sign_in(house.author)
    for q in ("dawn harb", str(work.id), str(work.id)[:13], work.id.hex[:10].upper()):
        assert f"/works/{work.id}" in text(client, q=q), q
    assert f"/works/{work.id}" not in text(client, q="dawn moon")


def test_another_tenants_work_is_found_by_nobody(sign_in, two_houses):
    (work,) = put(two_houses.theirs, "Secret harbour")
    client = sign_in(two_houses.mine.author)
    assert "@theirs" not in text(client, q="author")
    assert str(two_houses.theirs.author.pk) not in text(
        sign_in(two_houses.mine.auditor), q="author"
    )
    client = sign_in(two_houses.mine.author)
    for asked in (
        {"q": "secret"},
        {"q": str(work.id)},
        {"recent": f"work:{work.id}"},
    ):
        assert f"/works/{work.id}" not in text(client, **asked)


def test_cases_and_prompts_are_offered_to_the_roles_that_open_them(sign_in, house):
    work = house.make("a lighthouse at dawn", title="Harbour light")
    with house.inside():
        release = releases.request(by=house.author, artifact=work, destinations=["EU"])
    shown = text(sign_in(house.author), q="light")
    assert f"/console/{release.id}" not in shown
    assert f"recall={work.job_id}" in shown
    shown = text(sign_in(house.reviewer), q="light")
    assert f"/console/{release.id}" in shown
    assert "recall=" not in shown
    assert 'href="/studio"' not in text(sign_in(house.auditor))


def test_what_was_open_lately_comes_in_that_order_and_what_is_gone_is_passed_over(sign_in, house):
    one, two = put(house, "Night", 2)
    shown = text(
        sign_in(house.author),
        recent=[f"work:{two.id}", "work:not-an-id", f"case:{one.id}", f"work:{one.id}"],
    )
    assert shown.index(str(two.id)) < shown.index(str(one.id))
    assert shown.count("/works/0") <= 2
    assert "Open lately" in shown


def test_hostile_names_are_text_and_their_ghosts_are_seen(sign_in, house):
    put(house, "<img src=x onerror=alert(1)> zero\u200bwidth")
    shown = text(sign_in(house.author), q="zero")
    assert "<img" not in shown
    assert "U+200B" in shown


@pytest.mark.django_db
def test_the_number_of_questions_and_of_answers_does_not_grow(sign_in, house):
    from django.db import connection

    put(house, "Quay", 3)
    client = sign_in(house.author)
    with CaptureQueriesContext(connection) as few:
        text(client, q="quay")
    put(house, "Quay again", 60)
    with CaptureQueriesContext(connection) as many:
        shown = text(client, q="quay")
    assert len(many) == len(few)
    assert shown.count('id="work-') == seeking.EACH


def test_places_follow_roles_and_are_found_by_their_name_in_the_readers_language(sign_in, house):
    client = sign_in(house.author)
    with tenant(house.organisation.id):
        house.author.language = "zh-hans"
        house.author.save()
    assert "带入作品" in text(client, q="带入")
    assert "/works/bring-in" in text(client)
    assert "/console" not in text(client)


def test_people_are_found_by_whoever_may_see_them(sign_in, house):
    with house.inside():
        far = [
            accounts.join(
                email=f"{part}@far.test", name=f"Far {part}", password=PASSWORD, roles=[Role.AUTHOR]
            )
            for part in ("member", "hidden", "stranger")
        ]
        near = projects.begin(by=house.author, name="Open", destinations=["EU"])
        members.add(by=house.author, project=near, person=far[0], part="maker")
        kept = projects.begin(by=far[1], name="Kept", destinations=["EU"], private=True)
        assert kept.private
    shown = text(sign_in(house.author), q="far")
    assert "Far member" in shown
    assert "by=Far+member" in shown
    assert "Far hidden" not in shown, "member of a private project alone"
    assert "Far stranger" not in shown
    assert "Reviewer" in text(sign_in(house.author), q="reviewer"), "of one's own team"
    shown = text(sign_in(house.auditor), q="far")
    assert all(f"/admin/people/{one.pk}" in shown for one in far)
    gone = text(sign_in(house.author), recent=[f"person:{far[2].pk}", f"person:{far[0].pk}"])
    assert "Far member" in gone
    assert "Far stranger" not in gone


def test_nobody_is_told_anything_without_a_sign_in(client, house):
    assert client.get("/find", {"q": "a"}).status_code == 401
