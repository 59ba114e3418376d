"""Take in files, and works that were made or edited elsewhere."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.queue import enqueue
from colophon.store import services as store
from colophon.store.parsing import sandbox
from colophon.studio.errors import TooMuch
from colophon.studio.members import demand_making
from colophon.studio.models import Artifact, Project, Upload
from compliance.intake.kinds import kind_of
from compliance.provenance.inbound import read_inbound
from generation.engine import Medium, Origin
from kernel.canonical import Json
from kernel.errors import BadInput

UPLOAD_BYTES = 64 * 1024 * 1024
HEAD = 64
"""Bytes that tell a file's kind."""
MEDIA: dict[str, Medium] = {
    "text/plain": Medium.TEXT,
    "image/png": Medium.IMAGE,
    "image/jpeg": Medium.IMAGE,
}


WHOLE = 1000
"""Thousandths."""
TRAINED = frozenset({"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"})
"""IPTC digital source types of what a model made, wholly or in part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What somebody declares of a work that comes in."""

    project: Project
    upload: Upload
    title: str
    tool: str
    ai_share_permille: int
    parent: Artifact | None = None


def receive(
    *, by: Person, name: str, pieces: Iterable[bytes], media_type: str | None = None
) -> Upload:
    """Keep a file somebody sends. Its kind is the one declared, or read from its first bytes.

    Raises `BadInput` for an empty file or a type we cannot judge, `TooMuch`, `StoreFull`.
    """
    demand(by, Act.BRING_IN)
    kind = None if media_type is None else _declared(media_type)
    stored = store.put(_bounded(pieces))
    if stored.size == 0:
        raise BadInput(field="file", value=name[:80], why="it holds 0 bytes")
    kind = kind or judged_kind(store.path_of(stored.sha256), name=name)
    return Upload.objects.create(
        sha256=stored.sha256, size=stored.size, media_type=kind, name=name[:200], by=by
    )


def judged_kind(path: Path, *, name: str) -> str:
    """Return the media type of a stored file by its bytes, whatever it is called.

    Raises `BadInput` naming the file and what it is, where we judge no works of that kind.
    """
    with path.open("rb") as file:
        kind = kind_of(file.read(HEAD)) or ("text/plain" if _is_text(file) else None)
    if kind not in MEDIA:
        known = ", ".join(sorted(MEDIA))
        why = f"it is {kind or 'of a kind we do not know'}; only {known} are judged"
        raise BadInput(field="file", value=name[:80], why=why)
    return kind


def _declared(media_type: str) -> str:
    kind = media_type.split(";", maxsplit=1)[0].strip().lower()
    if kind not in MEDIA:
        known = ", ".join(sorted(MEDIA))
        raise BadInput(field="media_type", value=media_type[:80], why=f"only {known} are judged")
    return kind


def _is_text(file: BinaryIO) -> bool:
    """Tell whether a file is UTF-8 throughout and holds no NUL; a piece at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while piece := file.read(store.PIECE):
            if "\x00" in decoder.decode(piece):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@transaction.atomic
def bring_in(*, by: Person, incoming: Incoming) -> Artifact:
    """Make a work of an upload, with its parent, tool and declared share of AI.

    The bytes are kept as they came: inbound credentials are read and recorded, never stripped
    (EU Code of Practice, measure 1.2). The checks run afterwards, as for any artifact.
    """
    demand(by, Act.BRING_IN)
    demand_making(by, incoming.project)
    share = incoming.ai_share_permille
    if not 0 <= share <= WHOLE:
        raise BadInput(field="ai_share_permille", value=share, why="it lies outside 0 to 1000")
    if not incoming.tool.strip():
        raise BadInput(field="tool", value="", why="say what the work was made with")
    upload, parent = incoming.upload, incoming.parent
    inbound = read_inbound(store.path_of(upload.sha256), upload.media_type, sandbox())
    artifact = Artifact.objects.create(
        project=incoming.project,
        parent=parent,
        author=by,
        title=(incoming.title or upload.name)[:120],
        sha256=upload.sha256,
        size=upload.size,
        media_type=upload.media_type,
        medium=MEDIA[upload.media_type].value,
        origin=origin_of(parent=parent, ai_share_permille=share, inbound=inbound).value,
        tool=incoming.tool[:120],
        ai_share_permille=share,
        inbound=inbound,
    )
    facts: dict[str, Json] = {
        "sha256": artifact.sha256,
        "media_type": artifact.media_type,
        "origin": artifact.origin,
        "tool": artifact.tool,
        "ai_share_permille": share,
        "person": pseudonym(by),
    }
    if parent is not None:
        facts["parent"] = str(parent.id)
    if inbound.get("manifest_sha256"):
        facts["inbound_manifest"] = inbound["manifest_sha256"]
    record("artifact.brought_in", About("artifact", artifact.id), facts)
    enqueue("assess", artifact.id)
    return artifact


def origin_of(
    *, parent: Artifact | None, ai_share_permille: int, inbound: Mapping[str, Json]
) -> Origin:
    """Return how a brought-in work counts: an edit of ours, or by the share of AI declared.

    What was made wholly by machine counts as a model's, for which the stricter rules hold, unless
    the file's own label names a program (IPTC ``algorithmicMedia``) and nothing but that.

    Raises `BadInput` where no share is declared and the file's own label names a model.
    """
    if parent is not None:
        return Origin.EDITED
    told = inbound.get("source_types") or ()
    sources = {str(one).rpartition("/")[2] for one in told} if isinstance(told, list) else set()
    if ai_share_permille == 0:
        if trained := sorted(sources & TRAINED):
            why = f"the file's own label says {trained[0]}; declare the share"
            raise BadInput(field="ai_share", value="0", why=why)
        return Origin.HUMAN
    if ai_share_permille < WHOLE:
        return Origin.COMPOSITE
    by_program = sources == {"algorithmicMedia"} and inbound.get("state") != "invalid"
    return Origin.PROCEDURAL if by_program else Origin.NEURAL


def _bounded(pieces: Iterable[bytes]) -> Iterable[bytes]:
    taken = 0
    for piece in pieces:
        taken += len(piece)
        if taken > UPLOAD_BYTES:
            raise TooMuch(field="file", size=taken, most=UPLOAD_BYTES)
        yield piece
