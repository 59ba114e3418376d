"""Two reviewers at once, a hundred times: one winner each, and the other is told."""

import threading

import pytest
from django.db import connection

from colophon.ledger.models import Move
from colophon.ledger.tenancy import tenant
from colophon.releases import errors, services
from colophon.releases.models import Decision, Release, Verdict
from colophon.studio.models import Artifact, Assessment, Finding
from kernel.errors import Refused
from kernel.ids import new_id

RACES = 100


def works(house, first, many):
    """Give the first work's bytes and findings to ``many`` others: judging them is not the point."""
    held = list(Finding.objects.filter(assessment=first.assessment).values())
    for number in range(many):
        copy = Artifact.objects.create(
            project=house.project,
            author=house.author,
            title=f"Work {number}",
            sha256=first.sha256,
            size=first.size,
            media_type=first.media_type,
            medium=first.medium,
            origin=first.origin,
        )
        assessment = Assessment.objects.create(artifact=copy, findings_sha256="0" * 64)
        Finding.objects.bulk_create(
            Finding(**{**row, "id": new_id(), "assessment_id": assessment.id}) for row in held
        )
        yield copy


@pytest.mark.slow
def test_of_two_reviewers_who_decide_at_once_one_wins_and_the_other_is_told(
    committed_db, build_house
):
    house = build_house("Races")
    first = house.make()
    with house.inside():
        releases = [
            services.request(by=house.author, artifact=copy, destinations=["US-CA"]).id
            for copy in works(house, first, RACES)
        ]
    outcomes: dict[object, list[str]] = {one: [] for one in releases}

    def review(person, verdict, release_id, start):
        start.wait()
        try:
            with tenant(house.organisation.id):
                release = Release.objects.select_related(
                    "artifact__assessment", "artifact__tenant", "author"
                ).get(pk=release_id)
                services.claim(by=person, release=release)
                services.decide(
                    by=person,
                    release=release,
                    opinion=services.Opinion(
                        verdict=verdict,
                        artifact_sha256=release.artifact_sha256,
                        clause="house.visible-label",
                        reason="A race.",
                    ),
                )
            outcomes[release_id].append("won")
        except Refused as error:
            outcomes[release_id].append(error.code)
        finally:
            connection.close()

    for release_id in releases:
        start = threading.Barrier(2)
        pair = [
            threading.Thread(target=review, args=(person, verdict, release_id, start))
            for person, verdict in (
                (house.reviewer, Verdict.REFUSE),
                (house.approver, Verdict.RETURN),
            )
        ]
        for one in pair:
            one.start()
        for one in pair:
            one.join()
    told = {errors.ClaimedByOther.code, errors.WrongVerdict.code, "stale_state", "not_claimed"}
    for release_id, both in outcomes.items():
        assert both.count("won") == 1, (release_id, both)
        assert len(both) == 2
        assert set(both) - {"won"} <= told
    with house.inside():
        assert Decision.objects.count() == RACES
        ended = Move.objects.filter(kind="release", held="in_review")
        assert ended.count() == RACES
