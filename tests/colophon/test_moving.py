"""A work is moved to another project: nothing of it is copied, and who sees it follows."""

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from colophon.accounts import services as accounts
from colophon.accounts.roles import Role
from colophon.ledger import search
from colophon.ledger.facts import facts_of
from colophon.ledger.models import Disclosure, Event
from colophon.releases import errors, moving
from colophon.releases import services as releases
from colophon.studio import members, projects, seeing
from colophon.studio.errors import Archived, NotYourPart
from colophon.studio.models import Artifact, Entry, Job, Placement, Prompt
from kernel.errors import Refused

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


@pytest.fixture
def other(house):
    with house.inside():
        return accounts.join(
            email="other@lantern.test", name="Other", password=PASSWORD, roles=[Role.AUTHOR]
        )


def begin(house, name, **more):
    return projects.begin(by=house.author, name=name, destinations=["EU"], **more)


def move(house, work, project, by=None):
    return moving.move(by=by or house.author, work=work, project=project)


def test_a_moved_work_is_there_and_no_more_where_it_was(house):
    work = house.make("a lighthouse")
    with house.inside():
        days = begin(house, "Days")
        before = Artifact.objects.filter(pk=work.pk).values().get()
        assert move(house, work, days) is not None
        assert move(house, work, days) is None, "it is there already"
        after = Artifact.objects.filter(pk=work.pk).values().get()
        assert {key for key in after if after[key] != before[key]} == {"project_id"}
        assert Job.objects.get(pk=work.job_id).project_id == days.pk
        entry = Entry.objects.get(pk=work.pk)
        assert entry.project_id == days.pk
        with connection.cursor() as cursor:
            cursor.execute(
                "select words @@ %s::tsquery, words @@ %s::tsquery from studio_entry"
                " where artifact_id = %s",
                [f"'=project:{days.pk}'", f"'=project:{house.project.pk}'", work.pk],
            )
            assert cursor.fetchone() == (True, False)
        told = facts_of(Event.objects.get(type="artifact.moved"))
        assert told["held"] == str(house.project.pk)
        assert told["wanted"] == str(days.pk)
        assert Prompt.objects.get().project_id == house.project.pk, "the prompt stays"


def test_who_sees_it_and_its_events_follows_the_project_it_is_in(house, other):
    work = house.make("a lighthouse")
    with house.inside():
        kept = begin(house, "Kept", private=True)
        move(house, work, kept)
        about = Event.objects.filter(subject_id__in=(work.pk, work.job_id))
        ids = list(about.values_list("event_id", flat=True))
        with seeing.as_(other):
            assert not Artifact.objects.exists()
            assert not Job.objects.exists()
            assert not Disclosure.objects.filter(event_id__in=ids).exists()
            rows = search.told_apart(Event.objects.filter(event_id__in=ids))
            assert all(one.kept_back for one in rows)
        move(house, work, house.project)
        with seeing.as_(other):
            assert Artifact.objects.exists()
            assert Disclosure.objects.filter(event_id__in=ids).exists()


def test_it_takes_a_hand_on_the_work_and_a_part_in_both_projects(house, other):
    work = house.make("a lighthouse")
    with house.inside():
        days, kept = begin(house, "Days"), begin(house, "Kept", private=True)
        with pytest.raises(NotYourPart):
            move(house, work, days, by=other)
        members.add(by=house.author, project=kept, person=other, part="maker")
        move(house, work, kept)
        Artifact.objects.filter(pk=work.pk).get()
        with pytest.raises(NotYourPart):
            move(house, work, days, by=other)
        members.add(by=house.author, project=kept, person=other, part="owner")
        members.add(by=other, project=kept, person=house.author, part="maker")
        with pytest.raises(NotYourPart):
            move(house, work, days)
        assert move(house, work, days, by=other), "out of a private one an owner takes it"
        gone = begin(house, "Gone")
        projects.archive(by=house.author, project=gone)
        gone.refresh_from_db()
        with pytest.raises(Archived):
            move(house, work, gone)
        with pytest.raises(Refused):
            move(house, work, house.project, by=house.auditor)


