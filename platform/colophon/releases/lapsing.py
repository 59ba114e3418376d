"""What time alone brings about in the line: holds on cases that ran out, held cases that come back."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import DatabaseError, OperationalError, connection, transaction

from colophon.ledger.tenancy import tenant
from colophon.releases.claiming import end_lapsed
from colophon.releases.models import Release
from colophon.releases.placing import bring_back_due
from colophon.releases.settling import take_row
from kernel.errors import ColophonError

logger = structlog.get_logger()


def sweep() -> int:
    """Look over all tenants once; return how many claims ended and cases came back."""
    with connection.cursor() as cursor:
        cursor.execute("select what, tenant_id, id from releases_line_due()")
        due: list[tuple[str, UUID, UUID]] = cursor.fetchall()
    done = 0
    for what, tenant_id, release_id in due:
        try:
            with tenant(tenant_id):
                done += bring_back_due() if what == "back" else _lapse(release_id)
        except OperationalError:
            raise  # the database itself is away
        except (ColophonError, DatabaseError) as error:
            logger.warning("line_not_swept", release=str(release_id), cause=type(error).__name__)
    return done


@transaction.atomic
def _lapse(release_id: UUID) -> int:
    take_row(Release.objects.get(pk=release_id))
    return end_lapsed(release_id)
