"""Every error a person may meet, and the words they meet it in.

* ColophonError
  - Refused    the request cannot be granted as asked; the caller can change it (4xx)
  - Fault      we, or something we depend on, failed; the caller can only wait (5xx), tasks retry

Concrete errors live beside the noun they speak of and subclass one of the two.
``says`` and ``remedy`` are msgids (`kernel.words.msgid`): faces translate them and fill in the facts.
"""

from __future__ import annotations

from typing import ClassVar

from kernel.words import msgid


class ColophonError(Exception):
    """An error with a stable code, a sentence for people and the facts for machines.

    Subclasses fill in the class attributes; raise them with the facts by name:
    ``raise StaleState(kind="job", id=job.id, held="queued")``.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    says: ClassVar[str] = msgid("Something went wrong.")
    remedy: ClassVar[str] = ""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.says.format(**facts))

    def __reduce__(self) -> tuple[object, ...]:
        # A worker hands errors on pickled; arguments by name would be lost on the way.
        return _again, (type(self), self.facts)


def _again(kind: type[ColophonError], facts: dict[str, object]) -> ColophonError:
    return kind(**facts)


class Refused(ColophonError):
    code = "refused"
    status = 400


class Fault(ColophonError):
    code = "fault"
    status = 503
    remedy = msgid("Nothing was lost. It will be tried again; if it goes on, tell the operator.")


class UnknownName(Refused):
    code = "unknown_name"
    status = 404
    says = msgid("There is no {kind} called “{name}”. Known: {known}.")
    remedy = msgid("Check the spelling, or add the one file that defines it.")


class BadInput(Refused):
    code = "bad_input"
    status = 422
    says = msgid("{field} cannot be “{value}”: {why}.")
    remedy = msgid("Correct {field} and send it again.")
