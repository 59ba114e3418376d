"""Which credentials and AI labels a file brings along when it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.canonical import Json, digest
from kernel.errors import ColophonError

if TYPE_CHECKING:
    from kernel.sandbox import Sandbox

_TARGET = "compliance.provenance.inbound:read_in_child"


def read_inbound(path: Path, media_type: str, sandbox: Sandbox) -> dict[str, Json]:
    """Return what a file says of its own provenance: state, generator, actions, digest.

    Read in the sandboxed child without the network. A file we cannot read says ``unreadable``:
    that is kept and shown, it neither clears nor condemns the work.
    """
    if media_type not in ("image/png", "image/jpeg"):
        return {"state": "not_carried"}
    try:
        found = sandbox.call(_TARGET, {"media_type": media_type}, reads={"file": path})
    except ColophonError as error:
        return {"state": "unreadable", "cause": error.code}
    return found if isinstance(found, dict) else {"state": "unreadable", "cause": "no answer"}


def read_in_child(
    arguments: Mapping[str, Json], reads: Mapping[str, Path], into: Path | None
) -> Json:
    """Sandbox target of `read_inbound`."""
    from compliance.marking.readback import brought
    from compliance.provenance.c2pa_sdk import read

    credential = read(reads["file"], media_type=str(arguments["media_type"]), anchors_pem="")
    labels = brought(reads["file"].read_bytes())
    if not credential.manifest:
        return {"state": credential.state.value.lower(), **labels}
    manifest = credential.manifest
    info = manifest.get("claim_generator_info") or [{}]
    acts = [
        action
        for assertion in manifest.get("assertions", ())
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in assertion.get("data", {}).get("actions", ())
    ]
    actions = [str(action.get("action")) for action in acts]
    sources: list[Json] = [*_listed(labels["source_types"])]
    named = [str(one["digitalSourceType"])[:200] for one in acts if "digitalSourceType" in one]
    sources += [one for one in dict.fromkeys(named) if one not in sources]
    failures: list[Json] = list(credential.failures)
    said: list[Json] = list(actions)
    return {
        "state": credential.state.value.lower(),
        "manifest_id": str(manifest.get("label", "")),
        "generator": str(info[0].get("name", ""))[:120],
        "title": str(manifest.get("title", ""))[:120],
        "actions": said,
        "failures": failures,
        "manifest_sha256": digest({"label": str(manifest.get("label", "")), "actions": said}),
        **labels,
        "source_types": sources[:8],
    }


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
