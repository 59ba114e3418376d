"""What stands beside a verdict: labels, questions, the editorial record, findings, four eyes."""

import pytest
from deciding_cases import PASSWORD, ask, bring_in, decide
from django.db import DatabaseError, IntegrityError, transaction

from colophon.ledger.models import Event
from colophon.releases import (
    asking,
    confirming,
    deciding,
    editorial,
    errors,
    interests,
    reasons,
    services,
    settling,
)
from colophon.releases.models import (
    CannedReason,
    Clearance,
    Decision,
    Exclusion,
    FindingMark,
    Release,
)
from compliance.policy.stricter import LabelChange, LabelChangeRefused

# Labels


def test_stricter_labels_are_carried_into_the_clearance_by_both_people(house):
    release = ask(house, house.make(), ["EU", "CN"])
    wish = LabelChange(height_permille=90, place=release.ruling["places"][-1], languages=("de",))
    decide(house, house.reviewer, release, labels=wish)
    decide(house, house.approver, release, "confirm")
    with house.inside():
        clearance = Clearance.objects.get(release=release)
        labels = clearance.requirements["labels"]
        assert {one["height_permille"] for one in labels} == {90}
        assert {one["place"] for one in labels} == {release.ruling["places"][-1]}
        assert "de" in {one["language"] for one in labels}
        assert all(one["text"] for one in labels)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (LabelChange(height_permille=20), "not between"),
        (LabelChange(height_permille=500), "not between"),
        (LabelChange(place="middle"), "places allowed"),
        (LabelChange(languages=("tlh",)), "no further label"),
    ],
)
def test_labels_never_become_weaker_or_impossible(house, wish, why):
    release = ask(house, house.make())
    with pytest.raises(LabelChangeRefused, match=why):
        decide(house, house.reviewer, release, labels=wish)
    with house.inside():
        assert not Decision.objects.exists()


# Questions and the editorial record


@pytest.fixture
def informing(house):
    """A text made by AI that informs the public in the EU: it is asked about, and recorded."""
    with house.inside():
        type(house.project).objects.filter(pk=house.project.pk).update(purpose="public_interest")
        house.project.refresh_from_db()
    work = bring_in(house, "The ferry to the island runs every hour from the new quay.")
    return ask(house, work, ["EU"])


def record(house, **changed):
    return editorial.Record(
        **{
            "competence": "Desk editor for transport since 2019",
            "checked_by": str(house.reviewer.ref),
            "how": "Timetable of the operator, read on the day",
            "responsible": "TEST Press",
            "contact": "https://press.example.test/contact",
        }
        | changed
    )


NO = {"house.misleading": asking.Answer(answer="no", note="Checked the timetable.")}


def test_what_a_clause_asks_is_answered_before_approval_and_kept(house, informing):
    assert [one["id"] for one in informing.ruling["questions"]] == ["house.misleading"]
    with pytest.raises(errors.Unanswered, match=r"house\.misleading"):
        decide(house, house.reviewer, informing, editorial=record(house))
    yes = {"house.misleading": asking.Answer(answer="yes")}
    with pytest.raises(errors.AnswerBars, match="does not allow approval"):
        decide(house, house.reviewer, informing, answers=yes, editorial=record(house))
    with pytest.raises(errors.EditorialIncomplete, match="competence"):
        decide(house, house.reviewer, informing, answers=NO)
    for changed, field in (
        ({"contact": "the front desk"}, "contact"),
        ({"how": " "}, "how"),
        ({"checked_by": "somebody"}, "checked_by"),
    ):
        with pytest.raises(errors.EditorialIncomplete, match=field):
            decide(
                house,
                house.reviewer,
                informing,
                answers=NO,
                editorial=record(house, **changed),
            )
    decide(house, house.reviewer, informing, answers=NO, editorial=record(house))
    with house.inside():
        kept = Decision.objects.get()
        assert kept.answers["house.misleading"]["note"] == "Checked the timetable."
        assert kept.editorial["checked_by"] == str(house.reviewer.ref)
        facts = _facts(Event.objects.get(type="decision.made"))
        assert facts["answers"] == {"house.misleading": "no"}
        assert facts["editorial"]["responsible"] == "TEST Press"
        assert "timetable." not in str(facts["answers"]), "notes stay out of the ledger"
        assert informing.state == "cleared"


