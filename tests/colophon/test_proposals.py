"""A change that takes two people takes two people: in services, in the database, in a race."""

from __future__ import annotations

import base64
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from colophon.accounts import invitations, proposals, proposing
from colophon.accounts import services as accounts
from colophon.accounts.access import NotAllowed
from colophon.accounts.models import Invitation, Person
from colophon.accounts.note import Note
from colophon.accounts.proposal import Proposal
from colophon.accounts.roles import Role
from colophon.ledger.errors import IllegalMove, StaleState
from colophon.ledger.models import Event
from colophon.ledger.tenancy import tenant
from kernel.errors import BadInput, Refused
from kernel.ids import new_id

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


def join(house, name, *roles):
    with house.inside():
        return accounts.join(
            email=f"{name}@lantern.test", name=name.title(), password=PASSWORD, roles=list(roles)
        )


@pytest.fixture
def other(house):
    return join(house, "ola", Role.OPERATOR)


def propose(house, person, roles, *, by=None, kind="person.roles", after=None):
    with house.inside():
        return proposals.propose(
            by=by or house.keeper,
            kind=kind,
            about_id=person.pk,
            after=after or {"roles": roles},
            reason="She reviews from June.",
        )


def roles(house, person):
    with house.inside():
        return Person.objects.get(pk=person.pk).roles


def test_one_proposes_another_accepts_and_the_record_holds_before_and_after(house, other):
    made = propose(house, house.author, ["reviewer", "author"])
    assert roles(house, house.author) == ["author"]
    with house.inside():
        assert [n.person for n in Note.objects.filter(code="proposal_waits")] == [other]
        proposals.accept(by=other, proposal=made)
        assert made.state == "accepted"
        types = list(Event.objects.order_by("id").values_list("type", flat=True))
        assert types[-3:] == ["proposal.made", "proposal.accepted", "person.roles_changed"]
        assert Note.objects.filter(person=house.keeper, code="proposal_accepted").count() == 1
    assert roles(house, house.author) == ["author", "reviewer"]


def test_nobody_accepts_their_own_nor_one_about_themselves(house, other):
    made = propose(house, house.author, ["author", "reviewer"])
    with house.inside():
        with pytest.raises(proposals.SameProposer):
            proposals.accept(by=house.keeper, proposal=made)
        with pytest.raises(NotAllowed):
            proposals.accept(by=house.author, proposal=made)
    join(house, "second", Role.ADMINISTRATOR)
    about = propose(house, other, ["operator", "approver"])
    with house.inside(), pytest.raises(proposals.SameProposer):
        proposals.accept(by=other, proposal=about)


