"""Which packs bind, which words are banned, what this installation can do, who operates it."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from colophon.accounts.models import Organisation
from colophon.rules.models import Bank, BannedTerm
from compliance.findings import Term
from compliance.marking.recipe import means as marking_means
from compliance.policy.pack import POLICIES, Pack, load
from compliance.policy.ruling import Means, Operator
from generation.engine import Medium

SIGNED = frozenset({Medium.IMAGE, Medium.TEXT})
"""Media whose files the sealer signs: embedded in pictures, beside texts."""


@cache
def packs() -> tuple[Pack, ...]:
    """Return every pack on the shelf. A broken one stops the start (`PackError`)."""
    return load(POLICIES)


def terms() -> tuple[Term, ...]:
    """Return the banned terms of the current tenant, each with the version its bank is at."""
    versions = dict(Bank.objects.values_list("name", "version"))
    rows = BannedTerm.objects.filter(withdrawn_at__isnull=True).order_by("bank", "word")
    return tuple(
        Term(
            bank=one.bank,
            version=versions.get(one.bank, one.version),
            word=one.word,
            category=one.category,
        )
        for one in rows
    )


def operator(organisation: Organisation) -> Operator:
    """Return who answers for what the organisation publishes."""
    return Operator(
        name=organisation.operator_name,
        provider_code=organisation.provider_code,
        filing_number=organisation.filing_number,
        test=organisation.is_test,
    )


def means(medium: Medium) -> Means:
    """Return what this installation can really do for a medium; the rest shows `not met`."""
    can = marking_means(medium)
    return Means(
        labels=can.labels,
        marks=can.marks,
        metadata=can.metadata,
        signature=medium in SIGNED,
        timestamp=bool(settings.COLOPHON_TSA_URL),
    )
