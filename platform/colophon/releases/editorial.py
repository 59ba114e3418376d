"""The editorial record: who answers for a text that informs the public, and how it was checked.

Source: Regulation (EU) 2024/1689, Art. 50(4); its form follows section 2.4 of our notes on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from colophon.accounts.models import Person, pseudonym
from colophon.releases.errors import EditorialIncomplete, TooLong

LONGEST = 600
_CONTACT = re.compile(r"https://[^\s/]+\.[^\s]+|[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record as typed. It goes into the ledger, so it names no person but by pseudonym."""

    competence: str
    """Why the reviewer can judge this text."""
    checked_by: str
    """Id of the person who checked the facts."""
    how: str
    """How the facts were checked, with which sources."""
    responsible: str
    """Who holds editorial responsibility: an organisation or an editorial office."""
    contact: str
    """Where the public reaches them: an https address or an e-mail address."""
    changes: str = ""
    """What the review changed; may stay empty."""


def checked(record: Record | None, *, asked: Sequence[str]) -> dict[str, str] | None:
    """Return the record as the decision keeps it; None where no clause asks and none was written.

    Raises `EditorialIncomplete`, `TooLong`.
    """
    if not asked:
        return None
    if record is None:
        raise EditorialIncomplete(clause=asked[0], field="competence", why="it is empty")
    for name, text in asdict(record).items():
        if name != "changes" and not text.strip():
            raise EditorialIncomplete(clause=asked[0], field=name, why="it is empty")
        if len(text) > LONGEST:
            raise TooLong(field=name, length=len(text), most=LONGEST)
    if not _CONTACT.fullmatch(record.contact.strip()):
        why = "it is neither an https address nor an e-mail address"
        raise EditorialIncomplete(clause=asked[0], field="contact", why=why)
    kept = {name: text.strip() for name, text in asdict(record).items() if text.strip()}
    return kept | {"checked_by": _person(record.checked_by, clause=asked[0])}


def checkers() -> list[Person]:
    """Return people of the organisation who may have checked the facts."""
    return list(Person.objects.filter(is_active=True).order_by("name")[:200])


def _person(said: str, *, clause: str) -> str:
    try:
        found = Person.objects.filter(ref=UUID(said)).first()
    except ValueError:
        found = None
    if found is None:
        why = "it names nobody of this organisation"
        raise EditorialIncomplete(clause=clause, field="checked_by", why=why)
    return pseudonym(found)
