"""Care in force for a person, budgets, breaks and rotation; who may set what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.locks import take_turn
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import current
from colophon.releases import line_errors
from colophon.releases.care import LEVELS, WAYS, CareRule, CareWish
from colophon.releases.line import Wish
from kernel.canonical import Json
from kernel.errors import BadInput, Refused

STRONG = 3
"""Severity of a case that counts as exposure."""
FROM = {"always": 0, "weak": 1, "match": 2, "strong": 3, "never": 4}
LOOKS = ("blur", "grey", "mute", "small")
NUMBERS = ("items_day", "items_week", "minutes_day", "break_after", "break_minutes", "rotate_after")
MOST = 10_000

_LOOKS_AT = """
select k.release_id, k.severity, k.at, coalesce(k.ended_at, least(k.until, now()))
  from releases_claim k
 where k.tenant_id = %s and k.reviewer_id = %s and k.at > now() - interval '7 days'
   and k.severity >= 3
 order by k.at desc limit 2000
"""
_OF_RULE = (*LOOKS, *NUMBERS, "veil_from", "personal_figures")
_OF_WISH = (*LOOKS, "veil_from", "way", "items_day")
_HELD = f"""
select {", ".join(f"r.{name}" for name in _OF_RULE)}, {", ".join(f"w.{name}" for name in _OF_WISH)}
  from (select 1) one
  left join releases_carerule r on r.tenant_id = %s
  left join releases_carewish w on w.person_id = %s
"""  # noqa: S608  constants of this module
_LAST = """
select count(*) filter (where severity >= 3), count(*) from (
    select severity from releases_claim where tenant_id = %s and reviewer_id = %s
     order by at desc limit %s) last
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What holds for one person: the rule of the house, with their own wishes over it."""

    blur: bool
    grey: bool
    mute: bool
    small: bool
    veil_from: str
    way: str
    items_day: int
    items_week: int
    minutes_day: int
    break_after: int
    break_minutes: int
    rotate_after: int
    personal_figures: bool

    def veils(self, severity: int) -> str:
        """Return how a case of that severity is veiled, as names for the page; empty: not at all."""
        if severity < FROM[self.veil_from]:
            return ""
        return " ".join(name for name in LOOKS if getattr(self, name))


@dataclass(frozen=True, slots=True)
class Look:
    """One time that somebody held a case with strong findings."""

    release_id: UUID
    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What one person has seen of strong material, counted from their claims."""

    items_day: int
    items_week: int
    minutes_day: int
    looks_week: int
    break_until: datetime | None

    def spent(self, care: Care) -> str:
        """Return the budget that is used up: items_day | items_week | minutes_day, or nothing."""
        for name in ("items_day", "items_week", "minutes_day"):
            bound = getattr(care, name)
            if bound and getattr(self, name) >= bound:
                return name
        return ""


