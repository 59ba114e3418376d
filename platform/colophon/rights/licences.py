"""Record and end licences, and say which registered works they cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.rights.models import Licence, LicenceEnd, RegisteredWork
from compliance.policy.vocabulary import PURPOSES
from kernel.canonical import Json
from kernel.errors import BadInput, Refused
from kernel.words import msgid

_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
"""A country of ISO 3166-1, a part of one of ISO 3166-2, or EU. A licence may name more places than
releases can go to."""


class LicenceOver(Refused):
    code = "licence_over"
    status = 409
    says = msgid("This licence was ended already.")
    remedy = msgid("Record a new one if the right holder granted it again.")


@transaction.atomic
def grant(
    *,
    by: Person,
    work: RegisteredWork,
    purposes: Iterable[str] = (),
    destinations: Iterable[str] = (),
    until: date | None = None,
    attribution: str = "",
) -> Licence:
    """Record that the organisation may use ``work``; a ruling asked for after this counts it.

    Raises `NotAllowed`, `BadInput` for an unknown purpose or destination or a day that is past.
    """
    demand(by, Act.REGISTER_WORK)
    uses, places = sorted(set(purposes)), sorted(set(destinations))
    _check("purposes", [one for one in uses if one not in PURPOSES], ", ".join(sorted(PURPOSES)))
    _check("destinations", [one for one in places if not _PLACE.fullmatch(one)], "CN, EU, US-CA …")
    if until is not None and until < _today():
        raise BadInput(field="until", value=until.isoformat(), why="that day is past")
    licence = Licence.objects.create(
        work=work,
        purposes=uses,
        destinations=places,
        until=until,
        attribution=attribution.strip()[:300],
        recorded_by=by,
    )
    facts: dict[str, Json] = {"work_id": str(work.id), "person": pseudonym(by)}
    facts |= {"purposes": [*uses]} if uses else {}
    facts |= {"destinations": [*places]} if places else {}
    facts |= {"until": until.isoformat()} if until else {}
    record("licence.recorded", About("licence", licence.id), facts)
    return licence


@transaction.atomic
def end(*, by: Person, licence: Licence, reason: str) -> None:
    """End a licence now; what was released under it stays as it is and can be found by it.

    Raises `NotAllowed`, `BadInput` without a reason, `LicenceOver` the second time.
    """
    demand(by, Act.REGISTER_WORK)
    if not reason.strip():
        raise BadInput(field="reason", value=reason, why="it goes on record and needs words")
    try:
        with transaction.atomic():
            LicenceEnd.objects.create(licence=licence, reason=reason.strip()[:300], by=by)
    except IntegrityError as error:
        raise LicenceOver() from error
    facts: dict[str, Json] = {
        "work_id": str(licence.work_id),
        "person": pseudonym(by),
        "reason": reason.strip()[:300],
    }
    record("licence.ended", About("licence", licence.id), facts)


def in_force(works: Iterable[RegisteredWork] | None = None) -> QuerySet[Licence]:
    """Return the licences that hold today, of ``works`` where given."""
    rows = Licence.objects.filter(Q(until__isnull=True) | Q(until__gte=_today()), end__isnull=True)
    return rows if works is None else rows.filter(work__in=list(works))


def licensed_works(*, destinations: Sequence[str], purpose: str) -> frozenset[str]:
    """Return the ids of works that may be used for ``purpose`` at EVERY one of ``destinations``.

    A licence for fewer places does not count in part: asking for those places alone does.
    """
    covered: dict[str, set[str]] = {}
    for held in in_force():
        if not held.purposes or purpose in held.purposes:
            places = covered.setdefault(str(held.work_id), set())
            places.update(held.destinations or destinations)
    return frozenset(work for work, places in covered.items() if places >= set(destinations))


def _check(field: str, unknown: list[str], known: str) -> None:
    if unknown:
        raise BadInput(field=field, value=", ".join(unknown)[:80], why=f"known: {known}")


def _today() -> date:
    return datetime.now(UTC).date()