def _facts(event):
    from colophon.ledger.facts import facts_of

    return facts_of(event)


def test_a_refusal_needs_no_answers(house, informing):
    decide(house, house.reviewer, informing, "refuse", clause="house.review", reason="Untrue.")
    assert informing.state == "refused"


def test_the_page_asks_keeps_and_takes_the_answers(house, informing, client):
    client.post("/login", {"email": house.reviewer.email, "password": PASSWORD})
    page = client.get(f"/console/{informing.id}").content.decode()
    assert 'name="answer.house.misleading"' in page
    assert 'name="editorial.competence"' in page
    form = {
        "verdict": "approve",
        "artifact_sha256": informing.artifact_sha256,
        "answer.house.misleading": "no",
        "note.house.misleading": "Read it <twice>.",
    }
    answer = client.post(f"/console/{informing.id}", form)
    assert answer.status_code == 422
    assert "Read it &lt;twice&gt;." in answer.content.decode(), "what was typed stays"
    form |= {
        "editorial.competence": "Desk editor",
        "editorial.checked_by": str(house.reviewer.ref),
        "editorial.how": "Timetable",
        "editorial.responsible": "TEST Press",
        "editorial.contact": "desk@press.example.test",
    }
    assert client.post(f"/console/{informing.id}", form).status_code == 302
    with house.inside():
        assert Release.objects.get(pk=informing.pk).state == "cleared"


# Findings


def test_a_finding_is_confirmed_by_a_person_and_never_changed(house, client):
    work = house.make()
    release = ask(house, work)
    with house.inside():
        finding = work.assessment.findings.first()
        confirming.mark(by=house.reviewer, release=release, finding_id=finding.pk, confirmed=True)
        confirming.mark(by=house.reviewer, release=release, finding_id=finding.pk, confirmed=False)
        held = confirming.newest([finding])[finding.pk]
        assert [(one.person, one.verdict) for one in held] == [(house.reviewer, "deconfirmed")]
        assert Event.objects.filter(type="finding.confirmed").count() == 1
        house.author.roles = ["author", "reviewer"]
        with pytest.raises(errors.SamePerson):
            confirming.mark(by=house.author, release=release, finding_id=finding.pk, confirmed=True)
        with pytest.raises(DatabaseError, match=r"append-only|denied"), transaction.atomic():
            FindingMark.objects.update(verdict="confirmed")
    client.post("/login", {"email": house.approver.email, "password": PASSWORD})
    path = f"/console/{release.id}/findings/{finding.pk}"
    assert client.post(path, {"verdict": "maybe"}).status_code == 422
    part = client.post(path, {"verdict": "confirmed"}, headers={"HX-Request": "true"})
    assert "Confirmed" in part.content.decode()
    other = ask(house, house.make("a castle by night"))
    foreign = f"/console/{other.id}/findings/{finding.pk}"
    assert client.post(foreign, {"verdict": "confirmed"}).status_code == 404


# Four eyes


@pytest.fixture
def approved(house):
    release = ask(house, house.make(), ["EU", "CN"])
    decide(house, house.reviewer, release)
    return release


def test_the_first_reviewer_calls_an_approval_back(house, approved):
    with house.inside():
        with pytest.raises(errors.NotYours):
            deciding.recall(by=house.approver, release=approved, reason="")
        deciding.recall(by=house.reviewer, release=approved, reason="I missed the edge.")
        assert approved.state == "in_review"
        assert Decision.objects.get(verdict="approve").state == "recalled"
        assert Event.objects.filter(type="decision.recalled").exists()
        with pytest.raises(errors.NoApproval):
            deciding.recall(by=house.reviewer, release=approved, reason="")
    decide(house, house.reviewer, approved)
    decide(house, house.approver, approved, "confirm")
    with house.inside():
        assert Clearance.objects.get().first.state == "effective"


