"""Keep searches, share them with one's team, and remember when each was looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.studio.errors import NotFound
from colophon.studio.models import Search, SearchSeen
from kernel.errors import BadInput

MOST = 24
LONGEST = 1000


def seen_by(person: Person) -> QuerySet[Search]:
    """Return the searches of a person and of their team."""
    rows = Q(owner=person)
    if person.team_id is not None:
        rows |= Q(team_id=person.team_id)
    return Search.objects.filter(rows).select_related("owner").order_by("name", "pk")


def last_looks(person: Person, rows: Iterable[Search]) -> dict[UUID, datetime]:
    """Return when the person last looked at each search; one never looked at is new since it was kept."""
    kept = {one.pk: one.at for one in rows}
    seen = SearchSeen.objects.filter(search__in=kept, person=person)
    return kept | dict(seen.values_list("search_id", "at"))


def find(person: Person, search_id: UUID) -> Search:
    """Return a search this person sees; raise `NotFound`."""
    found = seen_by(person).filter(pk=search_id).first()
    if found is None:
        raise NotFound(kind="search")
    return found


@transaction.atomic
def keep(*, by: Person, name: str, address: str, shared: bool = False) -> Search:
    """Keep a search under a name; sharing it with the team is on record.

    Raises `BadInput` for no name, one of one's own taken already, or more than `MOST`.
    """
    demand(by, Act.SEE_WORKS)
    named = " ".join(name.replace("\x00", "").split())
    if not 0 < len(named) <= 60:
        raise BadInput(field="name", value=named[:80], why="a name has 1 to 60 characters")
    if len(address) > LONGEST:
        raise BadInput(field="search", value=address[:40], why=f"at most {LONGEST} characters")
    if shared and by.team_id is None:
        raise BadInput(field="shared", value="yes", why="you belong to no team")
    if Search.objects.filter(owner=by).count() >= MOST:
        raise BadInput(field="name", value=named, why=f"{MOST} searches are the most; let one go")
    team_id = by.team_id if shared else None
    try:
        with transaction.atomic():
            made = Search.objects.create(owner=by, name=named, address=address, team_id=team_id)
    except IntegrityError as error:
        why = "you keep a search of that name"
        raise BadInput(field="name", value=named, why=why) from error
    if shared:
        record("search.shared", About("search", made.pk), {"person": pseudonym(by)})
    return made


@transaction.atomic
def let_go(*, by: Person, search: Search) -> None:
    """Forget a search of one's own. Raises `NotFound` for somebody else's."""
    if search.owner_id != by.pk:
        raise NotFound(kind="search")
    if search.team_id is not None:
        record("search.unshared", About("search", search.pk), {"person": pseudonym(by)})
    search.delete()


def look(*, by: Person, search: Search) -> None:
    """Remember that the person looks at what the search finds, now by the database's clock."""
    SearchSeen.objects.update_or_create(search=search, person=by, defaults={"at": Now()})
