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


class KeptForRelease(Refused):
    code = "kept_for_release"
    status = 409
    says = msgid("“{title}” cannot be put aside: its release is {state}.")
    remedy = msgid("Take the request back first; what was released stays where people find it.")


class KeptAsEvidence(Refused):
    code = "kept_as_evidence"
    status = 409
    says = msgid("“{title}” cannot be put aside: a person decided on it, so it is evidence.")
    remedy = msgid("Leave it where it is; a new version can stand beside it.")


class SourceOfReleased(Refused):
    code = "source_of_released"
    status = 409
    says = msgid("“{title}” cannot be put aside: a work made from it was asked to be released.")
    remedy = msgid("Leave it where it is; it is part of that work's lineage.")


class TooLateToRestore(Refused):
    code = "too_late_to_restore"
    status = 409
    says = msgid("“{title}” lies in the trash for more than {days} days and stays there.")
    remedy = msgid("Bring its file in again as a new work; the old record names the same bytes.")


class InTrash(Refused):
    code = "in_trash"
    status = 409
    says = msgid("“{title}” is in the trash; it cannot be released from there.")
    remedy = msgid("Take it out of the trash first.")


class InMotion(Refused):
    code = "in_motion"
    status = 409
    says = msgid("“{title}” stays in its project for now: its release is {state}.")
    remedy = msgid("Move it once the release is decided, published or taken back.")


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


class NothingToDecide(Refused):
    code = "nothing_to_decide"
    status = 409
    says = msgid("Nothing is to be decided here now: the release is {state}.")
    remedy = msgid("Take another case; what became of this one stands on its page.")


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


class SkipReasonMissing(Refused):
    code = "skip_reason_missing"
    status = 422
    says = msgid("Skipping a case for another reason takes that reason in your own words.")
    remedy = msgid("Choose a reason from the list, or write why.")


class DefaultQueue(Refused):
    code = "default_queue"
    status = 409
    says = msgid("The default queue cannot be closed: cases that no rule fits wait there.")
    remedy = msgid("Change its name, its times or who works it instead.")


class QueueNameTaken(Refused):
    code = "queue_name_taken"
    status = 409
    says = msgid("There already is a queue called “{name}”.")
    remedy = msgid("Choose another name, or change that queue.")


class RulesMovedOn(Refused):
    code = "rules_moved_on"
    status = 409
    says = msgid("Somebody else changed the routing rules since you looked at them.")
    remedy = msgid("Look at the rules as they are now, then make your change again.")


class NotWaiting(Refused):
    code = "not_waiting"
    status = 409
    says = msgid("This case cannot be moved now: the release is {state}.")
    remedy = msgid("Look at the case again; its page says what can be done.")


class ReasonForMove(Refused):
    code = "reason_for_move"
    status = 422
    says = msgid("Moving a case takes a reason of 1 to {most} characters; this one has {length}.")
    remedy = msgid("Say in a sentence why it belongs elsewhere.")


class Excluded(Refused):
    code = "excluded"
    status = 403
    says = msgid(
        "You decide no more on this release: you were replaced, or your refusal was overturned."
    )
    remedy = msgid("Another reviewer takes it.")


class Interested(Refused):
    code = "interested"
    status = 403
    says = msgid("You declared an interest in the project “{project}”.")
    remedy = msgid("Another reviewer takes its works. End the interest once it is over.")


class NotAppealable(Refused):
    code = "not_appealable"
    status = 409
    says = msgid("There is nothing to appeal against: the release is {state}.")
    remedy = msgid(
        "An appeal is filed against a refusal; a returned work is answered by a new one."
    )


class NotAuthor(Refused):
    code = "not_author"
    status = 403
    says = msgid("Only the author of a work appeals against its refusal.")
    remedy = msgid("Ask the author; the page of the work names them.")


class AppealTooLate(Refused):
    code = "appeal_too_late"
    status = 409
    says = msgid("The time for an appeal ended on {until}.")
    remedy = msgid("Bring in a new version and ask for its release.")


class AppealHeard(Refused):
    code = "appeal_heard"
    status = 409
    says = msgid("This refusal was appealed already; the appeal is {state}.")
    remedy = msgid("Bring in a new version and ask for its release.")


class AppealSettled(Refused):
    code = "appeal_settled"
    status = 409
    says = msgid("This appeal is {state}; it can no longer be answered.")
    remedy = msgid("Take another from the list.")


class WordsMissing(Refused):
    code = "words_missing"
    status = 422
    says = msgid("This needs words: {field} is empty.")
    remedy = msgid("Say in a sentence why.")


class HadAPart(Refused):
    code = "had_a_part"
    status = 403
    says = msgid("You cannot hear this appeal: you are its author, or you decided on this release.")
    remedy = msgid("Somebody who had no part in it hears it.")


class Unanswered(Refused):
    code = "unanswered"
    status = 422
    says = msgid("{clause} asks the reviewer {question}; it is not answered.")
    remedy = msgid("Answer yes or no before you approve.")


class AnswerBars(Refused):
    code = "answer_bars"
    status = 409
    says = msgid("The answer {answer} to {question} does not allow approval: {clause}.")
    remedy = msgid("Return it and say what would pass; the clause names the purpose or change.")


class EditorialIncomplete(Refused):
    code = "editorial_incomplete"
    status = 422
    says = msgid("{clause} asks for an editorial record; {field}: {why}.")
    remedy = msgid("Complete the record before you approve.")


class NotInClass(Refused):
    code = "not_in_class"
    status = 409
    says = msgid("“{title}” cannot be decided among many: {why}.")
    remedy = msgid("Take it out of the selection and look at it by itself.")


class CountDiffers(Refused):
    code = "count_differs"
    status = 422
    says = msgid("You typed {typed}, but {many} works are chosen.")
    remedy = msgid("Look at the selection again and type how many there are.")


class NoApproval(Refused):
    code = "no_approval"
    status = 409
    says = msgid("There is no approval to call back: the release is {state}.")
    remedy = msgid("Only an approval that still waits for a second person can be called back.")


class InterestHeld(Refused):
    code = "interest_held"
    status = 409
    says = msgid("An interest in this project is declared already.")
    remedy = msgid("End it first, if the relation has changed.")


class ReasonHeld(Refused):
    code = "reason_held"
    status = 409
    says = msgid("This reason is in the list already.")
    remedy = msgid("Change its wording, or retire the one there is.")