def test_a_second_person_asks_for_another_first_reviewer(house, approved):
    with pytest.raises(errors.ReasonMissing, match="reason"):
        decide(house, house.approver, approved, "replace")
    decide(house, house.approver, approved, "replace", reason="Needs a colour reader.")
    assert approved.state == "in_review"
    with house.inside():
        assert Exclusion.objects.get().person == house.reviewer
        with pytest.raises(errors.Excluded, match="replaced"):
            services.claim(by=house.reviewer, release=approved)


def test_sending_back_ends_the_first_approval(house, approved):
    decide(house, house.approver, approved, "send_back", reason="Look at the edge.")
    with house.inside():
        assert Decision.objects.get(verdict="approve").state == "recalled"
        assert not Exclusion.objects.exists()


def test_who_declared_an_interest_decides_on_none_of_the_projects_works(house, client):
    release = ask(house, house.make())
    with house.inside():
        declared = interests.declare(
            by=house.reviewer, person=house.reviewer, project=house.project, relation="My sister's"
        )
        with pytest.raises(errors.Interested, match="Nights"):
            services.claim(by=house.reviewer, release=release)
        with pytest.raises(IntegrityError, match="declared an interest"), transaction.atomic():
            Decision.objects.create(
                state="pending",
                release=release,
                person=house.reviewer,
                role="reviewer",
                verdict="refuse",
                artifact_sha256=release.artifact_sha256,
            )
        with pytest.raises(errors.InterestHeld):
            interests.declare(
                by=house.keeper, person=house.reviewer, project=house.project, relation="Again"
            )
    client.post("/login", {"email": house.reviewer.email, "password": PASSWORD})
    assert "My sister" in client.get("/console/interests").content.decode()
    assert "declared an interest" in client.get(f"/console/{release.id}").content.decode()
    client.post(f"/console/interests/{declared.id}/end")
    with house.inside():
        services.claim(by=house.reviewer, release=release)


# Canned reasons and the message


def test_canned_reasons_are_kept_in_both_languages_and_offered_in_the_authors(house, client):
    release = ask(house, house.make())
    with house.inside():
        reasons.add(
            by=house.keeper,
            clause="house.review",
            text_en="Leave room for the title.",
            text_zh="请为标题留出位置。",
        )
        with pytest.raises(errors.WordsMissing, match="text_zh"):
            reasons.add(by=house.keeper, clause="", text_en="Only English", text_zh=" ")
        type(house.author).objects.filter(pk=house.author.pk).update(language="zh-hans")
    client.post("/login", {"email": house.reviewer.email, "password": PASSWORD})
    page = client.get(f"/console/{release.id}").content.decode()
    assert "请为标题留出位置。" in page
    assert "Leave room" not in page
    assert client.post("/console/reasons", {"text_en": "x", "text_zh": "y"}).status_code == 403
    client.post("/login", {"email": house.keeper.email, "password": PASSWORD})
    with house.inside():
        row = CannedReason.objects.get()
    client.post(f"/console/reasons/{row.id}/retire")
    assert client.post("/console/reasons", {"what": "terms", "appeal_days": "x"}).status_code == 422
    sent = {"what": "terms", "appeal_days": "7", "hearing_days": "9"}
    assert client.post("/console/reasons", sent).status_code == 302
    with house.inside():
        assert not reasons.offered()
        assert Event.objects.filter(type="terms.changed").exists()


def test_the_message_reaches_the_author_and_not_the_ledger(house, client):
    release = ask(house, house.make())
    decide(
        house,
        house.reviewer,
        release,
        "return",
        clause="house.review",
        reason="Crop it.",
        message="Call me, Ada.",
    )
    client.post("/login", {"email": house.author.email, "password": PASSWORD})
    page = client.get(f"/works/{release.artifact_id}").content.decode()
    assert "Call me, Ada." in page
    with house.inside():
        assert "Ada" not in str(_facts(Event.objects.get(type="decision.made")))
        made = Decision.objects.get()
        assert settling.typed(made)["message"] == "Call me, Ada."
