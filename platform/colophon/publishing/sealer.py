"""The sealer: given a release id, and nothing else, it makes the sealed file.

It runs as its own process under its own database login and alone holds the signing key. No caller
can hand it bytes: it reads the clearance, and the artifact by the SHA-256 that was reviewed.

Steps, as numbered in the code:
 1. read what is signable; refuse another set of packs
 2. move to `sealing`, so that of two sealers one goes on
 3. fetch the reviewed bytes and hash them again
 4. wait until the leaf of ``release.cleared`` stands under a checkpoint
 5. mark and label in the sandboxed child: imperceptible mark, visible label, metadata
 6. sign C2PA last, time-stamped
 7. read every layer back from the exported bytes
 8. keep the file, write the Seal and move to `sealed`, in one transaction
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from colophon.ledger.checkpoints import awaited
from colophon.ledger.errors import IllegalMove, StaleState
from colophon.ledger.models import Stateful
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import tenant
from colophon.publishing import credentials
from colophon.publishing.errors import LayerMissing, NotSignable, OtherPacks, StoreAltered
from colophon.publishing.models import Seal, SealAttempt, Signable
from colophon.publishing.recipes import recipe_for
from colophon.releases.judging import length_of
from colophon.releases.models import Release
from colophon.rules.selectors import means, packs
from colophon.store import services as store
from colophon.store.parsing import sandbox
from compliance.marking.recipe import Layer, Marked, Recipe, mark, read_back
from compliance.policy.ruling import Case, Operator, judge
from generation.engine import Medium, Origin
from kernel.canonical import Json, sha256_of
from kernel.errors import ColophonError, Fault, Refused

SEALER = Actor.process("sealer")
RETRY_SECONDS = 15
LEAF_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A file that carries all its layers, not yet on record."""

    path: Path
    marked_sha256: str
    manifest: bytes
    layers: tuple[Layer, ...]
    credential: credentials.Signed


def seal(release_id: UUID) -> str:
    """Seal one release; return the state it was left in.

    What cannot be sealed is on record with its cause, whatever the cause: `seal_held` where waiting
    helps, `seal_failed` where it does not.
    """
    signable = Signable.objects.filter(release_id=release_id).first()
    if signable is None:
        raise NotSignable(release=release_id, why="it has no clearance in force")
    with tenant(signable.tenant_id):
        refusal = _refusal(signable)
        if refusal is not None:
            return _give_up(signable, refusal)
        if not _begin(signable):
            return "not ours"
    try:
        with tempfile.TemporaryDirectory(prefix="seal-") as folder:
            made = _make(signable, Path(folder))
            stored = store.put_file(made.path)
            store.put([made.manifest])
        with tenant(signable.tenant_id):
            _keep(signable, made, stored)
        return "sealed"
    except Fault as error:
        return _end(signable, "seal_held", "release.seal_held", error)
    except Refused as error:
        return _end(signable, "seal_failed", "release.seal_failed", error)


def _refusal(signable: Signable) -> Refused | None:
    """Step 1: the sealer reads the packs itself: a clearance under others is not one."""
    held = _held_digest(signable)
    if {signable.packs_digest, signable.release_packs_digest} != {held}:
        return OtherPacks(cleared=signable.packs_digest[:12], held=held[:12])
    return None


def _held_digest(signable: Signable) -> str:
    medium = Medium(signable.medium)
    case = Case(
        origin=Origin(signable.origin),
        medium=medium,
        destinations=tuple(signable.asked),
        purpose=signable.purpose,
        at=timezone.now(),
        findings=(),  # the digest is over the clauses that bind; what was found plays no part
        operator=Operator(
            name=signable.operator_name,
            provider_code=signable.provider_code,
            filing_number=signable.filing_number,
            test=signable.is_test,
        ),
        means=means(medium),
        length=length_of(signable.artifact_sha256, medium),
    )
    return judge(case, packs()).digest


def _begin(signable: Signable) -> bool:
    """Step 2: of two sealers one passes: the move compares the state it saw."""
    attempt = SealAttempt(release_id=signable.release_id, outcome="started")
    try:
        with transaction.atomic():
            attempt.save(force_insert=True)
            if signable.state != "sealing":
                move(
                    _row(signable),
                    "sealing",
                    by=SEALER,
                    event="release.sealing",
                    facts={
                        "clearance_id": str(signable.clearance_id),
                        "attempt": str(attempt.id),
                    },
                )
    except (IllegalMove, StaleState):
        return False
    return True


