"""Four ways to cheat with a bundle, made as a forger would: well-formed, manifests redone."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from colophon.exports.bundle import Clause, Evidence, LeafLine, write
from colophon.ledger.keys import read_key
from colophon.ledger.merkle import leaf_hash, stream_root
from kernel.canonical import canonical

Attack = Callable[[Path, Path, Path], None]


def flip_a_byte(bundle: Path, forged: Path, _log_key: Path) -> None:
    """One byte of the archive changed."""
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    forged.write_bytes(data)


def delete_an_event(bundle: Path, forged: Path, _log_key: Path) -> None:
    """One event left out, everything that can be redone without a key redone."""
    evidence = _read(bundle)
    leaves = list(evidence.leaves)
    del leaves[len(leaves) // 2]
    moved = [replace(leaf, index=at) for at, leaf in enumerate(leaves)]
    write(replace(evidence, leaves=moved), forged)


def swap_a_decision(bundle: Path, forged: Path, _log_key: Path) -> None:
    """A refusal turned into an approval, its leaf rewritten to match."""
    evidence = _read(bundle)
    write(replace(evidence, leaves=_swapped(evidence)), forged)


def rewrite_and_sign_again(bundle: Path, forged: Path, log_key: Path) -> None:
    """The same, with a new tree and a new head signed with the stolen key of the log."""
    evidence = _read(bundle)
    leaves = _swapped(evidence)
    size, root = stream_root(leaf_hash(leaf.body) for leaf in leaves)
    body = f"{evidence.origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    note = f"{body}\n{read_key(log_key, evidence.origin).sign(body)}"
    write(replace(evidence, leaves=leaves, note=note, consistency={}), forged)


ATTACKS: dict[str, Attack] = {
    "one-flipped-byte": flip_a_byte,
    "one-deleted-event": delete_an_event,
    "one-swapped-decision": swap_a_decision,
    "rewritten-and-signed-with-the-stolen-key": rewrite_and_sign_again,
}


def _read(bundle: Path) -> Evidence:
    with zipfile.ZipFile(bundle) as archive:
        names = {name.partition("/")[2]: name for name in archive.namelist()}

        def data(name: str) -> bytes:
            return archive.read(names[name])

        events = gzip.decompress(data("data/events.jsonl.gz")).splitlines()
        beside = gzip.decompress(data("data/disclosures.jsonl.gz")).splitlines()
        told = json.loads(data("data/completeness.json"))
        note = data("data/checkpoint").decode()
        return Evidence(
            origin=note.partition("\n")[0],
            note=note,
            leaves=[
                _leaf(body, json.loads(line)) for body, line in zip(events, beside, strict=True)
            ],
            leaf_hashes=None,
            consistency={},
            manifests={
                name.removeprefix("data/c2pa/"): data(name)
                for name in names
                if name.startswith("data/c2pa/")
            },
            scope=told["scope"],
            made_at=datetime.now(UTC),
            counts=told["stated"],
            keys_info={},
            clauses={k: Clause(**v) for k, v in json.loads(data("data/clauses.json")).items()},
        )


def _leaf(body: bytes, beside: dict[str, Any]) -> LeafLine:
    return LeafLine(
        index=beside["leaf"],
        body=body,
        disclosures=tuple(beside["disclosures"]),
        withheld=tuple(beside["withheld"]),
    )


def _swapped(evidence: Evidence) -> list[LeafLine]:
    """Turn the first refusal of a person into another reason, disclosure, digest and leaf alike."""
    leaves, done = [], False
    for leaf in evidence.leaves:
        event = json.loads(leaf.body)
        if event["type"] == "decision.made" and not done:
            leaf, done = _with_other_reason(leaf, event), True  # noqa: PLW2901
        leaves.append(leaf)
    return leaves


def _with_other_reason(leaf: LeafLine, event: dict[str, Any]) -> LeafLine:
    kept, changed = [], ""
    for one in leaf.disclosures:
        salt, name, value = json.loads(base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)))
        if name == "reason":
            said = json.dumps([salt, name, f"Not {value}"], separators=(",", ":"))
            changed = base64.urlsafe_b64encode(said.encode()).rstrip(b"=").decode()
            event["_sd"].remove(_digest(one))
            event["_sd"] = sorted([*event["_sd"], _digest(changed)])
        else:
            kept.append(one)
    return replace(leaf, body=canonical(event), disclosures=(*kept, changed))


def _digest(disclosure: str) -> str:
    found = hashlib.sha256(disclosure.encode()).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()
