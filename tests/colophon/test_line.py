"""The line of cases: who gets which, in what order, and that a claim is one act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from colophon.accounts import services as accounts
from colophon.accounts.roles import Role
from colophon.ledger.models import Event
from colophon.releases import claiming, errors, line, placing, queues, routing, services
from colophon.releases.models import Case, Claim, Queue, Release, Skip, Verdict
from colophon.studio.errors import NotFound
from kernel.errors import BadInput

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


@pytest.fixture
def ask(house):
    def asked(text="a lighthouse at dawn", **more):
        work = house.make(text, **more)
        with house.inside():
            return services.request(by=house.author, artifact=work, destinations=["EU", "CN"])

    return asked


def escalation_reviewer(house):
    return accounts.join(
        email="senior@lantern.test",
        name="Senior",
        password=PASSWORD,
        roles=[Role.ESCALATION_REVIEWER, Role.REVIEWER],
    )


def decide(house, release, verdict, person=None, **more):
    person = person or house.reviewer
    services.claim(by=person, release=release)
    services.decide(
        by=person,
        release=release,
        opinion=services.Opinion(verdict=verdict, artifact_sha256=release.artifact_sha256, **more),
    )


def age(release, hours):
    Case.objects.filter(release=release).update(
        rank_at=Case.objects.get(release=release).rank_at - timedelta(hours=hours),
        due_at=Case.objects.get(release=release).due_at - timedelta(hours=hours),
    )


def test_a_case_comes_with_review_and_goes_with_it(house, ask):
    release = ask()
    with house.inside():
        case = Case.objects.get()
        assert case.release_id == release.pk
        assert (case.state, case.medium, case.destinations) == ("in_review", "image", ["CN", "EU"])
        assert case.queue.is_default
        assert case.due_at - case.since == timedelta(hours=(72, 24, 4)[case.risk])
        decide(house, release, Verdict.APPROVE)
        assert Case.objects.get().state == "second_review"
        decide(
            house, release, Verdict.REFUSE, house.approver, clause="house.visible-label", reason="x"
        )
        assert not Case.objects.exists()


def test_the_first_in_line_is_claimed_in_one_act(house, ask):
    first, second = ask(), ask("a castle by night")
    with house.inside():
        age(second, 30)
        taken = claiming.claim_next(by=house.reviewer)
        assert taken.release_id == second.pk, "it is due first"
        assert Case.objects.get(release=second).held_by_id == house.reviewer.pk
        other = claiming.claim_next(by=house.approver)
        assert other.release_id == first.pk
        again = claiming.claim_next(by=house.reviewer)
        assert again.pk == taken.pk, "one's own hold is renewed, not a second case taken"
        assert Claim.objects.count() == 2
        assert Event.objects.filter(type="review.claimed").count() == 2


def test_nobody_is_given_their_own_work_or_their_own_approval(house, ask, give_roles):
    release = ask()
    give_roles(house, house.author, Role.AUTHOR, Role.REVIEWER)
    with house.inside():
        assert claiming.claim_next(by=house.author) is None
        decide(house, release, Verdict.APPROVE, house.approver)
        assert claiming.claim_next(by=house.approver) is None
        assert claiming.claim_next(by=house.reviewer) is None, "it takes an approver"
        assert line.near(house.approver) == []


def test_a_hold_that_ran_out_is_recorded_and_the_case_given_to_another(house, ask):
    release = ask()
    with house.inside():
        claiming.claim_next(by=house.reviewer)
        assert claiming.claim_next(by=house.approver) is None
        gone = Claim.objects.get().until - timedelta(minutes=5)
        Claim.objects.update(until=gone)
        assert claiming.claim_next(by=house.approver).release_id == release.pk
        assert Event.objects.filter(type="review.lapsed").count() == 1
        assert Case.objects.get().held_by_id == house.approver.pk


def test_a_page_that_closes_gives_its_case_back_at_once(house, ask):
    ask()
    with house.inside():
        taken = claiming.claim_next(by=house.reviewer)
        with pytest.raises(NotFound):
            claiming.leave(by=house.approver, claim_id=taken.pk)
        assert claiming.leave(by=house.reviewer, claim_id=taken.pk)
        assert not claiming.leave(by=house.reviewer, claim_id=taken.pk), "it ended already"
        assert Case.objects.get().held_by_id is None
        assert Event.objects.filter(type="review.left").count() == 1


def test_a_skipped_case_is_not_given_to_its_skipper_again_but_to_others(house, ask):
    release = ask()
    with house.inside():
        claiming.claim_next(by=house.reviewer)
        services.let_go(by=house.reviewer, release=release, kind="language")
        assert claiming.claim_next(by=house.reviewer) is None
        assert claiming.claim_next(by=house.approver).release_id == release.pk
        skip = Skip.objects.get()
        assert (skip.person_id, skip.kind, skip.reason) == (house.reviewer.pk, "language", "")
        services.claim(by=house.approver, release=release)


def test_skipping_takes_a_reason_of_the_list_or_ones_own(house, ask):
    release = ask()
    with house.inside():
        claiming.claim_next(by=house.reviewer)
        with pytest.raises(errors.SkipReasonMissing, match="own words"), transaction.atomic():
            services.let_go(by=house.reviewer, release=release, kind="other", reason="  ")
        with pytest.raises(BadInput, match="kind"):
            services.let_go(by=house.reviewer, release=release, kind="bored")


def test_rules_send_cases_and_the_preview_foretells_how_many_move(house, ask):
    release = ask()
    with house.inside():
        pictures, _ = queues.keep_queue(
            by=house.keeper,
            plan=queues.Plan(name_en="Pictures", name_zh="图片", hours_low=2, hours_medium=2),
        )
        rule = routing.Rule(queue=pictures.pk, medium="image", destination="CN", ahead_hours=1)
        other = routing.Rule(queue=pictures.pk, medium="text")
        before = routing.rules()
        assert routing.preview(by=house.keeper, arranged=[other]) == 0
        assert routing.preview(by=house.keeper, arranged=[other, rule]) == 1
        assert Case.objects.get().queue.is_default, "a preview changes nothing"
        assert routing.rules() == []
        moved = routing.arrange(by=house.keeper, arranged=[other, rule], seen=routing.mark(before))
        case = Case.objects.get()
        assert (moved, case.queue_id) == (1, pictures.pk)
        assert case.due_at - case.rank_at == timedelta(hours=1)
        assert case.due_at - case.since == timedelta(hours=(2, 2, 4)[case.risk])
        assert routing.rules() == [other, rule]
        with pytest.raises(errors.RulesMovedOn), transaction.atomic():
            routing.arrange(by=house.keeper, arranged=[], seen=routing.mark(before))
        assert queues.close_queue(by=house.keeper, queue_id=pictures.pk) == 1
        assert Case.objects.get().queue.is_default
        assert routing.rules() == [], "rules into a closed queue are gone with it"
        assert Event.objects.filter(type="routing.changed").count() == 1
        assert Event.objects.filter(type="queue.changed").count() == 2
        assert release.state == "in_review"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"medium": "smell"}, "medium"), ({"risk": "4"}, "risk"), ({"ahead_hours": 9999}, "ahead")],
)
def test_a_rule_that_makes_no_sense_is_refused_by_its_field(house, wrong, field):
    with house.inside():
        held = queues.default_queue()
        with pytest.raises(BadInput, match=field):
            routing.preview(by=house.keeper, arranged=[routing.Rule(queue=held.pk, **wrong)])


def test_a_queue_is_worked_by_those_it_is_kept_for(house, ask):
    ask()
    with house.inside():
        held = queues.default_queue()
        plan = queues.Plan(name_en="Cases", name_zh="案件", people=[house.approver.pk])
        queues.keep_queue(by=house.keeper, plan=plan, queue_id=held.pk)
        assert claiming.claim_next(by=house.reviewer) is None
        assert claiming.claim_next(by=house.approver) is not None


def test_the_default_queue_stays(house, as_role):
    with house.inside():
        held = queues.default_queue()
        assert queues.default_queue().pk == held.pk
        with pytest.raises(errors.DefaultQueue):
            queues.close_queue(by=house.keeper, queue_id=held.pk)
        for column in ("is_default = false", "closed = true"):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"update releases_queue set {column}")  # noqa: S608


def test_a_case_put_elsewhere_stays_there_whatever_the_rules_say(house, ask):
    release = ask()
    with house.inside():
        odd, _ = queues.keep_queue(
            by=house.keeper, plan=queues.Plan(name_en="Odd", name_zh="特殊", hours_low=1)
        )
        with pytest.raises(errors.ReasonForMove, match="has 0"), transaction.atomic():
            placing.put(by=house.reviewer, release=release, queue_id=odd.pk, reason=" ")
        placing.put(by=house.reviewer, release=release, queue_id=odd.pk, reason="A map.")
        assert queues.reroute() == 0
        assert Case.objects.get().queue_id == odd.pk
        assert Event.objects.filter(type="review.moved").count() == 1


def test_an_escalated_case_is_brought_back_by_who_may(house, ask):
    release = ask()
    with house.inside():
        senior = escalation_reviewer(house)
        decide(house, release, Verdict.ESCALATE)
        assert Case.objects.get().state == "escalated"
        assert claiming.claim_next(by=house.approver) is None
        with pytest.raises(Exception, match="bring_back"), transaction.atomic():
            placing.bring_back(by=house.approver, release=release, reason="Clear now.")
        placing.bring_back(by=senior, release=release, reason="Clear now.")
        assert Release.objects.get(pk=release.pk).state == "in_review"
        assert claiming.claim_next(by=house.approver).release_id == release.pk
        with pytest.raises(errors.NotWaiting), transaction.atomic():
            placing.bring_back(by=senior, release=release, reason="Again.")


def test_a_held_case_comes_back_when_its_time_is_over(house, ask):
    release = ask()
    with house.inside():
        decide(house, release, Verdict.HOLD)
        case = Case.objects.get()
        assert case.back_at - case.since == timedelta(hours=72)
        assert placing.bring_back_due() == 0
        Case.objects.update(back_at=case.since - timedelta(days=4))
        assert placing.bring_back_due() == 1
        assert Case.objects.get().state == "in_review"


def test_withdrawing_takes_the_case_and_its_claim_away(house, ask):
    release = ask()
    with house.inside():
        claiming.claim_next(by=house.reviewer)
        services.withdraw_request(by=house.author, release=release)
        assert not Case.objects.exists()
        assert not Claim.objects.filter(ended_at=None).exists()
        assert not Queue.objects.filter(is_default=False).exists()
