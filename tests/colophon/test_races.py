"""Two people at once, hundreds of times: one outcome each, and the other is told in a sentence."""

import threading
from dataclasses import replace

import pytest
from django.db import connection

from colophon.accounts import services as accounts
from colophon.accounts.models import Team
from colophon.accounts.roles import Role
from colophon.ledger.models import Move
from colophon.ledger.tenancy import tenant
from colophon.releases import appealing, errors, services, settling
from colophon.releases.models import Appeal, Clearance, Decision, Release, Verdict
from colophon.studio.models import Artifact, Assessment, Finding
from kernel.errors import Refused
from kernel.ids import new_id

RACES = 100
OTHERS = 30
"""Races of each further kind; together with the first more than two hundred."""


def works(house, first, many):
    """Give the first work's bytes and findings to ``many`` others: judging them is not the point."""
    held = list(Finding.objects.filter(assessment=first.assessment).values())
    for number in range(many):
        copy = Artifact.objects.create(
            project=house.project,
            author=house.author,
            title=f"Work {number}",
            sha256=first.sha256,
            size=first.size,
            media_type=first.media_type,
            medium=first.medium,
            origin=first.origin,
        )
        assessment = Assessment.objects.create(artifact=copy, findings_sha256="0" * 64)
        Finding.objects.bulk_create(
            Finding(**{**row, "id": new_id(), "assessment_id": assessment.id}) for row in held
        )
        yield copy


def requests(house, many, destinations):
    first = house.make()
    with house.inside():
        return [
            services.request(by=house.author, artifact=copy, destinations=destinations).id
            for copy in works(house, first, many)
        ]


def found(release_id):
    return Release.objects.select_related("artifact__assessment", "artifact__tenant", "author").get(
        pk=release_id
    )


def review(person, verdict):
    """Return an act: claim a case and decide it."""

    def act(release_id):
        release = found(release_id)
        services.claim(by=person, release=release)
        return services.decide(
            by=person,
            release=release,
            opinion=services.Opinion(
                verdict=verdict,
                artifact_sha256=release.artifact_sha256,
                clause="house.visible-label",
                reason="A race.",
            ),
        )

    return act


