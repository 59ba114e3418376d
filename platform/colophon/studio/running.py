"""Run a job's engine under a lease, and finish it once."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from colophon.accounts.models import pseudonym
from colophon.ledger.errors import IllegalMove, StaleState
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import tenant
from colophon.queue import enqueue
from colophon.store import services as store
from colophon.studio import previews, quotas
from colophon.studio.errors import LostLease
from colophon.studio.estimating import size_class
from colophon.studio.models import Artifact, Job, Timing
from generation.engine import Cancelled, Engine, Output, Piece, Request, Run
from generation.shelf import ENGINES
from kernel.canonical import Json
from kernel.errors import ColophonError, Fault, Refused

ATTEMPTS = 3
BEAT_SECONDS = 0.5
WORKER = Actor.process("worker")


def run(tenant_id: UUID, job_id: UUID) -> str:
    """Claim a job, run its engine, store its artifact; return the state it was left in.

    Called by workers with ids only. A message that comes twice, or for a job somebody else holds,
    does nothing. The engine runs outside of any transaction.
    """
    with tenant(tenant_id):
        job = _claim(job_id)
    if job is None:
        return "not ours"
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="run-") as folder:
            output, card = _generate(job, tenant_id, Path(folder))
            stored = store.put_file(output.path)
        with tenant(tenant_id):
            _finish(job, output=output, stored=stored, card=card, began=began)
        return "done"
    except LostLease:
        return "lost"
    except Cancelled:
        return _end(job, tenant_id, "cancelled", "job.cancelled", {"by": "author"}, began)
    except Refused as error:
        return _fail(job, tenant_id, error, began)
    except Fault as error:
        return _again(job, tenant_id, error, began)


def _claim(job_id: UUID) -> Job | None:
    job = Job.objects.select_related("prompt_version", "project", "author", "rerun_of").get(
        pk=job_id
    )
    attempt = job.attempts + 1
    try:
        move(
            job,
            "running",
            by=WORKER,
            event="job.started",
            facts={"attempt": attempt, "worker": settings.COLOPHON.worker_name},
            attempts=attempt,
            lease_until=_lease(),
        )
    except (IllegalMove, StaleState):
        return None
    return job


def _lease() -> object:
    # The database's clock decides who still holds a lease; see `sweeping`. now() is that clock.
    from django.db.models.functions import Now

    return Now() + timedelta(seconds=settings.COLOPHON.lease_seconds)


def _generate(job: Job, tenant_id: UUID, folder: Path) -> tuple[Output, object]:
    engine: Engine = ENGINES.get(job.engine)
    engine.load("cpu")
    with tenant(tenant_id):
        inputs = tuple(
            store.path_of(one.upload.sha256) for one in job.inputs.select_related("upload")
        )
    request = Request(
        prompt=job.prompt_version.text, seed=job.seed, parameters=job.parameters, inputs=inputs
    )
    beat = _Beat(job, tenant_id)
    given: Output | None = None
    context = Run(into=folder, cancelled=beat.cancelled, shown=beat.due, deadline=beat.deadline)
    for said in engine.generate(request, context):
        match said:
            case Piece():
                beat.progress(said)
            case Output():
                given = said
    if given is None:
        from generation.engine import EngineFault

        raise EngineFault(engine=job.engine, cause="it ended without an output")
    return given, engine.describe()


class _Beat:
    """Renews the lease; carries progress, previews and cancellation, at most twice a second."""

    def __init__(self, job: Job, tenant_id: UUID) -> None:
        self._job, self._tenant = job, tenant_id
        self._share = 0
        self._text, self._picture = "", b""
        self._last = time.monotonic()
        self._stop = False
        self.deadline = time.monotonic() + settings.COLOPHON.job_seconds

    def due(self) -> bool:
        return time.monotonic() - self._last >= BEAT_SECONDS

    def progress(self, piece: Piece) -> None:
        self._share = round(1000 * min(max(piece.share, 0.0), 1.0))
        self._text = piece.text or self._text
        self._picture = piece.picture or self._picture
        self.cancelled()

    def cancelled(self) -> bool:
        if self.due():
            self._last = time.monotonic()
            with tenant(self._tenant):
                mine = Job.objects.filter(
                    pk=self._job.pk, state="running", attempts=self._job.attempts
                )
                if not mine.update(lease_until=_lease(), share_permille=self._share):
                    raise LostLease(attempt=self._job.attempts)
                previews.show(self._job, text=self._text, picture=self._picture)
                self._stop = mine.filter(cancel_asked=True).exists()
        return self._stop


def _finish(job: Job, *, output: Output, stored: store.Stored, card: object, began: float) -> None:
    from generation.engine import Card

    assert isinstance(card, Card)  # noqa: S101  narrows for the type checker
    with _ours(job):
        artifact = Artifact.objects.create(
            project=job.project,
            job=job,
            author=job.author,
            title=job.title,
            sha256=stored.sha256,
            size=stored.size,
            media_type=output.media_type,
            medium=card.medium.value,
            origin=card.origin.value,
            engine=card.name,
            engine_version=card.version,
            record={**output.record, "seed": job.seed, "parameters": job.parameters},
        )
        facts: dict[str, Json] = {
            "sha256": artifact.sha256,
            "media_type": artifact.media_type,
            "origin": artifact.origin,
            "engine": card.name,
            "engine_version": card.version,
            "seed": str(job.seed),
            "person": pseudonym(job.author),
        }
        if card.model:
            facts |= {"model": card.model, "model_digest": card.model_digest}
        record("artifact.made", About("artifact", artifact.id), facts)
        finished: dict[str, Json] = {"artifact_id": str(artifact.id), "attempt": job.attempts}
        if job.rerun_of is not None:
            finished["matched"] = job.rerun_of.sha256 == artifact.sha256
        move(job, "done", by=WORKER, event="job.finished", facts=finished, share_permille=1000)
        _account(job, began, outcome="done")
        enqueue("assess", artifact.id)


@contextmanager
def _ours(job: Job) -> Iterator[None]:
    """Hold the job's row while we finish it; raise `LostLease` when a later attempt has it.

    The lock closes the gap in which the sweeper could requeue the job between our look and our
    write; the move itself still compares the state.
    """
    with transaction.atomic():
        held = Job.objects.select_for_update().filter(
            pk=job.pk, state="running", attempts=job.attempts
        )
        if not held.exists():
            raise LostLease(attempt=job.attempts)
        yield


def _account(job: Job, began: float, *, outcome: str) -> None:
    """Keep what the attempt cost, for quotas and estimates, and forget its preview."""
    ms = round(1000 * (time.monotonic() - began))
    card = ENGINES.get(job.engine).describe()
    try:
        size = size_class(card, job.parameters)
    except Refused:  # the engine itself refused these parameters
        size = 0
    Timing.objects.create(
        job=job, engine=card.name, version=card.version, size_class=size, ms=ms, outcome=outcome
    )
    quotas.spend(job=job, ms=ms)
    previews.forget(job)


def _end(
    job: Job, tenant_id: UUID, to: str, event: str, facts: dict[str, Json], began: float
) -> str:
    try:
        with tenant(tenant_id), _ours(job):
            _account(job, began, outcome=to)
            move(job, to, by=WORKER, event=event, facts=facts, cause=str(facts.get("cause", "")))
    except LostLease:
        return "lost"
    return to


def _fail(job: Job, tenant_id: UUID, error: ColophonError, began: float) -> str:
    facts: dict[str, Json] = {"cause": str(error)[:300], "attempt": job.attempts}
    return _end(job, tenant_id, "failed", "job.failed", facts, began)


def _again(job: Job, tenant_id: UUID, error: Fault, began: float) -> str:
    """Put a job back after a fault of ours, or give up after `ATTEMPTS`."""
    if job.attempts >= ATTEMPTS:
        return _fail(job, tenant_id, error, began)
    try:
        with tenant(tenant_id), _ours(job):
            _account(job, began, outcome="failed")
            move(
                job,
                "queued",
                by=WORKER,
                event="job.requeued",
                facts={"attempt": job.attempts, "cause": str(error)[:300]},
                lease_until=None,
                sent_at=timezone.now(),
            )
            enqueue("generate", job.id)
    except LostLease:
        return "lost"
    return "queued"