def test_the_database_refuses_what_services_would_never_do(house, other):
    made = propose(house, house.author, ["author", "reviewer"])
    from colophon.ledger.moves import Actor, move

    def accept_by(person):
        move(
            made,
            "accepted",
            by=Actor("x"),
            event="proposal.lapsed",
            facts={},
            decided_by_id=person.pk if person else None,
        )

    for person, said in (
        (house.keeper, "proposal_by_two_people"),
        (house.author, "holds the role"),
        (None, "holds the role|decided_by_somebody"),
    ):
        with house.inside(), pytest.raises(IntegrityError, match=said), transaction.atomic():
            accept_by(person)
        made.state = "open"
    with house.inside():
        for change in ({"after": {"roles": ["administrator"]}}, {"reason": "x"}):
            with pytest.raises(IntegrityError, match="not changed after"), transaction.atomic():
                Proposal.objects.filter(pk=made.pk).update(**change)
        for change in ({"roles": ["administrator"]}, {"is_active": False}):
            with pytest.raises(IntegrityError, match="two people"), transaction.atomic():
                Person.objects.filter(pk=house.author.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Proposal.objects.filter(pk=made.pk).update(state="accepted", decided_by=other)


def test_what_changed_meanwhile_is_not_overwritten(house, other, give_roles):
    made = propose(house, house.author, ["author", "reviewer"])
    with house.inside():
        proposals.withdraw(by=house.keeper, proposal=made)
    made = propose(house, house.author, ["author", "approver"])
    second = join(house, "sam", Role.ADMINISTRATOR)
    with house.inside():
        # The same thing by the other kind of change leaves roles alone, so it stays in force.
        gone = proposals.propose(
            by=second,
            kind="person.active",
            about_id=house.author.pk,
            after={"active": False},
            reason="Left.",
        )
        proposals.accept(by=other, proposal=gone)
        assert not Person.objects.get(pk=house.author.pk).is_active
        proposals.accept(by=other, proposal=made)
        assert Person.objects.get(pk=house.author.pk).roles == ["author", "approver"]


def test_a_stale_proposal_is_refused_and_stays_open(house, other, monkeypatch):
    made = propose(house, house.author, ["author", "reviewer"])
    kind = proposals.KINDS["person.roles"]
    changed = type(kind)(**{**_fields(kind), "now": lambda *_: {"roles": ["auditor"]}})
    monkeypatch.setitem(proposals.KINDS, "person.roles", changed)
    with house.inside(), pytest.raises(proposals.ProposalStale):
        proposals.accept(by=other, proposal=made)
    with house.inside():
        assert Proposal.objects.get(pk=made.pk).state == "open"


def _fields(kind):
    return {name: getattr(kind, name) for name in kind.__dataclass_fields__}


def test_each_thing_waits_once_needs_a_reason_and_must_change_something(house, other):
    propose(house, house.author, ["author", "reviewer"])
    with pytest.raises(proposals.AlreadyProposed):
        propose(house, house.author, ["author", "approver"])
    with pytest.raises(proposals.NothingChanges):
        propose(house, house.reviewer, ["reviewer"])
    with pytest.raises(BadInput, match="pirate"):
        propose(house, house.reviewer, ["pirate"])
    with pytest.raises(NotAllowed):
        propose(house, house.reviewer, ["author"], by=house.author)
    with house.inside(), pytest.raises(BadInput, match="reason"):
        proposals.propose(
            by=house.keeper,
            kind="person.roles",
            about_id=house.reviewer.pk,
            after={"roles": ["author"]},
            reason=" ",
        )


def test_where_there_is_no_second_person_that_is_said(house):
    with pytest.raises(proposals.NoSecondPerson, match="administrator, operator"):
        propose(house, house.author, ["author", "reviewer"])


def test_the_last_administrator_stays(house, other):
    made = propose(house, house.keeper, ["rule_keeper"], by=join(house, "sam", Role.ADMINISTRATOR))
    with house.inside():
        proposals.accept(by=other, proposal=made)
    with house.inside():
        sam = Person.objects.get(email="sam@lantern.test")
        helper = accounts.join(
            email="h@lantern.test", name="H", password=PASSWORD, roles=[Role.ADMINISTRATOR]
        )
    gone = propose(house, helper, ["author"], by=sam)
    with house.inside():
        proposals.accept(by=other, proposal=gone)
    last = propose(house, sam, ["author"], by=sam)
    with house.inside(), pytest.raises(proposing.LastAdministrator):
        proposals.accept(by=other, proposal=last)
    assert roles(house, sam) == ["administrator"]


def test_who_is_deactivated_is_out_at_once(house, other, client):
    client.post("/login", {"email": house.author.email, "password": PASSWORD})
    assert client.get("/notes").status_code == 200
    made = propose(house, house.author, [], kind="person.active", after={"active": False})
    with house.inside():
        proposals.accept(by=other, proposal=made)
    assert client.get("/notes").status_code == 401
    answer = client.post("/login", {"email": house.author.email, "password": PASSWORD})
    assert answer.status_code == 403


def test_a_rejection_has_a_reason_and_a_withdrawal_its_own_proposer(house, other):
    made = propose(house, house.author, ["author", "reviewer"])
    with house.inside():
        with pytest.raises(Refused):
            proposals.withdraw(by=other, proposal=made)
        with pytest.raises(BadInput):
            proposals.reject(by=other, proposal=made, reason="")
        proposals.reject(by=other, proposal=made, reason="Not yet.")
        with pytest.raises(IllegalMove):
            proposals.accept(by=other, proposal=made)
        note = Note.objects.get(code="proposal_rejected")
        assert note.facts["reason"] == "Not yet."
    assert roles(house, house.author) == ["author"]


def test_what_nobody_decides_lapses(house, other):
    made = propose(house, house.author, ["author", "reviewer"])
    assert proposals.sweep() == 0
    with house.inside():
        later = Proposal(
            **{
                field.attname: getattr(made, field.attname)
                for field in Proposal._meta.concrete_fields
            }
        )
        proposals.withdraw(by=house.keeper, proposal=made)
        later.pk, later.state = new_id(), "open"
        later.until = timezone.now() - timedelta(seconds=1)
        later.save(force_insert=True)
        with pytest.raises(IllegalMove):
            proposals.accept(by=other, proposal=later)
    assert proposals.sweep() == 1
    with house.inside():
        assert Proposal.objects.get(pk=later.pk).state == "lapsed"


def test_an_invitation_to_a_role_that_decides_takes_two_once_there_are_two(house, other):
    with house.inside():
        with pytest.raises(invitations.TakesTwo, match="administrator"):
            accounts.invite(
                by=house.keeper,
                email="n@lantern.test",
                name="N",
                roles=[Role.ADMINISTRATOR],
                team=None,
            )
        made = proposals.propose(
            by=house.keeper,
            kind="invitation",
            about_id=new_id(),
            after={"email": "N@lantern.test", "name": "N", "roles": ["administrator"], "team": ""},
            reason="A second administrator.",
        )
        event = Event.objects.get(type="proposal.made")
        plain = b"".join(
            base64.urlsafe_b64decode(one.disclosure + "==") for one in event.disclosure_set.all()
        )
        assert b"n@lantern.test" not in plain.lower()
        assert not Invitation.objects.exists()
        proposals.accept(by=other, proposal=made)
        assert Invitation.objects.get().email == "n@lantern.test"


def test_of_two_who_decide_at_once_one_does(committed_db, build_house):
    house = build_house()
    people = [join(house, f"admin{number}", Role.ADMINISTRATOR) for number in range(4)]
    made = propose(house, house.author, ["author", "reviewer"])
    start, done, lost = threading.Barrier(4), [], []

    def work(person, number):
        try:
            with tenant(house.organisation.id):
                mine = Proposal.objects.select_related("proposed_by").get(pk=made.pk)
                start.wait()
                if number % 2:
                    proposals.accept(by=person, proposal=mine)
                else:
                    proposals.reject(by=person, proposal=mine, reason="No.")
            done.append(number)
        except StaleState:
            lost.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(p, n)) for n, p in enumerate(people)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(done), len(lost)) == (1, 3)
    expected = ["author", "reviewer"] if done[0] % 2 else ["author"]
    assert roles(house, house.author) == expected