def race(house, ids, *acts):
    """Let ``acts`` run at once on each id; return id -> what each came to: won, or a code.

    Each act keeps its thread and its connection: who decides all day does not log in for each case.
    """
    outcomes = {one: [] for one in ids}
    start = threading.Barrier(len(acts), timeout=60)

    def run(act):
        try:
            for row_id in ids:
                start.wait()
                outcomes[row_id].append(outcome(act, row_id))
        finally:
            connection.close()

    def outcome(act, row_id):
        try:
            with tenant(house.organisation.id):
                act(row_id)
            return "won"
        except Refused as error:
            return error.code if str(error) else "silent"
        except Exception as error:  # noqa: BLE001  anything else is what the test is for
            return repr(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return outcomes


def one_each(outcomes, told):
    for row_id, both in outcomes.items():
        assert both.count("won") == 1, (row_id, both)
        assert set(both) - {"won"} <= told, (row_id, both)


@pytest.mark.slow
def test_of_two_reviewers_who_decide_at_once_one_wins_and_the_other_is_told(
    committed_db, build_house
):
    house = build_house("Races")
    releases = requests(house, RACES, ["US-CA"])
    outcomes = race(
        house,
        releases,
        review(house.reviewer, Verdict.REFUSE),
        review(house.approver, Verdict.RETURN),
    )
    told = {errors.ClaimedByOther.code, errors.NothingToDecide.code, "stale_state", "not_claimed"}
    one_each(outcomes, told)
    with house.inside():
        assert Decision.objects.count() == RACES
        ended = Move.objects.filter(kind="release", held="in_review")
        assert ended.count() == RACES


@pytest.mark.slow
def test_of_two_approvers_one_confirms_and_an_author_who_takes_it_back_is_in_time_or_told(
    committed_db, build_house
):
    house = build_house("Seconds")
    releases = requests(house, 2 * OTHERS, ["EU", "CN"])
    with house.inside():
        other = accounts.join(
            email="other@seconds.test",
            name="Other",
            password="a long enough phrase",  # noqa: S106
            roles=[Role.APPROVER],
            team=Team.objects.get(),
        )
        for one in releases:
            review(house.reviewer, Verdict.APPROVE)(one)
    told = {"claimed_by_other", "wrong_verdict", "nothing_to_decide"} | {
        "stale_state",
        "not_claimed",
    }
    both = race(
        house,
        releases[:OTHERS],
        review(house.approver, Verdict.CONFIRM),
        review(other, Verdict.SEND_BACK),
    )
    # Who sends back first leaves a case in first review, where "confirm" is no verdict.
    one_each(both, told)

    def take_back(release_id):
        services.withdraw_request(by=house.author, release=found(release_id))

    rest = releases[OTHERS:]
    both = race(house, rest, review(house.approver, Verdict.CONFIRM), take_back)
    one_each(both, told | {"illegal_move"})
    with house.inside():
        cleared = set(Clearance.objects.values_list("release_id", flat=True))
        for one in Release.objects.filter(pk__in=rest):
            assert one.state == ("cleared" if one.id in cleared else "withdrawn_by_author")


@pytest.mark.slow
def test_of_two_who_hear_an_appeal_one_answers_and_the_other_is_told(committed_db, build_house):
    house = build_house("Hearings")
    releases = requests(house, OTHERS, ["US-CA"])
    with house.inside():
        other = accounts.join(
            email="other@hearings.test",
            name="Other",
            password="a long enough phrase",  # noqa: S106
            roles=[Role.ESCALATION_REVIEWER],
            team=Team.objects.get(),
        )
        appeals = []
        for one in releases:
            review(house.reviewer, Verdict.REFUSE)(one)
            filed = appealing.file(by=house.author, release=found(one), words="It is mine.")
            appeals.append(filed.id)

    def hear(person, overturn):
        return lambda appeal_id: appealing.hear(
            by=person, appeal_id=appeal_id, overturn=overturn, answer="Heard."
        )

    outcomes = race(house, appeals, hear(house.approver, True), hear(other, False))
    one_each(outcomes, {"appeal_settled"})
    with house.inside():
        states = list(Release.objects.values_list("state", flat=True))
        granted = Appeal.objects.filter(state="overturned").count()
        assert states.count("in_review") == granted
        assert states.count("refused") == OTHERS - granted


@pytest.mark.slow
def test_a_decision_is_undone_or_takes_effect_and_never_both(
    committed_db, build_house, settings, monkeypatch
):
    house = build_house("Grace")
    settings.COLOPHON = replace(settings.COLOPHON, grace_seconds=3600)
    monkeypatch.setattr(settling, "_is_due", lambda decision: True)
    releases = requests(house, OTHERS, ["US-CA"])
    with house.inside():
        decisions = [review(house.reviewer, Verdict.APPROVE)(one).id for one in releases]

    def undo(decision_id):
        settling.undo(by=house.reviewer, decision_id=decision_id)

    effects = {one: [] for one in decisions}

    def settle(decision_id):
        effects[decision_id].append(settling.settle(decision_id))

    outcomes = race(house, decisions, undo, settle, settle)
    with house.inside():
        states = dict(Decision.objects.values_list("pk", "state"))
        assert Clearance.objects.count() == list(states.values()).count("effective")
        assert Move.objects.filter(kind="decision").count() == len(decisions)
    for one, three in outcomes.items():
        told = "won" if states[one] == "undone" else "too_late"
        assert sorted(three) == sorted([told, "won", "won"]), (states[one], three)
        assert set(effects[one]) == {states[one]}, "both workers say the same"
