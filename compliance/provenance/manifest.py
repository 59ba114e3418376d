"""The manifest of a work: what is claimed of it, as the definition that is then signed.

The SDK checks little (any source type, misspelt labels and unknown keys pass), so every definition
passes `check` first: our JSON schema, our vocabulary, and no natural person's name. All assertions
are ``created``: attested by the signer. Source: C2PA 2.4, CAWG 1.1, reference/c2pa.md 1.2 and 5.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from compliance.policy.vocabulary import ROLES
from compliance.provenance.errors import ManifestRefused
from generation.engine import Origin
from kernel.canonical import instant

SPEC = "2.4"
SCHEMAS = Path(__file__).parent / "schema"
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SOFT_BINDING = "org.colophon.ss.1"
RELEASE = "org.colophon.release"
SOURCE_TYPES = {
    Origin.PROCEDURAL: IPTC + "algorithmicMedia",
    Origin.NEURAL: IPTC + "trainedAlgorithmicMedia",
    Origin.EDITED: IPTC + "compositeWithTrainedAlgorithmicMedia",
    Origin.COMPOSITE: IPTC + "compositeSynthetic",
    Origin.HUMAN: IPTC + "digitalCreation",
}
"""What each origin is called by the IPTC. An edit of a work no model touched: `source_type`."""
VOCABULARY = frozenset(
    IPTC + name
    for name in (
        "algorithmicMedia",
        "trainedAlgorithmicMedia",
        "compositeWithTrainedAlgorithmicMedia",
        "compositeSynthetic",
        "compositeCapture",
        "algorithmicallyEnhanced",
        "humanEdits",
        "digitalCreation",
        "dataDrivenMedia",
        "digitalCapture",
        "composite",
        "virtualRecording",
        "screenCapture",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """The engine or tool that made the work."""

    name: str
    version: str
    model: str = ""
    """``owner/name@commit`` where a model took part, else empty."""
    model_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Our own assertion: by whose leave the work is out. Roles, never names of people."""

    release_id: str
    artifact_id: str
    packs_digest: str
    packs: Mapping[str, str]
    """Pack id -> version."""
    findings: Mapping[str, int]
    """Counts of ``passed``, ``failed`` and ``unsure``."""
    decided_by: Sequence[str]
    """Roles, in the order they decided."""
    event_id: str
    """Of the event ``release.cleared``."""
    leaf_index: int
    operator: str
    test: bool
    """Whether operator, codes and certificates are fixtures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The work this one was edited from; its file is given to `c2pa_sdk.sign` under ``key``."""

    key: str
    title: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the manifest is about."""

    manifest_id: str
    """UUID of this seal."""
    title: str
    media_type: str
    origin: Origin
    made_at: datetime
    maker: Maker
    parent: Parent | None = None
    payload: int | None = None
    """The 32 bits of the imperceptible mark, where one was written."""
    ai_took_part: bool = True
    """For edited and composite works: whether a model made any of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mining:
    """What the right holder allows others to do, in CAWG's words."""

    data_mining: str = "notAllowed"
    ai_inference: str = "notAllowed"
    ai_training: str = "notAllowed"
    ai_generative_training: str = "notAllowed"
    terms: Mapping[str, str] = field(default_factory=dict)
    """Entry -> licence URL, for entries that are ``constrained``."""


def source_type(origin: Origin, *, ai_took_part: bool = True) -> str:
    """Return the IPTC digital source type of a work of this origin."""
    if not ai_took_part and origin in {Origin.EDITED, Origin.COMPOSITE}:
        return IPTC + ("humanEdits" if origin is Origin.EDITED else "composite")
    return SOURCE_TYPES[origin]


