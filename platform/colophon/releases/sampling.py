"""Draw clearances at random to be looked at again, and take what a second pair of eyes says."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.locks import take_turn
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import current
from colophon.releases import errors, line_errors
from colophon.releases.golden import ANSWERS, SamplingRule, SecondLook, SecondLookAnswer
from colophon.releases.models import Clearance
from colophon.studio.errors import NotFound
from kernel.canonical import Json
from kernel.errors import BadInput

LONGEST = 1000


def maybe_draw(clearance: Clearance) -> SecondLook | None:
    """Draw a clearance that was just given, by the share in force for its kind; or not."""
    rule = SamplingRule.objects.first()
    if rule is None:
        return None
    share = rule.two_permille if clearance.persons == 2 else rule.one_permille
    if secrets.randbelow(1000) >= share:
        return None
    drawn = SecondLook.objects.create(clearance=clearance, share_permille=share)
    facts: dict[str, Json] = {"clearance_id": str(clearance.pk), "share_permille": share}
    record("second_look.drawn", About("release", clearance.release_id), facts)
    return drawn


@transaction.atomic
def set_shares(*, by: Person, one_permille: int, two_permille: int) -> SamplingRule:
    """Set which share of clearances is drawn. Raises `NotAllowed`, `BadInput`."""
    demand(by, Act.KEEP_RULES)
    for name, value in (("one_permille", one_permille), ("two_permille", two_permille)):
        if not 0 <= value <= 1000:
            raise BadInput(field=name, value=str(value), why="0 to 1000 of a thousand")
    take_turn("sampling", current())
    held = SamplingRule.objects.first() or SamplingRule()
    before: dict[str, Json] = {"one_permille": held.one_permille, "two_permille": held.two_permille}
    held.one_permille, held.two_permille = one_permille, two_permille
    held.save()
    facts: dict[str, Json] = {
        "person": pseudonym(by),
        "before": before,
        "after": {"one_permille": one_permille, "two_permille": two_permille},
    }
    record("sampling.changed", About("organisation", current()), facts)
    return held


def look_for(person: Person, look_id: UUID) -> SecondLook:
    """Return a drawn clearance that ``person`` may look at again.

    Raises `NotAllowed`, `NotFound`, `SamePerson` for whoever had a part in it.
    """
    demand(person, Act.REVIEW)
    look = (
        SecondLook.objects.filter(pk=look_id)
        .select_related(
            "clearance__release__artifact__project",
            "clearance__release__artifact__assessment",
            "clearance__release__artifact__tenant",
            "answer",
        )
        .first()
    )
    if look is None:
        raise NotFound(kind="second look")
    if person.pk in parts(look):
        raise errors.SamePerson(role="author or decider")
    return look


def parts(look: SecondLook) -> set[UUID]:
    """Return who had a part in a clearance: author, maker, reviewer, second person."""
    given = look.clearance
    people = {given.author_id, given.reviewer_id, given.release.artifact.author_id}
    return people | ({given.second_person_id} if given.second_person_id else set())


@transaction.atomic
def say(*, by: Person, look_id: UUID, verdict: str, reason: str) -> SecondLookAnswer:
    """Take how ``by`` would have decided. It changes nothing that was decided.

    Raises `BadInput`, `AnsweredAlready`, and what `look_for` raises.
    """
    look = look_for(by, look_id)
    if verdict not in ANSWERS:
        raise BadInput(field="verdict", value=verdict[:20], why=f"known: {', '.join(ANSWERS)}")
    words = reason.strip()
    if verdict != "approve" and not 1 <= len(words) <= LONGEST:
        raise BadInput(field="reason", value=words[:40], why=f"1 to {LONGEST} characters")
    take_turn("second look", look.pk)
    if SecondLookAnswer.objects.filter(look=look).exists():
        raise line_errors.AnsweredAlready()
    given = SecondLookAnswer.objects.create(
        look=look, person=by, verdict=verdict, reason=words[:LONGEST]
    )
    facts: dict[str, Json] = {
        "clearance_id": str(look.clearance_id),
        "reviewer": pseudonym(by),
        "verdict": verdict,
        "reason": words[:LONGEST],
    }
    record("second_look.answered", About("release", look.clearance.release_id), facts)
    return given
