"""The questions packs ask a reviewer, and the answers that stand with an approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from colophon.releases.errors import AnswerBars, TooLong, Unanswered
from compliance.policy.case import Asked

ANSWERS = ("yes", "no")
LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``yes`` or ``no``, and what the reviewer adds."""

    answer: str
    note: str = ""


def checked(asked: Sequence[Asked], given: Mapping[str, Answer]) -> dict[str, Any]:
    """Return the answers to what the packs asked, as the decision keeps them.

    Answers to questions nobody asked are left out.

    Raises `Unanswered`, `AnswerBars`, `TooLong`.
    """
    kept: dict[str, Any] = {}
    for one in asked:
        found = given.get(one.id)
        if found is None or found.answer not in ANSWERS:
            raise Unanswered(question=one.id, clause=one.clause)
        if len(found.note) > LONGEST:
            raise TooLong(field=f"note on {one.id}", length=len(found.note), most=LONGEST)
        if found.answer == one.bars:
            raise AnswerBars(question=one.id, answer=found.answer, clause=one.clause)
        note = found.note.strip()
        kept[one.id] = {"answer": found.answer} | ({"note": note} if note else {})
    return kept
