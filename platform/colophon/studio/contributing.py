"""Record what people did to a work themselves: who, what, from which state, with what, when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.locks import take_turn
from colophon.ledger.services import About, record
from colophon.studio.members import demand_making
from colophon.studio.models import Artifact, Contribution
from kernel.canonical import Json
from kernel.errors import BadInput

WHAT_MOST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a person states of their own part in a work."""

    work: Artifact
    what: str
    share_permille: int
    began: date
    ended: date
    tools: str = ""
    before: Artifact | None = None


@transaction.atomic
def contribute(*, by: Person, part: Part) -> Contribution:
    """Keep a person's statement of their own part, for good; the ledger keeps its digest.

    The parts of all people together are at most the whole work. Raises `BadInput`, `NotAllowed`.
    """
    demand(by, Act.BRING_IN)
    demand_making(by, part.work.project)
    _check(part)
    # Two who state their parts at once: the second sees what the first has left.
    take_turn("contribution", part.work.pk)
    stated = Contribution.objects.filter(work=part.work).aggregate(all=Sum("share_permille"))["all"]
    left = 1000 - (stated or 0)
    if part.share_permille > left:
        why = f"others and you have stated the rest already; at most {left / 10:g} % is left"
        raise BadInput(field="share", value=f"{part.share_permille / 10:g}", why=why)
    kept = Contribution.objects.create(
        work=part.work,
        before=part.before,
        person=by,
        what=part.what.strip(),
        tools=part.tools.strip()[:200],
        share_permille=part.share_permille,
        began=part.began,
        ended=part.ended,
    )
    facts: dict[str, Json] = {
        "work": str(part.work.id),
        "person": pseudonym(by),
        "share_permille": part.share_permille,
        "began": part.began.isoformat(),
        "ended": part.ended.isoformat(),
        "what_sha256": hashlib.sha256(kept.what.encode()).hexdigest(),
    }
    if part.before is not None:
        facts["before"] = part.before.sha256
    record("contribution.recorded", About("artifact", part.work.id), facts)
    return kept


def _check(part: Part) -> None:
    what = part.what.strip()
    if not what or len(what) > WHAT_MOST or "\x00" in what:
        why = f"say in 1 to {WHAT_MOST} characters what you did"
        raise BadInput(field="what", value=what[:40], why=why)
    if not 0 <= part.share_permille <= 1000:
        raise BadInput(
            field="share", value=part.share_permille / 10, why="it is a per cent from 0 to 100"
        )
    if part.began > part.ended:
        raise BadInput(field="began", value=part.began.isoformat(), why="it lies after the end")
    if part.ended > timezone.now().date():
        raise BadInput(field="ended", value=part.ended.isoformat(), why="it lies in the future")
    if part.before is not None and part.before.pk == part.work.pk:
        raise BadInput(field="before", value=str(part.before.pk), why="it is the work itself")
