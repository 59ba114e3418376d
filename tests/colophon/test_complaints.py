"""A publication taken from its author is appealed against, and heard by somebody else."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from colophon.accounts import services as accounts
from colophon.accounts.models import Team
from colophon.accounts.note import Note
from colophon.accounts.roles import Role
from colophon.ledger.models import Event
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About
from colophon.ledger.tenancy import tenant
from colophon.publishing import complaining, errors, sweeping
from colophon.publishing import services as publishing
from colophon.publishing.models import Complaint, Published, Seal, Signable, Withdrawal
from colophon.publishing.sealer import SEALER
from colophon.releases import hearing, services
from colophon.releases.errors import AppealSettled, AppealTooLate, WordsMissing
from colophon.releases.models import Release, ReviewTerms, Verdict
from colophon.studio.models import Artifact

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


def decide(person, release, verdict):
    services.claim(by=person, release=release)
    said = services.Opinion(
        verdict=Verdict(verdict), artifact_sha256=release.artifact_sha256, clause=""
    )
    services.decide(by=person, release=release, opinion=said)


@pytest.fixture
def taken(committed_db, build_house, django_as_role):
    """A publication that its approver took back. The seal is written as the sealer writes it."""
    house = build_house("Lantern")
    work = house.make()
    with house.inside():
        house.hearer = accounts.join(
            email="hearer@lantern.test",
            name="Hearer",
            password=PASSWORD,
            roles=[Role.ESCALATION_REVIEWER, Role.APPROVER],
            team=Team.objects.get(),
        )
        wanted = ["CN", "US-CA"]
        release = services.request(by=house.author, artifact=work, destinations=wanted)
        decide(house.reviewer, release, "approve")
        decide(house.approver, release, "confirm")
    with django_as_role("sealer"):
        seal(house, release)
    with house.inside():
        release = Release.objects.select_related("artifact", "author").get(pk=release.pk)
        house.publication = publishing.publish(by=house.author, release=release)
        withdraw(house, by=house.approver)
    return house


def seal(house, release):
    signable = Signable.objects.get(release_id=release.pk)
    with tenant(house.organisation.id):
        row = Release(id=release.pk, tenant_id=house.organisation.id, state="cleared")
        facts = {"clearance_id": str(signable.clearance_id), "attempt": 1}
        move(row, "sealing", by=SEALER, event="release.sealing", facts=facts)
        digest = release.artifact_sha256
        Seal.objects.create(
            release_id=release.pk,
            clearance_id=signable.clearance_id,
            artifact_sha256=digest,
            marked_sha256=digest,
            sealed_sha256=digest,
            size=1,
            media_type=signable.media_type,
            manifest_sha256=digest,
            recipe={},
            layers=[],
            payload=1,
            leaf_index=0,
        )
        facts = dict.fromkeys(
            ("reviewed_sha256", "marked_sha256", "sealed_sha256", "manifest_sha256"), digest
        ) | {"seal_id": digest, "layers": []}
        move(row, "sealed", by=SEALER, event="release.sealed", facts=facts)


def withdraw(house, *, by):
    house.publication.release.refresh_from_db()
    return publishing.withdraw(
        by=by, publication=house.publication, clause="house.review", reason="A complaint came in."
    )


def file(house, **more):
    said = {"words": "The complaint was about another work."} | more
    return complaining.file(by=house.author, publication=house.publication, **said)


def sign_in(person):
    client = Client()
    client.post("/login", {"email": person.email, "password": PASSWORD})
    return client


def test_a_granted_appeal_publishes_again_and_its_first_decider_is_overruled(taken):
    house = taken
    with house.inside():
        complaint = file(house)
        assert house.publication.release.state == "withdrawn"
        complaining.hear(by=house.hearer, complaint_id=complaint.pk, overturn=True, answer="So.")
        assert Published.objects.get(pk=house.publication.pk).state == "published"
        with pytest.raises(errors.Overruled):
            withdraw(house, by=house.approver)
        with pytest.raises(IntegrityError, match="overruled"), transaction.atomic():
            Withdrawal.objects.create(
                publication=house.publication, clause="x", reason="x", by=house.approver
            )
        told = Event.objects.filter(type__startswith="complaint").values_list("type", flat=True)
        assert set(told) == {"complaint.filed", "complaint.overturned"}
        assert Event.objects.filter(type="publication.reinstated").count() == 1
        assert Note.objects.filter(person=house.author, code="complaint_overturned").exists()
        withdraw(house, by=house.keeper)
        file(house)


def test_a_publication_is_restricted_from_some_destinations_and_that_is_appealed_too(taken):
    house = taken
    with house.inside():
        complaint = file(house)
        complaining.hear(by=house.hearer, complaint_id=complaint.pk, overturn=True, answer="So.")
        release = house.publication.release
        release.refresh_from_db()
        facts = dict.fromkeys(("publication_id", "clause", "reason", "person"), "x")
        with pytest.raises(IntegrityError, match="from where"), transaction.atomic():
            move(
                release,
                "restricted",
                by=Actor.process("test"),
                event="publication.restricted",
                facts=facts | {"destinations": []},
            )
    client, work = sign_in(house.keeper), f"/works/{house.publication.release.artifact_id}"
    place = f"/publications/{house.publication.pk}/withdraw"
    said = {
        "what": "restrict",
        "clause": "house.review",
        "reason": "An order of a court.",
    }
    for wrong in ([], ["CN", "US-CA"], ["EU", "CN"]):
        answer = client.post(place, said | {"destination": wrong})
        assert answer.status_code == 422, wrong
        assert "An order of a court." in answer.content.decode()
    assert client.post(place, said | {"destination": ["CN"]}).status_code == 302
    with house.inside():
        row = Published.objects.get(pk=house.publication.pk)
        assert (row.state, row.taken_from) == ("restricted", ["CN"])
        assert Note.objects.filter(person=house.author, code="publication_restricted").exists()
    public = Client().get(f"/p/{house.publication.pk}").content.decode()
    assert "no longer published for" in public
    assert "<dt>For</dt><dd>California</dd>" in public
    said = Client().get(f"/api/v1/publications/{house.publication.pk}").json()
    assert said["taken_from"] == ["CN"]
    assert "An order of a court." in public
    assert "no longer offered" not in public
    assert "Appeal against the withdrawal" in sign_in(house.author).get(work).content.decode()
    with house.inside():
        complaint = file(house)
        complaining.hear(by=house.hearer, complaint_id=complaint.pk, overturn=True, answer="So.")
        row = Published.objects.get(pk=house.publication.pk)
        assert (row.state, row.taken_from) == ("published", None)


def test_only_the_author_files_once_and_nobody_with_a_part_hears(taken):
    house = taken
    with house.inside():
        with pytest.raises(errors.NotItsAuthor):
            complaining.file(by=house.keeper, publication=house.publication, words="Mine.")
        with pytest.raises(WordsMissing):
            file(house, words=" ")
        complaint = file(house)
        house.author.roles = ["approver"]
        for person in (house.approver, house.author):
            with pytest.raises(errors.TookItBack):
                complaining.hear(by=person, complaint_id=complaint.pk, overturn=True, answer="So.")
        assert [one.barred for one in complaining.waiting(house.approver)] == [True]
        assert [one.barred for one in complaining.waiting(house.hearer)] == [False]
        with pytest.raises(errors.ComplaintHeard, match="filed"):
            file(house)
        house.author.roles = ["author"]
        work = Artifact.objects.get(pk=house.publication.release.artifact_id)
        services.request(by=house.author, artifact=work, destinations=["US-CA"])
        with pytest.raises(errors.AskedAnew):
            complaining.hear(
                by=house.hearer, complaint_id=complaint.pk, overturn=True, answer="So."
            )
        complaining.hear(by=house.hearer, complaint_id=complaint.pk, overturn=False, answer="No.")
        assert Published.objects.get(pk=house.publication.pk).state == "withdrawn"
        with pytest.raises(errors.ComplaintHeard, match="upheld"):
            file(house)
        with pytest.raises(AppealSettled):
            complaining.hear(by=house.hearer, complaint_id=complaint.pk, overturn=True, answer="Y")


def test_the_database_keeps_whoever_had_a_part_from_hearing_it(taken):
    house = taken
    with house.inside():
        complaint = file(house)
        for person in (house.approver, house.author):
            with pytest.raises(IntegrityError, match="no part in it"), transaction.atomic():
                move(
                    complaint,
                    "upheld",
                    by=Actor.process("test"),
                    event="complaint.lapsed",
                    about=About("release", house.publication.release_id),
                    facts={"complaint_id": str(complaint.pk)},
                    hearer=person,
                )
            complaint.refresh_from_db()
        with pytest.raises(IntegrityError, match="withdrawal in force"), transaction.atomic():
            Complaint.objects.create(
                state="filed",
                withdrawal=complaint.withdrawal,
                author=house.keeper,
                words="Not mine.",
                due_at=complaint.due_at,
            )
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("update publishing_complaint set words = 'x'")


def test_it_stays_open_for_half_a_year_and_lapses_unheard(taken, as_role, monkeypatch):
    house = taken
    with house.inside():
        until = complaining.deadline(complaining.withdrawal_of(house.publication))
        assert until - house.publication.at >= timedelta(days=184)
        with pytest.raises(IntegrityError, match="half_a_year"), transaction.atomic():
            ReviewTerms.objects.create(complaint_days=30)
        with monkeypatch.context() as later:
            later.setattr(hearing.timezone, "now", lambda: until + timedelta(days=1))
            with pytest.raises(AppealTooLate):
                file(house)
        complaint = file(house)
    assert sweeping.sweep() == 0
    with as_role("owner") as owner:
        owner.execute("alter table publishing_complaint disable trigger user")
        owner.execute(
            "select set_config('colophon.tenant', %s, false)", [str(house.organisation.id)]
        )
        owner.execute("update publishing_complaint set due_at = now() - interval '1 minute'")
        owner.execute("alter table publishing_complaint enable trigger user")
    assert sweeping.sweep() == 1
    assert sweeping.sweep() == 0
    with house.inside():
        complaint.refresh_from_db()
        assert complaint.state == "lapsed"
        assert Note.objects.filter(person=house.author, code="appeal_lapsed").exists()
        file(house)


def test_two_who_answer_at_once_leave_one_answer(taken):
    house = taken
    with house.inside():
        complaint = file(house)
        second = accounts.join(
            email="second@lantern.test", name="Second", password=PASSWORD, roles=[Role.APPROVER]
        )
    said, start = [], threading.Barrier(2)

    def answer(person, overturn):
        try:
            with house.inside():
                start.wait()
                complaining.hear(
                    by=person, complaint_id=complaint.pk, overturn=overturn, answer="So."
                )
            said.append("done")
        except AppealSettled:
            said.append("told")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=answer, args=pair)
        for pair in ((house.hearer, True), (second, False))
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["done", "told"]


def test_the_pages_file_list_and_answer_it(taken):
    house = taken
    with house.inside():
        release = house.publication.release
    author = sign_in(house.author)
    work = f"/works/{release.artifact_id}"
    page = author.get(work).content.decode()
    assert "A complaint came in." in page
    assert "Why the withdrawal is wrong" in page
    place = f"/publications/{house.publication.pk}/appeal"
    answer = author.post(place, {"words": "", "news": "What I knew."})
    assert answer.status_code == 422
    assert "What I knew." in answer.content.decode()
    assert author.post(place, {"words": "It is mine."}).status_code == 302
    assert sign_in(house.keeper).post(place, {"words": "x"}).status_code == 403
    with house.inside():
        complaint = Complaint.objects.get()
    barred = sign_in(house.approver).get("/console/appeals").content.decode()
    assert "You had a part in it" in barred
    hearer = sign_in(house.hearer)
    assert "It is mine." in hearer.get("/console/appeals").content.decode()
    case = hearer.get(f"/console/{release.pk}").content.decode()
    hear = f"/console/complaints/{complaint.pk}/hear"
    assert f'action="{hear}"' in case
    assert "Overturn the withdrawal" in case
    assert hearer.post(hear, {"outcome": "overturned"}).status_code == 422
    assert hearer.post(hear, {"outcome": "x", "answer": "So."}).status_code == 422
    assert hearer.post(hear, {"outcome": "overturned", "answer": "So."}).status_code == 302
    public = Client().get(f"/p/{house.publication.pk}").content.decode()
    assert "no longer offered" not in public
    page = author.get(work).content.decode()
    assert "So." in page
    assert "Why the withdrawal is wrong" not in page
