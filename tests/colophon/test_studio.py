"""Submitting, running and assessing, in one process."""

import pytest
from django.db import DatabaseError, transaction

from colophon.accounts.access import NotAllowed
from colophon.ledger.models import Event, Move
from colophon.rules import services as rules
from colophon.store import services as store
from colophon.studio import prompts, running, services
from colophon.studio.errors import TooMuch
from colophon.studio.models import Artifact, Finding, Job, Upload
from kernel.errors import BadInput, UnknownName


def events(subject_id):
    return list(
        Event.objects.filter(subject_id=subject_id).order_by("id").values_list("type", flat=True)
    )


def test_a_prompt_becomes_an_artifact_that_every_check_has_looked_at(house):
    artifact = house.make()
    with house.inside():
        job = Job.objects.get(pk=artifact.job_id)
        assert (job.state, job.attempts) == ("done", 1)
        assert events(job.id) == ["job.submitted", "job.started", "job.finished"]
        assert events(artifact.id) == ["artifact.made", "artifact.assessed"]
        assert {m.wanted for m in Move.objects.filter(subject_id=job.id)} == {"running", "done"}
        checks = {one.check_name for one in artifact.assessment.findings.all()}
        assert {"image_overlap", "file_sanity"} <= checks
        assert "text_overlap" in artifact.assessment.not_asked


def test_a_banned_term_is_refused_with_clause_and_span_and_no_engine_runs(house):
    with house.inside():
        rules.ban(by=house.keeper, bank="house.wordbank", version="1.0", word="moonberry cola")
    text = "a harbour with a Moonberry Cola sign"
    job = house.submit(text)
    with house.inside():
        assert job.state == "refused"
        assert job.refusal["clause"] == "house.word-bank"
        start, end = job.refusal["spans"][0]
        assert text[start:end] == "Moonberry Cola"
        assert job.refusal["suggestions"][0]["tried"], "what we suggest was put to the same checks"
        assert "Moonberry" not in job.refusal["suggestions"][0]["prompt"]
        assert events(job.id) == ["job.submitted", "job.refused"]
    assert running.run(house.organisation.id, job.id) == "not ours"
    with house.inside():
        assert not Artifact.objects.exists()


def test_an_input_without_rights_is_refused_before_any_engine(house):
    with house.inside():
        stored = store.put([b"not ours to use"])
        upload = Upload.objects.create(
            sha256=stored.sha256,
            size=stored.size,
            media_type="image/png",
            name="x",
            by=house.author,
        )
    job = house.submit(inputs=[(upload, "reference")])
    assert job.state == "refused"
    assert job.refusal["clause"] == "house.input-rights"


def test_what_we_suggest_instead_of_a_banned_wording_really_passes(house):
    with house.inside():
        rules.ban(by=house.keeper, bank="house.wordbank", version="1.0", word="moonberry cola")
    refused = house.submit("a harbour with a Moonberry Cola sign at night")
    again = house.submit(refused.refusal["suggestions"][0]["prompt"])
    assert again.state == "queued"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", BadInput),
        ("   ", BadInput),
        ("a\x00b", BadInput),
        ("half \ud800", BadInput),
        ("x" * 10_000_000, TooMuch),
    ],
)
def test_a_prompt_nobody_can_use_is_refused_and_nothing_is_stored(house, text, error):
    with pytest.raises(error):
        house.submit(text)
    with house.inside():
        assert not Job.objects.exists()


def test_an_unknown_engine_names_those_we_have(house):
    with pytest.raises(UnknownName, match="house_scene"):
        house.submit(engine="oracle")


def test_a_reviewer_may_not_submit(house):
    with house.inside(), pytest.raises(NotAllowed):
        services.submit(
            by=house.reviewer,
            order=services.Order(project=house.project, text="x", engine="house_scene"),
        )


def test_running_a_job_twice_makes_one_artifact(house):
    job = house.submit()
    assert running.run(house.organisation.id, job.id) == "done"
    assert running.run(house.organisation.id, job.id) == "not ours"
    with house.inside():
        assert Artifact.objects.count() == 1


def test_the_same_request_gives_the_same_bytes(house):
    first, second = house.make(seed=7), house.make(seed=7)
    assert first.sha256 == second.sha256
    assert house.make(seed=8).sha256 != first.sha256


def test_a_check_that_breaks_is_unsure_and_never_passed(house, monkeypatch):
    from compliance.shelf import CHECKS

    check = CHECKS.get("file_sanity")
    monkeypatch.setattr(type(check), "ask", lambda *_: 1 / 0)
    artifact = house.make()
    with house.inside():
        found = Finding.objects.get(assessment=artifact.assessment, check_name="file_sanity")
        assert (found.answer, found.code) == ("unsure", "check_broke")


def test_no_state_changes_without_its_move(house):
    job = house.submit()
    with house.inside(), pytest.raises(DatabaseError, match="without a Move"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="running")
    with house.inside(), pytest.raises(DatabaseError, match="no move of job"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="done")


def test_an_artifact_is_never_changed(house):
    artifact = house.make()
    with house.inside(), pytest.raises(DatabaseError), transaction.atomic():
        Artifact.objects.filter(pk=artifact.pk).update(sha256="0" * 64)


def test_every_wording_keeps_its_number(house):
    with house.inside():
        first = prompts.write(by=house.author, project=house.project, text="one")
        same = prompts.write(
            by=house.author, project=house.project, text="one", prompt_id=first.prompt_id
        )
        second = prompts.write(
            by=house.author, project=house.project, text="two", prompt_id=first.prompt_id
        )
    assert same == first
    assert (first.number, second.number) == (1, 2)


def test_a_cancelled_job_never_runs(house):
    job = house.submit()
    with house.inside():
        services.cancel(by=house.author, job=job)
    assert running.run(house.organisation.id, job.id) == "not ours"


def test_another_tenant_sees_nothing_of_it(two_houses):
    artifact = two_houses.mine.make()
    with two_houses.theirs.inside():
        assert not Artifact.objects.filter(pk=artifact.pk).exists()
        assert not Job.objects.exists()
        assert not Finding.objects.exists()
        assert not Event.objects.filter(subject_id=artifact.pk).exists()
