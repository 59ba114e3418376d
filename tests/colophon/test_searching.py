"""The gallery's one table is always right, finds what was meant, and never reads the whole archive."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from colophon.releases import services as releases
from colophon.studio import looks, resembling, searching, tagging
from colophon.studio.models import Artifact, Entry, Listed, Look
from colophon.studio.searching import Place, Wish, search
from kernel.errors import BadInput

BULK = 20_000


def found(wish, **more):
    return search(wish, page=40, **more).ids


def titles(wish):
    ids = found(wish)
    names = dict(Listed.objects.filter(pk__in=ids).values_list("pk", "title"))
    return [names[one] for one in ids]


def write(house, title, *, text="nothing", **more):
    """A text work by its row alone: what the gallery knows of it comes from the triggers."""
    project = more.pop("project", house.project)
    return Artifact.objects.create(
        project=project,
        author=more.pop("author", house.author),
        title=title,
        sha256="0" * 64,
        size=1,
        media_type="text/plain",
        medium="text",
        origin=more.pop("origin", "human"),
        **more,
    )


def test_a_made_work_is_found_by_title_prompt_engine_seed_origin_and_state(house):
    work = house.make("a lighthouse at dawn over the bay", title="Harbour poster", seed=4711)
    with house.inside():
        for wish in (
            Wish(words="harbour"),
            Wish(words="light"),
            Wish(words="posters LIGHTHOUSES"),
            Wish(words='"lighthouse at dawn"'),
            Wish(engines=("house_scene",)),
            Wish(seed=4711),
            Wish(origins=("procedural",), media=("image",), states=("draft",)),
            Wish(found=("passed", "unsure")),
            Wish(since=timezone.now().date(), until=timezone.now().date()),
            Wish(words=house.project.name),
            Wish(words=house.author.name),
            Wish(projects=(house.project.id,), authors=(house.author.id,)),
        ):
            assert found(wish) == [work.id], wish
        for wish in (
            Wish(words="harbour castle"),
            Wish(words='"dawn lighthouse"'),
            Wish(seed=4712),
            Wish(states=("published",)),
            Wish(found=("failed",)),
            Wish(until=timezone.now().date() - timedelta(days=1)),
            Wish(projects=()),
        ):
            assert found(wish) == [], wish


def test_chinese_is_found_by_one_character_two_and_many(house):
    with house.inside():
        write(house, "海上生明月，天涯共此时")
        write(house, "明日的港口 harbour")
        assert titles(Wish(words="明月")) == ["海上生明月，天涯共此时"]
        assert len(titles(Wish(words="明"))) == 2
        assert titles(Wish(words="天涯共此")) == ["海上生明月，天涯共此时"]
        assert titles(Wish(words="时")) == ["海上生明月，天涯共此时"], "the last character, too"
        assert titles(Wish(words="港口 harb")) == ["明日的港口 harbour"]
        assert titles(Wish(words="月明")) == []


def test_what_people_type_is_never_a_query(house):
    with house.inside():
        write(house, "it's a ' quote")
        for typed in (
            "'",
            "' | 't:x",
            "a & b | !c",
            ":*",
            "\\",
            "\\'",
            "(",
            "<->",
            "%s",
            '"',
            '""',
        ):
            found(Wish(words=typed))
            found(Wish(tags=(typed,)))
            found(Wish(engines=(typed,)))


def test_states_follow_the_newest_release(house):
    work = house.make()
    with house.inside():
        assert Listed.objects.get(pk=work.pk).state == "draft"
        release = releases.request(by=house.author, artifact=work, destinations=["EU"])
        assert found(Wish(states=("in_review",))) == [work.id]
        releases.withdraw_request(by=house.author, release=release)
        assert found(Wish(states=("in_review",))) == []
        assert found(Wish(states=("withdrawn_by_author",))) == [work.id]
        releases.request(by=house.author, artifact=work, destinations=["EU"])
        assert Listed.objects.get(pk=work.pk).state == "in_review"


def test_the_worst_answer_of_its_checks_is_what_a_work_is_found_by(house):
    with house.inside():
        from colophon.studio.models import Assessment, Finding

        work = write(house, "judged")
        judged = Assessment.objects.create(artifact=work, findings_sha256="0" * 64)

        def answer(*answers):
            Finding.objects.bulk_create(
                Finding(assessment=judged, subject="artifact", check_name="x", answer=one, code="y")
                for one in answers
            )

        assert Listed.objects.get(pk=work.pk).found == ""
        answer("passed", "passed")
        assert found(Wish(found=("passed",))) == [work.id]
        answer("unsure")
        answer("failed", "passed")
        assert found(Wish(found=("passed", "unsure"))) == []
        assert found(Wish(found=("failed",))) == [work.id]
        tagging.retag(by=house.author, artifact=work, add=["again"])
        assert found(Wish(found=("failed",), tags=("again",))) == [work.id]
        assert search(Wish(), page=9).counts["found"] == {"failed": 1}


def test_before_the_checks_answered_a_work_is_being_checked(house):
    with house.inside():
        work = write(house, "unseen")
        assert Listed.objects.get(pk=work.pk).state == "checking"


def test_tags_narrow_and_are_on_record(house):
    with house.inside():
        one, other = write(house, "one"), write(house, "other")
        tagging.retag(by=house.author, artifact=one, add=["Night  Sky", "客船"])
        tagging.retag(by=house.author, artifact=other, add=["night sky"])
        assert set(found(Wish(tags=("night sky",)))) == {one.id, other.id}
        assert found(Wish(tags=("night sky", "客船"))) == [one.id]
        assert found(Wish(words="客船")) == [one.id], "a tag is a word as well"
        assert Listed.objects.get(pk=one.pk).tags == ["night sky", "客船"]
        assert tagging.retag(by=house.author, artifact=one, add=["night sky"]) == ([], [])
        tagging.retag(by=house.author, artifact=one, remove=["NIGHT SKY"])
        assert found(Wish(tags=("night sky",))) == [other.id]
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from ledger_event where type = 'artifact.tagged'")
            assert cursor.fetchone()[0] == 3, "what changes nothing is no event"


@pytest.mark.parametrize("word", ["", "x" * 41, "<script>", "a\u202eb", "semi:colon"])
def test_a_word_that_can_be_no_tag_is_told(house, word):
    with house.inside(), pytest.raises(BadInput) as told:
        tagging.retag(by=house.author, artifact=write(house, "one"), add=[word])
    assert told.value.facts["field"] == "tag"


def test_a_picture_is_found_by_what_its_colours_are_called_and_by_a_near_one(house):
    work = house.make("a red lighthouse at dawn")
    with house.inside():
        look = Look.objects.get(artifact=work)
        name = look.colours[0][0]
        hue = next(one[4:] for one in look.marks if one.startswith("hue:"))
        assert found(Wish(hues=(hue,))) == [work.id]
        assert found(Wish(colour=name)) == [work.id]
        assert found(Wish(colour="#00ff00")) == []


def test_works_like_one_come_closest_first(house):
    first = house.make("a lighthouse at dawn", seed=7)
    again = house.make("a lighthouse at dawn", seed=7)
    house.make("a city skyline at night", seed=3)
    with house.inside():
        look = Look.objects.get(artifact=first)
        like = resembling.like(look)
        assert like[0] == again.id
        assert first.id not in like
        assert found(Wish(among=tuple(like)))[0] == again.id
        assert found(Wish(among=tuple(like), words="skyline", seed=7)) == []


def test_texts_like_one_share_its_runs(house):
    words = "the boats came in with the morning tide and the lamps were still lit along the quay "
    one = house.make("Title: One.", engine="house_copy", parameters={})
    with house.inside():
        texts = []
        for text in (
            words * 2,
            words + "and then nothing else was heard of them again",
            "other " * 30,
        ):
            work = write(house, text[:20])
            looks.keep(work, left=None, text=text)
            texts.append(work.id)
        like = resembling.like(Look.objects.get(artifact=texts[0]))
    assert like[0] == texts[1]
    assert texts[2] not in like
    assert one.id not in like


def test_pages_follow_one_another_without_gap_or_double(house):
    with house.inside():
        for number in range(9):
            write(house, f"plate {number}")
        Artifact.objects.count()
        seen, after = [], None
        while True:
            page = search(Wish(words="plate"), page=4, after=after)
            seen += page.ids
            if not page.more:
                break
            last = Listed.objects.get(pk=page.ids[-1])
            after = Place(at=last.at, id=last.pk)
        assert len(seen) == len(set(seen)) == 9


def test_facets_count_without_their_own_choice(house):
    with house.inside():
        write(house, "a boat", origin="human")
        write(house, "a boat", origin="edited")
        write(house, "a castle", origin="edited")
        page = search(Wish(words="boat", origins=("human",)), page=10)
    assert len(page.ids) == page.total == 1
    assert page.counts["origin"] == {"human": 1, "edited": 1}
    assert page.counts["state"] == {"checking": 2}
    assert not page.bounded


def test_invariant_9_another_tenants_works_are_in_no_answer(two_houses):
    theirs = two_houses.theirs.make("a lighthouse at dawn", seed=7)
    mine = two_houses.mine.make("a lighthouse at dawn", seed=7)
    with two_houses.mine.inside():
        assert found(Wish(words="lighthouse")) == [mine.id]
        assert resembling.like(Look.objects.get(artifact=mine)) == []
        assert not Entry.objects.filter(pk=theirs.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from studio_listed")
        assert cursor.fetchone()[0] == 0, "outside of a tenant nothing is listed"


def test_the_app_cannot_write_what_triggers_keep(house):
    work = house.make()
    with house.inside():
        for rows in (Entry, Listed):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.objects.filter(pk=work.pk).update(title="other")


def fill(house, neighbour, rows):
    """Write works by one statement: the trigger enters them as it does any other."""
    for place in (house, neighbour):
        with place.inside(), connection.cursor() as cursor:
            cursor.execute(
                """
                insert into studio_artifact (id, tenant_id, project_id, author_id, title, sha256,
                    size, media_type, medium, origin, engine, engine_version, record, tool, inbound, at)
                select uuidv7(), %s, %s, %s,
                       (array['Harbour', 'Castle', 'Forest', 'Tram'])[1 + n %% 4] || ' plate ' || n
                       || case when n = 17 then ' zeppelin' else '' end,
                       repeat('0', 64), 1, 'image/png', 'image',
                       (array['procedural', 'neural'])[1 + n %% 2], 'house_scene', '1', '{}', '', '{}',
                       now() - n * interval '1 minute'
                  from generate_series(1, %s) n
                """,
                [place.organisation.id, place.project.id, place.author.id, rows],
            )


@pytest.mark.slow
def test_no_search_reads_the_whole_archive(committed_db, as_role, build_house):
    mine = build_house("Mine")
    fill(mine, build_house("Theirs"), BULK)
    with as_role("owner") as owner:
        owner.execute("analyze studio_entry")
    wishes = {
        "everything": Wish(),
        "a common word": Wish(words="harbour"),
        "a rare word": Wish(words="zeppelin"),
        "no word of ours": Wish(words="quince"),
        "a state nobody is in": Wish(states=("published",)),
        "old ones": Wish(until=timezone.now().date() - timedelta(days=10)),
        "rare within common": Wish(words="harbour zeppelin", origins=("neural",)),
    }
    with mine.inside():
        for name, wish in wishes.items():
            with CaptureQueriesContext(connection) as asked:
                search(wish, page=40)
            assert len(asked.captured_queries) <= 4, name
            for one in asked.captured_queries:
                _no_walk(one["sql"], name)
        assert len(search(wishes["a rare word"], page=40).ids) == 1
        assert search(wishes["everything"], page=40).bounded


def _no_walk(sql, name):
    if "studio_listed" not in sql and "studio_sought" not in sql:
        return
    with connection.cursor() as cursor:
        cursor.execute("explain (analyze, format json) " + sql)
        (told,) = cursor.fetchone()
    plan = json.loads(told) if isinstance(told, str) else told
    for node in _nodes(plan[0]["Plan"]):
        if node.get("Relation Name") == "studio_entry":
            read = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            assert node["Node Type"] != "Seq Scan", (name, node)
            assert read <= searching.MOST_HITS / 2, (name, node["Node Type"], read)


def _nodes(plan):
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
