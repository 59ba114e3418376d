"""What the line refuses for the sake of its reviewers, and answers given twice."""

from __future__ import annotations

from kernel.errors import Refused
from kernel.words import msgid


class AnsweredAlready(Refused):
    code = "answered_already"
    status = 409
    says = msgid("This was answered already.")
    remedy = msgid("Take the next case.")


class OnBreak(Refused):
    code = "on_break"
    status = 409
    says = msgid("You have looked at a lot of hard material. A break of {minutes} min is due.")
    remedy = msgid("New cases are given again from {until}. What you hold now you may finish.")


class BudgetSpent(Refused):
    code = "budget_spent"
    status = 409
    says = msgid("You have seen as much hard material as one person is given for now.")
    remedy = msgid("The next case you take is of another kind. Colleagues take the hard ones.")


class NotOffered(Refused):
    code = "not_offered"
    status = 409
    says = msgid("The queue of this case does not offer “{verdict}”.")
    remedy = msgid("Choose another decision, or put the case into a queue that offers it.")
