"""Releases of one batch, each taken through every state it passed, with all that the gate asks for."""

from __future__ import annotations

from bench.archive import events
from bench.archive.copying import Session, copy_rows
from bench.archive.moving import move, settle, tell
from bench.archive.people import House
from bench.archive.plan import FATES, WAITING_DAYS, WORKS_A_CASE
from colophon.publishing.models import Publication, Seal, Withdrawal
from colophon.releases.models import Claim, Clearance, Decision, Release, ReleaseDestination

AFTER_CLEARANCE = ("cleared", "sealed", "published", "withdrawn")
WAITING = ("in_review", "second_review", "escalated", "held")
# What the first reviewer said, by what became of the case.
FIRST = {
    "returned": "return",
    "refused": "refuse",
    "escalated": "escalate",
    "held": "hold",
    "second_review": "approve",
    **dict.fromkeys(AFTER_CLEARANCE, "approve"),
}
LAYERS = """
jsonb_build_array(
    '{"name": "imperceptible", "present": true, "facts": {}}'::jsonb,
    '{"name": "visible", "present": true, "facts": {"seen": [{"text": "AI"}]}}'::jsonb,
    '{"name": "metadata.iptc", "present": true, "facts": {}}'::jsonb,
    '{"name": "c2pa", "present": true, "facts": {}}'::jsonb,
    '{"name": "timestamp", "present": true, "facts": {}}'::jsonb)
"""
# A near copy is stopped, so it waits or was turned down. One person cannot leave a second review.
OPEN = f"""
create temp table cases on commit drop as
select d.*, pg_temp.sid(20, d.asked, d.n) as release_id,
       pg_temp.sid(21, d.asked + interval '20 min', d.n) as first_id,
       pg_temp.sid(22, d.asked + interval '30 min', d.n) as second_id,
       pg_temp.sid(23, d.asked + interval '31 min', d.n) as clearance_id,
       pg_temp.sid(24, d.asked + interval '31 min', d.n) as cleared_event,
       pg_temp.sid(25, d.asked + interval '40 min', d.n) as publication_id, gen_random_uuid() as seal_id
from (
    select c.*, case when c.fate in {WAITING}
            then least(now(), greatest(c.at + interval '1 h', now() - interval '{WAITING_DAYS} days'
                 * (pg_temp.h(c.n, 31) / 1048576.0)))
            else least(c.at + interval '1 h', now() - interval '1 h') end as asked
    from (
        select b.*, s.persons, s.open, s.requirements, s.packs_digest, s.artifact_sha256,
               r.id as reviewer_id, r.ref as reviewer_ref, q.id as second_person_id,
               q.ref as second_ref,
               case when s.stops and f.fate in {AFTER_CLEARANCE} then 'refused'
                    when (s.stops or s.persons = 1) and f.fate = 'second_review' then 'in_review'
                    else f.fate end as fate
        from batch b join sample s on s.k = b.k
        cross join lateral (select (%(fates)s::text[])[1 + mod(pg_temp.h(b.n, 30), 1000)] as fate) f
        join member r on r.part = %(part)s and r.team = b.team
         and r.place = 3 + mod(pg_temp.h(b.n, 32), 2)
        join member q on q.part = %(part)s and q.team = b.team and q.place = 5
        where mod(b.n, {WORKS_A_CASE}) = 2) c) d
"""
# The gallery shows a work by its newest release's state.
LISTED = """
update studio_entry e
   set state = c.fate, words = ts_delete(words, '=state:' || state)
                               || array_to_tsvector(array['=state:' || c.fate])
  from cases c where e.artifact_id = c.work_id
"""


def write(session: Session, house: House) -> int:
    """Write the cases of the open batch; return how many."""
    fates = [fate for fate, permille in FATES.items() for _ in range(permille)]
    session.execute(OPEN, {"fates": fates, "part": house.part.number})
    session.execute("analyze cases")
    made = _ask(session)
    _decide(session)
    _clear(session)
    _seal(session)
    _publish(session)
    session.execute(LISTED)
    return made


