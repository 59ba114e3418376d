"""Guessing waits, whoever's address it is; sessions are seen and ended; passwords and tokens change."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection
from django.test import Client

from colophon.accounts import patience, tokens
from colophon.accounts.models import Person, SignInTry
from colophon.accounts.patience import TooManyTries, count_try, forgive
from colophon.accounts.session import Session
from colophon.ledger.models import Event
from kernel.errors import BadInput

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test
NEW = "another phrase, longer"


def sign_in(person, password=PASSWORD, **more):
    client = Client(**more)
    answer = client.post("/login", {"email": person.email, "password": password})
    return client if answer.status_code == 302 else answer


def guess(email, times, address="203.0.113.7"):
    client = Client(REMOTE_ADDR=address)
    said = {"email": email, "password": "not this one"}
    return [client.post("/login", said) for _ in range(times)]


def test_after_five_tries_one_waits_and_a_right_password_waits_as_well(house):
    answers = guess(house.author.email, 8)
    statuses = [one.status_code for one in answers]
    assert statuses[:6] == [403] * 6
    assert statuses[6:] == [429] * 2
    assert int(answers[-1]["Retry-After"]) >= 1
    assert b"Too many tries" in answers[-1].content
    right = Client(REMOTE_ADDR="203.0.113.9").post(
        "/login", {"email": house.author.email, "password": PASSWORD}
    )
    assert right.status_code == 429, "the same /24 is the same network"
    assert sign_in(house.author, REMOTE_ADDR="198.51.100.1").get("/notes").status_code == 200


def test_an_unknown_address_waits_the_same_with_the_same_words(house):
    known = guess(house.author.email, 8, "203.0.113.7")
    unknown = guess("nobody@nowhere.test", 8, "198.51.100.7")
    assert [one.status_code for one in known] == [one.status_code for one in unknown]
    assert [said(one) for one in known] == [said(one) for one in unknown]


def said(answer):
    return re.search(r"<strong>(.*?)</strong>", answer.content.decode())[1]


def test_the_wait_grows_and_has_an_end(db):
    waits = []
    for _ in range(30):
        SignInTry.objects.update(until="2020-01-01T00:00Z")
        count_try(address="a@b.test", network="192.0.2.1")
        row = SignInTry.objects.order_by("-until").first()
        waits.append(round((row.until - row.at).total_seconds()))
    assert waits[:5] == [0] * 5
    assert waits[5:12] == [1, 2, 4, 8, 16, 32, 64]
    assert max(waits) == patience.LONGEST_SECONDS


def test_who_gets_in_is_forgiven_but_their_network_is_not_by_much(db):
    for _ in range(4):
        count_try(address="a@b.test", network="192.0.2.1")
    forgive(address="a@b.test", network="192.0.2.1")
    assert [one.tries for one in SignInTry.objects.all()] == [3]


def test_many_addresses_from_one_network_wait_too(db):
    for number in range(patience.FREE["network"] + 1):
        count_try(address=f"{number}@b.test", network="2001:db8::1")
    with pytest.raises(TooManyTries):
        count_try(address="new@b.test", network="2001:db8::2")
    count_try(address="new@b.test", network="2001:db8:1::2")


def test_a_hundred_tries_at_once_are_a_hundred_tries(committed_db):
    start, passed = threading.Barrier(20), []

    def work():
        try:
            start.wait()
            count_try(address="a@b.test", network="192.0.2.1")
            passed.append(1)
        except TooManyTries:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(passed) == patience.FREE["pair"] + 1


def test_sessions_are_listed_and_one_or_all_others_ended(house):
    first = sign_in(house.author, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/140.0")
    second, third = sign_in(house.author), sign_in(house.author)
    page = first.get("/me").content.decode()
    assert "Firefox, Linux" in page
    assert "3 sessions" in page
    with house.inside():
        other = Session.objects.exclude(pk=first.session["session"]).latest("at")
    first.post("/me/sessions/end", {"session": str(other.pk)})
    assert sorted(one.get("/notes").status_code for one in (second, third)) == [200, 401]
    first.post("/me/sessions/end")
    assert [one.get("/notes").status_code for one in (first, second, third)] == [200, 401, 401]
    with house.inside():
        assert Event.objects.filter(type="sessions.ended").count() == 1


def test_nobody_ends_a_session_of_others(house):
    theirs = sign_in(house.reviewer)
    sign_in(house.author).post("/me/sessions/end", {"session": theirs.session["session"]})
    assert theirs.get("/notes").status_code == 200


def test_signing_out_ends_the_session_even_for_a_stolen_cookie(house):
    client = sign_in(house.author)
    held = client.cookies["sessionid"].value
    data = dict(client.session)
    client.post("/logout")
    thief = Client()
    session = thief.session
    session.update(data)
    session.save()
    assert thief.get("/notes").status_code == 401
    assert held


def test_a_password_changes_with_the_present_one_and_ends_other_sessions(house):
    client, other = sign_in(house.author), sign_in(house.author)
    wrong = client.post("/me/password", {"present": "no", "new": NEW})
    assert wrong.status_code == 403
    assert b"not your present password" in wrong.content
    weak = client.post("/me/password", {"present": PASSWORD, "new": "short"})
    assert weak.status_code == 422
    assert b"12" in weak.content
    assert client.post("/me/password", {"present": PASSWORD, "new": NEW}).status_code == 302
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 401
    assert sign_in(house.author).status_code == 403
    assert sign_in(house.author, NEW).get("/me").status_code == 200


def test_guessing_the_present_password_waits_as_well(house):
    client = sign_in(house.author)
    answers = [client.post("/me/password", {"present": "no", "new": NEW}) for _ in range(8)]
    assert [one.status_code for one in answers][-2:] == [429, 429]


def test_name_language_and_keys_are_kept_and_a_bad_name_keeps_what_was_typed(house):
    client = sign_in(house.author)
    said = {"name": " Mira   L ", "language": "zh-hans", "theme": "dark"}
    assert client.post("/me", said).status_code == 302
    page = client.get("/me").content.decode()
    assert 'value="Mira L"' in page
    assert 'data-keys="off"' in page
    assert "我的页面" in page
    bad = client.post("/me", {**said, "name": " ", "language": "en"})
    assert bad.status_code == 422
    with house.inside():
        assert Person.objects.get(pk=house.author.pk).name == "Mira L"
        (event,) = Event.objects.filter(type="person.renamed")
        assert b"Mira" not in bytes(event.body)


def test_a_token_is_shown_once_reads_only_if_so_made_and_is_revoked(house):
    client = sign_in(house.author)
    page = client.post("/me/tokens", {"label": "CI", "scope": "read", "days": "30"})
    secret = page.content.decode().partition("clp_")[2].partition("<")[0]
    held = {"authorization": f"Bearer clp_{secret}"}
    assert secret not in client.get("/me").content.decode()
    program = Client(headers=held)
    assert program.get(f"/api/v1/jobs/{house.submit().pk}").status_code == 200
    answer = program.post("/api/v1/jobs", {}, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["code"] == "token_reads_only"
    with house.inside():
        (token,) = tokens.in_force(house.author)
        assert token.used_at is not None
    theirs = sign_in(house.reviewer)
    assert theirs.post(f"/me/tokens/{token.pk}/revoke").status_code == 404
    assert client.post(f"/me/tokens/{token.pk}/revoke").status_code == 302
    assert program.get(f"/api/v1/jobs/{house.project.pk}").status_code == 401
    assert (
        client.post("/me/tokens", {"label": " ", "scope": "read", "days": "30"}).status_code == 422
    )
    assert client.post("/me/tokens", {"label": "x", "scope": "x", "days": "x"}).status_code == 422


def test_one_holds_so_many_tokens_and_no_more(house):
    with house.inside():
        for number in range(tokens.MOST):
            tokens.issue(person=house.author, label=str(number))
        with pytest.raises(BadInput, match="revoke one first"):
            tokens.issue(person=house.author, label="one more")
