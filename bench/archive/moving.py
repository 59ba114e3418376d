"""Events and moves of the cases of a batch. The rows they are about begin in their last state."""

from __future__ import annotations

from bench.archive import events
from bench.archive.copying import Session, copy_rows
from colophon.ledger.models import Move


def tell(
    session: Session,
    type_: str,
    kind: int,
    *,
    at: str,
    facts: str,
    about: str = "'release', c.release_id",
    where: str = "true",
) -> None:
    """Say an event about each case of ``where``; `events.write` then writes them."""
    session.execute(
        f"""
        insert into said (event_id, tenant_id, ref, type, kind, subject, at, facts)
        select pg_temp.sid({kind}, {at}, c.n), c.tenant_id, c.tenant_ref, '{type_}', {about}, {at},
               jsonb_build_object({facts}) from cases c where {where} order by c.n
        """
    )


def settle(
    session: Session, decision: str, kind: int, *, minutes: int, facts: str, where: str
) -> None:
    """Let decisions take effect, as `releases.settling` does when their time of grace is over."""
    at = f"c.asked + interval '{minutes} min'"
    about = f"'decision', {decision}"
    tell(session, "decision.made", kind, at=at, facts=facts, where=where, about=about)
    events.write(session)
    _leave_moves(session, about, kind, held="pending", to="effective", at=at, where=where)


def move(
    session: Session,
    held: str,
    to: str,
    kind: int,
    *,
    minutes: int,
    facts: str,
    event: str = "release.routed",
    where: str = "true",
    by: str = "'process:bench'",
) -> None:
    """Take cases from ``held`` to ``to``: event and Move, as `ledger.moves.move` leaves them."""
    at = f"c.asked + interval '{minutes} min'"
    tell(session, event, kind, at=at, facts=facts, where=where)
    events.write(session)
    about = "'release', c.release_id"
    _leave_moves(session, about, kind, held=held, to=to, at=at, where=where, by=by)


def _leave_moves(
    session: Session,
    about: str,
    kind: int,
    *,
    held: str,
    to: str,
    at: str,
    where: str,
    by: str = "'process:bench'",
) -> None:
    moved, _, subject = about.partition(", ")
    copy_rows(
        session, Move, using=f"from cases c where {where}", sample=None,
        other={"tenant_id": "c.tenant_id", "kind": moved, "subject_id": subject,
               "held": f"'{held}'", "wanted": f"'{to}'", "by": by, "at": at,
               "event_id": f"pg_temp.sid({kind}, {at}, c.n)"},
    )  # fmt: skip