def _ask(session: Session) -> int:
    whose = {"tenant_id": "c.tenant_id"}
    made = copy_rows(
        session, Release, using="from cases c join sample_releases_release s on s.k = c.k",
        other={**whose, "id": "c.release_id", "state": "c.fate", "artifact_id": "c.work_id",
               "author_id": "c.author_id", "at": "c.asked"},
    )  # fmt: skip
    copy_rows(
        session, ReleaseDestination,
        using="from cases c join sample_releases_releasedestination s on s.k = c.k",
        other={**whose, "release_id": "c.release_id", "id":
               "pg_temp.sid(90 + ascii(s.destination), c.asked, c.n)"},
    )  # fmt: skip
    tell(
        session,
        "artifact.made",
        40,
        at="c.at",
        about="'artifact', c.work_id",
        facts="""
        'sha256', c.artifact_sha256, 'media_type', 'image/png', 'origin', 'procedural',
        'engine', 'house_scene', 'engine_version', '1', 'seed', c.n::text, 'person', c.author_ref""",
    )
    tell(
        session,
        "artifact.assessed",
        41,
        at="c.at + interval '2 s'",
        about="'artifact', c.work_id",
        facts="""
        'passed', 5, 'failed', 0, 'unsure', 0, 'findings_sha256', c.artifact_sha256,
        'checks', 5, 'as_of', 0""",
    )
    tell(
        session,
        "release.requested",
        42,
        at="c.asked",
        facts="""
        'artifact_id', c.work_id, 'artifact_sha256', c.artifact_sha256, 'destinations', c.open,
        'purpose', 'general', 'packs_digest', c.packs_digest, 'author', c.author_ref""",
    )
    move(session, "requested", "in_review", 43, minutes=1, facts="'to', 'in_review'")
    move(
        session,
        "in_review",
        "withdrawn_by_author",
        44,
        minutes=2,
        event="release.withdrawn",
        where="c.fate = 'withdrawn_by_author'",
        facts="'person', c.author_ref, 'reason', ''",
    )
    return made


def _decide(session: Session) -> None:
    """The first decision of each case, and where it took the case."""
    verdicts = " ".join(f"when '{fate}' then '{said}'" for fate, said in FIRST.items())
    decided = f"c.fate in {tuple(FIRST)}"
    reason = "case when c.fate in ('returned', 'refused') then 'A new composition would pass.' else '' end"
    clause = "case when c.fate in ('returned', 'refused') then 'house.near-copy.image' else '' end"
    copy_rows(
        session, Claim, using=f"from cases c where {decided}", sample=None,
        other={"id": "pg_temp.sid(26, c.asked, c.n)", "tenant_id": "c.tenant_id",
               "release_id": "c.release_id", "reviewer_id": "c.reviewer_id",
               "at": "c.asked + interval '18 min'", "until": "c.asked + interval '21 min'",
               "ended_at": "c.asked + interval '20 min'"},
    )  # fmt: skip
    copy_rows(
        session, Decision, using=f"from cases c where {decided}", sample=None,
        other={"id": "c.first_id", "state": "'effective'",
               "tenant_id": "c.tenant_id", "release_id": "c.release_id",
               "settled_at": "c.asked + interval '21 min'", "person_id": "c.reviewer_id", "role": "'reviewer'",
               "verdict": f"case c.fate {verdicts} end", "clause": clause, "reason": reason,
               "artifact_sha256": "c.artifact_sha256", "at": "c.asked + interval '20 min'",
               "due_at": "c.asked + interval '21 min'"},
    )  # fmt: skip
    settle(
        session,
        "c.first_id",
        45,
        minutes=20,
        where=decided,
        facts=f"""
        'release_id', c.release_id, 'verdict', case c.fate {verdicts} end, 'clause', {clause},
        'reason', {reason}, 'person', c.reviewer_ref, 'role', 'reviewer',
        'artifact_sha256', c.artifact_sha256, 'decision_id', c.first_id""",
    )
    for to, event in (("returned", "release.returned"), ("refused", "release.refused")):
        move(
            session,
            "in_review",
            to,
            46,
            minutes=20,
            event=event,
            where=f"c.fate = '{to}'",
            facts=f"'clause', {clause}, 'reason', {reason}",
        )
    for to in ("escalated", "held"):
        move(
            session,
            "in_review",
            to,
            46,
            minutes=20,
            where=f"c.fate = '{to}'",
            facts=f"'to', '{to}'",
        )
    twice = f"c.persons = 2 and c.fate in {('second_review', *AFTER_CLEARANCE)}"
    move(
        session,
        "in_review",
        "second_review",
        46,
        minutes=20,
        where=twice,
        facts="'to', 'second_review'",
    )


