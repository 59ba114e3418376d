"""The main job, from a prompt to evidence that outsiders can verify, over the real stack.

Real PostgreSQL, broker, worker, sealer, sequencer, witness and time-stamp authority; every step
through the API. It reads like the list in the README.
"""

import json
import os
import subprocess
import sys

import pytest

from colophon.demo import material, scenario
from colophon.demo.scenario import EVERYWHERE, Story
from colophon.demo.tampering import ATTACKS
from colophon.exports import verify_bundle
from compliance.provenance import c2pa_sdk

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    from colophon.stack.supervisor import FAST, Stack
    from tests.prepared import prepared

    held = {name: os.environ.pop(name) for name in list(os.environ) if name == "DATABASE_URL"}
    os.environ["COLOPHON_GRACE_SECONDS"] = "0"  # nobody here undoes anything
    home = prepared(tmp_path_factory.mktemp("whole"))
    with Stack(home, port=0, server_options=FAST) as found:
        yield found
    os.environ.update(held)
    del os.environ["COLOPHON_GRACE_SECONDS"]


@pytest.fixture(scope="module")
def story(stack):
    """Seeded by a process of the web's own login, as `make demo` does."""
    code = (
        "import django, json; django.setup();"
        "from colophon.demo.seeding import seed, PEOPLE;"
        f"cast = seed({stack.origin!r});"
        "print(json.dumps({part: getattr(cast, part).token for part, _, _ in PEOPLE}))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        env=stack.env("web"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    from types import SimpleNamespace

    from colophon.demo.client import Caller

    tokens = json.loads(said.stdout)
    cast = SimpleNamespace(
        **{part: Caller(base=stack.origin, token=held, name=part) for part, held in tokens.items()}
    )
    found = Story(cast=cast, says=lambda _: None)
    scenario.prepare(found)
    return found


def stored(stack, sha256):
    return stack.home / "store" / "sha256" / sha256[:2] / sha256[2:4] / sha256


def standing(release, clause):
    return {one["standing"] for one in release["ruling"]["bound"] if one["clause"] == clause}


def test_1_what_must_not_run_is_refused_with_clause_and_span_and_no_engine_runs(story):
    problem = scenario.refused_before_any_engine(story, prompt=scenario.BANNED_PROMPT, inputs=[])
    refusal = problem["job"]["refusal"]
    start, end = refusal["spans"][0]
    assert refusal["clause"] == "house.word-bank"
    assert scenario.BANNED_PROMPT[start:end] == scenario.BANNED
    upload = story.cast.author.upload(
        "/uploads", name="x.png", data=material.picture("desert", seed=9, width=256, height=192)
    )
    problem = scenario.refused_before_any_engine(
        story, prompt="dunes at night", inputs=[{"upload": upload["id"]}]
    )
    assert problem["job"]["refusal"]["clause"] == "house.input-rights"
    assert problem["job"]["work"] is None


def test_2_a_picture_goes_to_three_jurisdictions_and_carries_every_layer(stack, story):
    scene = scenario.generate(
        story, engine="house_scene", prompt=scenario.SCENE_PROMPT, title="Lighthouse", seed=7
    )
    assert scene["origin"] == "procedural"
    assert {one["answer"] for one in scene["findings"]} == {"passed"}
    release = scenario.ask_release(story, scene, destinations=EVERYWHERE)
    assert release["persons"] == 2
    assert all(one["open"] for one in release["destinations"])
    first = scenario.decide(story.cast.reviewer, release, verdict="approve", reason="Seen.")
    assert first["state"] == "second_review"
    scenario.decide(story.cast.approver, release, verdict="confirm", reason="Agreed.")
    publication = scenario.publish(story, release)
    names = {layer["name"] for layer in publication["layers"] if layer["present"]}
    assert names >= {
        "imperceptible",
        "visible",
        "metadata.aigc",
        "metadata.iptc",
        "c2pa",
        "timestamp",
    }
    roots = (stack.home / "authority" / "c2pa-root.pem").read_text()
    read = c2pa_sdk.read(
        stored(stack, publication["sealed_sha256"]), media_type="image/png", anchors_pem=roots
    )
    assert read.trusted
    assert read.timestamp
    assert publication["test"] is True


def test_3_a_text_carries_its_label_line_and_a_sidecar(stack, story):
    copy = scenario.generate(
        story, engine="house_copy", prompt=scenario.COPY_PROMPT, title="Invitation", seed=7
    )
    release = scenario.ask_release(story, copy, destinations=["EU", "CN"])
    scenario.clear(story, release)
    publication = scenario.publish(story, release)
    text = stored(stack, publication["sealed_sha256"]).read_text()
    assert "AI" in text.splitlines()[0]
    assert publication["detached"]
    roots = (stack.home / "authority" / "c2pa-root.pem").read_text()
    sidecar = stored(stack, publication["manifest_sha256"]).read_bytes()
    for data, good in ((text, True), (text + "x", False)):
        path = stack.home / "copy.txt"
        path.write_text(data)
        read = c2pa_sdk.read(path, media_type="text/plain", anchors_pem=roots, sidecar=sidecar)
        assert read.trusted is good


def test_4_an_edit_that_comes_back_keeps_its_parent(stack, story):
    scene = scenario.generate(
        story, engine="house_scene", prompt="a village by a lake", title="Village", seed=3
    )
    data = material.edited(stored(stack, scene["sha256"]).read_bytes())
    work = scenario.bring_in(
        story, name="edited.png", data=data, title="Edited", share=0, parent=scene["id"]
    )
    assert (work["origin"], work["parent"]) == ("edited", scene["id"])
    release = scenario.ask_release(story, work, destinations=["US-CA"])
    scenario.clear(story, release)
    publication = scenario.publish(story, release)
    roots = (stack.home / "authority" / "c2pa-root.pem").read_text()
    read = c2pa_sdk.read(
        stored(stack, publication["sealed_sha256"]), media_type="image/png", anchors_pem=roots
    )
    assert read.trusted
    assert [one["relationship"] for one in read.manifest["ingredients"]] == ["parentOf"]


@pytest.mark.parametrize(
    ("name", "make", "clause"),
    [
        ("tale.txt", material.COPIED_TEXT.encode, "house.near-copy.text"),
        (
            "crop.png",
            lambda: material.mirrored_crop(scenario.registered_picture()),
            "house.near-copy.image",
        ),
    ],
)
def test_5_a_near_copy_is_caught_cannot_be_approved_and_is_refused(story, name, make, clause):
    work = scenario.bring_in(story, name=name, data=make(), title=name, share=0)
    evidence = [piece for one in work["findings"] for piece in one["evidence"]]
    assert evidence, "the reviewer sees where"
    release = scenario.ask_release(story, work, destinations=["EU"])
    assert standing(release, clause) == {"stops"}
    with pytest.raises(scenario.Answered, match="stopped"):
        scenario.decide(story.cast.reviewer, release, verdict="approve", reason="Looks fine.")
    said = scenario.decide(
        story.cast.reviewer, release, verdict="refuse", clause=clause, reason="A registered work."
    )
    assert said["state"] == "refused"


def test_6_the_evidence_verifies_with_keys_from_outside_and_no_forgery_does(stack, story, tmp_path):
    cut, data = scenario.cut_evidence(story)
    assert cut["cosigned_by"]
    bundle = tmp_path / "evidence.zip"
    bundle.write_bytes(data)
    keys = {
        "log": stack.home / "secrets" / "sequencer" / "log.vkey",
        "witness": stack.home / "witness" / "witness.vkey",
    }

    def verify(path):
        command = [sys.executable, "-I", "-S", verify_bundle.__file__, str(path)]
        command += ["--log-key", str(keys["log"]), "--witness", str(keys["witness"])]
        said = subprocess.run(
            [*command, "--quorum", "1"], capture_output=True, text=True, check=False
        )
        assert not said.stderr
        return said.returncode, json.loads(said.stdout)

    code, verdict = verify(bundle)
    assert (code, verdict["ok"]) == (0, True), verdict
    for name, attack in ATTACKS.items():
        forged = tmp_path / f"{name}.zip"
        attack(bundle, forged, stack.home / "secrets" / "sequencer" / "log.key")
        code, verdict = verify(forged)
        assert (code, verdict["ok"]) == (1, False), name
        assert verdict["cause"], name


def test_7_another_organisation_gets_none_of_it(stack, story):
    code = (
        "import django; django.setup();"
        "from colophon.demo.seeding import seed;"
        f"print(seed({stack.origin!r}, name='TEST Other', domain='other.test').author.token)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        env=stack.env("web"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    from colophon.demo.client import Answered, Caller

    other = Caller(base=stack.origin, token=said.stdout.strip(), name="other")
    waiting = story.cast.reviewer.get("/releases?state=published")["releases"]
    assert waiting
    for release in waiting:
        with pytest.raises(Answered, match="404"):
            other.get(f"/releases/{release['id']}")
    assert other.get("/releases?state=published")["releases"] == []
