"""Word banks: what is drafted, tried and, once two people agreed, in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from colophon.accounts import proposals
from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.proposal import Proposal
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.rules.models import Bank, BannedTerm, TermDraft
from compliance.checks.word_bank import terms_in
from compliance.findings import Term
from kernel.canonical import Json
from kernel.errors import BadInput, Refused
from kernel.words import msgid

MOST_DRAFTED = 500


class NothingDrafted(Refused):
    code = "nothing_drafted"
    status = 422
    says = msgid("Nothing is drafted for the word bank {bank}.")
    remedy = msgid("Draft a term to add or to withdraw first.")


@dataclass(frozen=True, slots=True)
class Tried:
    """Terms that a text meets, as the bank is and as it would be."""

    now: tuple[str, ...]
    then: tuple[str, ...]


def bank_called(name: str, *, version: str = "0") -> Bank:
    """Return the bank of this name; a new one begins at ``version``. Raises `BadInput`."""
    said = name.strip()
    if not said or len(said) > 60:
        raise BadInput(field="bank", value=name[:60], why="a bank has a name of 1 to 60 characters")
    return Bank.objects.get_or_create(name=said, defaults={"version": version})[0]


@transaction.atomic
def draft(
    *, by: Person, bank: Bank, word: str, category: str = "", withdraws: bool = False
) -> TermDraft:
    """Put a term into the draft of a bank; drafting it again replaces the line before.

    Raises `NotAllowed`; `BadInput` for an empty or long term, one that is in force already, one to
    withdraw that is not, or one too many.
    """
    demand(by, Act.KEEP_RULES)
    said = " ".join(word.split())
    if not said or len(said) > 200:
        raise BadInput(field="word", value=word[:60], why="a term holds 1 to 200 characters")
    held = _in_force(bank).filter(word=said).exists()
    if withdraws != held:
        why = "it is not in force" if withdraws else "it is in force already"
        raise BadInput(field="word", value=said[:60], why=why)
    if bank.drafts.count() >= MOST_DRAFTED:
        raise BadInput(field="word", value=said[:60], why=f"a draft holds {MOST_DRAFTED} terms")
    row, _ = TermDraft.objects.update_or_create(
        bank=bank,
        word=said,
        defaults={"category": category.strip()[:60], "withdraws": withdraws, "by": by},
    )
    facts: dict[str, Json] = {"bank": bank.name, "word": said, "withdraws": withdraws}
    record("term.drafted", About("bank", bank.pk), facts | {"person": pseudonym(by)})
    return row


@transaction.atomic
def drop(*, by: Person, draft_id: UUID) -> bool:
    """Take a line out of a draft; return whether it was there."""
    demand(by, Act.KEEP_RULES)
    row = TermDraft.objects.select_related("bank").filter(pk=draft_id).first()
    if row is None:
        return False
    facts: dict[str, Json] = {"bank": row.bank.name, "word": row.word, "person": pseudonym(by)}
    row.delete()
    record("term.undrafted", About("bank", row.bank_id), facts)
    return True


def activate(*, by: Person, bank: Bank, reason: str) -> Proposal:
    """Propose that the draft of a bank comes into force. Raises as `proposals.propose` does."""
    return proposals.propose(by=by, kind="word_bank", about_id=bank.pk, after=None, reason=reason)


def as_drafted(bank: Bank) -> tuple[Term, ...]:
    """Return the terms the bank would hold if its draft came into force."""
    lines = list(bank.drafts.order_by("word"))
    gone = {one.word for one in lines if one.withdraws}
    kept = [one for one in in_force(bank) if one.word not in gone]
    version = following(bank.version)
    return (*kept, *(_term(bank, one, version) for one in lines if not one.withdraws))


def in_force(bank: Bank) -> tuple[Term, ...]:
    """Return the terms the bank holds."""
    return tuple(_term(bank, one, bank.version) for one in _in_force(bank).order_by("word"))


def tried(bank: Bank, texts: Iterable[str]) -> list[Tried]:
    """Return, for each text, which terms it meets now and which it would meet."""
    now, then = in_force(bank), as_drafted(bank)
    return [Tried(terms_in(text, now), terms_in(text, then)) for text in texts]


def following(version: str) -> str:
    """Return the version after this one: 1.3 -> 1.4, 2 -> 3; of other words, with .1 behind."""
    head, dot, last = version.rpartition(".")
    return f"{head}{dot}{int(last) + 1}" if last.isdecimal() else f"{version[:17]}.1"


def _in_force(bank: Bank) -> QuerySet[BannedTerm]:
    return BannedTerm.objects.filter(bank=bank.name, withdrawn_at__isnull=True)


def _term(bank: Bank, row: BannedTerm | TermDraft, version: str) -> Term:
    return Term(bank=bank.name, version=version, word=row.word, category=row.category)
