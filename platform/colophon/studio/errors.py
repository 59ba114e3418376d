"""What the studio refuses."""

from __future__ import annotations

from kernel.errors import Fault, Refused
from kernel.words import msgid


class NotFound(Refused):
    code = "not_found"
    status = 404
    says = msgid("There is no {kind} with this id in your organisation.")
    remedy = msgid("Check the address; it may belong to another organisation.")


class JobRefused(Refused):
    """Raised by faces to answer for a job that was stored as refused."""

    code = "job_refused"
    status = 422
    says = msgid("Stopped by {clause} before any engine ran. Nothing was spent.")
    remedy = msgid("{suggestion}")


class NotYourPart(Refused):
    code = "not_your_part"
    status = 403
    says = msgid("Your part in “{project}” is {held}; this takes {needed}.")
    remedy = msgid("Ask one of its owners; the page of the project names them.")


class Archived(Refused):
    code = "archived"
    status = 409
    says = msgid("“{project}” is archived; nothing new is made in it.")
    remedy = msgid("Ask one of its owners to reopen it, or choose another project.")


class LastOwner(Refused):
    code = "last_owner"
    status = 409
    says = msgid("{person} is the last owner of “{project}”; a project keeps one.")
    remedy = msgid("Make somebody else an owner first.")


class NotYourBoard(Refused):
    code = "not_your_board"
    status = 403
    says = msgid("The board “{board}” belongs to {owner}; you may not do this with it.")
    remedy = msgid("Ask them, or begin a board of your own.")


class BoardFull(Refused):
    code = "board_full"
    status = 409
    says = msgid("The board “{board}” holds {held} works; {most} are the most.")
    remedy = msgid("Take works off it, or begin another board.")


class NotYourComment(Refused):
    code = "not_your_comment"
    status = 403
    says = msgid("This is no comment of yours that could be changed; {author} wrote it.")
    remedy = msgid("Answer it instead.")


class TooLateToChange(Refused):
    code = "too_late_to_change"
    status = 409
    says = msgid("A comment can be changed for {minutes} minutes; this one is older.")
    remedy = msgid("Answer it with what should be said instead, or remove it.")


class MissingValue(Refused):
    code = "missing_value"
    status = 422
    says = msgid("The wording asks for {names}; no value was given and there is no default.")
    remedy = msgid("Give a value for each, or put a default behind “=” in the wording.")


class OpenWish(Refused):
    code = "open_wish"
    status = 409
    says = msgid("Somebody already asked to move the label “{label}”; that wish is still open.")
    remedy = msgid("Agree to it, reject it, or wait until its author takes it back.")


class LabelMoved(Refused):
    code = "label_moved"
    status = 409
    says = msgid("“{label}” was moved to version {number} since this was asked for.")
    remedy = msgid("Reject this wish; whoever still wants it asks again from there.")


class NotToApprove(Refused):
    code = "not_to_approve"
    status = 403
    says = msgid("You cannot decide this move of “{label}”, which {asked_by} asked for.")
    remedy = msgid("Another owner of the project or an approver agrees; its author takes it back.")


class NotYourPreset(Refused):
    code = "not_your_preset"
    status = 404
    says = msgid("You have no such preset.")
    remedy = msgid("A preset of the team is deleted by whoever made it.")


class TooMuch(Refused):
    code = "too_much"
    status = 413
    says = msgid("{field} holds {size} bytes; at most {most} are taken.")
    remedy = msgid("Shorten it and send it again.")


class LostLease(Fault):
    code = "lost_lease"
    says = msgid("Attempt {attempt} lost its lease; another worker has the job.")
