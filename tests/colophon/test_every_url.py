"""Invariant 9: every address, asked with another tenant's ids, answers as if there were nothing."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from colophon.accounts import services as accounts
from colophon.exports.models import Cut
from colophon.ledger.tenancy import tenant
from colophon.releases import appealing, interests, reasons
from colophon.releases import services as releases
from colophon.releases.models import Bulk, Verdict
from colophon.studio import batches, boards
from colophon.studio.models import Upload

PUBLIC = ("p/", "about", "problems", "verify", "livez", "readyz", "login", "join", "static")


def walk(patterns, prefix=""):
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from walk(one.url_patterns, route)


@pytest.fixture
def theirs(two_houses):
    """Rows of one tenant, by every name an address may call them."""
    house = two_houses.theirs
    artifact = house.make()
    with house.inside():
        release = releases.request(by=house.author, artifact=artifact, destinations=["EU"])
        upload = Upload.objects.create(
            sha256=artifact.sha256, size=1, media_type="image/png", name="x", by=house.author
        )
        cut = Cut.objects.create(by=house.auditor)
        order = batches.Order(project=house.project, text="a boat", engine="house_scene")
        batch, _ = batches.submit(by=house.author, order=order)
        board = boards.begin(by=house.author, name="All", sharing="public")
        releases.claim(by=house.reviewer, release=release)
        opinion = releases.Opinion(
            verdict=Verdict.REFUSE,
            artifact_sha256=release.artifact_sha256,
            clause="house.review",
            reason="x",
        )
        decision = releases.decide(by=house.reviewer, release=release, opinion=opinion)
        appeal = appealing.file(by=house.author, release=release, words="x")
        reason = reasons.add(by=house.keeper, clause="", text_en="x", text_zh="x")
        interest = interests.declare(
            by=house.reviewer, person=house.reviewer, project=house.project, relation="x"
        )
        bulk = Bulk.objects.create(person=house.reviewer, clause="x", many=1)
        finding = artifact.assessment.findings.first()
    found = [artifact.id, release.id, artifact.job_id, upload.id, cut.id, house.project.id]
    decided = [decision.id, appeal.id, reason.id, interest.id, bulk.id, finding.id]
    return [*found, *decided, batch.id, board.id]


def routes():
    found = [
        route for route in walk(get_resolver().url_patterns) if "<" in route or "(?P<" in route
    ]
    return [r for r in found if not r.lstrip("^").startswith(PUBLIC) and "uuid" in r]


def test_there_are_addresses_to_walk(db):
    assert len(routes()) > 8


def test_invariant_9_no_address_gives_another_tenants_rows(two_houses, theirs, give_roles):
    mine = two_houses.mine
    for person in (mine.author, mine.reviewer, mine.approver, mine.auditor):
        give_roles(mine, person, "author", "reviewer", "approver", "auditor", "administrator")
    with mine.inside():
        secret = accounts.issue_token(person=mine.author, label="walk")
    browser = Client(raise_request_exception=False)
    answer = browser.post(
        "/login", {"email": mine.author.email, "password": "a long enough phrase"}
    )
    assert answer.status_code in (302, 303), answer.content[:300]
    machine = Client(raise_request_exception=False)
    leaks = []
    for route in routes():
        told = {"accept": "application/json"}  # the refusal itself, without the page around it
        client = machine if route.lstrip("^").startswith("api/") else browser
        if client is machine:
            told["authorization"] = f"Bearer {secret}"
        taken = [client.get, client.post]
        for row in theirs:
            path = "/" + re.sub(r"<uuid:\w+>", str(row), route).replace("^", "").replace("$", "")
            if "<" in path:
                continue
            for send in list(taken):
                found = send(path, headers=told)
                if found.status_code not in (401, 403, 404, 405, 415, 422, 302, 303):
                    leaks.append((send.__name__, path, found.status_code))
                if found.status_code == 405:  # refused by method, before any id is looked at
                    taken.remove(send)
    assert not leaks
    with tenant(two_houses.theirs.organisation.id):
        from colophon.releases.models import Appeal, Claim, Decision

        assert Appeal.objects.get().state == "filed"
        assert not Claim.objects.filter(ended_at__isnull=True).exists()
        assert Decision.objects.count() == 1
