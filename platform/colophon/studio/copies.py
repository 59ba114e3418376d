"""Hand out a work to be worked on elsewhere, before anybody cleared it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.store import services as store
from colophon.store.parsing import sandbox
from colophon.studio.models import Artifact
from compliance.marking import working
from compliance.marking.recipe import SUFFIXES
from compliance.provenance.manifest import source_type
from generation.engine import Origin

LINES = {
    "procedural": ("GENERATED · NOT CLEARED", "程序生成 · 未经放行"),
    "neural": ("AI GENERATED · NOT CLEARED", "AI 生成 · 未经放行"),
    "edited": ("AI EDITED · NOT CLEARED", "AI 生成合成 · 未经放行"),
    "composite": ("PARTLY AI · NOT CLEARED", "AI 生成合成 · 未经放行"),
    "human": ("NOT CLEARED", "未经放行"),
}
"""On the face of the copy, in both languages whoever takes it: it may travel."""
SAYS = "Not cleared for publication. Working copy of {work}, sha256 {sha256}. Unsigned. 未经放行，不得发布。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A working copy in the store."""

    sha256: str
    size: int
    media_type: str
    name: str


def can_copy(artifact: Artifact) -> bool:
    """Tell whether a working copy of this kind of file can be labelled."""
    return artifact.media_type in SUFFIXES


@transaction.atomic
def hand_out(*, by: Person, artifact: Artifact) -> Copy:
    """Make a working copy that says on its face and in its metadata that nobody cleared it.

    The copy is unsigned and an event (`artifact.downloaded`, cleared: false), so that an edit that
    comes back can be traced to it. Raises `NotAllowed`, `CannotMark`, `SandboxFault`, `StoreFull`.
    """
    demand(by, Act.BRING_IN)
    with tempfile.TemporaryDirectory(prefix="copy-") as folder:
        path, sha256 = working.copy(
            store.path_of(artifact.sha256),
            into=Path(folder),
            media_type=artifact.media_type,
            lines=LINES[artifact.origin],
            says=SAYS.format(work=artifact.id, sha256=artifact.sha256),
            source_type=source_type(Origin(artifact.origin)),
            sandbox=sandbox(),
        )
        stored = store.put_file(path)
    record(
        "artifact.downloaded",
        About("artifact", artifact.id),
        {"person": pseudonym(by), "sha256": sha256, "cleared": False},
    )
    title = "".join(one for one in artifact.title if one.isalnum() or one in " -_")[:60].strip()
    return Copy(
        sha256=stored.sha256,
        size=stored.size,
        media_type=artifact.media_type,
        name=f"{title or 'work'} - not cleared{SUFFIXES[artifact.media_type]}",
    )
