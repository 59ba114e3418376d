"""Whose eyes look: what lies in private projects is there for their members alone.

The face that opens a request says who looks; from then on row-level security hides the projects,
works, prompts and jobs, in every query of every page and of the API (`ledger.schema.kept_private`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from colophon.accounts.access import may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act, Role
from colophon.studio.models import Artifact, Trashed

_DESK = (
    "/console",
    "/api/v1/releases",
    "/api/v1/appeals",
    "/api/v1/complaints",
    "/comments",
)
"""Where reviewers work, or speak of a case: they meet whatever was sent to them, from whichever project it comes."""


@contextmanager
def as_(person: Person, *, path: str = "") -> Iterator[None]:
    """Look with the eyes of ``person`` until the end of the block; one query.

    Auditors and administrators see every project; reviewers see every case at their desk.
    """
    desk = path.startswith(_DESK) and may(person, Act.REVIEW)
    if desk or person.has_role(Role.AUDITOR, Role.ADMINISTRATOR):
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('colophon.hidden', studio_hidden(%s)::text, true)", [person.pk]
        )
    yield
    # A rollback, by exception or marked, takes the setting back by itself.
    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("select set_config('colophon.hidden', '', true)")


def works() -> QuerySet[Artifact]:
    """Return the works that lists, searches and boards show: all but those in the trash."""
    aside = Trashed.objects.filter(artifact=OuterRef("pk"), restored_at__isnull=True)
    return Artifact.objects.filter(~Exists(aside))
