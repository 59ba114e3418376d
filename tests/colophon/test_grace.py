"""A decision can be undone for a while; it takes effect once, and only then does anything move."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from colophon.ledger.models import Event
from colophon.ledger.tenancy import tenant
from colophon.releases import drafting, errors, services, settling, sweeping
from colophon.releases.models import Claim, Clearance, Decision, Draft, Release, Verdict

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


@pytest.fixture(autouse=True)
def a_minute(settings):
    settings.COLOPHON = replace(settings.COLOPHON, grace_seconds=60)


@pytest.fixture
def asked(house):
    artifact = house.make()
    with house.inside():
        return services.request(by=house.author, artifact=artifact, destinations=["US-CA"])


def decide(house, person, release, verdict="approve", **more):
    with house.inside():
        services.claim(by=person, release=release)
        return services.decide(
            by=person,
            release=release,
            opinion=services.Opinion(
                verdict=Verdict(verdict), artifact_sha256=release.artifact_sha256, **more
            ),
        )


def pass_time(monkeypatch):
    """Make every pending decision due: rows cannot be changed, so the question is."""
    monkeypatch.setattr(settling, "_is_due", lambda decision: True)


def state(release):
    return Release.objects.get(pk=release.pk).state


def test_a_decision_moves_nothing_before_its_time(house, asked):
    decision = decide(house, house.reviewer, asked, reason="Fine.")
    with house.inside():
        assert decision.state == "pending"
        assert state(asked) == "in_review"
        assert not Clearance.objects.exists()
        assert settling.settle(decision.pk) == "pending", "it is not due"
        types = set(Event.objects.values_list("type", flat=True))
        assert "decision.entered" in types
        assert "decision.made" not in types


def test_when_due_it_takes_effect_once(house, asked, monkeypatch):
    decision = decide(house, house.reviewer, asked)
    pass_time(monkeypatch)
    with house.inside():
        assert [settling.settle(decision.pk) for _ in range(3)] == ["effective"] * 3
        assert state(asked) == "cleared"
        assert Clearance.objects.get().first_id == decision.pk
        assert Event.objects.filter(type="decision.made").count() == 1


def test_the_sweeper_finds_what_is_due_and_nothing_else(house, asked, settings):
    settings.COLOPHON = replace(settings.COLOPHON, grace_seconds=3600)
    decide(house, house.reviewer, asked)
    assert sweeping.sweep() == 0
    other = house.make("a castle by night")
    with house.inside():
        second = services.request(by=house.author, artifact=other, destinations=["US-CA"])
        services.claim(by=house.reviewer, release=second)
        Decision.objects.create(
            state="pending",
            release=second,
            person=house.reviewer,
            role="reviewer",
            verdict="return",
            clause="house.review",
            reason="Crop it.",
            artifact_sha256=second.artifact_sha256,
            due_at=timezone.now() - timedelta(hours=1),
        )
    assert sweeping.sweep() == 1
    with house.inside():
        assert (state(asked), state(second)) == ("in_review", "returned")


def test_undo_gives_back_the_claim_and_every_word(house, asked):
    decision = decide(
        house, house.reviewer, asked, "refuse", clause="house.review", reason="A copy."
    )
    with house.inside():
        settling.undo(by=house.reviewer, decision_id=decision.pk)
        assert Claim.objects.get(ended_at__isnull=True).reviewer == house.reviewer
        kept = drafting.kept(by=house.reviewer, release=asked)
        assert kept.said == {"verdict": "refuse", "clause": "house.review", "reason": "A copy."}
        assert Event.objects.filter(type="decision.undone").exists()
    decide(house, house.reviewer, asked, "approve")
    with house.inside():
        assert not Draft.objects.exists(), "decided: the draft is gone"


def test_nobody_undoes_what_another_decided_or_what_is_in_effect(house, asked, monkeypatch):
    decision = decide(house, house.reviewer, asked)
    with house.inside(), pytest.raises(errors.NotYours, match="somebody else"):
        settling.undo(by=house.approver, decision_id=decision.pk)
    pass_time(monkeypatch)
    with house.inside():
        settling.settle(decision.pk)
        with pytest.raises(errors.TooLate, match="effective"):
            settling.undo(by=house.reviewer, decision_id=decision.pk)


def test_while_it_is_pending_nobody_claims_or_decides_the_case(house, asked):
    decide(house, house.reviewer, asked)
    with house.inside():
        with pytest.raises(errors.DecisionPending, match="just now"):
            services.claim(by=house.approver, release=asked)
        assert not Claim.objects.filter(ended_at__isnull=True).exists()


def test_rules_that_changed_meanwhile_undo_it_and_its_maker_is_told(
    house, asked, monkeypatch, client
):
    decision = decide(house, house.reviewer, asked, reason="Looked at.")
    pass_time(monkeypatch)

    def changed(release):
        raise errors.RulesChanged()

    monkeypatch.setattr(settling.judging, "judge_again", changed)
    with house.inside():
        assert settling.settle(decision.pk) == "undone"
        assert state(asked) == "in_review"
        decision.refresh_from_db()
        assert decision.cause["code"] == "rules_changed"
    client.post("/login", {"email": house.reviewer.email, "password": PASSWORD})
    page = client.get("/console").content.decode()
    assert "your decision did not take effect" in page
    assert "The rules changed" in page
    assert "Looked at." in client.get(f"/console/{asked.id}").content.decode()
    client.post(f"/console/{asked.id}/drop-draft")
    assert "did not take effect" not in client.get("/console").content.decode()


def test_the_author_takes_a_pending_case_back_and_the_reviewer_is_told(house, asked):
    decision = decide(house, house.reviewer, asked)
    with house.inside():
        services.withdraw_request(by=house.author, release=asked)
        decision.refresh_from_db()
        assert (decision.state, decision.cause["code"]) == ("undone", "taken_back")
        assert state(asked) == "withdrawn_by_author"


def test_the_case_leaves_every_queue_and_undo_is_one_key(house, asked, client):
    client.post("/login", {"email": house.reviewer.email, "password": PASSWORD})
    sent = {"verdict": "approve", "artifact_sha256": asked.artifact_sha256, "reason": "Good."}
    assert client.post(f"/console/{asked.id}", sent)["Location"] == "/console"
    queue = client.get("/console").content.decode()
    assert 'data-key="u"' in queue
    assert f'<td><a href="/console/{asked.id}">' not in queue
    with house.inside():
        decision = Decision.objects.get()
    assert (
        f"/console/decisions/{decision.id}/undo" in client.get("/console/decided").content.decode()
    )
    answer = client.post(f"/console/decisions/{decision.id}/undo")
    assert answer["Location"] == f"/console/{asked.id}"
    page = client.get(f"/console/{asked.id}").content.decode()
    assert 'value="Good."' in page
    assert client.post(f"/console/decisions/{decision.id}/undo").status_code == 409


def test_the_author_learns_nothing_before_it_is_in_effect(house, asked, client, monkeypatch):
    decision = decide(
        house, house.reviewer, asked, "refuse", clause="house.review", reason="Too near."
    )
    client.post("/login", {"email": house.author.email, "password": PASSWORD})
    for path in (f"/works/{asked.artifact_id}", "/audit"):
        assert "Too near." not in client.get(path).content.decode()
    pass_time(monkeypatch)
    with house.inside():
        settling.settle(decision.pk)
    assert "Too near." in client.get(f"/works/{asked.artifact_id}").content.decode()


# Drafts


def test_a_draft_is_kept_for_its_person_and_shown_again(house, asked, client):
    client.post("/login", {"email": house.reviewer.email, "password": PASSWORD})
    typed = {"verdict": "hold", "clause": "house.review", "reason": "Ask the museum <first>."}
    answer = client.post(f"/console/{asked.id}/draft", typed)
    assert b"Draft kept" in answer.content
    answer = client.post(f"/console/{asked.id}/draft", typed | {"message": "Soon."})
    assert b"Draft kept" in answer.content, "and as often as something more is typed"
    page = client.get(f"/console/{asked.id}").content.decode()
    assert "Ask the museum &lt;first&gt;." in page
    assert "Soon." in page
    client.post("/logout")
    client.post("/login", {"email": house.approver.email, "password": PASSWORD})
    assert "museum" not in client.get(f"/console/{asked.id}").content.decode()
    with house.inside():
        assert not Event.objects.filter(type__startswith="draft").exists()
        assert Draft.objects.get().person == house.reviewer


def test_a_draft_that_is_too_long_is_refused_by_name(house, asked):
    with house.inside(), pytest.raises(errors.TooLong, match="16000"):
        drafting.keep(by=house.reviewer, release=asked, said={"reason": "x" * 16_001})


def test_what_comes_late_for_a_decided_case_is_not_kept(house, asked):
    decide(house, house.reviewer, asked)
    with house.inside():
        drafting.keep(by=house.reviewer, release=asked, said={"reason": "late"})
        assert not Draft.objects.exists()


# The database is the gate: the application's own role is refused below every service.


INSERT = (
    "insert into releases_clearance (id, tenant_id, release_id, artifact_id, artifact_sha256,"
    " packs_digest, persons, destinations, requirements, author_id, reviewer_id, first_id,"
    " first_verdict, first_state, second_state, event_id) values (gen_random_uuid(), %s, %s, %s,"
    " %s, %s, 1, '[]', '{}', %s, %s, %s, 'approve', %s, 'effective', %s)"
)


def values(house, release, decision):
    return [
        house.organisation.id,
        release.id,
        release.artifact_id,
        release.artifact_sha256,
        release.packs_digest,
        house.author.id,
        house.reviewer.id,
        decision.id,
    ]


@pytest.mark.parametrize("claimed", ["pending", "effective"])
def test_invariant_1_a_pending_decision_clears_nothing(house, asked, claimed):
    decision = decide(house, house.reviewer, asked)
    with house.inside():
        event = Event.objects.filter(subject_id=asked.pk).first().event_id
    with (
        house.inside(),
        pytest.raises(IntegrityError, match=r"clearance_by_first|decisions_in_effect"),
        transaction.atomic(),
        transaction.get_connection().cursor() as cursor,
    ):
        cursor.execute(INSERT, [*values(house, asked, decision), claimed, event])


def test_a_decision_that_cleared_cannot_be_called_back(house, asked, monkeypatch):
    decision = decide(house, house.reviewer, asked)
    pass_time(monkeypatch)
    with house.inside():
        settling.settle(decision.pk)
        decision.refresh_from_db()
        with pytest.raises(IntegrityError, match="clearance_by_first"), transaction.atomic():
            settling.move(
                decision,
                "recalled",
                by=settling.PROCESS,
                event="decision.undone",
                facts={"release_id": str(asked.id), "by": "process:test"},
            )


@pytest.mark.parametrize(
    "change", ["verdict = 'confirm'", "reason = 'other'", "due_at = now()", "state = 'effective'"]
)
def test_what_was_decided_is_never_changed(house, asked, change):
    decision = decide(house, house.reviewer, asked)
    with (
        house.inside(),
        pytest.raises(DatabaseError, match=r"permission denied|not changed|without a Move"),
        transaction.atomic(),
        transaction.get_connection().cursor() as cursor,
    ):
        cursor.execute(f"update releases_decision set {change} where id = %s", [decision.id])  # noqa: S608


@pytest.mark.parametrize("verdict", ["approve", "refuse"])
def test_invariant_4_the_database_takes_no_decision_of_the_author(house, asked, verdict):
    with (
        tenant(house.organisation.id),
        pytest.raises(IntegrityError, match="nothing of their own"),
        transaction.atomic(),
    ):
        Decision.objects.create(
            state="pending",
            release=asked,
            person=house.author,
            role="reviewer",
            verdict=verdict,
            artifact_sha256=asked.artifact_sha256,
        )


def test_invariant_4_the_database_takes_no_second_approval_of_the_first(house, monkeypatch):
    artifact = house.make("a temple at dawn")
    with house.inside():
        release = services.request(by=house.author, artifact=artifact, destinations=["EU", "CN"])
    decision = decide(house, house.approver, release)
    pass_time(monkeypatch)
    with house.inside():
        settling.settle(decision.pk)
        with pytest.raises(IntegrityError, match="their own approval"), transaction.atomic():
            Decision.objects.create(
                state="pending",
                release=release,
                person=house.approver,
                role="approver",
                verdict="confirm",
                artifact_sha256=release.artifact_sha256,
            )


def test_two_decisions_are_never_pending_on_one_case(house, asked):
    decide(house, house.reviewer, asked)
    with (
        house.inside(),
        pytest.raises(IntegrityError, match="one_pending_decision"),
        transaction.atomic(),
    ):
        Decision.objects.create(
            state="pending",
            release=asked,
            person=house.approver,
            role="reviewer",
            verdict="refuse",
            artifact_sha256=asked.artifact_sha256,
        )
