"""Change the word banks of an organisation."""

from __future__ import annotations

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.rules.banks import bank_called
from colophon.rules.models import BannedTerm
from kernel.errors import BadInput


@transaction.atomic
def ban(*, by: Person, bank: str, version: str, word: str, category: str = "") -> BannedTerm:
    """Add ``word`` to a bank at once; banning it twice changes nothing.

    One person may stop things; taking a term away takes two (`rules.banks`).
    Raises `BadInput`, `NotAllowed`.
    """
    demand(by, Act.KEEP_RULES)
    if not word.strip():
        raise BadInput(field="word", value=word, why="an empty term would stop everything")
    term, made = BannedTerm.objects.get_or_create(
        bank=bank,
        word=word.strip(),
        withdrawn_at__isnull=True,
        defaults={"version": version, "category": category, "added_by": by},
    )
    if made:
        held = bank_called(bank, version=version)
        if held.version == "0":  # only drafted so far: now it holds something
            held.version = version
            held.save(update_fields=["version"])
        record(
            "term.banned",
            About("term", term.id),
            {"bank": bank, "version": version, "word": term.word, "category": category},
        )
    return term
