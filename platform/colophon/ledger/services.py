"""Write an event into the ledger, in the caller's transaction."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.utils import timezone

from colophon.ledger.errors import NoTenant
from colophon.ledger.events import ALLOWED, REQUIRED
from colophon.ledger.models import Event
from colophon.ledger.tenancy import current
from kernel.canonical import Json, canonical, instant
from kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class About:
    """What an event is about: ``About("release", release.id)``."""

    kind: str
    id: UUID


def record(type_: str, about: About, facts: Mapping[str, Json]) -> Event:
    """Write one event with its facts as salted disclosures, and return it.

    It is sequenced into the tree soon after the caller's transaction commits; if that rolls back,
    it never happened (invariant 6). Must be called inside a tenant's context.

    Raises:
        ValueError: an unknown type, a missing fact or one the type does not carry.
        NoTenant: outside of a tenant's context.

    Source of the disclosure form: RFC 9901 (SD-JWT), section 4.2.1.
    """
    _check(type_, facts)
    tenant_id, event_id, at = current(), new_id(), timezone.now()
    disclosures = {name: _disclose(name, value) for name, value in facts.items()}
    leaf: dict[str, object] = {
        "v": 1,
        "id": str(event_id),
        "type": type_,
        "at": instant(at),
        "tenant_ref": tenant_ref(tenant_id),
        "subject": {"kind": about.kind, "id": str(about.id)},
        "_sd": sorted(_digest(one) for one in disclosures.values()),
        "_sd_alg": "sha-256",
    }
    event = Event(
        event_id=event_id,
        tenant_id=tenant_id,
        type=type_,
        subject_kind=about.kind,
        subject_id=about.id,
        at=at,
        body=canonical(leaf),
    )
    _write(event, disclosures)
    return event


_WRITTEN = """
with written as (
    insert into ledger_event (event_id, tenant_id, type, subject_kind, subject_id, at, body)
    values (%(event_id)s, %(tenant_id)s, %(type)s, %(subject_kind)s, %(subject_id)s, %(at)s, %(body)s)
    returning id
), told as (
    insert into ledger_disclosure (event_id, tenant_id, name, disclosure)
    select %(event_id)s, %(tenant_id)s, fact.name, fact.disclosure
      from unnest(%(names)s::text[], %(texts)s::text[]) with ordinality as fact(name, disclosure, n)
     order by fact.n
)
select id from written
"""


def _write(event: Event, disclosures: Mapping[str, str]) -> None:
    """Write an event and its facts by one statement: every act of everybody passes here."""
    told = {field: getattr(event, field) for field in _FIELDS}
    told |= {"names": [*disclosures], "texts": [*disclosures.values()]}
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, told)
        (event.pk,) = cursor.fetchone() or (None,)
    event._state.adding = False  # noqa: SLF001  the database has it


_FIELDS = ("event_id", "tenant_id", "type", "subject_kind", "subject_id", "at", "body")


@lru_cache(maxsize=1024)
def tenant_ref(tenant_id: UUID) -> str:
    """Return the pseudonym under which leaves name a tenant: random, never changed, on its row."""
    with connection.cursor() as cursor:
        cursor.execute("select ref from accounts_organisation where id = %s", [tenant_id])
        row = cursor.fetchone()
    if row is None:
        raise NoTenant()
    return str(row[0])


def _check(type_: str, facts: Mapping[str, Json]) -> None:
    if type_ not in ALLOWED:
        raise ValueError(f"no event is called {type_!r}")
    missing, foreign = REQUIRED[type_] - facts.keys(), facts.keys() - ALLOWED[type_]
    if missing or foreign:
        raise ValueError(f"{type_}: missing {sorted(missing)}, foreign {sorted(foreign)}")


def _disclose(name: str, value: Json) -> str:
    salt = base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
    text = json.dumps([salt, name, value], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _digest(disclosure: str) -> str:
    found = hashlib.sha256(disclosure.encode()).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()
