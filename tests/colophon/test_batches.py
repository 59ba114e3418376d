"""Variations and grids: one submission, a labelled place for each job, one way to stop them all."""

from __future__ import annotations

import pytest

from colophon.accounts import services as accounts
from colophon.ledger.models import Event
from colophon.rules import services as rules
from colophon.studio import batches, rerunning, running
from colophon.studio.models import Artifact, Batch, Job, PromptVersion
from colophon.studio.ordering import Order
from generation.engine import EngineRefused
from kernel.errors import BadInput

SMALL = {"width": 128, "height": 96}


def order(house, text="a lighthouse at dawn", **more):
    more = {"engine": "house_scene", "parameters": SMALL, "seed": 5} | more
    return Order(project=house.project, text=text, **more)


def axis(field, *values):
    return batches.Axis(field=field, values=values)


def test_a_grid_has_a_job_for_every_pair_in_its_place(house):
    with house.inside():
        batch, jobs = batches.submit(
            by=house.author,
            order=order(house),
            rows=axis("detail", 0, 50, 100),
            columns=axis("seed", 7, 8),
        )
        assert [(job.place, job.parameters["detail"], job.seed) for job in jobs] == [
            (0, 0, 7), (1, 0, 8), (2, 50, 7), (3, 50, 8), (4, 100, 7), (5, 100, 8),
        ]  # fmt: skip
        assert batch.rows == {"field": "detail", "values": [0, 50, 100]}
        assert PromptVersion.objects.count() == 1, "one wording is one version"
        assert Event.objects.filter(subject_id=batch.id, type="batch.submitted").count() == 1


def test_words_are_exchanged_and_a_wording_that_is_stopped_does_not_stop_the_others(house):
    with house.inside():
        rules.ban(by=house.keeper, bank="house", version="1", word="moonberry cola")
        _, jobs = batches.submit(
            by=house.author,
            order=order(house, "a harbour at dawn"),
            columns=axis("words", "dawn", "noon", "Moonberry Cola"),
        )
        assert [job.state for job in jobs] == ["queued", "queued", "refused"]
        texts = [job.prompt_version.text for job in jobs]
        assert texts[:2] == ["a harbour at dawn", "a harbour at noon"]
        assert len({job.prompt_version.prompt_id for job in jobs}) == 1
        assert [job.prompt_version.number for job in jobs] == [1, 2, 3]


@pytest.mark.parametrize(
    ("rows", "columns", "says"),
    [
        (axis("seed", *range(7)), axis("detail", *range(6)), "at most 36"),
        (axis("words", "noon", "dusk"), None, "does not stand in the prompt"),
        (axis("seed", 1, 2), axis("seed", 3), "choose another"),
        (axis("seed"), None, "no values"),
    ],
)
def test_a_grid_nobody_can_make_is_refused_by_name_and_nothing_is_stored(
    house, rows, columns, says
):
    with house.inside():
        with pytest.raises(BadInput, match=says):
            batches.submit(by=house.author, order=order(house), rows=rows, columns=columns)
        assert not Batch.objects.exists()
        assert not Job.objects.exists()


def test_a_value_the_engine_does_not_take_is_named_before_anything_is_queued(house):
    with house.inside():
        with pytest.raises(EngineRefused, match="detail is 101") as caught:
            batches.submit(by=house.author, order=order(house), rows=axis("detail", 0, 101))
        assert caught.value.facts["field"] == "detail"
        assert not Job.objects.exists()


def test_cancelling_a_batch_stops_what_waits_asks_what_runs_and_leaves_what_is_done(house):
    with house.inside():
        batch, jobs = batches.submit(
            by=house.author, order=order(house), columns=axis("seed", 1, 2, 3)
        )
    assert running.run(house.organisation.id, jobs[0].id) == "done"
    with house.inside():
        assert batches.cancel(by=house.author, batch=batch) == 2
        states = list(batch.jobs.order_by("place").values_list("state", flat=True))
    assert states == ["done", "cancelled", "cancelled"]


def test_variations_count_the_seed_up():
    held = Order(project=None, text="x", engine="house_scene", seed=40)
    assert batches.variations(held, 3).values == (40, 41, 42)
    with pytest.raises(BadInput, match="1 to 36"):
        batches.variations(held, 37)


def test_a_run_repeated_from_its_record_gives_the_same_bytes_and_says_so(house):
    first = house.make(seed=11)
    house.submit("a later wording of another prompt")
    with house.inside():
        first = Artifact.objects.select_related("job__prompt_version", "job__project").get(
            pk=first.pk
        )
        job = rerunning.rerun(by=house.author, artifact=first)
        assert job.prompt_version_id == first.job.prompt_version_id
    assert running.run(house.organisation.id, job.id) == "done"
    with house.inside():
        again = Artifact.objects.get(job=job)
        assert again.sha256 == first.sha256
        assert again.id != first.id
        assert rerunning.outcome(first, again).matched


def test_a_repeated_run_that_differs_says_why(house):
    first, other = house.make(seed=1), house.make(seed=2)
    assert rerunning.outcome(first, other).says == rerunning.UNEXPLAINED
    other.record = {**other.record, "libraries": {"numpy": "1.0"}}
    said = rerunning.outcome(first, other)
    assert said.says == rerunning.OTHER_LIBRARY
    assert said.facts["library"] == "numpy"
    other.engine_version = "9.9"
    assert rerunning.outcome(first, other).says == rerunning.OTHER_VERSION


def test_a_work_that_was_brought_in_has_no_run_to_repeat(house):
    made = house.make()
    made.job = None
    with house.inside(), pytest.raises(rerunning.NoRecord):
        rerunning.rerun(by=house.author, artifact=made)


def test_programs_ask_for_the_cost_then_for_the_grid_then_stop_it(client, house):
    with house.inside():
        secret = accounts.issue_token(person=house.author, label="grid")
    head = {"authorization": f"Bearer {secret}"}
    said = {
        "project": str(house.project.id),
        "engine": "house_scene",
        "prompt": "a lighthouse",
        "parameters": SMALL,
        "rows": {"field": "detail", "values": [0, 100]},
        "variations": 2,
    }

    def post(path, body=None):
        return client.post(
            f"/api/v1{path}", body or {}, headers=head, content_type="application/json"
        )

    told = post("/estimates", said).json()
    assert (told["jobs"], told["refusal"], told["median_ms"]) == (4, None, None)
    with house.inside():
        assert not Job.objects.exists()
    made = post("/batches", said)
    assert made.status_code == 201
    assert [job["place"] for job in made.json()["jobs"]] == [0, 1, 2, 3]
    path = f"/batches/{made.json()['id']}"
    post(f"{path}/cancel")
    states = {job["state"] for job in client.get(f"/api/v1{path}", headers=head).json()["jobs"]}
    assert states == {"cancelled"}
    bad = post("/batches", said | {"rows": {"field": "loudness", "values": [1]}})
    assert bad.status_code == 422
    assert "loudness" in bad.json()["title"]
