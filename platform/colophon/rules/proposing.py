"""Changes of rules that take two people: a word bank's draft coming into force."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from colophon.accounts.models import Person, pseudonym
from colophon.accounts.proposal import Proposal
from colophon.accounts.proposals import Kind, register
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.rules.banks import NothingDrafted, following
from colophon.rules.models import Bank, BannedTerm, TermDraft
from kernel.canonical import Json
from kernel.errors import BadInput
from kernel.words import msgid


def _bank(bank_id: UUID) -> Bank:
    found = Bank.objects.filter(pk=bank_id).first()
    if found is None:
        raise BadInput(field="bank", value=bank_id, why="there is no such word bank")
    return found


def _now(bank_id: UUID, _: Any) -> Json:
    bank = _bank(bank_id)
    held = BannedTerm.objects.filter(bank=bank.name, withdrawn_at__isnull=True).count()
    return {"bank": bank.name, "version": bank.version, "terms": held}


def _check(bank_id: UUID, _: Any) -> Json:
    """Take the draft as it stands: what is drafted later is not what was agreed to."""
    bank = _bank(bank_id)
    lines = list(bank.drafts.order_by("word"))
    if not lines:
        raise NothingDrafted(bank=bank.name)
    add: list[Json] = [
        {"word": one.word, "category": one.category} for one in lines if not one.withdraws
    ]
    withdraw: list[Json] = [one.word for one in lines if one.withdraws]
    held = BannedTerm.objects.filter(bank=bank.name, withdrawn_at__isnull=True).count()
    return {
        "bank": bank.name,
        "version": following(bank.version),
        "terms": held + len(add) - len(withdraw),
        "add": add,
        "withdraw": withdraw,
    }


def _apply(proposal: Proposal, by: Person) -> None:
    said, was = proposal.after, proposal.before or {}
    bank = Bank.objects.select_for_update().get(pk=proposal.about_id)
    words = [one["word"] for one in said["add"]]
    BannedTerm.objects.bulk_create(
        [
            BannedTerm(
                bank=bank.name,
                version=said["version"],
                word=one["word"],
                category=one["category"],
                added_by_id=proposal.proposed_by_id,
            )
            for one in said["add"]
        ],
        ignore_conflicts=True,  # somebody banned it at once meanwhile: it is in force either way
    )
    BannedTerm.objects.filter(
        bank=bank.name, word__in=said["withdraw"], withdrawn_at__isnull=True
    ).update(withdrawn_at=Now(), withdrawn_in=said["version"])
    bank.version = said["version"]
    bank.save(update_fields=["version"])
    TermDraft.objects.filter(bank=bank, word__in=[*words, *said["withdraw"]]).delete()
    record(
        "bank.activated",
        About("bank", bank.pk),
        {
            "bank": bank.name,
            "before": was["version"],
            "after": said["version"],
            "added": words,
            "withdrawn": said["withdraw"],
            "by": pseudonym(by),
        },
    )


register(
    "word_bank",
    Kind(
        name=msgid("Word bank coming into force"),
        about="bank",
        proposes=Act.KEEP_RULES,
        agrees=Act.AGREE_RULES,
        now=_now,
        check=_check,
        apply=_apply,
    ),
)