def _make(signable: Signable, folder: Path) -> Sealed:
    # Step 3: by the reviewed name, and hashed again: a swapped file in the store is found here
    source = store.path_of(signable.artifact_sha256)
    with source.open("rb") as file:
        if sha256_of(file) != signable.artifact_sha256:
            raise StoreAltered(sha256=signable.artifact_sha256)
    # Step 4: the manifest names this leaf, so it must be under a signed head before we sign
    with tenant(signable.tenant_id):
        leaf_index = awaited(signable.event_id, timeout_seconds=LEAF_SECONDS)
    # Step 5: marks and labels
    seal_id = uuid4()  # C2PA takes version 4 alone in a manifest id (docs/decisions/0004)
    recipe = recipe_for(signable, payload=payload_of(seal_id))
    key = credentials.mark_key()
    marked: Marked = mark(source, into=folder, recipe=recipe, key=key, sandbox=sandbox())
    # Step 6: the signature comes last
    signed = credentials.sign(
        signable, seal_id=seal_id, marked=marked, recipe=recipe, leaf_index=leaf_index, into=folder
    )
    # Step 7: from the bytes that will leave
    layers = _read_layers(signable, signed=signed, recipe=recipe, key=key, source=source)
    return Sealed(
        path=signed.path,
        marked_sha256=marked.sha256,
        manifest=signed.manifest,
        layers=layers,
        credential=signed,
    )


def _read_layers(
    signable: Signable, *, signed: credentials.Signed, recipe: Recipe, key: bytes, source: Path
) -> tuple[Layer, ...]:
    """Step 7: every layer the clearance asks for, from the bytes that will leave (invariant 11)."""
    found = read_back(signed.path, recipe=recipe, key=key, sandbox=sandbox(), original=source)
    layers = (*found, *credentials.read_layers(signable, signed))
    for layer in layers:
        if not layer.present:
            raise LayerMissing(layer=layer.name)
    return layers


def _keep(signable: Signable, made: Sealed, stored: store.Stored) -> None:
    """Step 8: file, Seal and move, in one transaction."""
    signed = made.credential
    layers: list[Json] = [
        {"name": one.name, "present": one.present, "facts": dict(one.facts)} for one in made.layers
    ]
    manifest_sha256 = hashlib.sha256(made.manifest).hexdigest()
    facts: dict[str, Json] = {
        "seal_id": str(signed.seal_id),
        "reviewed_sha256": signable.artifact_sha256,
        "marked_sha256": made.marked_sha256,
        "sealed_sha256": stored.sha256,
        "manifest_sha256": manifest_sha256,
        "layers": [one.name for one in made.layers],
    }
    if signed.stamped_at:
        facts["timestamp"] = signed.stamped_at.isoformat()
    Seal.objects.create(
        id=signed.seal_id,
        release_id=signable.release_id,
        clearance_id=signable.clearance_id,
        artifact_sha256=signable.artifact_sha256,
        marked_sha256=made.marked_sha256,
        sealed_sha256=stored.sha256,
        size=stored.size,
        media_type=signable.media_type,
        manifest_sha256=manifest_sha256,
        detached=signed.detached,
        recipe=signed.recipe.as_json(),
        layers=layers,
        payload=signed.recipe.payload,
        leaf_index=signed.leaf_index,
        stamped_at=signed.stamped_at,
    )
    SealAttempt.objects.create(release_id=signable.release_id, outcome="sealed")
    move(_row(signable, state="sealing"), "sealed", by=SEALER, event="release.sealed", facts=facts)


def _end(signable: Signable, to: str, event: str, error: ColophonError) -> str:
    cause = f"{error.code}: {error}"[:300]
    facts: dict[str, Json] = {"cause": cause}
    if isinstance(error, LayerMissing):
        facts["layer"] = str(error.facts["layer"])
    with tenant(signable.tenant_id):
        SealAttempt.objects.create(
            release_id=signable.release_id, outcome=to.removeprefix("seal_"), cause=cause
        )
        move(_row(signable, state="sealing"), to, by=SEALER, event=event, facts=facts)
    return to


def _give_up(signable: Signable, refusal: Refused) -> str:
    """Record a clearance the sealer does not accept, and take the release out of its way."""
    cause = f"{refusal.code}: {refusal}"[:300]
    SealAttempt.objects.create(release_id=signable.release_id, outcome="refused", cause=cause)
    record(
        "sealer.refused",
        About("release", signable.release_id),
        {"release_id": str(signable.release_id), "cause": cause},
    )
    if signable.state == "cleared":
        move(
            _row(signable),
            "seal_failed",
            by=SEALER,
            event="release.seal_failed",
            facts={"cause": cause},
        )
    return "refused"


def _row(signable: Signable, *, state: str = "") -> Stateful:
    """The release as far as the sealer may see it: id, tenant and state."""
    return Release(
        id=signable.release_id, tenant_id=signable.tenant_id, state=state or signable.state
    )


def payload_of(seal_id: UUID) -> int:
    """Return the 32-bit id inside the mark of a seal; `Seal.payload` finds the way back."""
    return int.from_bytes(hashlib.sha256(seal_id.bytes).digest()[:4], "big")
