"""Comments: threads, ten minutes, who is told, and what authors never read."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from colophon.accounts import services as accounts
from colophon.accounts.note import Note
from colophon.accounts.roles import Role
from colophon.ledger.models import Event
from colophon.releases import services as releases
from colophon.studio import comments, projects
from colophon.studio.errors import NotFound, NotYourComment, TooLateToChange
from colophon.studio.models import Comment
from colophon.web.commenting import subject_of
from colophon.web.templatetags.comments import spoken
from kernel.errors import BadInput

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


@pytest.fixture
def sign_in(client):
    def as_(person):
        assert (
            client.post("/login", {"email": person.email, "password": PASSWORD}).status_code == 302
        )
        return client

    return as_


@pytest.fixture
def about(house):
    """The project of the house, as something to speak about."""
    with house.inside():
        return subject_of(house.author, "project", house.project.id)


@pytest.fixture
def case(house):
    """A case in review, of the author's work."""
    work = house.make()
    with house.inside():
        return releases.request(by=house.author, artifact=work, destinations=["EU"])


def test_who_is_named_is_told_once_and_the_longest_name_counts(house, about):
    with house.inside():
        accounts.join(email="a@lantern.test", name="陈", password=PASSWORD, roles=[Role.AUTHOR])
        chen = accounts.join(
            email="b@lantern.test", name="陈静", password=PASSWORD, roles=[Role.AUTHOR]
        )
        text = "@Reviewer, see this; @陈静请看。 @Reviewer again, and mail a@Reviewer.org"
        comment = comments.write(by=house.author, about=about, text=text)
        assert set(Note.objects.values_list("person__name", "code")) == {
            ("Reviewer", "mentioned"),
            ("陈静", "mentioned"),
        }
        assert [text[start:end] for _, start, end in comment.mentions] == [
            "@Reviewer",
            "@陈静",
            "@Reviewer",
        ]
        edited = comments.edit(
            by=house.author, about=about, comment=comment, text="@陈静 and @Auditor"
        )
        assert Note.objects.filter(person=chen).count() == 1, "told already"
        assert Note.objects.filter(person=house.auditor).count() == 1
        assert '<span class="mention">' in spoken(edited)


def test_a_name_two_people_bear_is_refused_and_an_address_tells_them_apart(house, about):
    with house.inside():
        accounts.join(
            email="r2@lantern.test", name="Reviewer", password=PASSWORD, roles=[Role.AUTHOR]
        )
        with pytest.raises(BadInput, match="several people"):
            comments.write(by=house.author, about=about, text="@Reviewer, look")
        comments.write(by=house.author, about=about, text="@r2@lantern.test, look")
        assert Note.objects.get().person.email == "r2@lantern.test"


def test_answers_stay_in_their_thread_and_removing_leaves_their_place(house, about):
    with house.inside():
        first = comments.write(by=house.author, about=about, text="Warmer?")
        answer = comments.write(by=house.reviewer, about=about, text="Yes.", answers=first)
        deeper = comments.write(by=house.author, about=about, text="Done.", answers=answer)
        assert deeper.answers_id == first.pk
        with pytest.raises(NotYourComment):
            comments.remove(by=house.reviewer, comment=first)
        comments.remove(by=house.author, comment=first)
        first.refresh_from_db()
        assert first.text == ""
        assert comments.said_about(house.reviewer, about).count() == 3
        with pytest.raises(NotYourComment):
            comments.edit(by=house.author, about=about, comment=first, text="Back")
        types = Event.objects.filter(type__startswith="comment.").values_list("type", flat=True)
        assert sorted(types) == ["comment.removed"] + ["comment.written"] * 3


def test_words_change_for_ten_minutes(house, about, monkeypatch):
    with house.inside():
        comment = comments.write(by=house.author, about=about, text="Warmer?")
        comments.edit(by=house.author, about=about, comment=comment, text="Cooler?")
        later = timezone.now() + timedelta(minutes=11)
        monkeypatch.setattr(comments.timezone, "now", lambda: later)
        with pytest.raises(TooLateToChange, match="10 minutes"):
            comments.edit(by=house.author, about=about, comment=comment, text="Colder?")
        comments.remove(by=house.author, comment=comment)


