"""Many works approved in one act: each is its own decision, all of them or none."""

from dataclasses import replace
from uuid import UUID

import pytest
from deciding_cases import PASSWORD, ask, bring_in
from django.db import transaction

from colophon.ledger.models import Event
from colophon.releases import (
    errors,
    many,
    services,
)
from colophon.releases.models import (
    Bulk,
    Decision,
)


def test_many_are_approved_as_decisions_of_their_own_and_undone_in_one_act(house, settings, client):
    settings.COLOPHON = replace(settings.COLOPHON, grace_seconds=60)
    releases = [ask(house, house.make(text)) for text in ("a lighthouse at dawn", "a castle")]
    client.post("/login", {"email": house.reviewer.email, "password": PASSWORD})
    page = client.get("/console/many").content.decode()
    works = [f"{one.id}:{one.artifact_sha256}" for one in releases]
    assert all(one in page for one in works)
    wrong = client.post("/console/many", {"work": works, "typed": "3"})
    assert wrong.status_code == 422
    assert "You typed 3, but 2 works are chosen." in wrong.content.decode()
    assert client.post("/console/many", {"work": works, "typed": "2"}).status_code == 302
    with house.inside():
        bulk = Bulk.objects.get()
        made = list(Decision.objects.filter(bulk=bulk))
        assert {one.artifact_sha256 for one in made} == {one.artifact_sha256 for one in releases}
        assert Event.objects.filter(type="decision.entered").count() == 2
    assert f"/console/many/{bulk.id}/undo" in client.get("/console/many").content.decode()
    client.post(f"/console/many/{bulk.id}/undo")
    with house.inside():
        assert set(Decision.objects.values_list("state", flat=True)) == {"undone"}
        with pytest.raises(errors.TooLate):
            many.undo(by=house.reviewer, bulk_id=bulk.id)


def test_what_is_not_in_the_class_is_refused_by_name_and_nothing_is_decided(house):
    good = ask(house, house.make())
    work = bring_in(house, "A text that somebody wrote by hand.", share=0)
    other = ask(house, work, ["EU"])
    chosen = {one.id: one.artifact_sha256 for one in (good, other)}
    with house.inside():
        with (
            pytest.raises(errors.NotInClass, match=r"A notice.*no clause allows"),
            transaction.atomic(),
        ):
            many.approve(by=house.reviewer, chosen=chosen, typed="2")
        assert not Decision.objects.exists()
        wrong = {UUID(str(good.id)): "0" * 64}
        with pytest.raises(errors.NotInClass, match="You looked at"), transaction.atomic():
            many.approve(by=house.reviewer, chosen=wrong, typed="1")
        services.claim(by=house.approver, release=good)
        with pytest.raises(errors.NotInClass, match="has this case"), transaction.atomic():
            many.approve(by=house.reviewer, chosen={good.id: good.artifact_sha256}, typed="1")
