"""An appeal is heard by somebody who had no part in the refusal, once, and in time."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from colophon.accounts import services as accounts
from colophon.accounts.models import Team
from colophon.accounts.note import Note
from colophon.accounts.roles import Role
from colophon.ledger.models import Event
from colophon.releases import appealing, errors, hearing, services, sweeping
from colophon.releases.models import Appeal, Decision, Release, ReviewTerms, Verdict

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


@pytest.fixture
def refused(house):
    artifact = house.make()
    with house.inside():
        release = services.request(by=house.author, artifact=artifact, destinations=["US-CA"])
        decide(house.reviewer, release, "refuse", clause="house.review", reason="Too near.")
        return release


def decide(person, release, verdict, **more):
    services.claim(by=person, release=release)
    opinion = services.Opinion(
        verdict=Verdict(verdict), artifact_sha256=release.artifact_sha256, **more
    )
    return services.decide(by=person, release=release, opinion=opinion)


@pytest.fixture
def another(house):
    """A reviewer beside the house's own two."""
    with house.inside():
        return accounts.join(
            email="another@lantern.test",
            name="Another",
            password=PASSWORD,
            roles=[Role.REVIEWER, Role.ESCALATION_REVIEWER],
            team=Team.objects.get(),
        )


def file(house, release):
    return appealing.file(by=house.author, release=release, words="It is my own photograph.")


def test_a_granted_appeal_goes_back_into_review_without_its_first_decider(house, refused):
    with house.inside():
        appeal = file(house, refused)
        assert refused.state == "appealed"
        appealing.hear(by=house.approver, appeal_id=appeal.pk, overturn=True, answer="It is yours.")
        refused.refresh_from_db()
        assert refused.state == "in_review"
        with pytest.raises(errors.Excluded, match="overturned"):
            services.claim(by=house.reviewer, release=refused)
        with pytest.raises(IntegrityError, match="no more on this release"), transaction.atomic():
            pending(house.reviewer, refused)
        decide(house.approver, refused, "approve")
        assert refused.state == "cleared"
        types = list(Event.objects.values_list("type", flat=True))
        assert {"appeal.filed", "appeal.overturned"} <= set(types)
        assert Note.objects.filter(person=house.author, code="appeal_overturned").exists()


def pending(person, release):
    return Decision.objects.create(
        state="pending",
        release=release,
        person=person,
        role="reviewer",
        verdict="approve",
        artifact_sha256=release.artifact_sha256,
    )


def test_an_upheld_appeal_leaves_the_refusal_and_its_reason(house, refused):
    with house.inside():
        appeal = file(house, refused)
        appealing.hear(by=house.approver, appeal_id=appeal.pk, overturn=False, answer="It stands.")
        refused.refresh_from_db()
        assert refused.state == "refused"
        with pytest.raises(errors.AppealHeard, match="upheld"):
            file(house, refused)


def test_nobody_who_had_a_part_in_it_hears_it(house, refused):
    with house.inside():
        appeal = file(house, refused)
        house.reviewer.roles = house.author.roles = ["approver", "author"]
        for person in (house.reviewer, house.author):
            with pytest.raises(errors.HadAPart):
                appealing.hear(by=person, appeal_id=appeal.pk, overturn=True, answer="Mine.")


@pytest.mark.parametrize("part", ["reviewer", "author"])
def test_the_database_keeps_whoever_had_a_part_from_hearing_it(house, refused, part):
    from colophon.ledger.moves import Actor, move
    from colophon.ledger.services import About

    with house.inside():
        appeal = file(house, refused)
        with pytest.raises(IntegrityError, match="no part in it"), transaction.atomic():
            move(
                appeal,
                "upheld",
                by=Actor.process("test"),
                event="appeal.lapsed",
                about=About("release", refused.pk),
                facts={"appeal_id": str(appeal.pk)},
                hearer=getattr(house, part),
            )


@pytest.mark.parametrize("change", ["words = 'x'", "due_at = now()", "state = 'lapsed'"])
def test_the_words_of_an_appeal_stay_and_its_state_moves_by_moves(house, refused, change):
    with house.inside():
        appeal = file(house, refused)
        with (
            pytest.raises(DatabaseError, match=r"permission denied|without a Move"),
            transaction.atomic(),
            transaction.get_connection().cursor() as cursor,
        ):
            cursor.execute(f"update releases_appeal set {change} where id = %s", [appeal.pk])  # noqa: S608


