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


class TooMuch(Refused):
    code = "too_much"
    status = 413
    says = msgid("{field} holds {size} bytes; at most {most} are taken.")
    remedy = msgid("Shorten it and send it again.")


class LostLease(Fault):
    code = "lost_lease"
    says = msgid("Attempt {attempt} lost its lease; another worker has the job.")
