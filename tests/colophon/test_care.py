"""Care: the veil as a person wishes it, budgets, breaks, rotation, and figures that stay theirs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from colophon.ledger.models import Event
from colophon.releases import caring, claiming, line_errors, services
from colophon.releases.caring import Look, break_until
from colophon.releases.models import Case, Claim
from kernel.errors import BadInput
from kernel.ids import new_id
from tests.colophon.test_races import works

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATER = datetime(2031, 1, 1, tzinfo=UTC)
RULE = {
    "blur": True, "grey": True, "mute": True, "small": False, "veil_from": "strong",
    "items_day": 60, "items_week": 200, "minutes_day": 120, "break_after": 15,
    "break_minutes": 10, "rotate_after": 5, "personal_figures": True,
}  # fmt: skip


def looks(*minutes, each=1):
    """Looks that began so many minutes before noon, the newest first."""
    return [
        Look(new_id(), NOON - timedelta(minutes=one), NOON - timedelta(minutes=one - each))
        for one in minutes
    ]


@pytest.mark.parametrize(
    ("began", "due"),
    [
        ((2, 4, 6), True),
        ((2, 4), False),
        ((2, 4, 20), False),
        ((12, 14, 16), False),
        ((), False),
    ],
    ids=["three in a run", "only two", "a pause between", "the break is over", "nothing"],
)
def test_a_break_is_due_after_a_run_without_a_pause(began, due):
    found = break_until(looks(*began), after=3, minutes=10, now=NOON)
    assert (found is not None) == due
    if found:
        assert found == NOON - timedelta(minutes=1) + timedelta(minutes=10)


def test_the_same_case_looked_at_twice_is_one():
    twice = looks(2, 4, 6)
    same = [Look(twice[0].release_id, one.began, one.ended) for one in twice]
    assert break_until(same, after=2, minutes=10, now=NOON) is None
    assert break_until(twice, after=0, minutes=10, now=NOON) is None, "0 sets no bound"


@pytest.fixture
def crowd(house):
    first = house.make()
    with house.inside():
        return [
            services.request(by=house.author, artifact=one, destinations=["EU"])
            for one in works(house, first, 6)
        ]


def harden(*releases):
    Case.objects.filter(release__in=releases).update(severity=3, risk=2)


def seen(person, release, *, minutes=5):
    """A claim of the past."""
    held = services.claim(by=person, release=release)
    with connection.cursor() as cursor:
        cursor.execute(
            "update releases_claim set at = at - %s * interval '1 minute', ended_at = now()"
            " - (%s - 1) * interval '1 minute' where id = %s",
            [minutes, minutes, held.pk],
        )


def test_what_somebody_was_exposed_to_is_kept_with_the_claim(house, crowd):
    with house.inside():
        harden(crowd[0])
        services.claim(by=house.reviewer, release=crowd[0])
        Case.objects.filter(release=crowd[0]).delete()
        assert Claim.objects.get().severity == 3
        exposure = caring.exposure_of(house.reviewer, caring.care_of(house.reviewer))
        assert (exposure.items_day, exposure.items_week) == (1, 1)
        other = caring.exposure_of(house.approver, caring.care_of(house.approver))
        assert other.items_day == 0


def test_a_spent_budget_gives_milder_cases_and_refuses_strong_ones(house, crowd):
    with house.inside():
        caring.rule(by=house.keeper, wanted=RULE | {"items_day": 1, "break_after": 0})
        harden(*crowd[:5])
        seen(house.reviewer, crowd[0])
        taken = claiming.claim_next(by=house.reviewer)
        assert taken.release_id == crowd[5].pk, "the one that is not strong"
        with (
            pytest.raises(line_errors.BudgetSpent, match="as much hard material"),
            transaction.atomic(),
        ):
            services.claim(by=house.reviewer, release=crowd[1])
        services.claim(by=house.approver, release=crowd[1])


def test_ones_own_bound_is_only_ever_lower(house):
    with house.inside():
        caring.rule(by=house.keeper, wanted=RULE | {"items_day": 10})
        caring.prefer(by=house.reviewer, wishes={"items_day": 3})
        assert caring.care_of(house.reviewer).items_day == 3
        caring.prefer(by=house.reviewer, wishes={"items_day": 99})
        assert caring.care_of(house.reviewer).items_day == 10


def test_in_a_break_nothing_new_is_given_but_what_is_held_may_be_finished(house, crowd):
    with house.inside():
        caring.rule(by=house.keeper, wanted=RULE | {"break_after": 2, "break_minutes": 30})
        harden(*crowd)
        seen(house.reviewer, crowd[0], minutes=9)
        services.claim(by=house.reviewer, release=crowd[2])
        with pytest.raises(line_errors.OnBreak, match="A break of"), transaction.atomic():
            claiming.claim_next(by=house.reviewer, but=crowd[2].pk)
        with pytest.raises(line_errors.OnBreak), transaction.atomic():
            services.claim(by=house.reviewer, release=crowd[3])
        services.claim(by=house.reviewer, release=crowd[2])
        assert claiming.claim_next(by=house.approver) is not None


def test_after_many_strong_ones_another_kind_is_offered_if_any_waits(house, crowd):
    with house.inside():
        caring.rule(by=house.keeper, wanted=RULE | {"rotate_after": 2})
        harden(*crowd[:5])
        Case.objects.filter(release=crowd[5]).update(due_at=LATER, rank_at=LATER)
        seen(house.reviewer, crowd[0], minutes=9)
        seen(house.reviewer, crowd[1], minutes=5)
        assert claiming.claim_next(by=house.reviewer).release_id == crowd[5].pk
        services.withdraw_request(by=house.author, release=crowd[5])
        with connection.cursor() as cursor:
            cursor.execute("update releases_claim set severity = 3")
        assert claiming.claim_next(by=house.reviewer) is not None, "nothing else waits: it goes on"


def test_the_rule_of_the_house_is_a_recorded_change_and_checked(house):
    with house.inside():
        caring.rule(by=house.keeper, wanted=RULE | {"small": True})
        assert Event.objects.filter(type="care.changed").count() == 1
        with pytest.raises(Exception, match="keep_rules"), transaction.atomic():
            caring.rule(by=house.reviewer, wanted=RULE)
        with pytest.raises(BadInput, match="veil_from"):
            caring.rule(by=house.keeper, wanted=RULE | {"veil_from": "sometimes"})
        with pytest.raises(BadInput, match="break_minutes"):
            caring.rule(by=house.keeper, wanted=RULE | {"break_minutes": 0})


@pytest.fixture
def sign_in(client):
    def as_(person):
        client.post("/login", {"email": person.email, "password": PASSWORD})
        return client

    return as_


def test_the_case_is_veiled_as_its_reader_wishes(sign_in, house, crowd):
    client = sign_in(house.reviewer)
    place = f"/console/{crowd[0].pk}"
    assert "data-veil=" not in client.get(place).content.decode(), "nothing strong was found"
    with house.inside():
        harden(crowd[0])
    page = client.get(place).content.decode()
    assert 'data-veil="blur grey mute"' in page
    assert 'data-unveils="hold"' in page
    client.post("/console/care/mine", {"blur": "no", "small": "yes", "way": "toggle"})
    page = client.get(place).content.decode()
    assert 'data-veil="grey mute small"' in page
    assert 'data-unveils="toggle"' in page
    client.post("/console/care/mine", {"veil_from": "never"})
    assert "data-veil=" not in client.get(place).content.decode()
    assert client.post("/console/care/mine", {"way": "shake"}).status_code == 422


def test_a_decision_is_not_lost_to_a_break(sign_in, house, crowd):
    with house.inside():
        caring.rule(by=house.keeper, wanted=RULE | {"break_after": 1, "break_minutes": 30})
        harden(crowd[0])
    client = sign_in(house.reviewer)
    said = {"verdict": "refuse", "artifact_sha256": crowd[0].artifact_sha256}
    said |= {"clause": "house.visible-label", "reason": "A test."}
    answer = client.post(f"/console/{crowd[0].pk}", said)
    assert answer["Location"] == "/console"
    with house.inside():
        crowd[0].refresh_from_db()
        assert crowd[0].state == "refused"
    assert "A break of" in client.get("/console").content.decode()
    assert "A break is due." in client.get("/console/care").content.decode()
    assert client.post("/console/next")["Location"] == "/console"


def test_figures_of_single_people_can_be_switched_off(sign_in, house, crowd):
    client = sign_in(house.reviewer)
    assert "Your day" in client.get("/console").content.decode()
    assert "What you have seen" in client.get("/console/care").content.decode()
    with house.inside():
        caring.rule(by=house.keeper, wanted=RULE | {"personal_figures": False})
    assert "Your day" not in client.get("/console").content.decode()
    page = client.get("/console/care").content.decode()
    assert "What you have seen" not in page
    assert "keeps no figures of single people" in page


def test_a_lead_is_told_of_many_but_never_of_few(sign_in, house, crowd):
    with house.inside():
        harden(*crowd)
        seen(house.reviewer, crowd[0])
        assert caring.crowd().median is None
    page = sign_in(house.keeper).get("/console/care").content.decode()
    assert "too few to say more" in page
    assert "For the house" in page
    assert "For the house" not in sign_in(house.reviewer).get("/console/care").content.decode()
    assert sign_in(house.author).get("/console/care").status_code == 403
