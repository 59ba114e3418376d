"""Every kind of note, in one table: what it says in the app and by mail, and its default way.

A room adds its kinds here, as it adds its events in `ledger/events.py`. The sentence in the app
may carry titles and reasons; the one for mail carries nothing of a work, because mail is read by
others than its addressee. ``{by}`` is a pseudonym; pages put the name in its place.
"""

from __future__ import annotations

from dataclasses import dataclass

from colophon.accounts.note import Way
from kernel.words import msgid


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One kind of note."""

    name: str
    """What the settings page calls it."""
    says: str
    mails: str
    default: Way = Way.MAIL
    counted: bool = False
    """One unread note that counts up: ``{n}``."""


CODES: dict[str, Code] = {
    "release_returned": Code(
        name=msgid("A work of mine was returned"),
        says=msgid("“{title}” was returned to you: {reason}"),
        mails=msgid("A work of yours was returned to you. Its page says why."),
    ),
    "release_refused": Code(
        name=msgid("A work of mine was refused"),
        says=msgid("“{title}” was refused by {clause}: {reason}"),
        mails=msgid("A work of yours was refused. Its page says by which clause, and why."),
    ),
    "release_cleared": Code(
        name=msgid("A work of mine was cleared"),
        says=msgid("“{title}” is cleared and is being sealed."),
        mails=msgid("A work of yours was cleared and is being sealed."),
        default=Way.APP,
    ),
    "release_published": Code(
        name=msgid("A work of mine was published"),
        says=msgid("“{title}” is published."),
        mails=msgid("A work of yours was published."),
    ),
    "publication_withdrawn": Code(
        name=msgid("A publication of mine was withdrawn"),
        says=msgid("“{title}” was withdrawn from publication by {clause}: {reason}"),
        mails=msgid(
            "A publication of yours was withdrawn. Its page says by which clause, and why."
        ),
    ),
    "publication_restricted": Code(
        name=msgid("A publication of mine was restricted"),
        says=msgid("“{title}” was taken back from some destinations by {clause}: {reason}"),
        mails=msgid(
            "A publication of yours was restricted. Its page says by which clause, and why."
        ),
    ),
    "second_review_waits": Code(
        name=msgid("Cases wait for a second person"),
        says=msgid("Cases that wait for a second person since you last looked: {n}."),
        mails=msgid("Cases that wait for a second person since you last looked: {n}."),
        counted=True,
    ),
    "decision_undone": Code(
        name=msgid("A decision of mine did not take effect"),
        says=msgid("Your decision on “{title}” did not take effect. What you typed is kept."),
        mails=msgid("A decision of yours did not take effect. The console says why."),
        default=Way.APP,
    ),
    "approval_called_back": Code(
        name=msgid("The second person sent back what I approved"),
        says=msgid("The second person did not confirm “{title}”: {reason}"),
        mails=msgid("A second person did not confirm what you approved. The console says why."),
        default=Way.APP,
    ),
    "appeal_waits": Code(
        name=msgid("Appeals wait to be heard"),
        says=msgid("Appeals that wait to be heard since you last looked: {n}."),
        mails=msgid("Appeals that wait to be heard since you last looked: {n}."),
        counted=True,
    ),
    "appeal_upheld": Code(
        name=msgid("My appeal was answered: the refusal stands"),
        says=msgid("The refusal of “{title}” stands: {reason}"),
        mails=msgid("An appeal of yours was answered. The page of the work says how."),
    ),
    "appeal_overturned": Code(
        name=msgid("My appeal was answered: the refusal is overturned"),
        says=msgid("The refusal of “{title}” is overturned, and it is reviewed anew: {reason}"),
        mails=msgid("An appeal of yours was answered. The page of the work says how."),
    ),
    "appeal_lapsed": Code(
        name=msgid("My appeal lapsed unheard"),
        says=msgid("Nobody heard your appeal for “{title}” in time. You may file it anew."),
        mails=msgid("Nobody heard an appeal of yours in time. You may file it anew."),
    ),
    "complaint_upheld": Code(
        name=msgid("My appeal was answered: the withdrawal stands"),
        says=msgid("The withdrawal of “{title}” stands: {reason}"),
        mails=msgid("An appeal of yours was answered. The page of the work says how."),
    ),
    "complaint_overturned": Code(
        name=msgid("My appeal was answered: the withdrawal is overturned"),
        says=msgid("“{title}” is published again: {reason}"),
        mails=msgid("An appeal of yours was answered. The page of the work says how."),
    ),
    "mentioned": Code(
        name=msgid("Somebody mentions me"),
        says=msgid("{by} mentioned you in a comment on “{title}”."),
        mails=msgid("{by} mentioned you in a comment."),
    ),
    "commented": Code(
        name=msgid("Somebody comments on a work of mine"),
        says=msgid("{by} commented on “{title}”."),
        mails=msgid("{by} commented on a work of yours."),
        default=Way.APP,
    ),
    "label_waits": Code(
        name=msgid("Somebody asks me to agree to a label of a prompt"),
        says=msgid("{by} asks to move the label “{label}” of “{title}”; another person agrees."),
        mails=msgid("{by} asks to move a protected label; another person agrees."),
    ),
    "label_approved": Code(
        name=msgid("A move of a label I asked for was made"),
        says=msgid("{by} agreed: the label “{label}” of “{title}” was moved."),
        mails=msgid("{by} agreed to a move of a label you asked for."),
        default=Way.APP,
    ),
    "label_rejected": Code(
        name=msgid("A move of a label I asked for was rejected"),
        says=msgid("{by} rejected the move of the label “{label}” of “{title}”."),
        mails=msgid("{by} rejected a move of a label you asked for."),
        default=Way.APP,
    ),
    "proposal_waits": Code(
        name=msgid("A change waits for my agreement"),
        says=msgid("Changes that wait for a second person since you last looked: {n}."),
        mails=msgid("Changes that wait for a second person since you last looked: {n}."),
        counted=True,
    ),
    "proposal_accepted": Code(
        name=msgid("A change I proposed was accepted"),
        says=msgid("{by} accepted the change you proposed."),
        mails=msgid("{by} accepted the change you proposed."),
        default=Way.APP,
    ),
    "proposal_rejected": Code(
        name=msgid("A change I proposed was rejected"),
        says=msgid("{by} rejected the change you proposed: {reason}"),
        mails=msgid("{by} rejected the change you proposed."),
    ),
}
