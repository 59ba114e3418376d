"""One context that opens the transaction and says whose rows it may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, models, transaction

from colophon.ledger.errors import NoTenant

_current: ContextVar[UUID | None] = ContextVar("tenant", default=None)


@contextmanager
def tenant(tenant_id: UUID) -> Iterator[None]:
    """Open a transaction in which row-level security shows the rows of ``tenant_id`` alone.

    The setting is local to the transaction: in autocommit it would be lost, and a pooled connection
    would carry it to the next request. Contexts nest; leaving one gives the outer tenant back.
    """
    outermost = not connection.in_atomic_block
    token = _current.set(tenant_id)
    try:
        with transaction.atomic():
            _say(tenant_id)
            yield
            # The end of the transaction takes the setting back by itself, and so does a rollback,
            # by exception or marked.
            if not (outermost or connection.needs_rollback):
                _say(token.old_value if isinstance(token.old_value, UUID) else None)
    finally:
        _current.reset(token)


def current() -> UUID:
    """Return the tenant of this context; raise `NoTenant` outside of one."""
    found = _current.get()
    if found is None:
        raise NoTenant()
    return found


def current_or_none() -> UUID:
    """Return the tenant of this context; without one None, which the row's column refuses."""
    return _current.get()  # type: ignore[return-value]  # migrations ask for it outside of tenants


def _say(tenant_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        said = str(tenant_id) if tenant_id else ""
        cursor.execute("select set_config('colophon.tenant', %s, true)", [said])


class TenantRow(models.Model):
    """A row of one tenant. Its table is protected by `schema.tenant_rows` in its migration."""

    tenant = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", default=current_or_none
    )

    class Meta:
        abstract = True
