"""Register works and record the rights of inputs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.rights.models import Fingerprint, InputRights, RegisteredWork
from colophon.store import services as store
from compliance.similarity.fingerprint import fingerprint
from kernel.errors import BadInput
from kernel.sandbox import Sandbox

USES = ("reference", "image-to-image", "text-to-text", "parent")
BASES = ("own", "licensed", "public_domain")


def register(
    *,
    by: Person,
    title: str,
    right_holder: str,
    media_type: str,
    pieces: Iterable[bytes],
    sandbox: Sandbox,
    catalogue: str = "own",
) -> RegisteredWork:
    """Register a work and its fingerprints; a check begun after this returns finds it.

    Raises `BadInput` for a file no fingerprint can be made of, `NotAllowed`, `StoreFull`.
    """
    demand(by, Act.REGISTER_WORK)
    if not title.strip() or not right_holder.strip():
        raise BadInput(field="title", value=title, why="a work needs a title and a right holder")
    stored = store.put(pieces)
    made = fingerprint(store.path_of(stored.sha256), media_type, sandbox)
    if not made:
        raise BadInput(
            field="media_type", value=media_type, why="no fingerprint can be made of this"
        )
    with transaction.atomic():
        work = RegisteredWork.objects.create(
            title=title.strip(),
            right_holder=right_holder.strip(),
            catalogue=catalogue,
            media_type=media_type,
            sha256=stored.sha256,
            size=stored.size,
        )
        Fingerprint.objects.bulk_create(
            Fingerprint(work=work, kind=one.kind, version=one.version, payload=one.payload)
            for one in made
        )
        record(
            "work.registered",
            About("registered_work", work.id),
            {
                "work_kind": media_type,
                "title": work.title,
                "right_holder": work.right_holder,
                "sha256": work.sha256,
            },
        )
    return work


def record_input_rights(
    *,
    by: Person,
    sha256: str,
    basis: str,
    holder: str,
    uses: Iterable[str],
    until: date | None = None,
) -> InputRights:
    """Record on what basis an input may be used. Raises `BadInput` for an unknown basis or use."""
    wanted = list(uses)
    if basis not in BASES:
        raise BadInput(field="basis", value=basis, why="known: " + ", ".join(BASES))
    unknown = [use for use in wanted if use not in USES]
    if unknown or not wanted:
        raise BadInput(field="uses", value=", ".join(wanted), why="known: " + ", ".join(USES))
    return InputRights.objects.create(
        sha256=sha256, basis=basis, holder=holder, uses=wanted, until=until, recorded_by=by
    )
