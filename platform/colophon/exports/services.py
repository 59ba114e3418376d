"""Cut an evidence bundle that verifies without us."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.exports.bundle import Clause, Evidence, LeafLine, write
from colophon.exports.models import Cut
from colophon.ledger import checkpoints
from colophon.ledger.models import Disclosure, Event, Leaf
from colophon.ledger.services import About, record
from colophon.ledger.tiles import WIDTH
from colophon.publishing.models import Seal
from colophon.queue import enqueue
from colophon.rules.selectors import packs
from colophon.store import services as store
from kernel.errors import ColophonError, Fault
from kernel.words import msgid

QUORUM = 1
PATIENCE_SECONDS = 20.0
_BATCH = 2_000


class NotYetWitnessed(Fault):
    code = "not_yet_witnessed"
    says = msgid("No witness has cosigned a head that holds your newest event yet.")


@transaction.atomic
def ask(*, by: Person) -> Cut:
    """Ask for a bundle over everything of the organisation; a worker makes it."""
    demand(by, Act.CUT_EVIDENCE)
    cut = Cut.objects.create(by=by)
    enqueue("cut_evidence", cut.id)
    return cut


def make(*, cut: Cut) -> Cut:
    """Make the bundle of ``cut`` and store it; doing it twice changes nothing.

    Every event of the organisation is shown with its disclosures; of other organisations' events
    only the leaf hashes, so that leaving one out would show.

    Raises:
        NotYetWitnessed: no cosigned head holds the newest event yet.
    """
    if cut.sha256:
        return cut
    head = _cosigned_head()
    evidence = Evidence(
        origin=settings.COLOPHON_LOG_NAME,
        note=checkpoints.cosigned_note(head.size),
        leaves=_leaves(head.size),
        leaf_hashes=_leaf_hashes(head.size) if _others(head.size) else None,
        consistency=_consistency(cut, head.size),
        manifests=_manifests(head.size),
        scope=cut.scope,
        made_at=timezone.now(),
        counts=_counts(head.size),
        keys_info={},
        clauses=_clauses(),
    )
    with tempfile.TemporaryDirectory(prefix="cut-") as folder:
        path = Path(folder) / "evidence.zip"
        write(evidence, path)
        stored = store.put_file(path)
    with transaction.atomic():
        made = Cut.objects.filter(pk=cut.pk, sha256="").update(
            sha256=stored.sha256,
            cause="",
            size=head.size,
            made_at=timezone.now(),
            cosigned_by=[one.witness for one in checkpoints.cosigned(head.size)],
        )
        if made:
            record(
                "evidence.cut",
                About("cut", cut.id),
                {
                    "bundle_sha256": stored.sha256,
                    "scope": cut.scope,
                    "size": head.size,
                    "person": pseudonym(cut.by),
                },
            )
    cut.refresh_from_db()
    return cut


def failed(*, cut: Cut, error: Exception) -> None:
    """Remember why a bundle could not be made, in a transaction of its own; a later try clears it.

    A short name and no more: what an exception says may hold what a page must not show.
    """
    cause = error.code if isinstance(error, ColophonError) else f"crashed: {type(error).__name__}"
    Cut.objects.filter(pk=cut.pk, sha256="").update(cause=cause[:300])


def _cosigned_head() -> checkpoints.Checkpoint:
    """Wait until a witnessed head holds every event committed before we began."""
    newest = Event.objects.order_by("-id").values_list("event_id", flat=True).first()
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        head = checkpoints.newest_cosigned(QUORUM)
        index = checkpoints.leaf_index(newest) if newest else None
        if head is not None and index is not None and head.size > index:
            return head
        if time.monotonic() > until:
            raise NotYetWitnessed()
        time.sleep(0.1)


def _leaves(size: int) -> Iterator[LeafLine]:
    """Give this tenant's events in tree order, with what may be seen of each."""
    rows = Leaf.objects.filter(leaf_index__lt=size).select_related("event").order_by("leaf_index")
    batch: list[Leaf] = []
    for row in rows.iterator(chunk_size=_BATCH):
        batch.append(row)
        if len(batch) == _BATCH:
            yield from _lines(batch)
            batch = []
    yield from _lines(batch)


def _lines(batch: list[Leaf]) -> Iterator[LeafLine]:
    shown: dict[object, list[str]] = {row.event.event_id: [] for row in batch}
    for one in Disclosure.objects.filter(event_id__in=list(shown)).order_by("id"):
        shown[one.event_id].append(one.disclosure)
    for row in batch:
        yield LeafLine(
            index=row.leaf_index,
            body=bytes(row.event.body),
            disclosures=tuple(shown[row.event.event_id]),
            withheld=(),
        )


def _others(size: int) -> bool:
    """Tell whether leaves of other organisations stand in the tree, too."""
    return (
        Leaf.objects.filter(leaf_index__lt=size).select_related("event").values("event__id").count()
        < size
    )


def _leaf_hashes(size: int) -> Iterator[bytes]:
    """Give the hash of every leaf of the tree, ours and others', from the lowest tiles."""
    for n in range(-(-size // WIDTH)):
        width = min(WIDTH, size - n * WIDTH)
        tile = checkpoints.read_tile(0, n, width)
        for at in range(0, 32 * width, 32):
            yield tile[at : at + 32]


def _consistency(cut: Cut, size: int) -> dict[int, list[bytes]]:
    """Prove that the tree grew out of every tree this auditor received before."""
    before = Cut.objects.filter(by=cut.by, size__isnull=False, size__lt=size)
    sizes = sorted({one for one in before.values_list("size", flat=True) if one})
    return {one: list(checkpoints.consistency(one, size)) for one in sizes}


def _manifests(size: int) -> dict[str, bytes]:
    """The C2PA manifest store of every seal whose event stands in the tree of ``size``."""
    sealed = Leaf.objects.filter(leaf_index__lt=size, event__type="release.sealed")
    releases = sealed.values_list("event__subject_id", flat=True)
    found: dict[str, bytes] = {}
    for seal in Seal.objects.filter(release_id__in=list(releases)).order_by("at"):
        with store.open_(seal.manifest_sha256) as file:
            found[f"{seal.id}.c2pa"] = file.read()
    return found


def _counts(size: int) -> dict[str, int]:
    """How many events are committed over all organisations, beside how many the tree holds.

    Counted by a SECURITY DEFINER function that gives the number alone: a gap would show here.
    """
    with connection.cursor() as cursor:
        cursor.execute("select ledger_committed()")
        (committed,) = cursor.fetchone()
    return {"committed": committed, "sequenced": size}


def _clauses() -> dict[str, Clause]:
    return {
        f"{pack.id}.{clause.id}": Clause(
            title=pack.title.en, source=clause.source, text=clause.text.model_dump()
        )
        for pack in packs()
        for clause in pack.clauses
    }