def test_while_its_release_is_under_way_it_stays(house):
    work = house.make("a lighthouse")
    with house.inside():
        days = begin(house, "Days")
        release = releases.request(by=house.author, artifact=work, destinations=["EU"])
        with pytest.raises(errors.InMotion, match="in_review"):
            move(house, work, days)
        with pytest.raises(IntegrityError, match="under way"), transaction.atomic():
            place(house, work, days)
        releases.withdraw_request(by=house.author, release=release, reason="")
        assert move(house, work, days)


def place(house, work, project, held=None):
    return Placement.objects.create(
        artifact=work, held=held or house.project, wanted=project, by=house.author
    )


def test_the_database_lets_nothing_else_of_a_work_change(house):
    work = house.make("a lighthouse")
    with house.inside():
        days = begin(house, "Days")
        rows = Artifact.objects.filter(pk=work.pk)
        with pytest.raises(IntegrityError, match="without a Placement"), transaction.atomic():
            rows.update(project=days)
        with pytest.raises(IntegrityError, match="project it is in"), transaction.atomic():
            place(house, work, house.project, held=days)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            rows.update(title="Another")
        place(house, work, days)
        with pytest.raises(DatabaseError, match=r"append-only|denied"), transaction.atomic():
            Placement.objects.update(wanted=house.project)


def test_the_owner_of_the_tables_is_refused_as_well(committed_db, build_house, as_role):
    house = build_house()
    work = house.make("a lighthouse")
    with as_role("owner") as owner:
        owner.execute(
            "select set_config('colophon.tenant', %s, false)", [str(house.organisation.id)]
        )
        for change in ("title = 'x'", "sha256 = repeat('0', 64)", "project_id = project_id"):
            with pytest.raises(Exception, match=r"append-only|Placement"), owner.transaction():
                owner.execute(f"update studio_artifact set {change} where id = %s", [work.pk])  # noqa: S608


def test_of_a_move_and_a_request_at_once_one_comes_first(committed_db, build_house):
    house = build_house()
    works = [house.make("a lighthouse", seed=number) for number in range(3)]
    with house.inside():
        days = begin(house, "Days")
    outcome, start = [], threading.Barrier(2)

    def act(what, work):
        try:
            with house.inside():
                start.wait()
                what(work)
            outcome.append("done")
        except Refused as error:
            outcome.append(error.code)
        finally:
            connection.close()

    def ask(work):
        releases.request(by=house.author, artifact=work, destinations=["EU"])

    for work in works:
        acts = (ask, lambda work: move(house, work, days))
        threads = [threading.Thread(target=act, args=(what, work)) for what in acts]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert set(outcome) <= {"done", "in_motion"}
    assert outcome.count("done") >= 3


def test_the_gallery_moves_many_and_says_what_stays(house, client, other):
    free, asked = house.make("a lighthouse", title="Free"), house.make("a castle", title="Asked")
    with house.inside():
        days = begin(house, "Days")
        releases.request(by=house.author, artifact=asked, destinations=["EU"])
    client.post("/login", {"email": house.author.email, "password": PASSWORD})
    assert f'<option translate="no" value="{days.pk}">Days' in client.get("/works").content.decode()
    said = {"act": "move", "project": str(days.pk), "work": [str(free.pk), str(asked.pk)]}
    page = client.post("/works/bulk", said).content.decode()
    assert "1 done, 0 unchanged, 1 refused" in page
    assert "stays in its project for now" in page
    assert client.post("/works/bulk", said | {"project": "x"}).status_code == 404
    page = client.get(f"/works/{free.pk}").content.decode()
    assert "from <bdi" in page or "from Nights" in page
    listed = client.get(f"/works?project={days.pk}").content.decode()
    assert f'href="/works/{free.pk}"' in listed
    assert f'href="/works/{asked.pk}"' not in listed
    with house.inside():
        secret = accounts.issue_token(person=house.author, label="test")
    answer = client.post(
        f"/api/v1/works/{free.pk}/move",
        {"project": str(house.project.pk)},
        content_type="application/json",
        headers={"authorization": f"Bearer {secret}", "idempotency-key": "1"},
    )
    assert answer.json()["project"] == str(house.project.pk)
