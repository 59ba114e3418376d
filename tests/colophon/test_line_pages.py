"""The pages of the line: filters, the way on, queues and rules with their preview, load, leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest

from colophon.console import selectors
from colophon.ledger.models import Event
from colophon.releases import claiming, lapsing, queues, routing, services
from colophon.releases.models import Case, Claim, Queue, Skip
from tests.colophon.test_races import works

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def sign_in(client):
    def as_(person):
        client.post("/login", {"email": person.email, "password": PASSWORD})
        return client

    return as_


@pytest.fixture
def crowd(house):
    """Five cases, one an hour more pressing than the next."""
    first = house.make()
    with house.inside():
        asked = [
            services.request(by=house.author, artifact=one, destinations=["EU"])
            for one in works(house, first, 5)
        ]
        for hours, one in enumerate(asked):
            case = Case.objects.get(release=one)
            Case.objects.filter(pk=case.pk).update(
                due_at=case.due_at - timedelta(hours=hours),
                rank_at=case.rank_at - timedelta(hours=hours),
            )
    return asked


def test_the_line_goes_on_where_the_page_ended(sign_in, house, crowd, monkeypatch):
    monkeypatch.setattr(selectors, "PAGE", 2)
    client = sign_in(house.reviewer)
    seen, after = [], ""
    for _ in range(3):
        shown = client.get("/console", {"after": after}).context
        seen += [one.pk for one in shown["rows"]]
        after = shown["older"]
    assert seen == [one.pk for one in reversed(crowd)], "due first, none twice, none left out"
    assert after == ""
    assert client.get("/console", {"after": "nonsense~x"}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_line(
    sign_in, house, crowd, django_assert_max_num_queries
):
    client = sign_in(house.reviewer)
    with house.inside():
        for number in range(6):
            plan = queues.Plan(name_en=f"Q {number}", name_zh=f"队列 {number}")
            queues.keep_queue(by=house.keeper, plan=plan)
    for path, most in (("/console", 32), ("/console/load", 14)):
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200


def test_late_is_said_in_words(sign_in, house, crowd):
    with house.inside():
        case = Case.objects.first()
        long_ago = case.since - timedelta(hours=3, minutes=5)
        Case.objects.filter(pk=case.pk).update(due_at=long_ago, rank_at=long_ago)
    client = sign_in(house.reviewer)
    page = client.get("/console?view=late").content.decode()
    assert 'data-sla="late"' in page
    assert "3 h 05 min" in page
    assert 'data-sla="late"' in client.get("/console/load").content.decode()


def test_a_rule_is_shown_with_what_would_move_before_it_holds(sign_in, house, crowd):
    with house.inside():
        odd, _ = queues.keep_queue(by=house.keeper, plan=queues.Plan(name_en="Odd", name_zh="特殊"))
        seen = routing.mark([])
    client = sign_in(house.keeper)
    asked = {"act": "add", "medium": "image", "to": str(odd.pk), "seen": seen}
    page = client.post("/queues/rules", asked).content.decode()
    assert "5 waiting cases would move." in page
    with house.inside():
        assert routing.rules() == []
    assert client.post("/queues/rules", asked | {"confirm": "1"}).status_code == 302
    with house.inside():
        assert Case.objects.filter(queue=odd).count() == 5
    assert "Picture" in client.get("/queues").content.decode()
    late = client.post("/queues/rules", asked | {"confirm": "1"})
    assert late.status_code == 409
    assert "since you looked at them" in late.content.decode()
    wrong = client.post("/queues/rules", asked | {"medium": "smell"})
    assert wrong.status_code == 422
    assert "smell" in wrong.content.decode()


def test_a_queue_is_begun_changed_and_closed_by_who_keeps_rules(sign_in, house):
    client = sign_in(house.keeper)
    form = {"name_en": "Night", "name_zh": "夜间", "hours_high": "2", "hours_medium": "8"}
    form |= {"hours_low": "24", "hold_hours": "24", "position": "1", "roles": ["approver"]}
    form |= {"hidden_verdicts": ["hold"]}
    assert client.post("/queues/begin", form).status_code == 302
    with house.inside():
        made = Queue.objects.get(name_en="Night")
        assert made.members.get().role == "approver"
        told = Event.objects.filter(type="queue.changed")
        assert told.count() == 1
    wrong = client.post(f"/queues/{made.pk}", form | {"hours_high": "0"})
    assert wrong.status_code == 422
    assert "hours_high" in wrong.content.decode()
    assert client.post("/queues/begin", form).status_code == 409, "the name is taken"
    assert client.post(f"/queues/{made.pk}/close").status_code == 302
    assert sign_in(house.reviewer).get("/queues").status_code == 403


def test_a_queue_hides_the_decisions_it_does_not_offer(sign_in, house, crowd):
    with house.inside():
        held = queues.default_queue()
        plan = queues.Plan(name_en="All", name_zh="全部", hidden_verdicts=["hold", "escalate"])
        queues.keep_queue(by=house.keeper, plan=plan, queue_id=held.pk)
    client = sign_in(house.reviewer)
    page = client.get(f"/console/{crowd[0].pk}").content.decode()
    assert 'value="refuse"' in page
    assert 'value="hold"' not in page
    said = {"verdict": "hold", "artifact_sha256": crowd[0].artifact_sha256}
    refused = client.post(f"/console/{crowd[0].pk}", said)
    assert refused.status_code == 409
    assert "does not offer" in refused.content.decode()


def test_skipping_on_the_page_leads_to_another_case(sign_in, house, crowd):
    client = sign_in(house.reviewer)
    first = client.post("/console/next")["Location"]
    assert first == f"/console/{crowd[4].pk}"
    onward = client.post(f"{first}/skip", {"kind": "not_my_field"})["Location"]
    assert onward == f"/console/{crowd[3].pk}"
    with house.inside():
        assert Skip.objects.get().kind == "not_my_field"
        assert Claim.objects.filter(ended_at=None).get().release_id == crowd[3].pk
    again = client.post(f"{onward}/skip", {"kind": "other", "reason": ""})
    assert again.status_code == 422
    assert "own words" in again.content.decode()


def test_a_case_is_put_elsewhere_and_its_page_gives_it_back(sign_in, house, crowd):
    with house.inside():
        odd, _ = queues.keep_queue(by=house.keeper, plan=queues.Plan(name_en="Odd", name_zh="特殊"))
    client = sign_in(house.reviewer)
    place = f"/console/{crowd[0].pk}"
    refused = client.post(f"{place}/put", {"queue": str(odd.pk), "reason": ""})
    assert refused.status_code == 422
    client.post(f"{place}/put", {"queue": str(odd.pk), "reason": "A map."})
    with house.inside():
        assert Case.objects.get(release=crowd[0]).queue_id == odd.pk
        held = Claim.objects.get(ended_at=None)
    assert client.post(f"/console/claims/{held.pk}/leave").status_code == 204
    with house.inside():
        assert not Claim.objects.filter(ended_at=None).exists()


def test_the_sweeper_ends_holds_and_brings_held_cases_back(house, crowd):
    with house.inside():
        taken = claiming.claim_next(by=house.reviewer)
        Claim.objects.update(until=taken.until - timedelta(minutes=9))
        release = crowd[0]
        services.claim(by=house.approver, release=release)
        services.decide(
            by=house.approver,
            release=release,
            opinion=services.Opinion(verdict="hold", artifact_sha256=release.artifact_sha256),
        )
        case = Case.objects.get(release=release)
        Case.objects.filter(pk=case.pk).update(back_at=case.since - timedelta(days=9))
    assert lapsing.sweep() == 2
    assert lapsing.sweep() == 0
    with house.inside():
        assert Event.objects.filter(type="review.lapsed").count() == 1
        release.refresh_from_db()
        assert release.state == "in_review"
