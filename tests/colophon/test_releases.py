"""Request, claim, decide, clear: the gate, and that the database is the gate."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from colophon.accounts.access import NotAllowed
from colophon.ledger.errors import IllegalMove
from colophon.ledger.models import Event, Transition
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About
from colophon.releases import errors, services
from colophon.releases.models import Appeal, Claim, Clearance, Decision, Release, Verdict
from colophon.releases.settling import told
from colophon.studio.models import Job

EVERYWHERE = ["EU", "CN", "US-CA"]


@pytest.fixture
def asked(house):
    artifact = house.make()
    with house.inside():
        return services.request(by=house.author, artifact=artifact, destinations=EVERYWHERE)


def opinion(release, verdict="approve", **more):
    return services.Opinion(
        verdict=Verdict(verdict), artifact_sha256=release.artifact_sha256, **more
    )


def decide(house, person, release, verdict="approve", **more):
    with house.inside():
        services.claim(by=person, release=release)
        return services.decide(
            by=person, release=release, opinion=opinion(release, verdict, **more)
        )


def test_two_people_clear_a_picture_for_three_jurisdictions(house, asked, settings):
    assert asked.persons == 2
    decide(house, house.reviewer, asked)
    assert asked.state == "second_review"
    decide(house, house.approver, asked, "confirm")
    assert asked.state == "cleared"
    with house.inside():
        clearance = Clearance.objects.get(release=asked)
        assert clearance.artifact_sha256 == asked.artifact_sha256
        assert {clearance.author_id, clearance.reviewer_id, clearance.second_person_id} == {
            house.author.pk,
            house.reviewer.pk,
            house.approver.pk,
        }
        assert set(clearance.destinations) <= set(EVERYWHERE)
        event = Event.objects.get(event_id=clearance.event_id)
        assert event.type == "release.cleared"


def test_a_clause_whose_means_is_missing_blocks_its_destination_and_is_shown(house, settings):
    settings.COLOPHON_TSA_URL = ""
    artifact = house.make()
    with house.inside():
        release = services.request(by=house.author, artifact=artifact, destinations=EVERYWHERE)
        blocked = {one.destination: one.clauses for one in release.destinations.all()}
    assert blocked["EU"], "without a time-stamp authority the EU stays closed"
    standing = {b["clause"]: b["standing"] for b in release.ruling["bound"]}
    assert standing[blocked["EU"][0]] == "not_met"


def test_the_author_decides_nothing_of_their_own(house, asked, give_roles):
    give_roles(house, house.author, "author", "reviewer", "approver")
    with house.inside(), pytest.raises(errors.SamePerson, match="author"):
        services.claim(by=house.author, release=asked)


def test_the_first_reviewer_is_not_the_second(house, asked):
    decide(house, house.approver, asked)
    with house.inside(), pytest.raises(errors.SamePerson, match="first reviewer"):
        services.claim(by=house.approver, release=asked)


def test_approving_other_bytes_than_the_work_holds_is_refused(house, asked):
    with house.inside():
        services.claim(by=house.reviewer, release=asked)
        with pytest.raises(errors.OtherBytes):
            services.decide(
                by=house.reviewer,
                release=asked,
                opinion=services.Opinion(verdict=Verdict.APPROVE, artifact_sha256="0" * 64),
            )


def test_deciding_without_a_claim_is_refused(house, asked):
    with house.inside(), pytest.raises(errors.NotClaimed):
        services.decide(by=house.reviewer, release=asked, opinion=opinion(asked))


def test_a_refusal_names_its_clause_and_reason(house, asked):
    with house.inside():
        services.claim(by=house.reviewer, release=asked)
        with pytest.raises(errors.ReasonMissing, match="clause"):
            services.decide(by=house.reviewer, release=asked, opinion=opinion(asked, "refuse"))
    decide(house, house.reviewer, asked, "refuse", clause="house.near-copy.image", reason="A copy.")
    assert asked.state == "refused"


def test_a_second_person_may_send_it_back(house, asked):
    decide(house, house.reviewer, asked)
    decide(house, house.approver, asked, "send_back", reason="Look at the edge.")
    assert asked.state == "in_review"


def test_a_claim_that_ran_out_goes_to_the_next_reviewer(house, asked):
    with house.inside():
        services.claim(by=house.reviewer, release=asked)
        with pytest.raises(errors.ClaimedByOther, match="Reviewer"):
            services.claim(by=house.approver, release=asked)
        Claim.objects.update(until=timezone.now())
        services.claim(by=house.approver, release=asked)
        types = list(Event.objects.filter(subject_id=asked.pk).values_list("type", flat=True))
    assert "review.lapsed" in types


def test_a_reader_without_the_role_is_told_which_it_takes(house, asked):
    with house.inside(), pytest.raises(NotAllowed, match="reviewer"):
        services.claim(by=house.auditor, release=asked)


def test_asking_twice_for_the_same_work_is_refused(house, asked):
    with house.inside(), pytest.raises(errors.AlreadyAsked, match="in_review"):
        services.request(by=house.author, artifact=asked.artifact, destinations=["EU"])


def test_the_author_may_take_the_wish_back(house, asked):
    with house.inside():
        services.withdraw_request(by=house.author, release=asked)
        with pytest.raises(IllegalMove):
            services.withdraw_request(by=house.author, release=asked)


def test_a_work_not_yet_checked_cannot_be_asked_for(house):
    from colophon.studio import running
    from colophon.studio.models import Artifact

    job = house.submit()
    running.run(house.organisation.id, job.id)
    with house.inside():
        artifact = Artifact.objects.get(job=job)
        with pytest.raises(errors.NotAssessed):
            services.request(by=house.author, artifact=artifact, destinations=["EU"])


# Invariant 1 and 4 in the database: what services would never do is refused below them, too.


def clearance_row(house, release, **changed):
    first = Decision.objects.filter(release=release, verdict="approve").first()
    second = Decision.objects.filter(release=release, verdict="confirm").first()
    event = Event.objects.filter(subject_id=release.pk).first()
    values = {
        "release": release,
        "artifact_id": release.artifact_id,
        "artifact_sha256": release.artifact_sha256,
        "packs_digest": release.packs_digest,
        "persons": release.persons,
        "destinations": ["EU"],
        "requirements": {},
        "author": house.author,
        "reviewer": house.reviewer,
        "first": first,
        "second_person": house.approver if second else None,
        "second": second,
        "second_verdict": "confirm" if second else None,
        "event_id": event.event_id,
    } | changed
    with transaction.atomic():
        row = Clearance.objects.create(**values)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("set constraints all immediate")
        return row


def test_invariant_1_no_clearance_without_the_decisions_it_names(house, asked):
    with house.inside(), pytest.raises(IntegrityError):
        clearance_row(house, asked, first_id=asked.pk)


def test_invariant_4_no_clearance_with_one_person_where_two_are_asked(house, asked):
    decide(house, house.reviewer, asked)
    with house.inside(), pytest.raises(IntegrityError, match="second_where_asked"):
        clearance_row(house, asked)


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"artifact_sha256": "0" * 64}, "foreign key"),
        ({"packs_digest": "0" * 64}, "foreign key"),
        ({"persons": 1, "second_person": None, "second": None, "second_verdict": None}, "foreign"),
    ],
)
def test_invariant_4_a_clearance_binds_what_was_asked(house, asked, changed, constraint):
    decide(house, house.reviewer, asked)
    with house.inside():
        confirmation = Decision.objects.create(
            state="pending",
            release=asked,
            person=house.approver,
            role="approver",
            verdict="confirm",
            artifact_sha256=asked.artifact_sha256,
        )
        move(
            confirmation,
            "effective",
            by=Actor.process("test"),
            event="decision.made",
            about=About("release", asked.id),
            facts=told(confirmation),
        )
        with pytest.raises(IntegrityError, match=constraint):
            clearance_row(house, asked, **changed)


def test_invariant_4_author_and_reviewer_differ_in_the_row(house, asked):
    decide(house, house.reviewer, asked)
    with house.inside(), pytest.raises(IntegrityError):
        clearance_row(house, asked, reviewer=house.author)


def test_invariant_1_cleared_without_a_clearance_is_refused_by_the_database(house, asked):
    with house.inside(), pytest.raises(DatabaseError, match="without a clearance"):
        move(asked, "cleared", by=Actor("x"), event="release.routed", facts={"to": "cleared"})


def test_what_was_asked_for_never_changes(house, asked):
    with (
        house.inside(),
        pytest.raises(DatabaseError, match="not changed after"),
        transaction.atomic(),
    ):
        Release.objects.filter(pk=asked.pk).update(persons=1)


@pytest.mark.parametrize("model", [Job, Release, Decision, Appeal])
def test_the_database_knows_exactly_the_moves_of_the_models(db, model):
    rows = Transition.objects.filter(kind=model.KIND)
    pairs = {(row.held, row.wanted) for row in rows}
    assert pairs == {("", first) for first in model.START} | {
        (held, wanted) for held, all_ in model.MOVES.items() for wanted in all_
    }