def care_of(person: Person) -> Care:
    """Return the care that holds for ``person``; one query, for every claim asks it."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [current(), person.pk])
        row = cursor.fetchone() or ()
    wide = len(_OF_RULE)
    rule = (
        CareRule() if row[wide - 1] is None else CareRule(**dict(zip(_OF_RULE, row, strict=False)))
    )
    wish = CareWish(**dict(zip(_OF_WISH, row[wide:], strict=True)))
    looks = {
        name: getattr(rule, name) if getattr(wish, name) is None else getattr(wish, name)
        for name in LOOKS
    }
    numbers: dict[str, Any] = {name: int(getattr(rule, name)) for name in NUMBERS}
    if wish.items_day is not None:
        numbers["items_day"] = min(numbers["items_day"] or MOST, wish.items_day)
    return Care(
        veil_from=wish.veil_from or rule.veil_from,
        way=wish.way or "hold",
        personal_figures=rule.personal_figures,
        **looks,
        **numbers,
    )


def exposure_of(person: Person, care: Care) -> Exposure:
    """Return what ``person`` has seen of strong material in the last day and week; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS_AT, [current(), person.pk])
        looks = [Look(row[0], row[2], row[3]) for row in cursor.fetchall()]
    now = timezone.now()
    day = [one for one in looks if one.began > now - timedelta(hours=24)]
    return Exposure(
        items_day=len({one.release_id for one in day}),
        items_week=len({one.release_id for one in looks}),
        minutes_day=int(sum((one.ended - one.began).total_seconds() for one in day) // 60),
        looks_week=len(looks),
        break_until=break_until(looks, after=care.break_after, minutes=care.break_minutes, now=now),
    )


def break_until(
    looks: Sequence[Look], *, after: int, minutes: int, now: datetime
) -> datetime | None:
    """Return until when a break lasts, or None: ``after`` cases without a pause of ``minutes``.

    ``looks`` come the newest first. The break begins when the last of them ended; a pause of that
    length between two looks begins the count anew.
    """
    if not after or not looks:
        return None
    pause = timedelta(minutes=minutes)
    seen: set[UUID] = set()
    later: datetime | None = None
    for one in looks:
        if later is not None and later - one.ended >= pause:
            break
        seen.add(one.release_id)
        later = one.began
    if len(seen) < after:
        return None
    until = max(one.ended for one in looks) + pause
    return until if until > now else None


def wish_for(person: Person, wish: Wish) -> tuple[Wish, Wish | None]:
    """Return what may be offered to ``person`` next, and what if nothing of that kind waits.

    Raises `OnBreak`.
    """
    care = care_of(person)
    exposure = exposure_of(person, care)
    _demand_no_break(exposure)
    milder = Wish(but=wish.but, queue=wish.queue, below=min(wish.below, STRONG))
    if exposure.spent(care):
        return milder, None
    # The newest are all strong only if there are so many strong ones; most people have none.
    many = care.rotate_after and exposure.looks_week >= care.rotate_after
    if many and _in_a_row(person, care.rotate_after):
        return milder, wish
    return wish, None


def demand_room(person: Person, *, severity: int) -> None:
    """Raise `OnBreak`, or `BudgetSpent` where a case of that severity is more than is good."""
    care = care_of(person)
    exposure = exposure_of(person, care)
    _demand_no_break(exposure)
    if severity >= STRONG and exposure.spent(care):
        raise line_errors.BudgetSpent()


def rest_of(person: Person, care: Care) -> Refused | None:
    """Return what keeps ``person`` from more hard material now, as it is told to them, or None."""
    exposure = exposure_of(person, care)
    try:
        _demand_no_break(exposure)
    except line_errors.OnBreak as due:
        return due
    return line_errors.BudgetSpent() if exposure.spent(care) else None


def prefer(*, by: Person, wishes: dict[str, Any]) -> CareWish:
    """Keep what a person wants for themselves; None follows the house. Raises `BadInput`."""
    way = wishes.get("way") or "hold"
    level = wishes.get("veil_from") or ""
    if way not in WAYS:
        raise BadInput(field="way", value=way[:20], why=f"known: {', '.join(WAYS)}")
    _check_level(level, empty=True)
    items = wishes.get("items_day")
    if items is not None:
        _check_number("items_day", items)
    kept, _ = CareWish.objects.update_or_create(
        person=by,
        defaults={
            "way": way,
            "veil_from": level,
            "items_day": items,
            **{name: wishes.get(name) for name in LOOKS},
        },
    )
    return kept


@transaction.atomic
def rule(*, by: Person, wanted: dict[str, Any]) -> CareRule:
    """Set what holds for everybody. Raises `NotAllowed`, `BadInput`."""
    demand(by, Act.KEEP_RULES)
    _check_level(wanted["veil_from"], empty=False)
    for name in NUMBERS:
        _check_number(name, wanted[name])
    if wanted["break_after"] and not wanted["break_minutes"]:
        raise BadInput(field="break_minutes", value="0", why="a break lasts at least one minute")
    take_turn("care", current())
    held = CareRule.objects.first() or CareRule()
    before = told(held)
    for name, value in wanted.items():
        setattr(held, name, value)
    if told(held) == before:
        return held
    held.save()
    facts: dict[str, Json] = {"person": pseudonym(by), "before": before, "after": told(held)}
    record("care.changed", About("organisation", current()), facts)
    return held


def told(held: CareRule) -> dict[str, Json]:
    """Return a rule as its event carries it."""
    names = (*LOOKS, "veil_from", *NUMBERS, "personal_figures")
    return {name: getattr(held, name) for name in names}


def _demand_no_break(exposure: Exposure) -> None:
    if exposure.break_until is not None:
        left = exposure.break_until - timezone.now()
        raise line_errors.OnBreak(
            until=exposure.break_until.strftime("%H:%M UTC"),
            minutes=max(1, round(left.total_seconds() / 60)),
        )


def _in_a_row(person: Person, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [current(), person.pk, number])
        strong, all_ = cursor.fetchone() or (0, 0)
    return bool(strong == all_ == number)


def _check_level(level: str, *, empty: bool) -> None:
    if level not in LEVELS and not (empty and not level):
        raise BadInput(field="veil_from", value=level[:20], why=f"known: {', '.join(LEVELS)}")


def _check_number(name: str, value: int) -> None:
    if not 0 <= value <= MOST:
        raise BadInput(field=name, value=str(value), why=f"0 to {MOST}")


@dataclass(frozen=True, slots=True)
class Crowd:
    """Exposure of everybody in the last 24 hours, of nobody in particular."""

    people: int
    median: int | None
    most: int | None


FEWEST = 3
"""With fewer people a figure would be somebody's."""


def crowd() -> Crowd:
    """Return how many people saw strong material today and how much; with too few, only that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), percentile_disc(0.5) within group (order by n), max(n) from ("
            " select count(distinct release_id) n from releases_claim where tenant_id = %s"
            " and severity >= 3 and at > now() - interval '24 hours' group by reviewer_id) each",
            [current()],
        )
        people, median, most = cursor.fetchone() or (0, None, None)
    if people < FEWEST or median is None or most is None:
        return Crowd(people=people, median=None, most=None)
    return Crowd(people=people, median=int(median), most=int(most))
