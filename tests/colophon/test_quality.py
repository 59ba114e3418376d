"""Golden items that can never leave, second looks by others, and figures that say what they know."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction

from colophon.accounts import services as accounts
from colophon.accounts.roles import Role
from colophon.console.quality_figures import quality_page
from colophon.ledger.models import Event
from colophon.releases import claiming, errors, line_errors, planting, sampling, services
from colophon.releases.golden import GoldenAnswer, SecondLook
from colophon.releases.models import Case, Clearance, Decision, Release
from colophon.studio.models import Entry
from kernel.errors import BadInput
from kernel.ids import new_id

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def golden(house):
    work = house.make()
    with house.inside():
        item = planting.plant(
            by=house.keeper,
            artifact=work,
            destinations=["EU"],
            verdict="refuse",
            clause="house.visible-label",
            note="The label is missing.",
        )
        item.copy_of = work
        return item


def opinion(release, verdict, **more):
    return services.Opinion(verdict=verdict, artifact_sha256=release.artifact_sha256, **more)


@pytest.fixture
def sign_in(client):
    def as_(person):
        client.post("/login", {"email": person.email, "password": PASSWORD})
        return client

    return as_


def test_a_golden_item_waits_like_any_case_and_is_in_no_gallery(house, golden):
    with house.inside():
        release = golden.release
        assert release.state == "in_review"
        assert release.author_id == house.author.pk, "nobody can tell it by its author"
        assert release.artifact.sha256 == golden.copy_of.sha256
        assert release.artifact_id != golden.copy_of.pk
        assert claiming.claim_next(by=house.reviewer).release_id == release.pk
        assert not Entry.objects.filter(artifact=release.artifact_id).exists()
        assert Entry.objects.filter(artifact=golden.copy_of.pk).exists()
        told = Event.objects.filter(subject_kind="release", subject_id=release.pk)
        assert "golden" not in " ".join(told.values_list("type", flat=True))


def test_an_answer_is_kept_compared_and_the_case_goes_on_to_others(house, golden):
    release = golden.release
    with house.inside():
        services.claim(by=house.reviewer, release=release)
        said = opinion(release, "refuse", clause="house.visible-label", reason="No label.")
        assert planting.answer(by=house.reviewer, release=release, opinion=said).right
        assert claiming.claim_next(by=house.reviewer) is None, "asked once"
        with pytest.raises(line_errors.AnsweredAlready), transaction.atomic():
            services.claim(by=house.reviewer, release=release)
        assert claiming.claim_next(by=house.approver).release_id == release.pk
        given = planting.answer(
            by=house.approver, release=release, opinion=opinion(release, "approve")
        )
        assert not given.right
        assert Release.objects.get(pk=release.pk).state == "in_review"
        assert not Decision.objects.exists()


def test_a_right_verdict_by_another_clause_is_not_the_known_answer(house, golden):
    release = golden.release
    with house.inside():
        services.claim(by=house.reviewer, release=release)
        said = opinion(release, "refuse", clause="house.near-copy.image", reason="A copy.")
        assert not planting.answer(by=house.reviewer, release=release, opinion=said).right


def test_the_database_lets_no_golden_item_out(house, golden, as_role):
    release = golden.release
    with house.inside():
        services.claim(by=house.reviewer, release=release)
        said = opinion(release, "refuse", clause="house.visible-label", reason="No label.")
        with pytest.raises(Error, match="takes no decision"), transaction.atomic():
            services.decide(by=house.reviewer, release=release, opinion=said)
        with (
            pytest.raises(Error, match="never moved"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "update releases_release set state = 'refused' where id = %s", [release.pk]
            )
        with (
            pytest.raises(Error, match="no clearance"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "insert into releases_clearance (id, tenant_id, release_id, artifact_id,"
                " artifact_sha256, packs_digest, persons, destinations, requirements,"
                " author_id, reviewer_id, first_id, first_verdict, first_state, second_state,"
                " event_id) values (%s, %s, %s, %s, %s, '', 1, '[]', '{}', %s, %s, %s,"
                " 'approve', 'effective', 'effective', %s)",
                [new_id(), release.tenant_id, release.pk, release.artifact_id,
                 release.artifact_sha256, house.author.pk, house.reviewer.pk, new_id(),
                 new_id()],
            )  # fmt: skip
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("delete from releases_goldenitem")


def test_a_real_release_cannot_be_made_golden_afterwards(house):
    work = house.make()
    with house.inside():
        release = services.request(by=house.author, artifact=work, destinations=["EU"])
        with pytest.raises(Error, match="before its release is put up"), transaction.atomic():
            planting.GoldenItem.objects.create(
                release=release, verdict="approve", planted_by=house.keeper
            )


def test_planting_is_for_who_keeps_rules_and_says_what_is_missing(house):
    work = house.make()
    with house.inside():
        with pytest.raises(Exception, match="keep_rules"), transaction.atomic():
            planting.plant(by=house.reviewer, artifact=work, destinations=["EU"], verdict="approve")
        with pytest.raises(BadInput, match="names its clause"), transaction.atomic():
            planting.plant(by=house.keeper, artifact=work, destinations=["EU"], verdict="refuse")
        with pytest.raises(BadInput, match="hold"):
            planting.plant(by=house.keeper, artifact=work, destinations=["EU"], verdict="hold")


def test_taken_out_of_the_line_its_answers_stay(house, golden):
    release = golden.release
    with house.inside():
        services.claim(by=house.reviewer, release=release)
        planting.answer(by=house.reviewer, release=release, opinion=opinion(release, "approve"))
        planting.take_back(by=house.keeper, release=release)
        assert not Case.objects.exists()
        assert GoldenAnswer.objects.count() == 1
        with pytest.raises(errors.NotWaiting), transaction.atomic():
            planting.take_back(by=house.keeper, release=release)


def test_whoever_answered_is_told_on_the_next_page(sign_in, house, golden):
    client = sign_in(house.reviewer)
    place = f"/console/{golden.release_id}"
    assert "golden" not in client.get(place).content.decode().lower()
    said = {"verdict": "approve", "artifact_sha256": golden.release.artifact_sha256}
    answer = client.post(place, said)
    page = client.get(answer["Location"]).content.decode()
    assert "was a golden item" in page
    assert "The label is missing." in page
    shown = client.get("/console/quality").content.decode()
    assert "0 / 1" in shown


@pytest.fixture
def cleared(house):
    work = house.make()
    with house.inside():
        sampling.set_shares(by=house.keeper, one_permille=1000, two_permille=1000)
        release = services.request(by=house.author, artifact=work, destinations=["EU", "CN"])
        services.claim(by=house.reviewer, release=release)
        services.decide(by=house.reviewer, release=release, opinion=opinion(release, "approve"))
        if release.state == "second_review":
            services.claim(by=house.approver, release=release)
            services.decide(by=house.approver, release=release, opinion=opinion(release, "confirm"))
        assert release.state == "cleared"
        return Clearance.objects.get(release=release)


def test_a_clearance_is_drawn_and_looked_at_by_another(house, cleared):
    with house.inside():
        look = SecondLook.objects.get()
        assert look.clearance_id == cleared.pk
        other = accounts.join(
            email="third@lantern.test", name="Third", password=PASSWORD, roles=[Role.REVIEWER]
        )
        for person in (house.reviewer, house.approver):
            with pytest.raises(errors.SamePerson), transaction.atomic():
                sampling.say(by=person, look_id=look.pk, verdict="approve", reason="")
        with pytest.raises(Error, match="had a part"), transaction.atomic():
            sampling.SecondLookAnswer.objects.create(
                look=look, person=house.reviewer, verdict="approve"
            )
        with pytest.raises(BadInput, match="reason"), transaction.atomic():
            sampling.say(by=other, look_id=look.pk, verdict="refuse", reason=" ")
        sampling.say(by=other, look_id=look.pk, verdict="refuse", reason="Too near.")
        with pytest.raises(line_errors.AnsweredAlready), transaction.atomic():
            sampling.say(by=other, look_id=look.pk, verdict="approve", reason="")
        cleared.release.refresh_from_db()
        assert cleared.release.state == "cleared", "nothing that was decided changes"
        shown = {one.name: one.rate for one in quality_page(other)["figures"]}
        assert (shown["looks"].hits, shown["looks"].n) == (1, 1)
        assert (shown["second"].hits, shown["second"].n) == (0, 1)
        assert shown["appeals"].n == 0
        assert quality_page(other)["alpha"].units == 1


def test_without_a_share_nothing_is_drawn(house):
    with house.inside():
        assert sampling.maybe_draw(Clearance(persons=1)) is None
        sampling.set_shares(by=house.keeper, one_permille=0, two_permille=1000)
        assert sampling.maybe_draw(Clearance(persons=1)) is None
        with pytest.raises(BadInput, match="two_permille"):
            sampling.set_shares(by=house.keeper, one_permille=0, two_permille=1001)


def test_the_pages_of_quality(sign_in, house, cleared):
    with house.inside():
        look = SecondLook.objects.get()
        other = accounts.join(
            email="third@lantern.test", name="Third", password=PASSWORD, roles=[Role.REVIEWER]
        )
    client = sign_in(other)
    page = client.get("/console/quality").content.decode()
    assert f"/console/looks/{look.pk}" in page
    assert "not known: no case yet" in page
    assert house.reviewer.name not in client.get(f"/console/looks/{look.pk}").content.decode()
    wrong = client.post(f"/console/looks/{look.pk}", {"verdict": "refuse", "reason": ""})
    assert wrong.status_code == 422
    assert client.post(f"/console/looks/{look.pk}", {"verdict": "approve"}).status_code == 302
    assert client.get(f"/console/looks/{look.pk}").status_code == 200
    keeper = sign_in(house.keeper)
    form = {"work": f"/works/{cleared.artifact_id}", "verdict": "approve", "destinations": ["EU"]}
    assert keeper.post("/console/quality/plant", form).status_code == 302
    assert "Golden items" in keeper.get("/console/quality").content.decode()
    assert keeper.post("/console/quality/plant", form | {"work": "x"}).status_code == 422
    assert keeper.post("/console/quality/shares", {"one": "12.5", "two": "0"}).status_code == 302
    assert keeper.post("/console/quality/shares", {"one": "120", "two": "0"}).status_code == 422
    assert sign_in(house.author).get("/console/quality").status_code == 403


def test_skips_are_taken_away_by_pseudonym(sign_in, house):
    work = house.make()
    with house.inside():
        release = services.request(by=house.author, artifact=work, destinations=["EU"])
        services.claim(by=house.reviewer, release=release)
        services.let_go(by=house.reviewer, release=release, reason="=cmd() odd")
    got = b"".join(sign_in(house.auditor).get("/console/skips.csv").streaming_content).decode()
    assert str(house.reviewer.ref) in got
    assert house.reviewer.name not in got
    assert "'=cmd() odd" in got
    assert sign_in(house.reviewer).get("/console/skips.csv").status_code == 403
