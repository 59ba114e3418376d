"""A licence on record turns a stop into a person's decision; nothing else does, and it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from colophon.accounts.access import NotAllowed
from colophon.demo import material
from colophon.ledger.models import Event
from colophon.releases import errors
from colophon.releases import services as releases
from colophon.releases.models import Verdict
from colophon.rights import licences
from colophon.rights import services as rights
from colophon.rights.models import Licence, LicenceEnd
from colophon.store.parsing import sandbox
from colophon.studio import incoming, services
from colophon.studio.models import Artifact
from kernel.errors import BadInput

CLAUSE = "house.near-copy.text"


@pytest.fixture
def registered(house):
    with house.inside():
        return rights.register(
            by=house.keeper,
            title="Lamps for the boats",
            right_holder="Estate of A. Marsund",
            media_type="text/plain",
            pieces=[material.REGISTERED_TEXT.encode()],
            sandbox=sandbox(),
        )


@pytest.fixture
def copied(house, registered):
    with house.inside():
        upload = incoming.receive(
            by=house.author,
            name="story.txt",
            media_type="text/plain",
            pieces=[material.COPIED_TEXT.encode()],
        )
        work = incoming.bring_in(
            by=house.author,
            incoming=incoming.Incoming(
                project=house.project,
                upload=upload,
                title="A story",
                tool="pen",
                ai_share_permille=0,
            ),
        )
        services.assess(artifact=work)
        return Artifact.objects.select_related("assessment", "project", "tenant").get(pk=work.pk)


def ask(house, work, *places):
    return releases.request(by=house.author, artifact=work, destinations=places or ["EU"])


def standing(release):
    return {one["clause"]: one["standing"] for one in release.ruling["bound"]}[CLAUSE]


def approve(house, release):
    releases.claim(by=house.reviewer, release=release)
    return releases.decide(
        by=house.reviewer,
        release=release,
        opinion=releases.Opinion(verdict=Verdict.APPROVE, artifact_sha256=release.artifact_sha256),
    )


def test_without_a_licence_the_copy_stops_and_with_one_a_person_decides(house, registered, copied):
    with house.inside():
        assert standing(ask(house, copied)) == "stops"
        releases.withdraw_request(by=house.author, release=copied.releases.get())
        licences.grant(by=house.keeper, work=registered, attribution="From Lamps for the boats")
        release = ask(house, copied)
        assert standing(release) == "pending"
        approve(house, release)
        assert release.state == "cleared"


@pytest.mark.parametrize(
    "terms",
    [
        {"purposes": ["education"]},
        {"destinations": ["CN"]},
    ],
)
def test_a_licence_for_another_use_or_place_does_not_count(house, registered, copied, terms):
    with house.inside():
        licences.grant(by=house.keeper, work=registered, **terms)
        assert standing(ask(house, copied)) == "stops"


def test_a_licence_must_cover_every_destination_asked_for(house, registered, copied):
    with house.inside():
        licences.grant(by=house.keeper, work=registered, destinations=["EU"])
        assert standing(ask(house, copied, "EU", "CN")) == "stops"
        releases.withdraw_request(by=house.author, release=copied.releases.get())
        licences.grant(by=house.keeper, work=registered, destinations=["CN"])
        assert standing(ask(house, copied, "EU", "CN")) == "pending", "two licences together do"


def test_a_licence_that_ended_after_the_request_keeps_the_work_from_clearing(
    house, registered, copied
):
    with house.inside():
        licence = licences.grant(by=house.keeper, work=registered)
        release = ask(house, copied)
        licences.end(by=house.keeper, licence=licence, reason="The estate withdrew it.")
        with pytest.raises(errors.Stopped, match=CLAUSE):
            approve(house, release)
        assert Event.objects.filter(type="licence.ended", subject_id=licence.id).count() == 1


def test_a_licence_runs_to_the_end_of_its_last_day(house, registered):
    today = datetime.now(UTC).date()
    with house.inside():
        licences.grant(by=house.keeper, work=registered, until=today)
        held = licences.licensed_works(destinations=["EU"], purpose="campaign")
        assert held == {str(registered.id)}
        with pytest.raises(BadInput, match="that day is past"):
            licences.grant(by=house.keeper, work=registered, until=today - timedelta(days=1))


def test_an_author_licenses_nothing_to_themselves(house, registered):
    with house.inside(), pytest.raises(NotAllowed, match="register_work"):
        licences.grant(by=house.author, work=registered)


@pytest.mark.parametrize(
    ("terms", "named"),
    [({"purposes": ["anything"]}, "purposes"), ({"destinations": ["Europe"]}, "destinations")],
)
def test_unknown_terms_are_refused_by_name(house, registered, terms, named):
    with house.inside(), pytest.raises(BadInput, match=named):
        licences.grant(by=house.keeper, work=registered, **terms)


def test_a_licence_ends_once_and_is_never_rewritten(house, registered):
    with house.inside():
        licence = licences.grant(by=house.keeper, work=registered)
        licences.end(by=house.keeper, licence=licence, reason="Over.")
        with pytest.raises(licences.LicenceOver):
            licences.end(by=house.keeper, licence=licence, reason="Again.")
        assert LicenceEnd.objects.get(licence=licence).reason == "Over."
        with pytest.raises(DatabaseError), transaction.atomic():
            Licence.objects.filter(pk=licence.pk).update(destinations=["CN"])


def test_another_organisation_does_not_see_it(two_houses):
    mine, theirs = two_houses.mine, two_houses.theirs
    with mine.inside():
        work = rights.register(
            by=mine.keeper,
            title="Lamps",
            right_holder="Estate",
            media_type="text/plain",
            pieces=[material.REGISTERED_TEXT.encode()],
            sandbox=sandbox(),
        )
        licences.grant(by=mine.keeper, work=work)
    with theirs.inside():
        assert not licences.licensed_works(destinations=["EU"], purpose="campaign")
