"""Administrators' pages: people, invitations, roles, changes by two; constant queries, no strangers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from colophon.accounts import proposals
from colophon.accounts import services as accounts
from colophon.accounts.models import Invitation, Person
from colophon.accounts.proposal import Proposal
from colophon.accounts.roles import Act, Role
from colophon.web import labels

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


def sign_in(person):
    client = Client()
    answer = client.post("/login", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


@pytest.fixture
def keeper(house):
    return sign_in(house.keeper)


@pytest.fixture
def other(house):
    with house.inside():
        return accounts.join(
            email="ola@lantern.test", name="Ola", password=PASSWORD, roles=[Role.OPERATOR]
        )


def test_every_act_and_role_has_its_words():
    assert set(labels.ACTS) == {act.value for act in Act}
    assert set(labels.ROLES) == {str(role) for role in Role}


def test_who_may_not_see_administration_is_told_who_may(house):
    client = sign_in(house.author)
    for path in ("/admin", "/admin/people", "/admin/roles"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert b"administrator" in answer.content
    assert b'href="/admin"' not in client.get("/works").content
    assert b'href="/admin"' in sign_in(house.auditor).get("/works").content


def test_a_role_change_goes_through_two_people_on_the_pages(house, keeper, other):
    path = f"/admin/people/{house.author.pk}"
    missing = keeper.post(path, {"act": "roles", "role": ["author", "reviewer"], "reason": " "})
    assert missing.status_code == 422
    assert b'value="reviewer" checked' in missing.content.replace(b"\n", b"")
    said = {"act": "roles", "role": ["author", "reviewer"], "reason": "She reviews <b>now</b>."}
    place = keeper.post(path, said)["Location"]
    mine = keeper.get(place).content.decode()
    assert "Take it back" in mine
    assert "Accept and make it so" not in mine
    assert keeper.post(place, {"act": "accept"}).status_code == 409
    theirs = sign_in(other)
    shown = theirs.get(place).content.decode()
    assert "<ins>" in shown
    assert "She reviews &lt;b&gt;now&lt;/b&gt;." in shown
    assert theirs.post(place, {"act": "reject", "reason": ""}).status_code == 422
    assert theirs.post(place, {"act": "accept"}).status_code == 302
    with house.inside():
        assert Person.objects.get(pk=house.author.pk).roles == ["author", "reviewer"]
    assert theirs.post(place, {"act": "accept"}).status_code == 409
    assert "Ola" in keeper.get("/admin/proposals?state=accepted").content.decode()


def test_an_invitation_shows_its_link_once_and_is_renewed_and_withdrawn(house, keeper):
    said = {"email": "n@lantern.test", "name": "Nia", "role": ["author"]}
    page = keeper.post("/admin/people", said).content.decode()
    assert "pass this link on yourself" in page
    link = page.partition("/join/")[2].partition("<")[0]
    assert link not in keeper.get("/admin/people").content.decode()
    with house.inside():
        row = Invitation.objects.get()
    again = keeper.post(f"/admin/invitations/{row.pk}", {"act": "renew"}).content.decode()
    assert link not in again
    assert "/join/" in again
    assert keeper.post(f"/admin/invitations/{row.pk}", {"act": "withdraw"}).status_code == 302
    assert "No invitation is open." in keeper.get("/admin/people").content.decode()
    assert keeper.post(f"/admin/invitations/{row.pk}", {"act": "renew"}).status_code == 409


def test_a_bad_invitation_keeps_what_was_typed(keeper):
    said = {"email": "nobody", "name": "<i>Nia", "role": ["author"], "team": "x"}
    answer = keeper.post("/admin/people", said)
    assert answer.status_code == 422
    assert b"&lt;i&gt;Nia" in answer.content
    assert keeper.post("/admin/people", {**said, "role": ["pirate"]}).status_code == 422


def test_inviting_to_a_role_that_decides_becomes_a_proposal(house, keeper, other):
    said = {"email": "n@lantern.test", "name": "Nia", "role": ["approver"], "reason": "A second."}
    answer = keeper.post("/admin/people", said)
    assert answer.status_code == 302
    assert "/admin/proposals/" in answer["Location"]
    with house.inside():
        assert not Invitation.objects.exists()
    sign_in(other).post(answer["Location"], {"act": "accept"})
    with house.inside():
        assert Invitation.objects.get().roles == ["approver"]


def test_an_auditor_sees_and_changes_nothing(house, other):
    client = sign_in(house.auditor)
    page = client.get(f"/admin/people/{house.author.pk}").content.decode()
    assert "another person agrees" in page
    assert 'name="role"' not in page
    said = {"act": "roles", "role": ["author", "reviewer"], "reason": "x"}
    assert client.post(f"/admin/people/{house.author.pk}", said).status_code == 403
    assert (
        client.post("/admin/people", {"email": "a@b.test", "role": ["author"]}).status_code == 403
    )
    with house.inside():
        assert not Proposal.objects.exists()


def test_the_matrix_is_the_table(house, keeper):
    page = keeper.get("/admin/roles").content.decode()
    for said in labels.ACTS.values():
        assert said in page
    assert "handed out by two" in page


def test_people_are_found_by_name_and_role_and_paged_by_key(house, keeper):
    with house.inside():
        Person.objects.bulk_create(
            Person(email=f"p{n}@lantern.test", name=f"Person {n:03}", roles=["author"])
            for n in range(120)
        )
    page = keeper.get("/admin/people?q=person+05").content.decode()
    assert "Person 051" in page
    assert "Person 061" not in page
    seen, path = set(), "/admin/people?role=author"
    for _ in range(4):
        page = keeper.get(path).content.decode()
        seen |= {n for n in range(120) if f"Person {n:03}" in page}
        more = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        if 'rel="next"' not in page:
            break
        path = "/admin/people" + more.replace("&amp;", "&")
    assert len(seen) == 120


def test_pages_ask_the_same_number_of_queries_however_much_there_is(house, keeper, other):
    def asked(path):
        with CaptureQueriesContext(
            connection,
        ) as held:
            assert keeper.get(path).status_code == 200
        return len(held)

    with house.inside():
        proposals.propose(
            by=house.keeper,
            kind="person.active",
            about_id=house.auditor.pk,
            after={"active": False},
            reason="x",
        )
    paths = ("/admin", "/admin/people", "/admin/roles", f"/admin/people/{house.auditor.pk}")
    few = {path: asked(path) for path in paths}
    with house.inside():
        for person in (house.author, house.reviewer, house.approver):
            proposals.propose(
                by=house.keeper,
                kind="person.roles",
                about_id=person.pk,
                after={"roles": ["auditor"]},
                reason="x",
            )
        for number in range(5):
            accounts.join(
                email=f"p{number}@lantern.test",
                name=f"P{number}",
                password=PASSWORD,
                roles=[Role.AUTHOR],
            )
            accounts.invite(
                by=house.keeper,
                email=f"i{number}@lantern.test",
                name="",
                roles=[Role.AUTHOR],
                team=None,
            )
    assert {path: asked(path) for path in paths} == few
    assert max(few.values()) <= 20, few
