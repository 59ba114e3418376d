"""Asking for release: labels on the real file before, states in order after, answers to returns."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from PIL import Image

from colophon.ledger.models import Event
from colophon.ledger.tenancy import tenant
from colophon.releases import answering, proofing
from colophon.releases import services as releases
from colophon.releases.models import Release, Verdict
from colophon.store import services as store
from colophon.studio import running
from colophon.studio.models import Artifact, Proof
from compliance.marking import proofing as proofing_sheet
from compliance.marking.proofing import SAYS, SIDE
from kernel.errors import BadInput, Refused

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def author(client, house):
    said = {"email": house.author.email, "password": PASSWORD}
    assert client.post("/login", said).status_code == 302
    return client


def returned(house, work):
    with house.inside():
        release = releases.request(by=house.author, artifact=work, destinations=["EU"])
        releases.claim(by=house.reviewer, release=release)
        opinion = releases.Opinion(
            verdict=Verdict.RETURN,
            artifact_sha256=work.sha256,
            clause="house.near-copy.image",
            reason="Leave room for the title.",
        )
        releases.decide(by=house.reviewer, release=release, opinion=opinion)
        release.refresh_from_db()
        assert release.state == "returned"
    return release


def test_the_labels_are_drawn_on_the_file_itself_per_destination_and_kept(author, house):
    work = house.make(parameters={"width": 1600, "height": 1000})
    path = f"/works/{work.id}/labels?destination=EU&destination=CN"
    page = author.get(path).content.decode()
    assert "European Union" in page
    assert "px high, contrast" in page
    with house.inside():
        proofs = list(Proof.objects.all())
        assert proofs
        for proof in proofs:
            assert proof.sha256 not in (work.sha256, "")
            with Image.open(store.path_of(proof.sha256)) as picture:
                assert picture.format == "JPEG"
                assert max(picture.size) == SIDE, "smaller than the work itself"
                middle = picture.crop((540, 360, 660, 390)).convert("L")
                assert middle.getextrema()[1] > 200, "it says in its middle what it is"
        author.get(path)
        assert Proof.objects.count() == len(proofs), "drawn once"
        with pytest.raises(DatabaseError), transaction.atomic():
            Proof.objects.update(sha256="0" * 64)


def test_a_text_is_shown_with_its_label_lines(author, house):
    work = house.make("Lantern Nights, 3 May, harbour", engine="house_copy", parameters={})
    page = author.get(f"/works/{work.id}/labels?destination=EU").content.decode()
    assert SAYS in page
    assert "“" in page


def test_a_blocked_destination_says_by_what(author, house):
    work = house.make()
    with house.inside():
        house.organisation.provider_code = ""
        house.organisation.save(update_fields=["provider_code"])
    page = author.get(f"/works/{work.id}/labels?destination=CN").content.decode()
    assert "Nothing is sealed for it" in page
    with house.inside():
        assert not Proof.objects.exists()


def test_labels_before_the_checks_have_answered_are_a_sentence(author, house):
    job = house.submit()
    assert running.run(house.organisation.id, job.id) == "done"
    with house.inside():
        work = Artifact.objects.get(job=job)
    answer = author.get(f"/works/{work.id}/labels?destination=EU")
    assert answer.status_code == 200
    assert 'class="note unsure' in answer.content.decode()


def test_two_who_look_at_once_get_the_same_sheet(house):
    work = house.make()
    with house.inside():
        ruling = proofing.ruling_for(work, destinations=["EU"], purpose=work.project.purpose)
        recipe = proofing.recipe_of(work, ruling)
        assert proofing.proof_of(work, recipe) == proofing.proof_of(work, recipe)


def test_the_states_of_a_request_are_told_in_order_with_their_people(author, house):
    work = house.make()
    returned(house, work)
    page = author.get(f"/works/{work.id}").content.decode()
    log = page[page.index("How it went on") :]
    log = log[: log.index("</ol>")]
    states = [one.partition('"')[0] for one in log.split('data-state="')[1:]]
    assert states == ["requested", "in_review", "returned"]
    assert "Author" in log
    assert "Answer with an edit" in page


def test_a_return_is_answered_by_a_new_work_and_replaced(author, house):
    first = house.make()
    release = returned(house, first)
    second = house.make("a lighthouse at dawn, room at the top left", seed=2)
    page = author.get(f"/works/{second.id}").content.decode()
    assert f'value="{release.id}"' in page
    answer = author.post(
        f"/works/{second.id}/release", {"destination": "EU", "answers": release.id}
    )
    assert answer.status_code == 302
    with house.inside():
        release.refresh_from_db()
        assert release.state == "superseded_by"
        assert Event.objects.filter(subject_id=release.id, type="release.answered").count() == 1
        assert Release.objects.get(artifact=second).state == "in_review"
    assert f'<option value="{release.id}"' not in author.get(f"/works/{first.id}").content.decode()


def test_who_may_not_answer_or_cannot_is_told_why(house):
    first, second = house.make(), house.make(seed=2)
    release = returned(house, first)
    with house.inside():
        with pytest.raises(BadInput, match="it is the work that came back"):
            answering.answer(by=house.author, returned=release, artifact=first, destinations=["EU"])
        with pytest.raises(answering.NotReturnedToYou):
            answering.answer(
                by=house.reviewer, returned=release, artifact=second, destinations=["EU"]
            )
        answering.answer(by=house.author, returned=release, artifact=second, destinations=["EU"])
        third = house.make(seed=3)
    with house.inside(), pytest.raises(answering.NotReturned, match="superseded_by"):
        answering.answer(by=house.author, returned=release, artifact=third, destinations=["EU"])


def test_of_two_answers_at_once_one_replaces_the_return(committed_db, build_house):
    house = build_house()
    release = returned(house, house.make())
    answers = [house.make(seed=number) for number in (2, 3)]
    start, outcomes = threading.Barrier(2), []

    def answer(work):
        start.wait()
        try:
            with tenant(house.organisation.id):
                held = Release.objects.get(pk=release.pk)
                answering.answer(by=house.author, returned=held, artifact=work, destinations=["EU"])
            outcomes.append("replaced")
        except Refused as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(one,)) for one in answers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["not_returned", "replaced"]


@pytest.mark.parametrize(("box", "share"), [((0, 0, 400, 20), 0.5), ((0, 100, 400, 200), 0.85)])
def test_what_a_preview_says_of_itself_covers_no_label(box, share):
    picture = Image.new("RGB", (400, 300), "white")
    proofing_sheet._cross_out(picture, around=[box])
    grey = picture.convert("L").load()
    rows = [y for y in range(300) if sum(grey[x, y] < 90 for x in range(400)) > 60]
    assert rows, "it says what it is"
    assert rows[0] <= 300 * share <= rows[-1]
    assert all(not box[1] <= y <= box[3] for y in rows)
