"""The standard work and what is stated of it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from compliance.provenance import manifest
from generation.engine import Origin

KEY = b"a marking key for tests, no more"
WORK = manifest.Work(
    manifest_id="0b1c9f52-5d0e-4c5e-9d3a-0c8f9c2f7a11",
    title="Lighthouse at dusk",
    media_type="image/png",
    origin=Origin.PROCEDURAL,
    made_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    maker=manifest.Maker(name="house_scene", version="1.0.0"),
    payload=0xC0FFEE12,
)
STATEMENT = manifest.Statement(
    release_id=str(UUID(int=1)),
    artifact_id=str(UUID(int=2)),
    packs_digest="ab" * 32,
    packs={"cn.labelling": "1", "eu.cop": "2"},
    findings={"passed": 6, "failed": 0, "unsure": 1},
    decided_by=("reviewer", "approver"),
    event_id=str(UUID(int=3)),
    leaf_index=41,
    operator="TEST operator",
    test=True,
)
NEURAL = manifest.Maker(
    name="tiny_diffusion",
    version="0.3.1",
    model="example/tiny-dit@9f2c1d7",
    model_digest="sha256:" + "5e" * 32,
)
PARENT = manifest.Parent(key="parent", title="Lighthouse", media_type="image/png")
EDITOR = manifest.Maker(name="Krita", version="5.2.9")
EVERY_ORIGIN: dict[Origin, dict[str, object]] = {
    Origin.PROCEDURAL: {},
    Origin.NEURAL: {"maker": NEURAL},
    Origin.EDITED: {"maker": EDITOR, "parent": PARENT},
    Origin.COMPOSITE: {"maker": EDITOR},
    Origin.HUMAN: {"maker": EDITOR, "payload": None},
}
