"""What becomes of a pending decision: it takes effect, or it is undone, and only one of the two.

Every act here takes the row lock of the release first, so that undo, effect, withdrawal and a second
decision come one after the other; the compare-and-swap of `moves.move` and the constraints stand
behind it for whoever forgets.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from colophon.accounts.models import Person, pseudonym
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About
from colophon.releases import errors, judging, telling
from colophon.releases.clearing import clear
from colophon.releases.conflicts import approval_of, exclude
from colophon.releases.holds import hold_again
from colophon.releases.models import Decision, Draft, Exclusion, Release, Verdict
from colophon.studio.errors import NotFound
from compliance.policy.ruling import Ruling
from kernel.canonical import Json, digest
from kernel.errors import Refused

PROCESS = Actor.process("sweeper")
AGREES = frozenset({Verdict.APPROVE, Verdict.CONFIRM})
_AFTER = {
    ("in_review", Verdict.RETURN): ("returned", "release.returned"),
    ("in_review", Verdict.REFUSE): ("refused", "release.refused"),
    ("in_review", Verdict.ESCALATE): ("escalated", "release.routed"),
    ("in_review", Verdict.HOLD): ("held", "release.routed"),
    ("second_review", Verdict.RETURN): ("returned", "release.returned"),
    ("second_review", Verdict.REFUSE): ("refused", "release.refused"),
    ("second_review", Verdict.SEND_BACK): ("in_review", "release.routed"),
    ("second_review", Verdict.REPLACE): ("in_review", "release.routed"),
    ("second_review", Verdict.RECALL): ("in_review", "release.routed"),
}
_CALLS_BACK = frozenset({Verdict.SEND_BACK, Verdict.REPLACE, Verdict.RECALL})
"""Verdicts after which the first approval counts no more."""


def take_row(release: Release) -> None:
    """Lock the release until the transaction ends, and learn its state as it is now."""
    release.refresh_from_db(
        fields=["state"], from_queryset=Release.objects.select_for_update(of=("self",), no_key=True)
    )


def pending_of(release: Release) -> Decision | None:
    """Return the decision on ``release`` that has not taken effect yet."""
    return Decision.objects.filter(release=release, state="pending").first()


def take_effect(decision: Decision, *, release: Release, ruling: Ruling | None, by: Actor) -> None:
    """Make a pending decision effective and move its release on, in the caller's transaction.

    Raises `StaleState` for whoever comes second.
    """
    move(
        decision,
        "effective",
        by=by,
        event="decision.made",
        about=About("release", release.id),
        facts=told(decision),
        settled_at=timezone.now(),
    )
    maker = Actor.person(decision.person.ref)
    if ruling is not None and release.state == "in_review" and release.persons == 2:
        move(
            release,
            "second_review",
            by=maker,
            event="release.routed",
            facts={"to": "second_review"},
        )
        telling.tell_second(release, first=decision.person)
    elif ruling is not None:
        clear(release=release, last=decision, ruling=ruling)
    else:
        _turn_down(release, decision=decision, by=maker)


def settle(decision_id: UUID) -> str:
    """Make a due decision effective, or undo it where the rules have changed; return its state.

    Doing it twice, or two workers at once, changes nothing more.
    """
    with transaction.atomic():
        decision = _with_release(decision_id)
        release = decision.release
        take_row(release)
        decision.refresh_from_db(fields=["state"])
        if decision.state != "pending" or not _is_due(decision):
            return decision.state
        try:
            ruling = judging.judge_again(release) if decision.verdict in AGREES else None
        except Refused as error:
            forget(decision, release=release, by=PROCESS, error=error)
        else:
            take_effect(decision, release=release, ruling=ruling, by=PROCESS)
        return decision.state


@transaction.atomic
def undo(*, by: Person, decision_id: UUID) -> Release:
    """Take one's own pending decision back: the case, claim and draft are as before it.

    Raises `NotYours`, `TooLate` once it took effect, `NotFound`.
    """
    decision = _with_release(decision_id)
    release = decision.release
    if decision.person_id != by.pk:
        raise errors.NotYours()
    take_row(release)
    decision.refresh_from_db(fields=["state"])
    if decision.state != "pending":
        raise errors.TooLate(state=decision.state)
    _undone(decision, by=Actor.person(by.ref), cause=None)
    hold_again(by, release)
    return release


def forget_pending(release: Release, *, by: Actor, error: Refused) -> None:
    """Undo whatever is pending on a release whose row the caller has locked."""
    decision = pending_of(release)
    if decision is not None:
        forget(decision, release=release, by=by, error=error)


def forget(decision: Decision, *, release: Release, by: Actor, error: Refused) -> None:
    """Undo a pending decision because of ``error``; its maker is told, and finds the draft."""
    cause: dict[str, Json] = {
        "code": error.code,
        "says": error.says,
        "facts": {name: str(value) for name, value in error.facts.items()},
    }
    _undone(decision, by=by, cause=cause)
    telling.tell_undone(release, maker=decision.person)


def told(decision: Decision) -> dict[str, Json]:
    """Return the facts of a decision, as its events carry them.

    What was written besides (notes, a message to the author) is no fact of the ledger; its digest is.
    """
    beside: dict[str, Json] = {
        name: value
        for name, value in (
            ("labels", decision.labels),
            ("answers", {key: one["answer"] for key, one in decision.answers.items()}),
            ("editorial", decision.editorial),
            ("bulk_id", str(decision.bulk_id) if decision.bulk_id else None),
        )
        if value
    }
    if decision.answers or decision.message:
        beside["said_sha256"] = digest([decision.answers, decision.message])
    return beside | {
        "release_id": str(decision.release_id),
        "verdict": str(decision.verdict),
        "clause": decision.clause,
        "reason": decision.reason,
        "person": pseudonym(decision.person),
        "role": str(decision.role),
        "artifact_sha256": decision.artifact_sha256,
        "decision_id": str(decision.id),
    }


def _undone(decision: Decision, *, by: Actor, cause: dict[str, Json] | None) -> None:
    facts: dict[str, Json] = {
        "release_id": str(decision.release_id),
        "by": by.ref.removeprefix("person:"),
    }
    if cause is not None:
        facts["cause"] = str(cause["code"])
    move(
        decision,
        "undone",
        by=by,
        event="decision.undone",
        facts=facts,
        settled_at=timezone.now(),
        cause=cause,
    )
    said = typed(decision)
    Draft.objects.update_or_create(
        release_id=decision.release_id,
        person_id=decision.person_id,
        defaults={"said": said, "at": Now()},
    )


def typed(decision: Decision) -> dict[str, str]:
    """Return a decision as the form that made it, field -> text."""
    labels = decision.labels or {}
    said = {
        "verdict": str(decision.verdict),
        "clause": decision.clause,
        "reason": decision.reason,
        "message": decision.message,
        "height": f"{labels.get('height_permille', 0) / 10:g}",
        "place": str(labels.get("place", "")),
        "languages": ",".join(labels.get("languages", [])),
    }
    for name, one in decision.answers.items():
        said |= {f"answer.{name}": one["answer"], f"note.{name}": one.get("note", "")}
    for name, text in (decision.editorial or {}).items():
        said[f"editorial.{name}"] = str(text)
    return {name: text for name, text in said.items() if text not in ("", "0")}


def _turn_down(release: Release, *, decision: Decision, by: Actor) -> None:
    if decision.verdict in _CALLS_BACK:
        _call_back(release, decision=decision, by=by)
    to, event = _AFTER[(release.state, Verdict(decision.verdict))]
    if event == "release.routed":
        facts: dict[str, Json] = {"to": to}
    else:
        facts = {"clause": decision.clause, "reason": decision.reason}
    move(release, to, by=by, event=event, facts=facts)
    telling.tell_outcome(release, clause=decision.clause, reason=decision.reason)


def _call_back(release: Release, *, decision: Decision, by: Actor) -> None:
    """End the first approval: a clearance can no longer refer to it, whoever writes one."""
    first = approval_of(release)
    if first is None:
        return
    move(
        first,
        "recalled",
        by=by,
        event="decision.recalled",
        facts={
            "release_id": str(release.id),
            "by": pseudonym(decision.person),
            "verdict": str(decision.verdict),
        },
    )
    if decision.verdict == Verdict.REPLACE:
        exclude(first.person, release=release, cause=Exclusion.Cause.REPLACED)
    if first.person_id != decision.person_id:
        telling.tell_called_back(release, maker=first.person, reason=decision.reason)


def _with_release(decision_id: UUID) -> Decision:
    rows = Decision.objects.select_related(
        "person",
        "release__author",
        "release__artifact__assessment",
        "release__artifact__tenant",
    )
    found = rows.filter(pk=decision_id).first()
    if found is None:
        raise NotFound(kind="decision")
    return found


def _is_due(decision: Decision) -> bool:
    """Ask the database's clock, which leases go by."""
    return Decision.objects.filter(pk=decision.pk, due_at__lte=Now()).exists()
