"""Files sent piece by piece: begun, appended to, gone on with after a break, whole at last.

After tus 1.0 (creation, HEAD for the offset, PATCH at an offset, termination); source:
https://tus.io/protocols/resumable-upload. What a file is, is read from its bytes once it is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.ledger.tenancy import tenant
from colophon.store import parts
from colophon.store import services as store
from colophon.studio.errors import NotFound, TooMuch
from colophon.studio.incoming import UPLOAD_BYTES, judged_kind
from colophon.studio.models import Transfer, Upload
from kernel.errors import BadInput, Refused
from kernel.words import msgid

OPEN_MOST = 100
KEPT_HOURS = 24.0


class OtherBytesCame(Refused):
    code = "other_bytes_came"
    status = 409
    says = msgid("The file that came has another SHA-256 than was announced: {came}, not {said}.")
    remedy = msgid("It was changed on the way or while it was sent; send it again.")


class TooManyOpen(Refused):
    code = "too_many_open"
    status = 429
    says = msgid("You have {open} files on their way; at most {most} are taken at once.")
    remedy = msgid("Bring in or discard some of them first.")


def begin(*, by: Person, name: str, size: int, sha256: str = "") -> Transfer:
    """Announce a file. Raises `BadInput`, `TooMuch`, `TooManyOpen`, `NotAllowed`."""
    demand(by, Act.BRING_IN)
    if size < 1:
        raise BadInput(field="size", value=size, why="it holds no bytes")
    if size > UPLOAD_BYTES:
        raise TooMuch(field="file", size=size, most=UPLOAD_BYTES)
    if sha256 and not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise BadInput(field="sha256", value=sha256[:80], why="it has 64 hexadecimal digits")
    opened = Transfer.objects.filter(by=by).count()
    if opened >= OPEN_MOST:
        raise TooManyOpen(open=opened, most=OPEN_MOST)
    return Transfer.objects.create(
        by=by, name=(name.strip() or "file")[:200], size=size, sha256=sha256
    )


def find(*, by: Person, transfer_id: UUID) -> Transfer:
    """Return a transfer of one's own; raise `NotFound` for anybody else's."""
    found = Transfer.objects.select_related("upload").filter(pk=transfer_id, by=by).first()
    if found is None:
        raise NotFound(kind="transfer")
    return found


def mine(by: Person) -> list[Transfer]:
    """Return one's own files on their way, oldest first; each says how much has really come."""
    rows = list(Transfer.objects.select_related("upload").filter(by=by).order_by("at"))
    for row in rows:
        row.taken = row.size if row.upload_id else parts.length(row.pk)
    return rows


def offset(transfer: Transfer) -> int:
    """Return where the next piece must begin."""
    return transfer.size if transfer.upload_id else parts.length(transfer.pk)


def append(*, transfer: Transfer, offset: int, pieces: Iterable[bytes]) -> Transfer:
    """Add a piece; with its last byte the file becomes an upload, judged by its bytes.

    A file that then turns out to be of no kind we judge, or not the bytes announced, is discarded.
    Raises `WrongOffset`, `PartTooLong`, `OtherBytesCame`, `BadInput`, `StoreFull`.
    """
    if transfer.upload_id:
        raise parts.WrongOffset(offset=offset, held=transfer.size)
    taken = parts.append(transfer.pk, offset=offset, pieces=pieces, size=transfer.size)
    Transfer.objects.filter(pk=transfer.pk).update(taken=taken, touched_at=Now())
    transfer.taken = taken
    if taken < transfer.size:
        return transfer
    try:
        return _whole(transfer)
    except Refused:
        discard(transfer=transfer)
        raise


def discard(*, transfer: Transfer) -> None:
    """Forget a file on its way; one that is whole stays an upload that nothing names."""
    transfer.delete()
    parts.drop(transfer.pk)


def sweep() -> int:
    """Discard what nobody went on with for a day, over all tenants; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select tenant_id, id from studio_stale_transfers(%s)", [KEPT_HOURS])
        stale: list[tuple[UUID, UUID]] = cursor.fetchall()
    for tenant_id, transfer_id in stale:
        with tenant(tenant_id):
            Transfer.objects.filter(pk=transfer_id).delete()
        parts.drop(transfer_id)
    return len(stale)


@transaction.atomic
def _whole(transfer: Transfer) -> Transfer:
    stored = parts.finish(transfer.pk)
    if transfer.sha256 and stored.sha256 != transfer.sha256:
        raise OtherBytesCame(came=stored.sha256[:12], said=transfer.sha256[:12])
    kind = judged_kind(store.path_of(stored.sha256), name=transfer.name)
    transfer.upload = Upload.objects.create(
        sha256=stored.sha256, size=stored.size, media_type=kind, name=transfer.name, by=transfer.by
    )
    transfer.save(update_fields=["upload"])
    parts.drop(transfer.pk)
    return transfer
