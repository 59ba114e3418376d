"""The record searched by type, person, subject, day and words; read with its proof; taken along."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from colophon.accounts import preferences
from colophon.accounts import services as accounts
from colophon.accounts.roles import Role
from colophon.exports import services as exports
from colophon.exports.formats.csv import FORMAT as CSV
from colophon.exports.models import Cut
from colophon.ledger import search
from colophon.ledger.models import Disclosure, Event
from colophon.ledger.services import About, record
from colophon.releases import services as releases
from colophon.rules import services as rules
from colophon.studio import comments, projects, seeing
from colophon.web import chain
from colophon.web.commenting import subject_of
from kernel.ids import new_id

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


def sign_in(person):
    client = Client()
    answer = client.post("/login", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def ban(house, word, by=None):
    rules.ban(by=by or house.keeper, bank="house", version="1", word=word)


@pytest.fixture
def many(house):
    with house.inside():
        for number in range(120):
            ban(house, f"term {number:03}")
    return house


def found(**wish):
    return [
        json.loads(one.body)["type"] for one in search.find(search.Wish(**wish), most=500).events
    ]


def test_facts_that_name_a_person_are_found_by_their_pseudonym_alone(house):
    with house.inside():
        preferences.rename(person=house.author, name="Someone else")
        ref = house.author.ref
        assert set(found(person=ref)) >= {"person.renamed", "person.joined"}
        assert "term.banned" not in found(person=ref)
        assert found(person=new_id()) == []
        held = Disclosure.objects.filter(ref__isnull=False).values_list("name", flat=True)
        assert set(held) <= {"person", "author", "reviewer", "second", "invited_by", "by"}
        record(
            "job.cancelled", About("job", new_id()), {"by": "process:sweeper"}
        )  # no pseudonym, no row of a person


def test_the_record_is_found_by_type_subject_day_and_words(many):
    house = many
    with house.inside():
        assert len(found(types=("term.banned",))) == 120
        term = Event.objects.filter(type="term.banned").first()
        assert found(subject=term.subject_id) == ["term.banned"]
        now = timezone.now()
        assert found(types=("term.banned",), ends=now - timedelta(days=1)) == []
        assert len(found(types=("term.banned",), begins=now - timedelta(days=1))) == 120
        assert found(words="TERM 007") == ["term.banned"]
        assert found(words="no such word") == []
        assert found(person=house.keeper.ref, ends=now - timedelta(days=1)) == []


def test_words_are_looked_for_within_a_bound_and_can_go_on(many, monkeypatch):
    monkeypatch.setattr(search, "LOOKED_THROUGH", 40)
    with many.inside():
        seen, before = [], None
        for _ in range(10):
            part = search.find(search.Wish(words="term 0", before=before), most=15)
            seen += [one.pk for one in part.events]
            before = part.older
            if before is None:
                break
        assert len(seen) == len(set(seen)) == 100
        assert before is None


def test_the_page_filters_pages_and_shows_leaf_and_words(many):
    client = sign_in(many.auditor)
    seen, path = set(), "/audit?type=term.banned"
    for _ in range(4):
        page = client.get(path).content.decode()
        seen |= {n for n in range(120) if f"term {n:03}<" in page}
        if 'rel="next"' not in page:
            break
        path = "/audit" + page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        path = path.replace("&amp;", "&")
    assert len(seen) == 120
    page = client.get(f"/audit?person={many.keeper.email}&words=term+011").content.decode()
    assert "term 011<" not in page, "banning names nobody, so nothing of hers fits"
    assert client.get("/audit?since=yesterday").status_code == 422
    assert client.get("/audit?type=x").status_code == 422
    assert client.get("/audit?about=x").status_code == 422
    assert client.get("/audit?person=nobody").status_code == 422
    assert b"Nothing fits" in client.get("/audit?until=2020-01-01").content


def test_who_may_not_see_names_sees_pseudonyms(house):
    with house.inside():
        preferences.rename(person=house.reviewer, name="Rosalind")
        name, ref = "Rosalind", str(house.reviewer.ref)
    for person, shown in ((house.auditor, True), (house.author, False)):
        page = sign_in(person).get("/audit?type=person.renamed").content.decode()
        assert (name in page) is shown
        assert (ref[:8] in page) is not shown
    assert sign_in(house.author).get("/audit?person=Rosalind").status_code == 422
    assert sign_in(house.auditor).get("/audit?person=rosalind").status_code == 200


def test_before_and_after_stand_in_the_row(house):
    client = sign_in(house.keeper)
    client.post(
        "/admin/organisation",
        {
            "name": "New name",
            "operator_name": "TEST Operator",
            "filing_number": "TEST-1",
            "provider_code": house.organisation.provider_code,
            "language": "en",
        },
    )
    page = client.get("/audit?type=organisation.changed").content.decode()
    assert "<del><bdi" in page
    assert "Lantern" in page
    assert "New name" in page


def test_one_event_shows_its_facts_and_that_it_waits(house):
    with house.inside():
        ban(house, "<script>alert(1)</script>")
        event = Event.objects.get(type="term.banned")
    page = sign_in(house.auditor).get(f"/audit/{event.event_id}").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "It waits for the sequencer" in page
    assert sign_in(house.auditor).get(f"/audit/{new_id()}").status_code == 404


def test_what_was_found_is_taken_along_and_that_is_on_record(many):
    client = sign_in(many.auditor)
    answer = client.get("/audit/download?type=term.banned&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == 120
    assert json.loads(rows[0]["facts"])["word"] == "term 119"
    lines = client.get("/audit/download?type=term.banned&format=jsonl").content.splitlines()
    assert json.loads(lines[-1])["facts"]["word"] == "term 000"
    with many.inside():
        assert Event.objects.filter(type="audit.exported").count() == 2
    assert client.get("/audit/download?format=exe").status_code == 404
    assert sign_in(many.author).get("/audit/download?format=csv").status_code == 403


def test_a_spreadsheet_calculates_nothing_of_ours():
    lines = b"".join(CSV.write([{"a": "=cmd|' /C calc'!A0", "b": -3, "c": 'x,"y"\n'}])).decode()
    (row,) = csv.DictReader(io.StringIO(lines, newline=""))
    assert row == {"a": "'=cmd|' /C calc'!A0", "b": "-3", "c": 'x,"y"\n'}


def test_the_page_asks_the_same_number_of_queries_however_much_there_is(house):
    client = sign_in(house.auditor)

    def asked(path):
        with CaptureQueriesContext(connection) as held:
            assert client.get(path).status_code == 200
        return len(held)

    with house.inside():
        ban(house, "term one")
    client.get("/audit")
    paths = ("/audit", "/audit?words=term", f"/audit?person={house.keeper.ref}")
    few = {path: asked(path) for path in paths}
    with house.inside():
        for number in range(150):
            ban(house, f"term {number}")
    many = {path: asked(path) for path in paths}
    assert all(many[path] <= few[path] for path in paths), (few, many)
    assert max(few.values()) <= 20, few


def test_a_bundle_that_failed_says_why_and_what_to_do_until_it_is_made(house):
    with house.inside():
        cut = exports.ask(by=house.auditor)
        exports.failed(cut=cut, error=exports.NotYetWitnessed())
    page = sign_in(house.auditor).get("/audit").content.decode()
    assert "tell the operator" in page
    assert 'data-state="failed"' in page
    with house.inside():
        exports.failed(cut=cut, error=RuntimeError("secret detail"))
        assert Cut.objects.get().cause == "crashed: RuntimeError"
    page = sign_in(house.auditor).get("/audit").content.decode()
    assert "secret detail" not in page
    assert "crashed: RuntimeError" in page


def test_the_task_leaves_its_cause_even_when_it_is_tried_again(committed_db, build_house):
    from colophon.ledger.tenancy import tenant
    from kernel.errors import Fault
    from workers import tasks

    house = build_house("Cuts")
    with house.inside():
        cut = exports.ask(by=house.auditor)
    exports_patience, exports.PATIENCE_SECONDS = exports.PATIENCE_SECONDS, 0.1
    try:
        with pytest.raises(Fault):
            tasks.cut_evidence.run(str(house.organisation.id), str(cut.pk))
    finally:
        exports.PATIENCE_SECONDS = exports_patience
    with tenant(house.organisation.id):
        assert Cut.objects.get(pk=cut.pk).cause == "not_yet_witnessed"


def test_nothing_of_another_organisation_is_found(two_houses):
    mine, theirs = two_houses.mine, two_houses.theirs
    with theirs.inside():
        ban(theirs, "their word")
        event = Event.objects.get(type="term.banned")
    client = sign_in(mine.auditor)
    assert "Nothing fits" in client.get("/audit?words=their+word").content.decode()
    assert client.get(f"/audit/{event.event_id}").status_code == 404
    assert "Nothing fits" in client.get(f"/audit?person={theirs.keeper.ref}").content.decode()
    assert isinstance(event.event_id, UUID)


@pytest.fixture
def private(house):
    """A private project with a work asked to be released, and an author who is no member of it."""
    work = house.make("a lighthouse nobody knows of", title="Unheard-of")
    with house.inside():
        release = releases.request(by=house.author, artifact=work, destinations=["EU"])
        about = subject_of(house.author, "work", work.id)
        comments.write(by=house.author, about=about, text="Only between us.")
        to = {"private": True, "name": "Unheard-of"}
        projects.change(by=house.author, project=house.project, to=to)
        other = accounts.join(
            email="other@lantern.test", name="Other", password=PASSWORD, roles=["author"]
        )
    return SimpleNamespace(house=house, work=work, release=release, other=other)


def test_events_of_a_private_project_are_counted_but_say_nothing_to_who_is_no_member(private):
    house, work, release = private.house, private.work, private.release
    with house.inside():
        whole = set(Event.objects.values_list("event_id", flat=True))
        about = {house.project.pk, work.pk, work.job_id, release.pk, work.job.prompt_version_id}
        theirs = Event.objects.filter(subject_id__in=about) | Event.objects.filter(
            subject_kind__in=("comment", "batch")
        )
        theirs = set(theirs.values_list("event_id", flat=True))
        kinds = set(
            Event.objects.filter(event_id__in=theirs).values_list("subject_kind", flat=True)
        )
        assert kinds == {"project", "artifact", "job", "release", "prompt_version", "comment"}
        with seeing.as_(private.other):
            rows = search.find(search.Wish(), most=500).events
            assert {one.event_id for one in rows} == whole, "nothing is left out of the count"
            told = {one.event_id: one for one in chain.told(rows)}
            assert {key for key, one in told.items() if one.kept_back} == theirs
            assert not Disclosure.objects.filter(event_id__in=theirs).exists()
            assert all(told[one].about is None for one in theirs)
            ref = house.author.ref
            found_of = {
                one.event_id for one in search.find(search.Wish(person=ref), most=500).events
            }
            assert found_of
            assert not found_of & theirs, "nor who took part"
            assert not found(subject=work.pk)
            assert not found(words="Unheard-of")
        for person in (house.author, house.auditor, house.keeper):
            with seeing.as_(person):
                assert not any(
                    one.kept_back for one in chain.told(search.find(search.Wish(), most=500).events)
                )
                assert found(words="Unheard-of") == ["project.changed"]


def test_the_page_of_a_kept_back_event_still_proves_it(private):
    house = private.house
    with house.inside():
        event = Event.objects.get(type="project.changed")
    path = f"/audit/{event.event_id}"
    page = sign_in(private.other).get(path).content.decode()
    assert "In a private project" in page
    assert "heard-of" not in page
    assert str(house.project.pk) not in page
    assert "It waits for the sequencer" in page
    assert "heard-of" not in sign_in(private.other).get("/audit").content.decode()
    assert "heard-of" in sign_in(house.author).get(path).content.decode()
    assert "heard-of" in sign_in(house.auditor).get("/audit").content.decode()


def test_a_file_of_the_record_keeps_back_what_the_page_keeps_back(private, give_roles):
    give_roles(private.house, private.other, Role.RULE_KEEPER)
    client = sign_in(private.other)
    lines = client.get("/audit/download?format=jsonl").content.splitlines()
    rows = [json.loads(line) for line in lines]
    hidden = [one for one in rows if one["kept_back"]]
    assert hidden
    assert all(one["facts"] == {} and one["about_id"] is None for one in hidden)
    assert b"heard-of" not in b"".join(lines)


def test_every_kind_of_subject_is_placed_in_a_project_or_known_to_lie_in_none():
    """A new kind of event subject must be thought about: is it part of a project?"""
    lying_in_none = {  # but for complaints: told about their release
        "bank", "board", "bulk", "complaint", "cut", "engine_switch", "invitation", "licence", "organisation",
        "person", "preset", "proposal", "queue", "reason", "registered_work", "search", "term",
        "token",
    }  # fmt: skip
    source = Path(releases.__file__).parents[1]
    written = set()
    for file in source.rglob("*.py"):
        written |= set(re.findall(r'(?:About\(\s*|KIND = )"(\w+)"', file.read_text()))
    placed = set(
        re.findall(
            r"when '(\w+)' then", (source / "releases/migrations/0010_private_facts.py").read_text()
        )
    )
    assert written - placed - lying_in_none == set()
