"""The case page shows what decides, and lets nobody decide who may not."""

from __future__ import annotations

import pytest

from colophon.publishing.models import Signable
from colophon.publishing.recipes import recipe_for
from colophon.releases import services as releases
from colophon.releases.models import Claim, Clearance, Decision, Release
from colophon.studio.models import Proof
from colophon.web import evidence
from compliance.marking.proofing import VERSION
from compliance.marking.recipe import Recipe
from kernel.canonical import digest

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def asked(house):
    work = house.make("a lighthouse at dawn")
    with house.inside():
        return releases.request(by=house.author, artifact=work, destinations=["EU", "CN"])


@pytest.fixture
def sign_in(client):
    def as_(person):
        client.post("/login", {"email": person.email, "password": PASSWORD})
        return client

    return as_


def opinion(release, verdict, **more):
    return {"verdict": verdict, "artifact_sha256": release.artifact_sha256, **more}


def test_looking_claims_nothing_until_the_page_says_so(sign_in, house, asked):
    client = sign_in(house.reviewer)
    client.get(f"/console/{asked.id}")
    with house.inside():
        assert not Claim.objects.exists(), "a GET writes nothing"
    assert b"Yours until" in client.post(f"/console/{asked.id}/claim").content
    with house.inside():
        assert Claim.objects.get().reviewer_id == house.reviewer.id


def test_a_page_that_claims_what_was_decided_meanwhile_is_told(sign_in, house, asked):
    with house.inside():
        releases.withdraw_request(by=house.author, release=asked)
    answer = sign_in(house.reviewer).post(f"/console/{asked.id}/claim")
    assert answer.status_code == 200, "to ask is no mistake: the line says what is the case"
    assert b"Nothing is to be decided here now" in answer.content
    with house.inside():
        assert not Claim.objects.exists()


def test_a_decision_moves_the_case_and_leads_to_the_next(sign_in, house, asked):
    client = sign_in(house.reviewer)
    other = house.make("a castle by night")
    with house.inside():
        following = releases.request(by=house.author, artifact=other, destinations=["EU"])
    answer = client.post(f"/console/{asked.id}", opinion(asked, "approve"))
    assert answer["Location"] == f"/console/{following.id}"
    with house.inside():
        assert Release.objects.get(pk=asked.pk).state == "second_review"
    page = sign_in(house.approver).get(f"/console/{asked.id}").content.decode()
    assert 'value="confirm"' in page
    assert 'value="send_back"' in page


def test_who_approved_first_is_shown_why_somebody_else_confirms(sign_in, house, asked):
    client = sign_in(house.approver)
    client.post(f"/console/{asked.id}", opinion(asked, "approve"))
    page = client.get(f"/console/{asked.id}").content.decode()
    assert "You approved it first" in page
    assert 'id="decide"' not in page


def test_a_refusal_without_a_reason_is_told_and_the_clause_stays(sign_in, house, asked):
    client = sign_in(house.reviewer)
    said = opinion(asked, "refuse", clause="house.review", reason=" ")
    answer = client.post(f"/console/{asked.id}", said)
    assert answer.status_code == 422
    assert b'value="house.review"' in answer.content
    with house.inside():
        assert not Decision.objects.exists()


def test_other_bytes_than_those_on_the_page_are_refused(sign_in, house, asked):
    said = opinion(asked, "approve") | {"artifact_sha256": "0" * 64}
    answer = sign_in(house.reviewer).post(f"/console/{asked.id}", said)
    assert answer.status_code == 409


def test_a_case_somebody_has_is_not_decided_by_another(sign_in, house, asked):
    with house.inside():
        releases.claim(by=house.approver, release=asked)
    client = sign_in(house.reviewer)
    page = client.get(f"/console/{asked.id}").content.decode()
    assert "has this case until" in page
    answer = client.post(f"/console/{asked.id}", opinion(asked, "approve"))
    assert answer.status_code == 409
    with house.inside():
        assert not Decision.objects.exists()


def test_skipping_takes_a_reason_and_gives_the_case_back(sign_in, house, asked):
    client = sign_in(house.reviewer)
    client.post(f"/console/{asked.id}/claim")
    assert client.post(f"/console/{asked.id}/skip", {"reason": ""}).status_code == 422
    assert client.post(f"/console/{asked.id}/skip", {"reason": "my cousin's"}).status_code == 302
    with house.inside():
        assert not Claim.objects.filter(ended_at__isnull=True).exists()


def test_the_author_cannot_open_the_console_as_a_reviewer_of_their_own(sign_in, house, asked):
    assert sign_in(house.author).get(f"/console/{asked.id}").status_code == 403


def test_passages_are_lettered_alike_and_far_text_is_left_out():
    text = "a" * 1000 + "SHARED" + "b" * 1000
    cut = evidence.segments(text, [(1000, 1006, "A")], whole=False)
    assert [(one.text[:6], one.letter, one.gap) for one in cut] == [
        ("…", "", True),
        ("aaaaaa", "", False),
        ("SHARED", "A", False),
        ("bbbbbb", "", False),
        ("…", "", True),
    ]
    whole = evidence.segments(text, [(1000, 1006, "A"), (1002, 1010, "B")], whole=True)
    assert "".join(one.text for one in whole) == text, "overlapping spans lose nothing"
    assert [evidence.letter(number) for number in (0, 25, 26, 52)] == ["A", "Z", "AA", "BA"]