def test_only_the_author_files_and_only_against_a_refusal(house, refused):
    with house.inside():
        with pytest.raises(errors.NotAuthor):
            appealing.file(by=house.approver, release=refused, words="Let it go.")
        with pytest.raises(errors.WordsMissing, match="words"):
            appealing.file(by=house.author, release=refused, words="  ")
        with pytest.raises(IntegrityError, match="refusal in effect"), transaction.atomic():
            Appeal.objects.create(
                state="filed",
                release=refused,
                decision=appealing.refusal_of(refused),
                author=house.approver,
                words="Not mine.",
                due_at=timezone.now(),
            )
    other = house.make("a castle by night")
    with house.inside():
        asked = services.request(by=house.author, artifact=other, destinations=["EU"])
        with pytest.raises(errors.NotAppealable, match="in_review"):
            appealing.file(by=house.author, release=asked, words="Why wait?")


def test_an_appeal_after_its_time_is_told_when_it_ended(house, refused, monkeypatch):
    with house.inside():
        monkeypatch.setattr(
            appealing, "deadline", lambda refusal: timezone.now() - timedelta(days=1)
        )
        with pytest.raises(errors.AppealTooLate, match="ended on"):
            file(house, refused)


def test_unheard_it_lapses_the_author_is_told_and_may_file_anew(house, refused, monkeypatch):
    with house.inside():
        appeal = file(house, refused)
    assert sweeping.sweep() == 0
    monkeypatch.setattr(hearing, "_is_due", lambda appeal: True)
    with house.inside():
        assert [appealing.lapse(appeal.pk) for _ in range(2)] == ["lapsed", "lapsed"]
        assert Release.objects.get(pk=refused.pk).state == "refused"
        assert Note.objects.filter(person=house.author, code="appeal_lapsed").count() == 1
        refused.refresh_from_db()
        assert file(house, refused).state == "filed"


def test_the_times_are_data_of_the_organisation(house, refused):
    with house.inside():
        ReviewTerms.objects.create(appeal_days=3, hearing_days=5)
        refusal = appealing.refusal_of(refused)
        assert appealing.deadline(refusal) == refusal.settled_at + timedelta(days=3)
        appeal = file(house, refused)
        assert (appeal.due_at - timezone.now()).days in (4, 5)
        with pytest.raises(IntegrityError, match="terms_from_a_day"), transaction.atomic():
            ReviewTerms.objects.update(appeal_days=0)


def test_an_author_appeals_on_the_page_and_another_answers_in_the_console(
    house, refused, client, another
):
    client.post("/login", {"email": house.author.email, "password": PASSWORD})
    page = client.get(f"/works/{refused.artifact_id}").content.decode()
    assert "Appeal against the refusal" in page
    empty = client.post(f"/releases/{refused.id}/appeal", {"words": " ", "news": "See <b>."})
    assert empty.status_code == 422
    assert "See &lt;b&gt;." in empty.content.decode(), "what was typed stays"
    sent = {"words": "My own photograph.", "news": "The raw file is in the archive."}
    assert client.post(f"/releases/{refused.id}/appeal", sent).status_code == 302
    page = client.get(f"/works/{refused.artifact_id}").content.decode()
    assert "Waits to be heard" in page
    client.post("/logout")
    client.post("/login", {"email": house.reviewer.email, "password": PASSWORD})
    assert "You had a part in it" in client.get("/console/appeals").content.decode()
    assert 'name="outcome"' not in client.get(f"/console/{refused.id}").content.decode()
    client.post("/logout")
    client.post("/login", {"email": another.email, "password": PASSWORD})
    assert f"/console/{refused.id}" in client.get("/console/appeals").content.decode()
    case = client.get(f"/console/{refused.id}").content.decode()
    assert "The raw file is in the archive." in case
    with house.inside():
        appeal = Appeal.objects.get()
    hear = f"/console/appeals/{appeal.id}/hear"
    assert client.post(hear, {"outcome": "upheld", "answer": ""}).status_code == 422
    assert client.post(hear, {"outcome": "overturned", "answer": "Yours."}).status_code == 302
    assert client.post(hear, {"outcome": "upheld", "answer": "No."}).status_code == 409
