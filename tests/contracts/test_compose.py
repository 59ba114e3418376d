"""docker-compose.yml keeps the processes apart; the check that says so finds what is planted."""

from __future__ import annotations

import copy
import importlib.util
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from colophon.settings import env
from colophon.stack.roles import PROCESSES

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("compose_check", ROOT / "ci" / "compose_check.py")
compose_check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(compose_check)


@pytest.fixture(scope="module")
def document() -> dict:
    return YAML(typ="safe").load(ROOT / "docker-compose.yml")


def test_the_file_is_in_order(document) -> None:
    assert list(compose_check.problems(document)) == []


@pytest.mark.parametrize(
    ("service", "key", "value", "says"),
    [
        ("web", "volumes", ["secrets-sealer:/x"], "mounts the sealer's secrets"),
        ("web", "user", "10002:10000", "runs as the sealer's user"),
        ("web", "ports", ["8000:8000"], "open to the world"),
        ("web", "volumes", ["lost:/x"], "not declared"),
        ("web", "environment", {"API_TOKEN": "abc"}, "must be required"),
        ("web", "depends_on", {"ghost": {"condition": "service_started"}}, "which is no service"),
        ("web", "depends_on", {"sealer": {"condition": "service_healthy"}}, "no health check"),
        ("cpu-worker", "command", "celery -A workers worker -P solo", "stalls"),
    ],
)
def test_what_is_planted_is_found(document, service, key, value, says) -> None:
    planted = copy.deepcopy(document)
    planted["services"][service][key] = value
    assert any(says in problem for problem in compose_check.problems(planted))


def test_every_process_is_given_its_secrets_and_knows_every_setting(document) -> None:
    command = document["services"]["provision"]["command"]
    assert {part.split("=")[1] for part in command if "--user" in part} == set(PROCESSES)
    for service in document["services"].values():
        named = {name for name in service.get("environment", {}) if name.startswith("COLOPHON_")}
        assert named <= set(env.names())


def test_each_part_has_a_user_of_its_own(document) -> None:
    users = {
        name: document["services"][name]["user"].split(":")[0]
        for name in ("migrate", "web", "sealer", "sequencer", "cpu-worker")
    }
    assert len(set(users.values())) == len(users)
    assert document["services"]["sealer"]["environment"]["COLOPHON_SEALER_UID"] == users["sealer"]
