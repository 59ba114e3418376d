"""Change what an organisation is called, who operates it, and which languages it speaks."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Organisation, Person, pseudonym
from colophon.accounts.preferences import LANGUAGES
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from kernel.canonical import Json
from kernel.errors import BadInput

LENGTHS = {"name": 120, "operator_name": 120, "provider_code": 27, "filing_number": 60}
NEEDED = ("name", "operator_name")
CODE_LENGTH = 27


@transaction.atomic
def change(*, by: Person, wanted: Mapping[str, object]) -> Organisation:
    """Change the fields in ``wanted``; the record keeps before and after of those that differ.

    Works sealed before keep what was true when they were sealed. Raises `BadInput`, `NotAllowed`.
    """
    demand(by, Act.CHANGE_ORGANISATION)
    held = Organisation.objects.select_for_update().get(pk=by.tenant.pk)
    before: dict[str, Json] = {}
    after: dict[str, Json] = {}
    for field, value in _checked(wanted).items():
        was = getattr(held, field)
        if was != value:
            before[field], after[field] = was, value
            setattr(held, field, value)
    if after:
        held.save(update_fields=list(after))
        facts: dict[str, Json] = {"before": before, "after": after, "by": pseudonym(by)}
        record("organisation.changed", About("organisation", held.pk), facts)
    return held


def _checked(wanted: Mapping[str, object]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for field, most in LENGTHS.items():
        if field not in wanted:
            continue
        said = " ".join(str(wanted[field]).split())
        if (field in NEEDED and not said) or len(said) > most:
            raise BadInput(field=field, value=said[:60], why=f"it holds up to {most} characters")
        found[field] = said
    code = found.get("provider_code")
    if code and (len(str(code)) != CODE_LENGTH or not str(code).isalnum()):
        why = f"it holds {CODE_LENGTH} letters and figures (GB 45438, Annex E)"
        raise BadInput(field="provider_code", value=code, why=why)
    if "languages" in wanted:
        spoken = [str(one) for one in wanted["languages"]]  # type: ignore[attr-defined]
        unknown = [one for one in spoken if one not in LANGUAGES]
        if unknown or not spoken:
            known = ", ".join(LANGUAGES)
            raise BadInput(field="languages", value=", ".join(unknown)[:60], why=f"known: {known}")
        found["languages"] = [*dict.fromkeys(spoken)]
    return found
