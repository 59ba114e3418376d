"""Human contributions: stated once, kept for good, never more than the whole, printed from records."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from colophon.ledger.models import Event
from colophon.studio import contributing
from colophon.studio.models import Contribution
from kernel.errors import BadInput

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test
DAY = date(2026, 3, 2)


def part(work, **more):
    said = {"what": "Painted the sky anew.", "share_permille": 400, "began": DAY, "ended": DAY}
    return contributing.Part(work=work, **(said | more))


def test_a_part_is_kept_for_good_with_its_event(house):
    work = house.make()
    with house.inside():
        kept = contributing.contribute(by=house.author, part=part(work))
        assert Event.objects.filter(subject_id=work.id, type="contribution.recorded").exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            Contribution.objects.filter(pk=kept.pk).update(what="nothing")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"what": "  "}, "say in 1 to 4000"),
        ({"what": "x" * 4001}, "say in 1 to 4000"),
        ({"share_permille": 1001}, "0 to 100"),
        ({"began": DAY + timedelta(days=1)}, "after the end"),
        ({"ended": timezone.now().date() + timedelta(days=2)}, "in the future"),
    ],
)
def test_a_part_nobody_can_have_done_is_refused_by_name(house, more, says):
    work = house.make()
    with house.inside(), pytest.raises(BadInput, match=says):
        contributing.contribute(by=house.author, part=part(work, **more))


def test_all_parts_together_are_at_most_the_whole(house):
    work = house.make()
    with house.inside():
        contributing.contribute(by=house.author, part=part(work, share_permille=700))
        with pytest.raises(BadInput, match="at most 30 % is left"):
            contributing.contribute(by=house.author, part=part(work, share_permille=400))


def test_the_statement_is_made_from_records_and_what_is_wrong_stays_typed(client, house):
    work = house.make(title="Lighthouse")
    client.post("/login", {"email": house.author.email, "password": PASSWORD})
    path = f"/works/{work.id}/contribution"
    page = client.get(path).content.decode()
    assert "Nobody has stated a part" in page
    assert "Made by the engine" in page
    said = {"what": "Chose the light. <b>", "share": "140", "began": "2026-03-01",
            "ended": "2026-03-02", "tools": "Brush"}  # fmt: skip
    answer = client.post(path, said)
    assert answer.status_code == 422
    assert "Chose the light. &lt;b&gt;" in answer.content.decode()
    assert client.post(path, said | {"share": "35"}).status_code == 302
    page = client.get(path).content.decode()
    assert "Chose the light. &lt;b&gt;" in page
    assert "35 %" in page
    assert "it promises no registration" in page
    assert "35 % of it stated" in client.get(f"/works/{work.id}").content.decode().replace(
        '<bdi class="bidi">', ""
    ).replace("</bdi>", "")
