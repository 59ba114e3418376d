"""Lists show small views made once beside the checks; the work itself is never touched."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from PIL import Image

from colophon.store import services as store
from colophon.studio import incoming, looks, services
from colophon.studio.models import Artifact, Look
from compliance.intake import views
from compliance.similarity.sketch import sketch

PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one test


def brought(house, data, *, name="brought", media_type="image/png"):
    with house.inside():
        upload = incoming.receive(by=house.author, name=name, media_type=media_type, pieces=[data])
        work = incoming.bring_in(
            by=house.author,
            incoming=incoming.Incoming(
                project=house.project,
                upload=upload,
                title=name,
                tool="a brush",
                ai_share_permille=0,
            ),
        )
        services.assess(artifact=Artifact.objects.select_related("tenant").get(pk=work.pk))
        return work


def png(picture, **how):
    out = io.BytesIO()
    Image.fromarray(np.asarray(picture, np.uint8)).save(out, "PNG", **how)
    return out.getvalue()


def halves(width=1200, height=600):
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, : width // 2] = (192, 50, 43)
    picture[:, width // 2 :] = (47, 95, 176)
    picture[:20, :40] = 255  # so that no two works here have one hash
    return picture


def test_a_picture_gets_its_views_colours_and_hash_beside_the_checks(house):
    work = brought(house, png(halves()))
    with house.inside():
        look = Look.objects.get(artifact=work)
        assert (look.width, look.height) == (1200, 600)
        assert {one.split(":")[1] for one in look.marks if one.startswith("hue:")} == {
            "red",
            "blue",
        }
        assert len(bytes(look.pdq)) == 32
        assert sum(share for _, share in look.colours) <= 1000
        for side, width in (("small", 320), ("large", 960)):
            with store.open_(getattr(look, f"{side}_sha256")) as file:
                view = Image.open(io.BytesIO(file.read()))
                assert view.format == "WEBP"
                assert view.size == (width, width // 2)
                assert not view.info.get("exif")
                assert not view.info.get("xmp")
        assert Artifact.objects.get(pk=work.pk).sha256 == work.sha256


def test_a_text_shows_its_first_lines_and_is_found_by_its_runs(house):
    words = "The tide came in over the causeway before anybody had lit the lamps. " * 20
    work = brought(house, words.encode(), media_type="text/plain")
    with house.inside():
        look = Look.objects.get(artifact=work)
    assert look.excerpt == words[:400]
    assert look.small_sha256 == ""
    assert set(look.marks) == {f"g:{one}" for one in sketch(words)}


def test_likeness_of_texts_shows_in_what_their_sketches_share():
    words = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ]
    whole, part = " ".join(words * 3), " ".join(words * 2 + ["thirteen"])
    assert set(sketch(whole)) & set(sketch(part))
    assert not set(sketch(whole)) & set(sketch("nothing of this stands in the other at all"))
    assert sketch("too short") == []
    assert sketch("海上生明月天涯共此时")


def test_a_damaged_picture_is_judged_and_its_missing_view_is_made_or_explained(house):
    work = brought(house, png(halves())[:900], name="cut off")
    with house.inside():
        assert not Look.objects.filter(artifact=work).exists()
        assert work.assessment is not None
    call_command("looks")
    with house.inside():
        look = Look.objects.get(artifact=work)
    assert look.small_sha256 == ""
    assert look.why


def test_works_of_before_get_their_looks_by_the_command_once(house, capsys):
    work = house.make()
    with house.inside():
        assert Look.objects.get(artifact=work).small_sha256
        again = looks.make(Artifact.objects.get(pk=work.pk))
        assert Look.objects.get() == again, "of two that come at once one writes"
    call_command("looks")
    assert "0 made" in capsys.readouterr().out


def test_a_look_is_never_changed(house):
    work = house.make()
    with house.inside(), pytest.raises(DatabaseError), transaction.atomic():
        Look.objects.filter(artifact=work).update(excerpt="other")


def test_what_a_hostile_child_leaves_is_not_kept(tmp_path):
    (tmp_path / views.SAID).write_text('{"pdq": "zz", "colours": [["red", 1]], "width": 1}')
    assert looks._said(tmp_path) is None
    (tmp_path / views.SAID).write_text("[" * 5000)
    assert looks._said(tmp_path) is None
    views.leave(halves(64, 32), into=tmp_path, said={"width": 64, "height": 32, "quality": 9})
    assert looks._said(tmp_path) is None, "a look without its hash"


@pytest.mark.parametrize(
    ("colour", "name"),
    [(shown, name) for name, shown in views.HUES.items()]
    + [("#ff0000", "red"), ("#00ff00", "green"), ("#0000ff", "blue"), ("#ffe4c4", "orange")],
)
def test_colours_are_called_what_people_call_them(colour, name):
    assert views.hue(colour) == name


def test_a_colour_is_found_by_one_near_it_and_not_by_one_far_off():
    assert views.cell("#c0322b") in views.cells_near("#c83a30")
    assert views.cell("#2f5fb0") not in views.cells_near("#c0322b")
    assert len(views.cells_near("#c0322b")) < 40
    assert views.hex_of(np.array(views.lab_of("#3d8a46"))) == "#3d8a46"


def test_lists_load_small_views_and_never_the_whole_work(client, house):
    work = house.make()
    with house.inside():
        look = Look.objects.get(artifact=work)
    client.post("/login", {"email": house.author.email, "password": PASSWORD})
    from colophon.web.glances import link

    for path in ("/works", "/studio"):
        page = client.get(path).content.decode()
        assert (
            f'src="{link(look.small_sha256, "image/webp", look.small_sha256[:12] + ".webp")}"'
            in page
        )
        assert link(work.sha256, work.media_type, work.title) not in page, path


def test_rows_of_another_tenant_have_no_look_here(two_houses):
    two_houses.theirs.make()
    with two_houses.mine.inside():
        assert not Look.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from studio_look")
            assert cursor.fetchone()[0] == 0
