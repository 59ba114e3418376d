"""Many reviewers ask for the next case at once: each gets another, nobody waits, nothing is doubled."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from colophon.accounts import services as accounts
from colophon.accounts.roles import Role
from colophon.ledger.models import Event
from colophon.ledger.tenancy import tenant
from colophon.releases import claiming, services
from colophon.releases.models import Case, Claim
from kernel.errors import Refused
from tests.colophon.test_races import works

PEOPLE, ROUNDS = 12, 6


@pytest.mark.slow
def test_of_many_who_ask_at_once_each_gets_another_case(committed_db, build_house):
    house = build_house("Rush")
    first = house.make()
    with house.inside():
        for copy in works(house, first, PEOPLE * ROUNDS):
            services.request(by=house.author, artifact=copy, destinations=["US-CA"])
        people = [
            accounts.join(
                email=f"r{number}@rush.test",
                name=f"R {number}",
                password="a long enough phrase",  # noqa: S106
                roles=[Role.REVIEWER],
            )
            for number in range(PEOPLE)
        ]
    given: list[object] = []
    trouble: list[object] = []

    def take(person, start):
        try:
            for _ in range(ROUNDS):
                start.wait()
                with tenant(house.organisation.id):
                    found = claiming.claim_next(by=person)
                given.append(found and found.release_id)
                with tenant(house.organisation.id):
                    # Done with it: the hold ends and the case leaves the line.
                    claiming.leave(by=person, claim_id=found.pk)
                    Case.objects.filter(release=found.release_id).delete()
        except Exception as error:  # noqa: BLE001  shown by the assertion below
            trouble.append(error)
            start.abort()
        finally:
            connection.close()

    start = threading.Barrier(PEOPLE)
    crowd = [threading.Thread(target=take, args=(one, start)) for one in people]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert not trouble
    assert None not in given, "nobody went away empty while cases waited"
    assert len(set(given)) == PEOPLE * ROUNDS
    with house.inside():
        assert Claim.objects.count() == PEOPLE * ROUNDS
        assert Event.objects.filter(type="review.claimed").count() == PEOPLE * ROUNDS


@pytest.mark.slow
def test_a_case_opened_and_the_same_case_taken_as_next_go_to_one(committed_db, build_house):
    house = build_house("Door")
    first = house.make()
    rounds = 20
    with house.inside():
        asked = [
            services.request(by=house.author, artifact=copy, destinations=["US-CA"])
            for copy in works(house, first, rounds)
        ]
    rounds_seen: list[list[tuple[object, str]]] = []

    def act(release, start, outcomes, *, opens):
        person = house.reviewer if opens else house.approver
        start.wait()
        try:
            with tenant(house.organisation.id):
                if opens:
                    release.refresh_from_db()
                    services.claim(by=person, release=release)
                    outcomes.append((release.pk, "opened"))
                else:
                    found = claiming.claim_next(by=person)
                    outcomes.append((found and found.release_id, "taken"))
        except Refused as error:
            outcomes.append((release.pk, error.code))

    pair = [(ThreadPoolExecutor(1), opens) for opens in (True, False)]
    for release in asked:
        start = threading.Barrier(2)
        outcomes: list[tuple[object, str]] = []
        for one in [who.submit(act, release, start, outcomes, opens=opens) for who, opens in pair]:
            one.result()
        rounds_seen.append(outcomes)
        with house.inside():
            Case.objects.filter(release=release).delete()
            for held in Claim.objects.filter(ended_at=None).select_related("reviewer"):
                claiming.leave(by=held.reviewer, claim_id=held.pk)
    for who, _ in pair:
        who.submit(connections.close_all).result()
        who.shutdown()
    for release, outcomes in zip(asked, rounds_seen, strict=True):
        assert len(outcomes) == 2, "no deadlock, no other error"
        got = [what for row, what in outcomes if row == release.pk and what in ("opened", "taken")]
        assert len(got) == 1, outcomes


def test_who_comes_while_the_first_of_the_line_are_being_taken_gets_the_one_after_them(
    committed_db, build_house
):
    house = build_house("Queue")
    first = house.make()
    with house.inside():
        for copy in works(house, first, 10):
            services.request(by=house.author, artifact=copy, destinations=["US-CA"])
        in_line = list(Case.objects.order_by("rank_at", "release_id").values_list("pk", flat=True))
    held, done = threading.Event(), threading.Event()

    def hold():
        with tenant(house.organisation.id):
            list(Case.objects.select_for_update(no_key=True).filter(pk__in=in_line[:9]))
            held.set()
            done.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(20)
    with house.inside():
        found = claiming.claim_next(by=house.reviewer)
    done.set()
    other.join()
    assert found.release_id == in_line[9]
