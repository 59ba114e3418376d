"""Quotas: what is left is told, what is over is refused before queueing, and two never take one."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from colophon.accounts.access import NotAllowed
from colophon.ledger.models import Event
from colophon.ledger.tenancy import tenant
from colophon.studio import batches, estimating, quotas, services
from colophon.studio.models import Job, Timing, Usage, WorkerBeat
from colophon.studio.ordering import Order
from colophon.studio.quotas import QuotaSpent
from generation.shelf import ENGINES
from kernel.errors import BadInput

SMALL = {"width": 128, "height": 96}


def left(house):
    with house.inside():
        held = quotas.remaining(person=house.author, project=house.project)
    return {one.scope: (one.jobs, one.seconds) for one in held}


def allow(house, scope, subject=None, **most):
    with house.inside():
        return quotas.set_quota(by=house.keeper, scope=scope, subject_id=subject, **most)


def test_without_a_quota_nothing_is_limited_and_use_is_still_counted(house):
    house.submit()
    assert left(house) == dict.fromkeys(("person", "project", "team"), (None, None))
    with house.inside():
        assert set(Usage.objects.values_list("scope", "jobs")) == {
            ("person", 1), ("project", 1), ("team", 1),
        }  # fmt: skip


@pytest.mark.parametrize("scope", ["person", "project", "team"])
def test_the_last_job_is_taken_and_the_next_is_refused_with_what_is_left(house, scope):
    allow(house, scope, jobs=2)
    house.submit()
    assert left(house)[scope] == (1, None)
    with house.inside():
        order = Order(project=house.project, text="boats", engine="house_scene", parameters=SMALL)
        axis = batches.Axis(field="seed", values=(1, 2))
        with pytest.raises(QuotaSpent, match=f"{scope} does not cover this: 2 jobs asked, 1 left"):
            batches.submit(by=house.author, order=order, columns=axis)
        assert Job.objects.count() == 1
    assert left(house)[scope] == (1, None), "a refused submission counts nothing"
    house.submit("one more boat")
    with pytest.raises(QuotaSpent):
        house.submit("too many boats")


def test_ones_own_quota_comes_before_the_one_for_all(house):
    allow(house, "person", jobs=1)
    allow(house, "person", house.author.pk, jobs=3)
    assert left(house)["person"] == (3, None)
    allow(house, "person", house.author.pk, jobs=None)
    assert left(house)["person"] == (None, None)


def test_a_refused_prompt_and_a_job_cancelled_before_it_ran_cost_nothing(house):
    from colophon.rules import services as rules

    with house.inside():
        rules.ban(by=house.keeper, bank="house", version="1", word="moonberry")
    allow(house, "person", jobs=5)
    assert house.submit("a moonberry sign").state == "refused"
    assert left(house)["person"] == (5, None)
    job = house.submit()
    assert left(house)["person"] == (4, None)
    with house.inside():
        services.cancel(by=house.author, job=job)
    assert left(house)["person"] == (5, None)


def test_engine_seconds_count_when_a_run_ends_and_the_next_is_refused(house):
    allow(house, "project", seconds=1)
    house.make(parameters={"width": 256, "height": 192})
    with house.inside():
        assert Usage.objects.get(scope="project").ms == Timing.objects.get().ms
        quotas.spend(job=Job.objects.get(), ms=1000)
    assert left(house)["project"] == (None, 0)
    with pytest.raises(QuotaSpent, match="seconds asked, 0 left"):
        house.submit()


def test_a_run_expected_to_cost_more_than_is_left_is_not_queued(house):
    job = house.submit()
    card = ENGINES.get("house_scene").describe()
    with house.inside():
        engine, version, size = estimating.kind_of(card, job.parameters)
        for ms in (4000, 5000, 6000):
            Timing.objects.create(
                job=job, engine=engine, version=version, size_class=size, ms=ms, outcome="done"
            )
        said = estimating.estimate(card, [job.parameters, job.parameters])
        assert (said.runs, said.median_ms, said.p90_ms) == (3, 10_000, 11_600)
        assert (said.ahead, said.workers) == (1, 0)
        other = estimating.estimate(card, [{"width": 4096, "height": 4096}])
        assert (other.runs, other.median_ms) == (0, 0), "another size has no history yet"
    allow(house, "person", seconds=4)
    with pytest.raises(QuotaSpent, match="5 seconds asked, 4 left"):
        house.submit()


def test_a_quota_is_set_by_an_administrator_and_its_change_is_in_the_ledger(house):
    made = allow(house, "team", house.project.team_id, jobs=10)
    allow(house, "team", house.project.team_id, jobs=20, seconds=60)
    with house.inside():
        assert Event.objects.filter(subject_id=made.id, type="quota.set").count() == 2
        with pytest.raises(NotAllowed):
            quotas.set_quota(by=house.author, scope="team", jobs=1)
        with pytest.raises(BadInput, match="jobs"):
            quotas.set_quota(by=house.keeper, scope="team", jobs=-1)
        with pytest.raises(BadInput, match="person, team, project"):
            quotas.set_quota(by=house.keeper, scope="planet", jobs=1)


def test_a_worker_is_alive_while_it_says_so(house):
    estimating.beat("worker 1")
    estimating.beat("worker 1")
    with house.inside():
        assert estimating.workers_alive() == 1
    estimating.gone("worker 1")
    assert not WorkerBeat.objects.exists()


def test_of_many_who_submit_at_once_only_as_many_pass_as_are_left(committed_db, build_house):
    house = build_house()
    allow(house, "team", jobs=3)
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def submit(number: int) -> None:
        start.wait()
        try:
            with tenant(house.organisation.id):
                order = Order(project=house.project, text=f"boat {number}", engine="house_scene")
                services.submit(by=house.author, order=order)
            outcomes.append("queued")
        except QuotaSpent:
            outcomes.append("spent")
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["queued"] * 3 + ["spent"] * 5
    with house.inside():
        assert Job.objects.count() == 3
        assert Usage.objects.get(scope="team").jobs == 3