def test_the_author_never_reads_what_reviewers_say_to_each_other(house, case, sign_in, give_roles):
    give_roles(house, house.author, "author", "reviewer")
    with house.inside():
        about = subject_of(house.reviewer, "case", case.id)
        private = comments.write(
            by=house.reviewer, about=about, text="Looks traced.", audience="reviewers"
        )
        comments.write(by=house.approver, about=about, text="I agree.", answers=private)
        comments.write(by=house.reviewer, about=about, text="Which lens?", audience="all")
        assert [one.text for one in comments.said_about(house.author, about)] == ["Which lens?"]
        assert comments.said_about(house.approver, about).count() == 3
        with pytest.raises(BadInput, match="not one of them"):
            comments.write(by=house.author, about=about, text="x", audience="reviewers")
        with pytest.raises(BadInput, match="@Author"):
            comments.write(
                by=house.reviewer, about=about, text="@Author look", audience="reviewers"
            )
        notes = Note.objects.filter(code="commented").values_list("person__name", "about_kind")
        assert list(notes) == [("Author", "artifact")]
        with pytest.raises(NotFound):
            subject_of(house.auditor, "case", case.id)
    client = sign_in(house.author)
    for path in (f"/console/{case.id}", f"/works/{case.artifact_id}", "/notes", "/audit"):
        page = client.get(path).content
        assert b"traced" not in page, path
        assert b"I agree." not in page, path
    said = {"kind": "case", "id": case.id, "answers": private.pk, "text": "Seen?"}
    assert b"traced" not in client.post("/comments", said, headers={"HX-Request": "true"}).content
    assert client.post(f"/comments/{private.pk}", {"act": "remove"}).status_code == 404
    sign_in(house.approver)
    assert b"traced" in client.get(f"/console/{case.id}").content


def test_the_database_keeps_a_private_comment_private_and_threads_together(house, case, about):
    with house.inside():
        desk = subject_of(house.reviewer, "case", case.id)
        private = comments.write(by=house.reviewer, about=desk, text="x", audience="reviewers")
        row = {"author": house.reviewer, "text": "y", "subject_id": case.id}
        for wrong in (
            {**row, "subject_kind": "work", "audience": "reviewers"},
            {**row, "subject_kind": "case", "audience": "all", "answers": private},
            {
                **row,
                "subject_kind": "case",
                "audience": "reviewers",
                "subject_id": about.id,
                "answers": private,
            },
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                Comment.objects.create(**wrong)
        for raw in (
            "delete from studio_comment",
            "update studio_comment set audience = 'all'",
            "update studio_comment set author_id = author_id",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(raw)


def test_nobody_outside_a_private_project_is_named_in_it_or_reads_it(house):
    with house.inside():
        stranger = accounts.join(
            email="s@lantern.test", name="Stranger", password=PASSWORD, roles=[Role.AUTHOR]
        )
        projects.change(by=house.author, project=house.project, to={"private": True})
        about = subject_of(house.author, "project", house.project.id)
        with pytest.raises(BadInput, match="may not read it"):
            comments.write(by=house.author, about=about, text="@Stranger, look")
        for person in (stranger, house.reviewer):
            with pytest.raises(NotFound):
                subject_of(person, "project", house.project.id)


def test_what_is_wrong_is_said_where_it_was_typed(house, sign_in):
    client = sign_in(house.author)
    said = {"kind": "project", "id": house.project.id, "text": "x" * 4001}
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post("/comments", said, headers=headers)
        assert answer.status_code == 422
        assert b"4001 characters" in answer.content
        assert b"x" * 4001 in answer.content
    said["text"] = "<img src=x onerror=alert(1)> \u202eevil @Reviewer"
    assert client.post("/comments", said)["Location"].endswith("#comments")
    page = client.get(f"/studio/projects/{house.project.id}").content.decode()
    assert "<img src=x" not in page
    assert 'class="ghost">U+202E' in page
    assert re.search(r'<span class="mention"><bdi class="bidi">@Reviewer', page)
    assert b"data-insert" in client.get("/comments/people?q=rev").content
    assert client.post("/comments", {"kind": "star", "id": "x"}).status_code == 404


def test_many_comments_ask_as_many_queries_as_few(house, about, sign_in):
    client = sign_in(house.author)
    page = f"/studio/projects/{house.project.id}"

    def asked():
        client.get(page)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(page).status_code == 200
        return len(caught)

    with house.inside():
        first = comments.write(by=house.author, about=about, text="one")
    few = asked()
    with house.inside():
        for number in range(5):
            comments.write(by=house.reviewer, about=about, text=f"more {number} @Auditor")
            comments.write(by=house.author, about=about, text="answer", answers=first)
    assert asked() == few
