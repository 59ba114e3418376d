"""What a manifest claims: golden per origin, and nothing signed that our own rules refuse."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from provenance_cases import EVERY_ORIGIN, NEURAL, PARENT, STATEMENT, WORK

from compliance.provenance import manifest
from compliance.provenance.errors import ManifestRefused
from generation.engine import Origin

GOLDEN = Path(__file__).parent / "golden"


def definition(work: manifest.Work = WORK, **how: Any) -> dict[str, Any]:
    return manifest.definition(work, statement=STATEMENT, version="0.1.0", **how)


def data_of(made: dict[str, Any], label: str) -> dict[str, Any]:
    [found] = [one["data"] for one in made["assertions"] if one["label"] == label]
    return found


@pytest.mark.parametrize("origin", EVERY_ORIGIN)
def test_the_manifest_of_each_origin_is_as_agreed(origin):
    made = definition(replace(WORK, origin=origin, **EVERY_ORIGIN[origin]))
    golden = GOLDEN / f"manifest_{origin}.json"
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", "utf-8")
    assert made == json.loads(golden.read_text("utf-8"))


@pytest.mark.parametrize("origin", EVERY_ORIGIN)
def test_every_manifest_keeps_the_points_of_the_conformance_programme(origin):
    made = definition(replace(WORK, origin=origin, **EVERY_ORIGIN[origin]))
    assert made["claim_generator_info"][0]["specVersion"] == "2.4"
    assert made["label"].startswith("urn:c2pa:")
    assert all(one["created"] is True for one in made["assertions"])
    assert all("." in one["label"] and "/" not in one["label"] for one in made["assertions"])
    actions = data_of(made, "c2pa.actions.v2")
    assert actions["allActionsIncluded"] is True
    first, *rest = actions["actions"]
    assert first["action"] in {"c2pa.created", "c2pa.opened"}
    assert ("digitalSourceType" in first) == (first["action"] == "c2pa.created")
    for action in rest:
        assert ("digitalSourceType" in action) == (action["action"] == "c2pa.edited")
        assert action["action"] != "c2pa.watermarked"


def test_model_and_disclosure_stand_only_where_a_model_took_part():
    neural = definition(replace(WORK, origin=Origin.NEURAL, maker=NEURAL))
    assert data_of(neural, "c2pa.ai-disclosure")["modelName"] == NEURAL.model
    labels = {one["label"] for one in definition()["assertions"]}
    assert "c2pa.ai-disclosure" not in labels


def test_an_unmarked_work_claims_no_watermark():
    made = definition(replace(WORK, payload=None))
    assert "c2pa.soft-binding" not in {one["label"] for one in made["assertions"]}
    actions = data_of(made, "c2pa.actions.v2")["actions"]
    assert [one["action"] for one in actions] == ["c2pa.created"]


def test_an_edit_without_ai_is_not_called_an_edit_by_ai():
    made = definition(replace(WORK, origin=Origin.EDITED, parent=PARENT, ai_took_part=False))
    edited = data_of(made, "c2pa.actions.v2")["actions"][1]
    assert edited["digitalSourceType"].endswith("/humanEdits")


def _set(value: Any, *path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(made: dict[str, Any]) -> None:
        at: Any = made
        for step in path[:-1]:
            at = at[step]
        if value is KeyError:
            del at[path[-1]]
        else:
            at[path[-1]] = value

    return change


ACTION = ("assertions", 0, "data", "actions", 0)
STATED = ("assertions", 3, "data")
_BREACHES: dict[str, Callable[[dict[str, Any]], None]] = {
    "no specVersion": _set(KeyError, "claim_generator_info", 0, "specVersion"),
    "another specVersion": _set("2.1", "claim_generator_info", 0, "specVersion"),
    "not all actions": _set(False, "assertions", 0, "data", "allActionsIncluded"),
    "no source type": _set(KeyError, *ACTION, "digitalSourceType"),
    "a made-up source type": _set(manifest.IPTC + "madeUp", *ACTION, "digitalSourceType"),
    "opened without a parent": _set("c2pa.opened", *ACTION, "action"),
    "a gathered assertion": _set(False, "assertions", 1, "created"),
    "no created flag": _set(KeyError, "assertions", 3, "created"),
    "an unknown assertion": _set("stds.iptc", "assertions", 2, "label"),
    "hand-written identity": _set("cawg.identity", "assertions", 2, "label"),
    "the old watermark action": _set(
        "c2pa.watermarked", "assertions", 0, "data", "actions", 1, "action"
    ),
    "a watermark without its binding": lambda made: made["assertions"].pop(1),
    "no mining assertion": lambda made: made["assertions"].pop(2),
    "no statement of ours": lambda made: made["assertions"].pop(3),
    "actions twice": lambda made: made["assertions"].append(made["assertions"][0]),
    "an unknown key": _set(True, "redactions"),
    "a packs digest that is none": _set("abc", *STATED, "packs", "digest"),
    "no test flag": _set(KeyError, *STATED, "test"),
    "a decider who is no role": _set(["Alice Liddell"], *STATED, "decidedBy"),
    "a role nobody has": _set(["emperor"], *STATED, "decidedBy"),
    "a negative leaf": _set(-1, *STATED, "ledger", "leafIndex"),
    "a reviewer's name as a key": _set("Alice", *ACTION, "parameters", "reviewer"),
    "an e-mail address": _set("mail alice@example.org", "title"),
    "constrained without terms": _set(
        {"use": "constrained"}, "assertions", 2, "data", "entries", "cawg.ai_training"
    ),
    "a type we do not sign": _set("image/webp", "format"),
}


@pytest.mark.parametrize("breach", _BREACHES)
def test_a_breach_is_refused_before_the_sdk_sees_it(breach):
    made = copy.deepcopy(definition())
    if "key" in breach and "reviewer" in breach:
        made["assertions"][0]["data"]["actions"][0]["parameters"] = {}
    _BREACHES[breach](made)
    with pytest.raises(ManifestRefused):
        manifest.check(made)


def test_a_name_of_someone_involved_is_found_wherever_it_stands():
    titled = replace(WORK, title="For alice liddell, with thanks")
    with pytest.raises(ManifestRefused, match="title names a person"):
        definition(titled, people=["Alice Liddell"])
    assert definition(WORK, people=["Alice Liddell", " "])


def test_a_model_pinned_by_commit_is_no_address():
    assert definition(replace(WORK, origin=Origin.NEURAL, maker=NEURAL))


def test_the_published_schemas_are_schemas_and_the_statement_s_is_the_one_in_force():
    from jsonschema import Draft202012Validator

    for file in manifest.SCHEMAS.glob("*.json"):
        Draft202012Validator.check_schema(json.loads(file.read_text("utf-8")))
    release = json.loads((manifest.SCHEMAS / "release.schema.json").read_text("utf-8"))
    stated = data_of(definition(), manifest.RELEASE)
    assert Draft202012Validator(release).is_valid(stated)
    assert not Draft202012Validator(release).is_valid(stated | {"reviewer": "Alice"})


def test_every_origin_has_a_source_type_of_the_vocabulary():
    for origin in Origin:
        for ai_took_part in (True, False):
            assert manifest.source_type(origin, ai_took_part=ai_took_part) in manifest.VOCABULARY
