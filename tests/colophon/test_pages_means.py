"""Word banks drafted, tried and agreed; engines switched; quotas, catalogues, packs, organisation."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from colophon.accounts import proposals
from colophon.accounts import services as accounts
from colophon.accounts.models import Organisation, Team
from colophon.accounts.proposal import Proposal
from colophon.accounts.roles import Role
from colophon.ledger.facts import facts_of
from colophon.ledger.models import Event
from colophon.releases import caring
from colophon.releases import services as releases
from colophon.releases.models import CareRule
from colophon.rights.models import RegisteredWork
from colophon.rules import banks, selectors
from colophon.rules import services as rules
from colophon.rules.models import Bank, BannedTerm
from colophon.studio import switches
from colophon.studio.models import Job, Quota

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


def sign_in(person):
    client = Client()
    answer = client.post("/login", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


@pytest.fixture
def keeper(house):
    return sign_in(house.keeper)


@pytest.fixture
def other(house):
    with house.inside():
        return accounts.join(
            email="ola@lantern.test", name="Ola", password=PASSWORD, roles=[Role.OPERATOR]
        )


def facts(house, type_):
    with house.inside():
        return facts_of(Event.objects.filter(type=type_).latest("id"))


def test_a_bank_is_drafted_tried_agreed_and_only_then_stops_anything(house, keeper, other):
    job = house.submit("a fog horn at night")
    assert job.state == "queued"
    place = keeper.post("/admin/banks", {"name": "house.words"})["Location"]
    keeper.post(place, {"act": "add", "word": "fog  horn", "category": "noise"})
    assert house.submit("a fog horn again").state == "queued"
    said = keeper.post(place, {"act": "try", "sentence": "The FOG-HORN sounds."}).content.decode()
    assert "Of the newest 2 prompts, 2 would newly meet a term, and 0 would no longer." in said
    change = keeper.post(place, {"act": "propose", "reason": "Noise."})["Location"]
    assert "A draft of this bank waits" in keeper.get(place).content.decode()
    theirs = sign_in(other)
    assert "fog horn · noise" in theirs.get(change).content.decode()
    assert theirs.post(change, {"act": "accept"}).status_code == 302
    assert house.submit("a fog horn once more").state == "refused"
    held = facts(house, "bank.activated")
    assert (held["before"], held["after"], held["added"]) == ("0", "1", ["fog horn"])
    with house.inside():
        assert [(t.word, t.version) for t in selectors.terms()] == [("fog horn", "1")]
    # and away again, in the same way
    keeper.post(place, {"act": "withdraw", "word": "fog horn"})
    change = keeper.post(place, {"act": "propose", "reason": "Too wide."})["Location"]
    sign_in(other).post(change, {"act": "accept"})
    assert house.submit("a fog horn at last").state == "queued"
    with house.inside():
        gone = BannedTerm.objects.get()
        assert gone.withdrawn_in == "2"
        assert Bank.objects.get().version == "2"
    assert "Withdrawn terms" in keeper.get(place).content.decode()


def test_what_is_drafted_after_the_proposal_is_not_what_was_agreed(house, other):
    with house.inside():
        bank = banks.bank_called("house.words")
        banks.draft(by=house.keeper, bank=bank, word="fog horn")
        made = banks.activate(by=house.keeper, bank=bank, reason="x")
        banks.draft(by=house.keeper, bank=bank, word="lantern")
        proposals.accept(by=other, proposal=made)
        assert [one.word for one in selectors.terms()] == ["fog horn"]
        assert [one.word for one in bank.drafts.all()] == ["lantern"]


def test_a_bank_that_changed_meanwhile_makes_the_proposal_stale(house, other):
    with house.inside():
        bank = banks.bank_called("house.words")
        banks.draft(by=house.keeper, bank=bank, word="fog horn")
        made = banks.activate(by=house.keeper, bank=bank, reason="x")
        rules.ban(by=house.keeper, bank="house.words", version="0", word="lantern")
        with pytest.raises(proposals.ProposalStale):
            proposals.accept(by=other, proposal=made)


@pytest.mark.parametrize(
    ("version", "after"), [("0", "1"), ("1.9", "1.10"), ("2.0.1", "2.0.2"), ("draft", "draft.1")]
)
def test_versions_follow_each_other(version, after):
    assert banks.following(version) == after


def test_drafts_say_what_is_wrong_and_keep_what_was_typed(house, keeper):
    place = keeper.post("/admin/banks", {"name": "house.words"})["Location"]
    for act, word in (("add", " "), ("withdraw", "never there"), ("add", "x" * 201)):
        answer = keeper.post(place, {"act": act, "word": word})
        assert answer.status_code == 422, (act, word)
    assert keeper.post(place, {"act": "propose", "reason": "x"}).status_code == 422
    assert keeper.post("/admin/banks", {"name": ""}).status_code == 422
    assert sign_in(house.auditor).post(place, {"act": "add", "word": "x"}).status_code == 403


def test_an_engine_switched_off_for_a_team_refuses_it_alone_and_on_record(house, keeper):
    with house.inside():
        team = Team.objects.get()
    said = {"engine": "house_scene", "team": str(team.pk), "reason": "Being looked into."}
    assert keeper.post("/admin/engines/switch", {**said, "reason": ""}).status_code == 422
    assert keeper.post("/admin/engines/switch", {**said, "engine": "none"}).status_code == 404
    assert keeper.post("/admin/engines/switch", said).status_code == 302
    assert keeper.post("/admin/engines/switch", said).status_code == 422, "it is off already"
    with pytest.raises(switches.EngineSwitchedOff, match="Being looked into"):
        house.submit("a boat")
    with house.inside():
        assert not Job.objects.exists()
        off = switches.EngineOff.objects.get()
        switches.demand_on("house_scene", team_id=None)
    assert facts(house, "engine.switched") | {"by": 0} == {
        "engine": "house_scene",
        "on": False,
        "by": 0,
        "team": str(team.pk),
        "reason": "Being looked into.",
    }
    assert "Switched off for" in keeper.get("/admin/engines").content.decode()
    assert keeper.post("/admin/engines/switch", {"off": str(off.pk)}).status_code == 302
    assert house.submit("a boat").state == "queued"
    assert facts(house, "engine.switched")["on"] is True
    assert sign_in(house.author).post("/admin/engines/switch", said).status_code == 403


def test_a_quota_changes_by_two_people(house, keeper, other):
    said = {"scope": "person", "subject": house.author.email, "jobs": "0", "reason": "On leave."}
    assert keeper.post("/admin/quotas", {**said, "jobs": "many"}).status_code == 422
    assert keeper.post("/admin/quotas", {**said, "subject": "no@one.test"}).status_code == 422
    change = keeper.post("/admin/quotas", said)["Location"]
    with house.inside():
        assert not Quota.objects.exists()
    assert sign_in(other).post(change, {"act": "accept"}).status_code == 302
    with house.inside():
        quota = Quota.objects.get()
        assert (quota.jobs, quota.seconds, quota.subject_id) == (0, None, house.author.pk)
    assert house.author.name in keeper.get("/admin/quotas").content.decode()


def test_the_organisation_changes_with_before_and_after(house, keeper):
    said = {
        "name": "Lantern & Sons",
        "operator_name": "TEST Operator",
        "filing_number": "TEST-1",
        "provider_code": house.organisation.provider_code,
        "language": ["en", "zh-hans"],
    }
    assert keeper.post("/admin/organisation", {**said, "provider_code": "short"}).status_code == 422
    bad = keeper.post("/admin/organisation", {**said, "name": ""})
    assert bad.status_code == 422
    assert b"TEST Operator" in bad.content
    assert keeper.post("/admin/organisation", said).status_code == 302
    held = facts(house, "organisation.changed")
    assert held["before"]["name"] == "Lantern"
    assert held["after"]["name"] == "Lantern & Sons"
    assert "operator_name" not in held["after"]
    with house.inside():
        assert Organisation.objects.get().name == "Lantern & Sons"
    assert sign_in(house.auditor).post("/admin/organisation", said).status_code == 403


def test_a_work_is_registered_found_and_paged(house, keeper):
    text = b"The lanterns went out one after the other, and nobody on the quay said a word. " * 4
    file = SimpleUploadedFile("quay.txt", text, content_type="text/plain")
    said = {"title": "Quay <i>", "right_holder": "Ada", "catalogue": "press", "file": file}
    assert keeper.post("/admin/catalogues", said).status_code == 302
    page = keeper.get("/admin/catalogues?catalogue=press&q=quay").content.decode()
    assert "Quay &lt;i&gt;" in page
    assert "Nothing is registered here" in keeper.get("/admin/catalogues?q=boat").content.decode()
    again = keeper.post("/admin/catalogues", {"title": "T", "right_holder": "A"})
    assert again.status_code == 422
    assert b'value="T"' in again.content
    with house.inside():
        assert RegisteredWork.objects.count() == 1


def test_packs_show_every_clause_with_its_source_and_dates(keeper):
    page = keeper.get("/admin/packs").content.decode()
    for pack in selectors.packs():
        assert pack.id in page
        for clause in pack.clauses:
            assert f"<code>{clause.id}</code>" in page
            assert clause.text.en.split()[0] in page


def test_channels_say_honestly_what_is_there(keeper):
    page = keeper.get("/admin/channels").content.decode()
    assert "None is connected" in page


def test_pages_ask_the_same_number_of_queries_however_much_there_is(house, keeper):
    def asked(path):
        with CaptureQueriesContext(connection) as held:
            assert keeper.get(path).status_code == 200
        return len(held)

    with house.inside():
        bank = banks.bank_called("house.words")
        banks.draft(by=house.keeper, bank=bank, word="one")
        rules.ban(by=house.keeper, bank="house.words", version="0", word="two")
        Quota.objects.create(
            scope="project", subject_id=house.project.pk, jobs=1, set_by=house.keeper
        )
    paths = ["/admin/" + one for one in ("banks", "packs", "catalogues", "engines", "quotas")]
    paths += ["/admin/channels", "/admin/organisation", f"/admin/banks/{bank.pk}"]
    few = {path: asked(path) for path in paths}
    with house.inside():
        for number in range(20):
            banks.draft(by=house.keeper, bank=bank, word=f"d{number}")
            rules.ban(by=house.keeper, bank="house.words", version="0", word=f"b{number}")
            rules.ban(by=house.keeper, bank=f"bank{number}", version="0", word="x")
            Quota.objects.create(
                scope="project", subject_id=RegisteredWork().pk, jobs=1, set_by=house.keeper
            )
    assert {path: asked(path) for path in paths} == few
    assert max(few.values()) <= 16, few


def test_care_and_times_are_set_on_the_organisations_page(house, keeper):
    page = keeper.get("/admin/organisation").content.decode()
    assert "Care for reviewers" in page
    said = {"what": "care", "blur": "on", "veil_from": "match"}
    said |= dict.fromkeys(caring.NUMBERS, "9")
    bad = keeper.post("/admin/organisation", {**said, "items_day": "many"})
    assert bad.status_code == 422
    assert 'value="many"' in bad.content.decode()
    assert keeper.post("/admin/organisation", said).status_code == 302
    held = facts(house, "care.changed")
    assert (held["before"]["personal_figures"], held["after"]["personal_figures"]) == (True, False)
    assert held["after"]["break_minutes"] == 9
    keeper.post("/admin/organisation", said)
    with house.inside():
        assert Event.objects.filter(type="care.changed").count() == 1, "nothing changed"
    short = {"what": "terms", "appeal_days": "7", "hearing_days": "9", "complaint_days": "30"}
    bad = keeper.post("/admin/organisation", short)
    assert bad.status_code == 422
    assert "184" in bad.content.decode()
    assert keeper.post("/admin/organisation", short | {"complaint_days": "200"}).status_code == 302
    held = facts(house, "terms.changed")
    assert held["after"] == {"appeal_days": 7, "hearing_days": 9, "complaint_days": 200}
    assert sign_in(house.auditor).post("/admin/organisation", said).status_code == 403
    told = sign_in(house.auditor).get("/audit?type=care.changed").content.decode()
    assert "Figures of single people" in told
    assert "<del>yes" in re.sub(r"<bdi[^>]*>", "", told)


def test_without_figures_of_single_people_no_page_shows_an_authors(house, keeper):
    work = house.make()
    with house.inside():
        release = releases.request(by=house.author, artifact=work, destinations=["EU"])
    shown = "in 90 days"
    assert shown in sign_in(house.reviewer).get(f"/console/{release.pk}").content.decode()
    with house.inside():
        rule = caring.told(CareRule()) | {"personal_figures": False}
        caring.rule(by=house.keeper, wanted=rule)
    assert shown not in sign_in(house.reviewer).get(f"/console/{release.pk}").content.decode()


def test_another_organisations_banks_and_changes_are_not_there(two_houses):
    mine, theirs = two_houses.mine, two_houses.theirs
    with theirs.inside():
        bank = banks.bank_called("house.words")
        banks.draft(by=theirs.keeper, bank=bank, word="one")
        accounts.join(email="o@theirs.test", name="O", password=PASSWORD, roles=[Role.OPERATOR])
        made = banks.activate(by=theirs.keeper, bank=bank, reason="x")
    client = sign_in(mine.keeper)
    for path in (
        f"/admin/banks/{bank.pk}",
        f"/admin/proposals/{made.pk}",
        f"/admin/people/{theirs.author.pk}",
    ):
        assert client.get(path).status_code == 404, path
        assert client.post(path, {"act": "accept"}).status_code == 404, path
    with mine.inside():
        assert not Proposal.objects.exists()
        assert not selectors.terms()
