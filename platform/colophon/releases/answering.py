"""Answer a return: a new work is asked for in place of the one that came back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from colophon.accounts.models import Person, pseudonym
from colophon.ledger.moves import Actor, move
from colophon.releases import services
from colophon.releases.models import Release
from colophon.releases.settling import take_row
from colophon.studio.models import Artifact
from kernel.errors import BadInput, Refused
from kernel.words import msgid


class NotReturned(Refused):
    code = "not_returned"
    status = 409
    says = msgid("Only a returned request is answered by a new version; this one is {state}.")
    remedy = msgid("Ask for release of the new version by itself.")


class NotReturnedToYou(Refused):
    code = "not_returned_to_you"
    status = 403
    says = msgid("Only the author to whom a request came back answers it.")
    remedy = msgid("Ask for release of your own work by itself.")


@transaction.atomic
def answer(
    *, by: Person, returned: Release, artifact: Artifact, destinations: Sequence[str]
) -> Release:
    """Ask for release of ``artifact`` in place of a returned request, which is then replaced.

    Of two answers at once one replaces it; the other is told. Raises `NotReturnedToYou`, `NotReturned`,
    `BadInput` for the returned work itself, and what `request` raises.
    """
    if returned.author_id != by.pk:
        raise NotReturnedToYou()
    if returned.artifact_id == artifact.pk:
        raise BadInput(
            field="answers", value=str(returned.pk), why="it is the work that came back; change it"
        )
    take_row(returned)
    if returned.state != "returned":
        raise NotReturned(state=returned.state)
    release = services.request(by=by, artifact=artifact, destinations=destinations)
    move(
        returned,
        "superseded_by",
        by=Actor.person(by.ref),
        event="release.answered",
        facts={
            "by_release": str(release.id),
            "artifact_sha256": artifact.sha256,
            "person": pseudonym(by),
        },
    )
    return release