def _clear(session: Session) -> None:
    cleared, twice = f"c.fate in {AFTER_CLEARANCE}", "c.persons = 2"
    copy_rows(
        session, Decision, using=f"from cases c where {twice} and {cleared}", sample=None,
        other={"id": "c.second_id", "state": "'effective'",
               "tenant_id": "c.tenant_id", "release_id": "c.release_id",
               "settled_at": "c.asked + interval '31 min'", "person_id": "c.second_person_id",
               "role": "'approver'", "verdict": "'confirm'",
               "artifact_sha256": "c.artifact_sha256", "at": "c.asked + interval '30 min'",
               "due_at": "c.asked + interval '31 min'"},
    )  # fmt: skip
    settle(
        session,
        "c.second_id",
        52,
        minutes=30,
        where=f"{twice} and {cleared}",
        facts="""
        'release_id', c.release_id, 'verdict', 'confirm', 'clause', '', 'reason', '',
        'person', c.second_ref, 'role', 'approver', 'artifact_sha256', c.artifact_sha256,
        'decision_id', c.second_id""",
    )
    session.execute(
        f"""
        insert into said (event_id, tenant_id, ref, type, kind, subject, at, facts)
        select c.cleared_event, c.tenant_id, c.tenant_ref, 'release.cleared', 'release',
               c.release_id, c.asked + interval '31 min', jsonb_build_object(
                   'clearance_id', c.clearance_id, 'release_id', c.release_id,
                   'destinations', c.open, 'artifact_sha256', c.artifact_sha256,
                   'packs_digest', c.packs_digest, 'author', c.author_ref,
                   'reviewer', c.reviewer_ref)
        from cases c where {cleared} order by c.n
        """
    )
    events.write(session)
    when_two = "case when c.persons = 2 then {} end"
    copy_rows(
        session, Clearance, using=f"from cases c where {cleared}", sample=None,
        other={"id": "c.clearance_id", "tenant_id": "c.tenant_id", "release_id": "c.release_id",
               "artifact_id": "c.work_id", "artifact_sha256": "c.artifact_sha256",
               "packs_digest": "c.packs_digest", "persons": "c.persons",
               "destinations": "c.open", "requirements": "c.requirements",
               "author_id": "c.author_id", "reviewer_id": "c.reviewer_id",
               "first_id": "c.first_id", "first_verdict": "'approve'",
               "second_person_id": when_two.format("c.second_person_id"),
               "second_id": when_two.format("c.second_id"),
               "second_verdict": when_two.format("'confirm'"),
               "event_id": "c.cleared_event", "at": "c.asked + interval '31 min'"},
    )  # fmt: skip
    for held, persons in (("in_review", 1), ("second_review", 2)):
        move(
            session,
            held,
            "cleared",
            47,
            minutes=31,
            facts="'to', 'cleared'",
            where=f"{cleared} and c.persons = {persons}",
        )


def _seal(session: Session) -> None:
    sealed = f"c.fate in {AFTER_CLEARANCE[1:]}"
    digest = "encode(sha256(convert_to('{} ' || c.n, 'UTF8')), 'hex')"
    move(
        session,
        "cleared",
        "sealing",
        48,
        minutes=32,
        event="release.sealing",
        where=sealed,
        facts="'clearance_id', c.clearance_id, 'attempt', 1",
        by="'process:sealer'",
    )
    copy_rows(
        session, Seal,
        using="from cases c join sample_studio_artifact s on s.k = c.k where " + sealed, sample=None,
        other={"id": "c.seal_id", "tenant_id": "c.tenant_id", "release_id": "c.release_id",
               "clearance_id": "c.clearance_id", "artifact_sha256": "c.artifact_sha256",
               "marked_sha256": digest.format("marked"), "sealed_sha256": digest.format("sealed"),
               "manifest_sha256": digest.format("manifest"), "size": "s.size",
               "media_type": "s.media_type", "recipe": "'{}'::jsonb", "layers": LAYERS,
               "payload": "c.n", "leaf_index": "0", "stamped_at": "c.asked + interval '33 min'",
               "at": "c.asked + interval '33 min'"},
    )  # fmt: skip
    move(
        session,
        "sealing",
        "sealed",
        49,
        minutes=33,
        event="release.sealed",
        where=sealed,
        by="'process:sealer'",
        facts=f"""
        'seal_id', c.seal_id, 'reviewed_sha256', c.artifact_sha256,
        'marked_sha256', {digest.format("marked")}, 'sealed_sha256', {digest.format("sealed")},
        'manifest_sha256', {digest.format("manifest")}, 'layers', '["c2pa"]'::jsonb""",
    )


def _publish(session: Session) -> None:
    public, gone = "c.fate in ('published', 'withdrawn')", "c.fate = 'withdrawn'"
    copy_rows(
        session, Publication, using=f"from cases c where {public}", sample=None,
        other={"id": "c.publication_id", "tenant_id": "c.tenant_id", "seal_id": "c.seal_id",
               "release_id": "c.release_id", "title": "c.title", "destinations": "c.open",
               "by_id": "c.author_id", "at": "c.asked + interval '40 min'"},
    )  # fmt: skip
    move(
        session,
        "sealed",
        "published",
        50,
        minutes=40,
        event="release.published",
        where=public,
        facts="'publication_id', c.publication_id, 'sealed_sha256', c.artifact_sha256, "
        "'destinations', c.open",
    )
    copy_rows(
        session, Withdrawal, using=f"from cases c where {gone}", sample=None,
        other={"id": "pg_temp.sid(27, c.asked, c.n)", "tenant_id": "c.tenant_id",
               "publication_id": "c.publication_id", "clause": "'house.input-rights.work'",
               "reason": "'The licence of one input ended.'", "by_id": "c.second_person_id",
               "at": "c.asked + interval '50 min'"},
    )  # fmt: skip
    move(
        session,
        "published",
        "withdrawn",
        51,
        minutes=50,
        event="publication.withdrawn",
        where=gone,
        facts="'publication_id', c.publication_id, 'person', c.second_ref, "
        "'clause', 'house.input-rights.work', 'reason', 'The licence of one input ended.'",
    )
