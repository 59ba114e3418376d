"""A session of the owner that holds samples, people and projects as tables of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import psycopg

from bench.archive import events
from bench.archive.copying import Session, columns, keep_samples, table
from bench.archive.people import House
from bench.archive.plan import FINDINGS_A_WORK
from bench.archive.samples import Sample
from colophon.releases.models import Release, ReleaseDestination
from colophon.studio.models import Artifact, Assessment, Finding, Job, Look, Prompt, PromptVersion

# An id that sorts by its time, like `kernel.ids`, yet is the same for the same work: rows of one
# work name each other without being looked up. ``h`` is where chance comes from, for the same reason.
FUNCTIONS = """
create function pg_temp.sid(kind int, at timestamptz, n bigint) returns uuid
    language sql immutable parallel safe as $$
    select left(overlay(overlay(
        lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || md5(kind || ':' || n)
        placing '7' from 13 for 1) placing '8' from 17 for 1), 32)::uuid $$;
create function pg_temp.h(n bigint, what int) returns int
    language sql immutable parallel safe as $$
    select (hashint8extended(n, what) & 1048575)::int $$;
create temp table member (part int, team int, place int, id uuid, ref uuid);
create temp table project (part int, i int, team int, id uuid);
"""


def begin(dsn: str, *, houses: Sequence[House], samples: Sequence[Sample]) -> Session:
    """Return a session that knows everybody and holds every sample's rows by number ``k``."""
    session = psycopg.connect(dsn)
    session.execute("set synchronous_commit = off; set jit = off; set work_mem = '256MB'")
    session.execute("set session_replication_role = replica")
    session.execute(FUNCTIONS)
    session.execute(events.PREPARE)
    _fill(session, "member", ((h.part.number, t, p, who.id, who.ref)
                              for h in houses for t, p, who in h.members))  # fmt: skip
    _fill(session, "project", ((h.part.number, i, t, one.id)
                               for h in houses for i, t, one in h.projects))  # fmt: skip
    session.execute("create temp table made (k int, work uuid, job uuid, release uuid)")
    session.execute("analyze member; analyze project")
    _fill(session, "made", ((k, s.work, s.job, s.release) for k, s in enumerate(samples)))
    enter(session, houses[0])
    _keep(session)
    session.commit()
    return session


def enter(session: Session, house: House) -> None:
    """Say whose rows this transaction writes."""
    session.execute("select set_config('colophon.tenant', %s, true)", [str(house.organisation.id)])


def _fill(session: Session, name: str, rows: Iterable[tuple[object, ...]]) -> None:
    with session.cursor() as cursor, cursor.copy(f"copy {name} from stdin") as out:
        for row in rows:
            out.write_row(row)


def _keep(session: Session) -> None:
    keep_samples(session, Artifact, which="join made s on s.work = t.id")
    keep_samples(session, Job, which="join made s on s.job = t.id")
    keep_samples(session, Look, which="join made s on s.work = t.artifact_id")
    keep_samples(session, Release, which="join made s on s.release = t.id")
    keep_samples(session, ReleaseDestination, which="join made s on s.release = t.release_id")
    job = table(Job)
    for model, column in ((PromptVersion, "t.id = j.prompt_version_id"),
                          (Prompt, "t.id = v.prompt_id")):  # fmt: skip
        versions = f"join {table(PromptVersion)} v on v.id = j.prompt_version_id"
        which = f"join {job} j on true {versions if model is Prompt else ''} join made s on s.job = j.id"
        keep_samples(session, model, which=f"{which} where {column}")
    keep_samples(
        session, Assessment, which="join made s on s.work = t.artifact_id or s.job = t.job_id"
    )
    _keep_findings(session)
    # Which samples may be cleared at all: near copies are stopped, and so their copies are.
    session.execute(
        """
        create temp table sample as
        select s.k, s.job is not null as has_job, r.persons, r.ruling -> 'open' as open,
               r.ruling -> 'requirements' as requirements, r.packs_digest, r.artifact_sha256,
               r.ruling -> 'open' = '[]' or r.ruling @? '$.bound[*] ? (@.standing == "stops")'
                   as stops
        from made s join releases_release r on r.id = s.release
        """
    )
    session.execute("analyze sample")


def _keep_findings(session: Session) -> None:
    """Hold up to `FINDINGS_A_WORK` findings of each sample, those of the work first."""
    named = ", ".join(f't."{name}"' for name in columns(Finding))
    session.execute(
        f"""
        create temp table sample_{table(Finding)} as
        select * from (
            select s.k, a.job_id is not null as of_prompt, row_number() over (
                partition by s.k order by a.job_id is not null, array_position(
                    array['failed', 'unsure', 'passed'], t.answer::text)) as r, {named}
            from {table(Finding)} t join {table(Assessment)} a on a.id = t.assessment_id
            join made s on s.work = a.artifact_id or s.job = a.job_id
        ) ranked where r <= {FINDINGS_A_WORK}
        """
    )
