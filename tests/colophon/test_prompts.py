"""Prompts: variables, wordings that are kept, labels that take two, presets, and what changed."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from colophon.accounts import services as accounts
from colophon.accounts.note import Note
from colophon.accounts.roles import Role
from colophon.ledger.models import Event
from colophon.ledger.tenancy import tenant
from colophon.studio import labelling, members, presets, projects, prompts, templates
from colophon.studio.errors import LabelMoved, MissingValue, NotFound, NotToApprove, OpenWish
from colophon.studio.models import LabelMove, Preset, Prompt, PromptLabel, PromptVersion
from colophon.web.diffing import counts, diff
from kernel.errors import BadInput, Refused

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test
HARBOUR = (
    "a {{subject}} at {{hour: choice(dawn|noon|dusk) = dawn}}, {{boats: number(1..12) = 3}} boats"
)


@pytest.fixture
def sign_in(client):
    def as_(person):
        assert (
            client.post("/login", {"email": person.email, "password": PASSWORD}).status_code == 302
        )
        return client

    return as_


@pytest.fixture
def prompt(house):
    """A prompt of three wordings."""
    with house.inside():
        first = prompts.write(by=house.author, project=house.project, text="a boat", title="Boats")
        for text in ("a red boat", "a red boat at dawn"):
            prompts.write(
                by=house.author, project=house.project, text=text, prompt_id=first.prompt_id
            )
        return Prompt.objects.select_related("project").get(pk=first.prompt_id)


def version(prompt, number):
    return prompt.versions.get(number=number)


def put(house, prompt, label, number, by=None, why=""):
    wanted = version(prompt, number) if number else None
    return labelling.put(by=by or house.author, prompt=prompt, label=label, version=wanted, why=why)


def test_variables_are_filled_and_what_is_missing_is_named():
    asked = templates.variables(HARBOUR)
    assert [one.kind for one in asked.values()] == ["text", "choice", "number"]
    said = templates.render(HARBOUR, {"subject": "pier", "boats": "04"})
    assert said.text == "a pier at dawn, 4 boats"
    assert said.values == {"subject": "pier", "hour": "dawn", "boats": "4"}
    with pytest.raises(MissingValue, match="subject"):
        templates.render(HARBOUR, {})
    for values, field in (
        ({"subject": "x", "hour": "night"}, "hour"),
        ({"subject": "x", "boats": "13"}, "boats"),
        ({"subject": "x", "boats": "NaN"}, "boats"),
        ({"subject": "x", "boats": "three"}, "boats"),
        ({"subject": "x" * 2001}, "subject"),
        ({"subject": "x", "colour": "red"}, "colour"),
    ):
        with pytest.raises(BadInput) as refused:
            templates.render(HARBOUR, values)
        assert refused.value.facts["field"] == field


def test_a_value_is_never_read_as_a_template_and_other_braces_stay():
    said = templates.render("{{a}} {{ 7*7 }} {% x %} \\{{b}} {{a}}", {"a": "{{hour}}"})
    assert said.text == "{{hour}} {{ 7*7 }} {% x %} {{b}} {{hour}}"
    assert templates.render("一座{{物 = 灯塔}}", {}).text == "一座灯塔"


@pytest.mark.parametrize(
    "text",
    [
        "{{a: choice(one)}}",
        "{{a: number(5..1)}}",
        "{{a: number(x)}}",
        "{{a: colour}}",
        "{{a: choice(b|c) = d}}",
        "{{a = x}} {{a = y}}",
        "".join(f"{{{{v{one}}}}}" for one in range(41)),
    ],
)
def test_a_definition_that_cannot_be_is_refused_by_name(text):
    with pytest.raises(BadInput):
        templates.variables(text)


@given(st.text(alphabet="{}\\ab: =|()1.", max_size=40), st.text(max_size=10))
def test_no_wording_breaks_the_reader(text, value):
    try:
        asked = templates.variables(text)
        templates.render(text, dict.fromkeys(asked, value))
    except Refused:
        pass


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_stays_and_what_was_added_give_the_new_wording(before, after):
    pieces = diff(before, after)
    assert "".join(one.text for one in pieces if one.kind != "removed") == after
    assert "".join(one.text for one in pieces if one.kind != "added") == before


def test_changes_are_words_in_english_and_characters_in_chinese():
    said = diff("a lighthouse at dusk", "a lighthouse at dawn, two boats")
    assert [(one.kind, one.text) for one in said] == [
        ("same", "a lighthouse at "),
        ("removed", "dusk"),
        ("added", "dawn, two boats"),
    ]
    said = diff("一座灯塔，黄昏", "一座灯塔，黎明")
    assert [(one.kind, one.text) for one in said][1:] == [("removed", "黄昏"), ("added", "黎明")]
    assert counts(said) == {"added": 2, "removed": 2}
    long = "word " * 6000
    assert len(diff(long, long + "more")) <= 3


def test_a_wording_is_kept_once_and_a_filled_one_with_its_values(house, prompt):
    with house.inside():
        again = prompts.write(
            by=house.author, project=house.project, text="a boat", prompt_id=prompt.pk
        )
        assert again.number == 1, "the way back is the wording that is there"
        template = prompts.write(by=house.author, project=house.project, text=HARBOUR)
        filled = prompts.fill(by=house.author, version=template, values={"subject": "pier"})
        same = prompts.fill(by=house.author, version=template, values={"subject": "pier "})
        assert filled.pk == same.pk
        assert filled.values == {"subject": "pier", "hour": "dawn", "boats": "3"}
        assert template.prompt.versions.count() == 1, "the template itself has no new wording"
        job_text = prompts.write(
            by=house.author,
            project=house.project,
            text=filled.text,
            prompt_id=filled.prompt_id,
        )
        assert job_text.pk == filled.pk
        other = prompts.write(
            by=house.author, project=house.project, text="by hand", prompt_id=filled.prompt_id
        )
        assert other.prompt_id != filled.prompt_id
        assert Event.objects.filter(type="prompt.filled").count() == 1
        with pytest.raises(DatabaseError), transaction.atomic():
            PromptVersion.objects.create(
                prompt=template.prompt, number=9, text="x", by=house.author, values={"a": "b"}
            )


def test_a_label_moves_by_hand_and_back(house, prompt):
    with house.inside():
        put(house, prompt, "Draft", 2)
        put(house, prompt, "draft", 3, why="warmer")
        assert labelling.version_at(prompt, "draft").number == 3
        put(house, prompt, "draft", 2, why="too warm")
        with pytest.raises(BadInput, match="stands there already"):
            put(house, prompt, "draft", 2)
        with pytest.raises(BadInput, match="digits"):
            put(house, prompt, "dra<b>", 2)
        put(house, prompt, "draft", None)
        with pytest.raises(NotFound):
            labelling.version_at(prompt, "draft")
        moves = LabelMove.objects.order_by("at").values_list("held__number", "version__number")
        assert list(moves) == [(None, 2), (2, 3), (3, 2), (2, None)]
        assert Event.objects.filter(type="label.moved").count() == 4


def test_a_protected_label_takes_another_person(house, prompt):
    with house.inside():
        owner = accounts.join(
            email="o@lantern.test", name="Owner", password=PASSWORD, roles=[Role.AUTHOR]
        )
        members.add(by=house.author, project=house.project, person=owner, part="owner")
        wish = put(house, prompt, "production", 2)
        assert wish.state == "open"
        assert not PromptLabel.objects.exists()
        assert Note.objects.get(code="label_waits").person == owner
        with pytest.raises(OpenWish):
            put(house, prompt, "production", 3)
        for person in (house.author, house.reviewer):
            with pytest.raises(NotToApprove):
                labelling.approve(by=person, wish=wish)
        with pytest.raises(DatabaseError), transaction.atomic():
            LabelMove.objects.create(
                state="done",
                prompt=prompt,
                label="production",
                by=house.author,
                protected=True,
                decided_by=house.author,
            )
        labelling.approve(by=owner, wish=wish)
        assert labelling.version_at(prompt, "production").number == 2
        assert Note.objects.filter(code="label_approved", person=house.author).exists()
        second = put(house, prompt, "production", 3)
        labelling.reject(by=house.approver, wish=second)
        third = put(house, prompt, "production", 3)
        labelling.withdraw(by=house.author, wish=third)
        assert labelling.version_at(prompt, "production").number == 2
        with pytest.raises(Refused):
            labelling.approve(by=owner, wish=third)


def test_a_wish_that_was_overtaken_is_not_made(house, prompt):
    with house.inside():
        put(house, prompt, "live", 1)
        projects.change(by=house.author, project=house.project, to={"protected_labels": ["live"]})
        prompt.project.refresh_from_db()
        wish = put(house, prompt, "live", 3)
        PromptLabel.objects.filter(name="live").update(version=version(prompt, 2))
        with pytest.raises(LabelMoved, match="version 2"):
            labelling.approve(by=house.approver, wish=wish)


def test_the_database_holds_labels_to_their_prompt_and_moves_to_their_words(house, prompt):
    with house.inside():
        other = prompts.write(by=house.author, project=house.project, text="a tram")
        with pytest.raises(DatabaseError), transaction.atomic():
            PromptLabel.objects.create(prompt=prompt, name="x", version=other)
        put(house, prompt, "draft", 2)
        for raw in (
            "update studio_labelmove set why = 'x'",
            "delete from studio_labelmove",
            "update studio_labelmove set state = 'open'",
            "update studio_promptversion set text = 'x'",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(raw)


def test_of_two_who_agree_and_reject_at_once_one_wins(committed_db, build_house):
    house = build_house()
    with house.inside():
        first = prompts.write(by=house.author, project=house.project, text="a boat")
        prompt = Prompt.objects.select_related("project").get(pk=first.prompt_id)
        wishes = []
        for number in range(6):
            label = f"live-{number}"
            told = {"protected_labels": [f"live-{one}" for one in range(6)]}
            projects.change(by=house.author, project=house.project, to=told)
            prompt.project.refresh_from_db()
            wishes.append(put(house, prompt, label, 1))
    outcome, start = [], threading.Barrier(2)

    def act(what, wish_id):
        try:
            with tenant(house.organisation.id):
                wish = LabelMove.objects.select_related(
                    "prompt__project", "by", "held", "version"
                ).get(pk=wish_id)
                start.wait()
                what(by=house.approver, wish=wish)
            outcome.append("done")
        except Refused as error:
            outcome.append(error.code)
        finally:
            connection.close()

    for wish in wishes:
        acts = (labelling.approve, labelling.reject)
        threads = [threading.Thread(target=act, args=(what, wish.pk)) for what in acts]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert outcome.count("done") == 6, outcome
    assert outcome.count("stale_state") == 6, outcome


def test_a_preset_is_ones_own_or_the_teams_and_checked_against_its_engine(house):
    with house.inside():
        told = {"by": house.author, "name": "Poster", "engine": "house_scene"}
        kept = presets.keep(**told, parameters={"width": 512}, words="a poster of {{prompt}}, bold")
        assert presets.worded(kept, " a boat ") == "a poster of a boat, bold"
        again = presets.keep(**told, parameters={"width": 640}, shared=True)
        assert again.pk == kept.pk
        assert presets.worded(again, "a boat") == "a boat"
        assert presets.seen_by(house.reviewer).count() == 1
        with pytest.raises(Refused):
            presets.keep(**told, parameters={"wings": 2})
        with pytest.raises(Refused):
            presets.delete(by=house.reviewer, preset_id=kept.pk)
        presets.delete(by=house.author, preset_id=kept.pk)
        assert not Preset.objects.exists()


def test_from_a_template_through_its_page_into_the_composer(house, sign_in):
    client = sign_in(house.author)
    said = {"project": house.project.id, "title": "Harbours", "text": HARBOUR}
    page = client.post("/prompts", said)["Location"]
    shown = client.get(page).content.decode()
    assert 'name="v.subject"' in shown
    assert client.get(f"/studio?prompt={page.split('/')[-1]}")["Location"].endswith("#fill")
    answer = client.get(page + "/fill", {"version": "1", "v.subject": ""})
    assert answer.status_code == 422
    assert b"subject" in answer.content
    answer = client.get(page + "/fill", {"version": "1", "v.subject": "pier<b>"})
    assert b"a pier&lt;b&gt; at dawn, 3 boats" in answer.content
    wrong = client.post(page + "/fill", {"version": "1", "v.subject": "quay", "v.boats": "99"})
    assert wrong.status_code == 422
    assert b'value="quay"' in wrong.content
    onward = client.post(page + "/fill", {"version": "1", "v.subject": "quay"})["Location"]
    composer = client.get(onward).content.decode()
    assert "a quay at dawn, 3 boats</textarea>" in composer
    with house.inside():
        filled = PromptVersion.objects.get(template__isnull=False)
    said = {
        "project": house.project.id,
        "engine": "house_scene",
        "prompt": filled.text,
        "prompt_id": filled.prompt_id,
        "seed": "4",
        "parameter.width": "256",
        "parameter.height": "192",
    }
    assert client.post("/studio", said).status_code == 302
    with house.inside():
        from colophon.studio.models import Job

        assert Job.objects.get().prompt_version == filled, "the record names the values"


def test_pages_of_prompts_tell_what_changed_and_keep_what_was_typed(house, prompt, sign_in):
    client = sign_in(house.author)
    page = f"/prompts/{prompt.pk}"
    shown = client.get(page + "?version=3&against=1").content.decode()
    assert "<ins>" in shown
    assert ">added" in shown
    with house.inside():
        put(house, prompt, "draft", 2)
    assert "a red boat" in client.get(f"/studio?prompt={prompt.pk}&label=draft").content.decode()
    assert client.get(page + "?version=99").status_code == 404
    assert client.get(page + "?label=none").status_code == 404
    wrong = client.post(page, {"text": "x" * 32_001})
    assert wrong.status_code == 413
    assert b"x" * 32_001 in wrong.content
    asked = client.post(page + "/labels", {"label": "production", "version": "3"}, follow=True)
    assert b"Another person agrees" in asked.content
    with house.inside():
        wish = LabelMove.objects.get(state="open")
    approver = sign_in(house.approver)
    assert b'value="approve"' in approver.get(page).content
    path = f"{page}/labels/{wish.pk}"
    assert approver.post(path, {"act": "approve"}).status_code == 302
    assert approver.post(path, {"act": "approve"}).status_code == 409
    found = approver.get("/prompts?q=red+boat&label=production").content.decode()
    assert "Boats" in found
    assert "Boats" not in approver.get("/prompts?q=tram").content.decode()
    assert approver.post(path, {"act": "dance"}).status_code == 404
    kept = sign_in(house.author).post(
        "/presets", {"name": "P", "engine": "house_scene", "parameters": "width 5"}
    )
    assert kept.status_code == 422
    assert b"width 5" in kept.content


def test_the_pages_of_prompts_ask_as_many_queries_for_many_as_for_few(house, prompt, sign_in):
    client = sign_in(house.author)

    def asked(path):
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    paths = (f"/prompts/{prompt.pk}", "/prompts", "/prompts?q=boat&mine=1", "/presets")
    with house.inside():
        put(house, prompt, "draft", 2)
        told = {"by": house.author, "engine": "house_scene", "parameters": {}}
        presets.keep(**told, name="one")
    house.make("a red boat at dawn", prompt_id=prompt.pk)
    few = [asked(path) for path in paths]
    with house.inside():
        for number in range(4):
            more = prompts.write(by=house.author, project=house.project, text=f"boat {number}")
            prompts.write(
                by=house.author, project=house.project, text=f"b{number}", prompt_id=prompt.pk
            )
            labelling.put(by=house.author, prompt=more.prompt, label=f"l{number}", version=more)
            put(house, prompt, f"l{number}", 3)
            presets.keep(**told, name=f"more {number}")
    assert [asked(path) for path in paths] == few
    assert max(few) <= 30, few
