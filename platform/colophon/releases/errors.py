"""What the release flow refuses."""

from __future__ import annotations

from kernel.errors import Refused
from kernel.words import msgid


class NotAssessed(Refused):
    code = "not_assessed"
    status = 409
    says = msgid("The checks of this work have not answered yet.")
    remedy = msgid("Wait until its page shows the findings, then ask again.")


class AlreadyAsked(Refused):
    code = "already_asked"
    status = 409
    says = msgid("This work already has a release that is {state}.")
    remedy = msgid("Follow that release, or withdraw it first.")


class ClaimedByOther(Refused):
    code = "claimed_by_other"
    status = 409
    says = msgid("{reviewer} has this case until {until}.")
    remedy = msgid("Take another case, or wait until the claim runs out.")


class NotClaimed(Refused):
    code = "not_claimed"
    status = 409
    says = msgid("Your claim on this case ran out or was never taken.")
    remedy = msgid("Claim the case again; your draft is kept in the page.")


class SamePerson(Refused):
    code = "same_person"
    status = 403
    says = msgid("You cannot decide here: you are its {role}.")
    remedy = msgid("Another person with the role must decide.")


class OtherBytes(Refused):
    code = "other_bytes"
    status = 409
    says = msgid("You looked at {looked}, but the work is {held}.")
    remedy = msgid("Reload the case and look again.")


class Stopped(Refused):
    code = "stopped"
    status = 409
    says = msgid("{clause} stops every destination, so this cannot be approved.")
    remedy = msgid("Refuse or return it; the page says what would pass.")


class NoDestinationOpen(Refused):
    code = "no_destination_open"
    status = 409
    says = msgid("No destination is open: {clauses}.")
    remedy = msgid("Choose other destinations, or supply what those clauses need.")


class RulesChanged(Refused):
    code = "rules_changed"
    status = 409
    says = msgid("The rules changed since this release was asked for.")
    remedy = msgid("Ask for release again; it is then judged by the rules in force.")


class ReasonMissing(Refused):
    code = "reason_missing"
    status = 422
    says = msgid("This verdict needs a clause and a reason: {missing} is empty.")
    remedy = msgid("Name the clause that decides and say why, in a sentence the author can act on.")


class WrongVerdict(Refused):
    code = "wrong_verdict"
    status = 422
    says = msgid("“{verdict}” is no verdict for a release that is {state}.")
    remedy = msgid("Known here: {known}.")


class DecisionPending(Refused):
    code = "decision_pending"
    status = 409
    says = msgid("Somebody decided this case just now; the decision is about to take effect.")
    remedy = msgid(
        "Take another case. If the decision is undone, this one comes back to its reviewer."
    )


class TakenBack(Refused):
    code = "taken_back"
    status = 409
    says = msgid("The author took the request back before the decision took effect.")
    remedy = msgid("Nothing is left to do here.")


class NotYours(Refused):
    code = "not_yours"
    status = 403
    says = msgid("This decision was made by somebody else, who alone can undo it.")
    remedy = msgid("Ask them, or wait until the case comes to a second person.")


class TooLate(Refused):
    code = "too_late"
    status = 409
    says = msgid("The decision can no longer be undone: it is {state}.")
    remedy = msgid("What it brought about stands on the page of the work.")


class TooLong(Refused):
    code = "too_long"
    status = 422
    says = msgid("{field} has {length} characters; at most {most} are kept.")
    remedy = msgid("Shorten it and send it again.")
