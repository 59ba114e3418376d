"""The match index of a tenant, and the rights on record for an input."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from django.db.models import Max, Prefetch

from colophon.ledger.tenancy import current
from colophon.rights.licences import in_force
from colophon.rights.models import Fingerprint, InputRights, RegisteredWork
from compliance.similarity.index import EmbeddedIndex, MatchIndex, Reference
from kernel.canonical import Json


def match_index() -> MatchIndex:
    """Return the index over all that is registered now, for the current tenant.

    It is kept per tenant and watermark: registering a work moves the watermark, so the next check
    builds anew and finds it; the same watermark always gives the same answers.
    """
    as_of = Fingerprint.objects.aggregate(last=Max("seq"))["last"] or 0
    return _build(current(), as_of, Fingerprint.objects.count())


@lru_cache(maxsize=8)
def _build(tenant_id: UUID, as_of: int, count: int) -> MatchIndex:
    """``tenant_id`` and ``count`` are here as parts of the key: tenants never share an index, and
    a sequence number that commits late changes the count though not the watermark."""
    rows = Fingerprint.objects.filter(seq__lte=as_of).order_by("seq")
    references = (
        Reference(work_id=row.work_id, kind=row.kind, payload=bytes(row.payload))
        for row in rows.iterator()
    )
    return EmbeddedIndex.build(references, as_of=as_of)


def rights_of(sha256: str) -> Mapping[str, Json] | None:
    """Return the newest rights record of an input, or none."""
    found = InputRights.objects.filter(sha256=sha256).order_by("-at").first()
    if found is None:
        return None
    return {
        "id": str(found.id),
        "basis": found.basis,
        "holder": found.holder,
        "uses": list(found.uses),
        "until": found.until.isoformat() if found.until else None,
    }


def works_by_id(ids: set[UUID]) -> dict[UUID, RegisteredWork]:
    """Return registered works of this tenant by id, with ``held``, the licences in force."""
    rows = RegisteredWork.objects.filter(id__in=ids).prefetch_related(
        Prefetch("licences", in_force().order_by("at"), to_attr="held")
    )
    return {work.id: work for work in rows}