def definition(
    work: Work,
    *,
    statement: Statement,
    version: str,
    mining: Mining | None = None,
    people: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the checked manifest definition for `c2pa_sdk.sign`.

    ``version`` is Colophon's own; ``people`` are names that must not appear anywhere in it.

    Raises:
        ManifestRefused: a rule of the schema, the vocabulary or the no-names rule is broken.
    """
    made: dict[str, Any] = {
        "claim_generator_info": [{"name": "Colophon", "version": version, "specVersion": SPEC}],
        "label": f"urn:c2pa:{work.manifest_id}",
        "title": work.title,
        "format": work.media_type,
        "assertions": list(_assertions(work, statement, mining or Mining())),
    }
    if work.parent is not None:
        made["ingredients"] = [
            {
                "label": work.parent.key,
                "title": work.parent.title,
                "format": work.parent.media_type,
                "relationship": "parentOf",
            }
        ]
    check(made, people=people)
    return made


def _assertions(work: Work, statement: Statement, mining: Mining) -> Iterator[dict[str, Any]]:
    yield _created("c2pa.actions.v2", {"allActionsIncluded": True, "actions": list(_actions(work))})
    if work.payload is not None:
        value = base64.b64encode(work.payload.to_bytes(4, "big")).decode()
        block = {"scope": {}, "value": value}
        yield _created("c2pa.soft-binding", {"alg": SOFT_BINDING, "pad": "", "blocks": [block]})
    if work.origin is Origin.NEURAL:
        yield _created("c2pa.ai-disclosure", _disclosure(work.maker))
    yield _created("cawg.training-mining", {"entries": dict(_entries(mining))})
    yield _created(RELEASE, _release(statement))


def _created(label: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"label": label, "created": True, "data": data}


def _actions(work: Work) -> Iterator[dict[str, Any]]:
    agent = {"name": work.maker.name, "version": work.maker.version}
    kind = source_type(work.origin, ai_took_part=work.ai_took_part)
    when = instant(work.made_at)
    if work.parent is None:
        yield {
            "action": "c2pa.created",
            "when": when,
            "softwareAgent": agent,
            "digitalSourceType": kind,
        }
    else:
        yield {
            "action": "c2pa.opened",
            "when": when,
            "parameters": {"ingredientIds": [work.parent.key]},
        }
        yield {
            "action": "c2pa.edited",
            "when": when,
            "softwareAgent": agent,
            "digitalSourceType": kind,
        }
    if work.payload is not None:
        yield {"action": "c2pa.watermarked.bound"}


def _disclosure(maker: Maker) -> dict[str, Any]:
    return {
        "modelType": "c2pa.types.model",
        "modelName": maker.model,
        "modelIdentifier": maker.model_digest,
        "contentProfile": {"humanOversightLevel": "human_validated"},
    }


def _entries(mining: Mining) -> Iterator[tuple[str, dict[str, str]]]:
    for name in ("data_mining", "ai_inference", "ai_training", "ai_generative_training"):
        entry = {"use": str(getattr(mining, name))}
        if name in mining.terms:
            entry["constraint_info"] = mining.terms[name]
        yield f"cawg.{name}", entry


def _release(statement: Statement) -> dict[str, Any]:
    return {
        "release": statement.release_id,
        "artifact": statement.artifact_id,
        "operator": statement.operator,
        "packs": {"digest": statement.packs_digest, "versions": dict(statement.packs)},
        "findings": dict(statement.findings),
        "decidedBy": list(statement.decided_by),
        "ledger": {
            "event": "release.cleared",
            "eventId": statement.event_id,
            "leafIndex": statement.leaf_index,
        },
        "test": statement.test,
    }


# --- checks before anything is signed ------------------------------------------------------------

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_PERSONAL = frozenset(
    {
        "author",
        "creator",
        "byline",
        "reviewer",
        "person",
        "people",
        "email",
        "givenname",
        "familyname",
    }
)


def check(made: Mapping[str, Any], *, people: Sequence[str] = ()) -> None:
    """Hold a manifest definition against our schema, vocabulary and no-names rule.

    Raises:
        ManifestRefused: with the place and the reason of the first breach.
    """
    error = next(iter(_validator().iter_errors(made)), None)
    if error is not None:
        place = "/".join(str(step) for step in error.absolute_path) or "the manifest"
        raise ManifestRefused(why=f"{place}: {error.message}"[:300])
    for assertion in made["assertions"]:
        _check_assertion(assertion, has_parent=bool(made.get("ingredients")))
    for place, key, value in _leaves(made):
        if key.lower().replace("_", "") in _PERSONAL or _EMAIL.search(value):
            raise ManifestRefused(why=f"{place} speaks of a person")
        if any(name.casefold() in value.casefold() for name in people if name.strip()):
            raise ManifestRefused(why=f"{place} names a person")


def _check_assertion(assertion: Mapping[str, Any], *, has_parent: bool) -> None:
    data = assertion["data"]
    if assertion["label"] == "c2pa.actions.v2":
        first = data["actions"][0]["action"]
        if first != ("c2pa.opened" if has_parent else "c2pa.created"):
            raise ManifestRefused(why=f"the first action is {first}")
        for action in data["actions"]:
            kind = action.get("digitalSourceType")
            if kind is not None and kind not in VOCABULARY:
                raise ManifestRefused(why=f"{kind} is no IPTC digital source type we know")
    if assertion["label"] == RELEASE and not set(data["decidedBy"]) <= ROLES:
        raise ManifestRefused(why="decidedBy holds something that is no role")


def _leaves(value: Any, place: str = "", key: str = "") -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{place}/{name}", str(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{place}/{number}", key)
    elif isinstance(value, str):
        yield place, key, value


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    files = (SCHEMAS / "manifest.schema.json", SCHEMAS / "release.schema.json")
    manifest, release = (json.loads(file.read_text("utf-8")) for file in files)
    # One self-contained schema: nothing is ever fetched to validate.
    manifest["$defs"]["release"] = {key: value for key, value in release.items() if key[0] != "$"}
    return Draft202012Validator(manifest)
