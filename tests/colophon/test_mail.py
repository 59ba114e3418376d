"""Mail, handed to a real server: whose language, what it never says, tries, digests, two workers."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from mail_server import serving

from colophon.accounts import invitations, mailing, notifications
from colophon.accounts import services as accounts
from colophon.accounts.models import Invitation
from colophon.accounts.note import Note
from colophon.accounts.roles import Role
from colophon.ledger.services import About
from colophon.settings.env import BadSetting
from colophon.settings.mail import mail_server
from colophon.web import letters
from kernel.errors import BadInput
from kernel.ids import new_id

PASSWORD = "another long phrase"  # noqa: S105  of people who exist for one test


@pytest.fixture
def post(settings):
    with serving() as server:
        settings.COLOPHON_MAIL_URL = server.url
        settings.COLOPHON_MAIL_FROM = "Colophon <colophon@lantern.test>"
        yield server


def tell(house, person, code="release_refused", **facts):
    facts = {"title": "Secret harbour", "clause": "house.x", "reason": "Copied."} | facts
    with house.inside():
        notifications.tell(person=person, code=code, facts=facts, about=About("artifact", new_id()))


def send(house, person):
    return letters.send_notes(house.organisation.id, person.pk)


def body(letter, kind="plain"):
    return letter.get_body((kind,)).get_content()


def test_a_note_goes_in_the_persons_language_with_a_link_and_nothing_of_the_work(house, post):
    with house.inside():
        type(house.author).objects.filter(pk=house.author.pk).update(language="zh-hans")
    tell(house, house.author)
    assert send(house, house.author) == 1
    (letter,) = post.letters
    assert letter["To"] == "author@lantern.test"
    assert letter["From"] == "Colophon <colophon@lantern.test>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "您的一件作品已被拒绝" in letter["Subject"]
    with house.inside():
        note = Note.objects.get()
    for kind in ("plain", "html"):
        assert f"/notes/{note.pk}" in body(letter, kind)
        assert "您的一件作品已被拒绝" in body(letter, kind)
    assert "Secret" not in letter.as_string()
    assert "Copied" not in letter.as_string()
    assert send(house, house.author) == 0, "sent once"
    assert len(post.letters) == 1


def test_many_notes_go_as_one_letter_and_the_next_waits(house, post):
    for _ in range(25):
        tell(house, house.author)
    assert send(house, house.author) == 25
    (letter,) = post.letters
    assert letter["Subject"] == "25 notes for you"
    assert body(letter).count("/notes/") == letters.MOST_LINES
    assert "And 5 more" in body(letter)
    tell(house, house.author)
    assert send(house, house.author) == 0, "they were mailed just now"
    with house.inside():
        long_ago = timezone.now() - timedelta(seconds=mailing.GATHER_SECONDS + 1)
        Note.objects.filter(mailed_at__isnull=False).update(mailed_at=long_ago)
    assert send(house, house.author) == 1


def test_what_was_read_or_switched_off_is_not_mailed(house, post):
    tell(house, house.author)
    with house.inside():
        notifications.read_all(person=house.author)
        notifications.choose(person=house.reviewer, ways={"release_refused": "app"})
    tell(house, house.reviewer)
    assert send(house, house.author) == 0
    assert send(house, house.reviewer) == 0
    with house.inside():
        assert Note.objects.filter(person=house.reviewer).count() == 1


def test_without_a_server_nothing_is_queued(house):
    tell(house, house.author)
    with house.inside():
        assert Note.objects.get().mail_due_at is None


def test_a_try_that_fails_is_put_off_and_ends_after_so_many(house, post):
    post.answers = [("MAIL FROM", "451 later")]
    tell(house, house.author)
    waits = []
    for number in range(1, mailing.MOST_TRIES + 2):
        with house.inside():
            Note.objects.update(mail_due_at=timezone.now())
        assert send(house, house.author) == 0
        with house.inside():
            note = Note.objects.get()
        assert note.mail_tries == min(number, mailing.MOST_TRIES)
        assert note.mail_cause == "SMTPSenderRefused 451"
        waits.append((note.mail_due_at - timezone.now()).total_seconds())
    assert waits[:3] == pytest.approx([60, 240, 960], abs=5)
    post.answers = []
    with house.inside():
        Note.objects.update(mail_due_at=timezone.now(), mail_tries=1)
    assert send(house, house.author) == 1
    with house.inside():
        assert Note.objects.get().mail_cause == ""


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(house, post):
    post.answers = [("RCPT TO", "550 nobody here")]
    tell(house, house.author)
    send(house, house.author)
    with house.inside():
        note = Note.objects.get()
    assert (note.mail_tries, note.mail_cause) == (mailing.MOST_TRIES, "SMTPRecipientsRefused 550")


def test_a_server_that_is_away_costs_a_try_and_says_so(house, post, settings):
    settings.COLOPHON_MAIL_URL = "smtp://127.0.0.1:1"
    tell(house, house.author)
    assert send(house, house.author) == 0
    with house.inside():
        assert Note.objects.get().mail_cause == "ConnectionRefusedError"


def test_a_name_cannot_add_a_header_or_hide_its_letters(house, post):
    with house.inside():
        type(house.keeper).objects.filter(pk=house.keeper.pk).update(
            name="Eve\r\nBcc: all@lantern.test\u202e"
        )
    tell(house, house.author, code="mentioned", by=str(house.keeper.ref))
    assert send(house, house.author) == 1
    (letter,) = post.letters
    assert letter["Bcc"] is None
    assert "Eve Bcc: all@lantern.test[U+202E]" in body(letter)


def test_the_sweeper_finds_what_is_late_in_every_tenant_and_only_that(two_houses, post, settings):
    tell(two_houses.mine, two_houses.mine.author)
    tell(two_houses.theirs, two_houses.theirs.author)
    assert mailing.sweep() == 0, "not late yet"
    late = timezone.now() - timedelta(seconds=settings.COLOPHON.resend_seconds + 1)
    for house in (two_houses.mine, two_houses.theirs):
        with house.inside():
            Note.objects.update(mail_due_at=late)
    assert mailing.sweep() == 2
    assert mailing.sweep() == 0, "sent again a moment ago"


def test_of_two_workers_one_sends(committed_db, build_house, post):
    house = build_house()
    tell(house, house.author)
    start, counts = threading.Barrier(4), []

    def work():
        try:
            start.wait()
            counts.append(send(house, house.author))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(counts) == [0, 0, 0, 1]
    assert len(post.letters) == 1


def invite(house, email="new@lantern.test"):
    with house.inside():
        secret = accounts.invite(
            by=house.keeper, email=email, name="Nia", roles=[Role.AUTHOR], team=None
        )
        return secret, Invitation.objects.get(email=email)


def test_an_invitation_is_mailed_with_a_link_that_opens(house, post, client):
    secret, row = invite(house)
    assert letters.send_invitation(house.organisation.id, row.pk) == 1
    assert letters.send_invitation(house.organisation.id, row.pk) == 0
    (letter,) = post.letters
    assert letter["To"] == "new@lantern.test"
    link = re.search(r"http://\S+/join/(\S+)", body(letter))
    assert link[1] == secret
    said = {"name": "Nia", "password": PASSWORD}
    assert client.post(f"/join/{link[1]}", said).status_code == 302


def test_an_invitation_sent_anew_ends_the_link_before_and_one_withdrawn_ends_all(house, client):
    first, row = invite(house)
    with house.inside():
        second = invitations.renew(by=house.keeper, invitation=row)
    said = {"name": "Nia", "password": PASSWORD}
    assert client.post(f"/join/{first}", said).status_code == 410
    with house.inside():
        invitations.withdraw(by=house.keeper, invitation=row)
        with pytest.raises(invitations.InvitationOver):
            invitations.renew(by=house.keeper, invitation=row)
    assert client.post(f"/join/{second}", said).status_code == 410


def test_an_invitation_names_what_is_wrong(house):
    with house.inside():
        for email, roles, said in (
            ("nobody", [Role.AUTHOR], "email"),
            ("a@lantern.test", [], "role"),
            ("author@lantern.test", [Role.AUTHOR], "here already"),
        ):
            with pytest.raises(BadInput, match=said):
                accounts.invite(by=house.keeper, email=email, name="", roles=roles, team=None)
        assert not Invitation.objects.exists()


def test_an_address_of_another_organisation_cannot_join_twice(two_houses, client):
    secret, _ = invite(two_houses.mine, email="author@theirs.test")
    answer = client.post(f"/join/{secret}", {"name": "Nia", "password": PASSWORD})
    assert answer.status_code == 409
    assert b"signs in with this address already" in answer.content


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://mail.test", "smtp://"),
        ("smtp://", "smtp://"),
        ("smtp://a:b@mail.test:587", "in the clear"),
    ],
)
def test_a_mail_server_that_cannot_be_used_stops_the_start_without_its_password(url, why):
    with pytest.raises(BadSetting, match=why) as refused:
        mail_server(url, sender="a@b.test")
    assert ":b@" not in str(refused.value)
    with pytest.raises(BadSetting, match="sender"):
        mail_server("smtps://a:b@mail.test", sender="nobody")
    assert mail_server("smtps://a:b%40@mail.test", sender="a@b.test").password == "b@"  # noqa: S105
    assert mail_server("", sender="") is None