def test_a_mirrored_crop_is_laid_over_by_its_corners():
    there = [[200, 200], [800, 200], [800, 800]]
    here = [[1000, 0], [0, 0], [0, 1000]]
    said = evidence._matrix(there, here)
    a, b, c, d, e, f = (float(one) for one in said[7:-1].split())
    for (x, y), (u, v) in zip(there, here, strict=True):
        assert abs(a * x + c * y + e - u) < 1
        assert abs(b * x + d * y + f - v) < 1
    assert evidence._matrix([[0, 0], [1, 1], [2, 2]], here) == "", "corners in a line say nothing"


def test_changed_labels_are_seen_on_the_file_as_they_are_then_sealed(sign_in, house, asked):
    client = sign_in(house.reviewer)
    page = f"/console/{asked.id}/labels"
    with house.inside():
        place = next(one for one in asked.ruling["places"])
    plain = client.get(page).content.decode()
    changed = client.get(page, {"height": "9", "place": place}).content.decode()
    assert "With the change asked for" in changed
    assert "With the change asked for" not in plain
    with house.inside():
        assert changed.count("<dt>") == len(asked.ruling["open"])
    with house.inside():
        assert Proof.objects.filter(artifact=asked.artifact).count() == 2
        drawn = Proof.objects.order_by("at").last()
    client.post(f"/console/{asked.id}", opinion(asked, "approve", height="9", place=place))
    second = sign_in(house.approver)
    assert "With the change asked for" in second.get(page).content.decode(), (
        "as the first approved it"
    )
    second.post(f"/console/{asked.id}", opinion(asked, "confirm"))
    with house.inside():
        work = asked.artifact
        clearance = Clearance.objects.get(release=asked)
        recipe = recipe_for(
            Signable(
                requirements=clearance.requirements,
                origin=work.origin,
                medium=work.medium,
                media_type=work.media_type,
                artifact_id=work.pk,
            ),
            payload=0,
        )
        told = Recipe(media_type=work.media_type, labels=recipe.labels, crops=recipe.crops)
        assert drawn.recipe_sha256 == digest({"version": VERSION, "recipe": told.as_json()})
        assert Proof.objects.count() == 2, "the second person saw the same sheet"


def test_what_cannot_be_asked_of_a_label_is_said_where_it_would_be_seen(sign_in, house, asked):
    client = sign_in(house.reviewer)
    page = f"/console/{asked.id}/labels"
    assert "The label cannot be changed so" in client.get(page, {"height": "0.1"}).content.decode()
    assert "a number in per cent" in client.get(page, {"height": "big"}).content.decode()
    assert client.get(page, {"place": "nowhere"}).status_code == 200
    assert sign_in(house.author).get(page).status_code == 403
    with house.inside():
        assert not Proof.objects.exists()


IN_PLACE = {"headers": {"HX-Request": "true"}}


def test_a_page_that_stays_is_told_which_case_is_next(sign_in, house, asked):
    client = sign_in(house.reviewer)
    other = house.make("a castle by night")
    with house.inside():
        second = releases.request(by=house.author, artifact=other, destinations=["EU", "CN"])
    client.post(f"/console/{asked.id}/claim")
    told = client.post(f"/console/{asked.id}", opinion(asked, "approve"), **IN_PLACE).json()
    assert told["next"] == f"/console/{second.id}"
    assert 'id="just"' in told["done"]
    with house.inside():
        assert Claim.objects.get(ended_at=None).release_id == second.id
    told = client.post(f"/console/{second.id}", opinion(second, "approve"), **IN_PLACE).json()
    assert told == {"go": "/console"}


def test_a_case_fetched_ahead_takes_no_note_and_claims_nothing(sign_in, house, asked):
    client = sign_in(house.reviewer)
    other = house.make("a castle by night")
    with house.inside():
        second = releases.request(by=house.author, artifact=other, destinations=["EU"])
    client.post(f"/console/{asked.id}/claim")
    # This claims the second case, and leaves a note for the next page.
    client.post(f"/console/{asked.id}/skip", {"kind": "language"})
    with house.inside():
        held = Claim.objects.count()
    ahead = {"HX-Request": "true", "X-After": f"/console/{asked.id}"}
    part = client.get(f"/console/{second.id}", headers=ahead).content.decode()
    assert "a castle by night" in part
    assert "<html" not in part
    assert "Skipped" not in part
    assert f"/console/{asked.id}" not in part, "that one will be done by then"
    with house.inside():
        assert Claim.objects.count() == held
    assert "Skipped" in client.get(f"/console/{second.id}").content.decode()


def test_a_refusal_in_place_is_the_case_with_what_was_typed(sign_in, house, asked):
    client = sign_in(house.reviewer)
    client.post(f"/console/{asked.id}/claim")
    said = opinion(asked, "return", clause="", reason="Kept for you.")
    answer = client.post(f"/console/{asked.id}", said, **IN_PLACE)
    assert answer.status_code == 422
    assert "<html" not in answer.content.decode()
    assert "Kept for you." in answer.content.decode()


def test_a_refused_skip_leaves_the_draft_on_the_page(sign_in, house, asked):
    client = sign_in(house.reviewer)
    client.post(f"/console/{asked.id}/claim")
    client.post(f"/console/{asked.id}/draft", opinion(asked, "hold", reason="Ask the museum."))
    answer = client.post(f"/console/{asked.id}/skip", {"kind": "other", "reason": " "})
    assert answer.status_code == 422
    assert 'value="Ask the museum."' in answer.content.decode()
