"""Keep what a work looks like at a glance, for every list that shows it."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from colophon.ledger.locks import take_turn
from colophon.ledger.tenancy import tenant
from colophon.store import services as store
from colophon.store.parsing import sandbox
from colophon.studio.models import Artifact, Look
from compliance.intake import views
from compliance.similarity import looking
from compliance.similarity.sketch import sketch
from kernel.sandbox import SandboxFault, Unreadable

EXCERPT = 400
MOST_VIEW_BYTES = 1 << 20
_COLOUR = re.compile("#[0-9a-f]{6}")
_PDQ = re.compile("[0-9a-f]{64}")


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder in which the checks may leave the views of what they decode."""
    with tempfile.TemporaryDirectory(prefix="look-") as made:
        yield Path(made)


def keep(artifact: Artifact, *, left: Path, text: str | None = None) -> Look | None:
    """Keep the look of a work from the views in ``left``, or from its text; none where neither is.

    Called in the transaction that keeps the assessment, so that a work is seen when it is judged.
    """
    if text is not None:
        runs = [f"g:{one}" for one in sketch(text)]
        return _make(artifact, excerpt=text.strip().replace("\x00", "")[:EXCERPT], marks=runs)
    said = _said(left)
    if said is not None:
        return _make(artifact, **said)
    if artifact.media_type.startswith("image/"):
        return None  # its reader broke: `make` may find a better hour
    return _make(artifact)


def make(artifact: Artifact) -> Look | None:
    """Make the look of a work that has none; return it, or none where the reader broke.

    A picture that cannot be read keeps that as its look, so that nobody tries for ever.
    """
    if artifact.media_type.startswith("text/"):
        with store.open_(artifact.sha256) as file:
            return keep(artifact, left=Path(), text=file.read().decode("utf-8-sig", "replace"))
    with folder() as left:
        if artifact.media_type.startswith("image/"):
            try:
                looking.look(
                    store.path_of(artifact.sha256),
                    media_type=artifact.media_type,
                    sandbox=sandbox(),
                    views=left,
                )
            except Unreadable as error:
                return _make(artifact, why=str(error.facts.get("cause", ""))[:200])
            except SandboxFault:
                return None
        return keep(artifact, left=left)


def make_missing(most: int = 500) -> Iterator[tuple[UUID, bool]]:
    """Make up to ``most`` looks that judged works lack, of all tenants; give each id and success.

    Which are missing is answered by a SECURITY DEFINER function that gives ids alone.
    """
    with connection.cursor() as cursor:
        cursor.execute("select tenant_id, id from studio_unseen(%s)", [most])
        missing: list[tuple[UUID, UUID]] = cursor.fetchall()
    for tenant_id, artifact_id in missing:
        with tenant(tenant_id):
            yield artifact_id, make(Artifact.objects.get(pk=artifact_id)) is not None


def _make(artifact: Artifact, **known: Any) -> Look:
    with transaction.atomic():
        # Two workers may both get here; the one row a work allows lets one of them through.
        take_turn("look", artifact.pk)
        held = Look.objects.filter(artifact=artifact).first()
        return held or Look.objects.create(artifact=artifact, version=views.VERSION, **known)


def _said(left: Path) -> dict[str, Any] | None:
    """Return what the child left, checked: by then it may be in hostile hands."""
    try:
        said = json.loads((left / views.SAID).read_text())
        named = [(str(h), min(1000, max(0, int(n)))) for h, n in said["colours"][: views.COLOURS]]
        if not (_PDQ.fullmatch(said["pdq"]) and all(_COLOUR.fullmatch(h) for h, _ in named)):
            return None
        size = {side: min(100_000, max(1, int(said[side]))) for side in ("width", "height")}
        return {
            **{f"{name}_sha256": _kept(left / f"{name}.webp") for name in views.SIDES},
            **size,
            "colours": [[h, n] for h, n in named],
            "marks": marks_of([h for h, _ in named]),
            "pdq": bytes.fromhex(said["pdq"]),
            "quality": min(100, max(0, int(said["quality"]))),
        }
    except (OSError, KeyError, TypeError, ValueError, RecursionError):
        return None


def _kept(view: Path) -> str:
    head = view.read_bytes()[: MOST_VIEW_BYTES + 1]
    if len(head) > MOST_VIEW_BYTES or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        raise ValueError("no view")
    return store.put([head]).sha256


def marks_of(colours: list[str]) -> list[str]:
    """Return the marks under which the gallery finds these colours."""
    hues = dict.fromkeys(f"hue:{views.hue(one)}" for one in colours)
    cells = dict.fromkeys(f"c:{views.cell(one)}" for one in colours)
    return [*hues, *cells]
