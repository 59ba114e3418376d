"""Prompts, jobs, works, assessments and findings of one batch, set by set."""

from __future__ import annotations

from bench.archive import events
from bench.archive.copying import Session, copy_rows
from bench.archive.people import House
from bench.archive.plan import DAYS, WORKS_A_PROMPT
from bench.archive.samples import WEIGHTS
from colophon.ledger.models import Move
from colophon.studio.models import Artifact, Assessment, Finding, Job, Look, Prompt, PromptVersion

WORDS = {
    "en": (
        ("Lighthouse", "Old keep", "Forest edge", "Night skyline", "Harbour", "Orchard", "Ferry"),
        ("dawn", "first snow", "low tide", "market day", "after rain", "blue hour", "in fog"),
        ("poster", "title card", "leaflet", "chapter head", "key visual", "loading screen"),
    ),
    "zh": (
        ("灯塔", "古城", "林缘", "夜色天际", "港湾", "果园", "渡船"),
        ("黎明", "初雪", "退潮", "集市", "雨后", "蓝调时刻", "雾中"),
        ("海报", "片头", "折页", "章首图", "主视觉", "载入画面"),
    ),
}
PICKS = [k for k, weight in enumerate(WEIGHTS) for _ in range(weight)]

# ``n`` numbers works over the whole archive, ``j`` their prompts. Few projects hold most works.
BATCH = """
create temp table batch on commit drop as
select n, n / {a_prompt} as j, w.at, o.id as tenant_id, o.ref as tenant_ref, p.id as project_id,
       p.team, a.id as author_id, a.ref as author_ref, s.k, s.has_job, pg_temp.sid(1, w.at, n) as work_id,
       lag(pg_temp.sid(1, w.at, n)) over (order by n) as before_id,
       case when s.has_job then pg_temp.sid(2, w.at, n) end as job_id,
       pg_temp.sid(3, q.at, n / {a_prompt}) as prompt_id,
       pg_temp.sid(4, q.at, n / {a_prompt}) as version_id, q.at as asked_at,
       case when mod(pg_temp.h(n, 4), 5) < 2 then {zh} else {en} end as title
from generate_series(%(low)s::bigint, %(high)s::bigint) n
join accounts_organisation o on o.id = %(tenant)s
cross join lateral (select now() - interval '{days} days'
    + (n - %(first)s + 1) * (interval '{days} days' / (%(works)s + 1)) as at) w
cross join lateral (select now() - interval '{days} days'
    + (n / {a_prompt} * {a_prompt} - %(first)s + 1) * (interval '{days} days' / (%(works)s + 1))
    - interval '10 minutes' as at) q
join project p on p.part = %(part)s and p.i = floor(
    %(projects)s * power(pg_temp.h(n / {a_prompt}, 1) / 1048576.0, 2.2))::int
join member a on a.part = %(part)s and a.team = p.team and a.place = mod(pg_temp.h(n, 2), 3)
join sample s on s.k = (%(picks)s::int[])[1 + mod(pg_temp.h(n, 3), {picks})]
"""
# As the triggers of works and findings would have it.
LISTED = (
    "select studio_enter(array(select work_id from batch))",
    """
    update studio_entry e
       set state = 'draft', found = w.found,
           words = ts_delete(words, array['=state:checking', '=found:'])
                   || array_to_tsvector(array['=state:draft', '=found:' || w.found])
      from batch b join (
        select k, case when bool_or(answer = 'failed') then 'failed'
                       when bool_or(answer = 'unsure') then 'unsure' else 'passed' end as found
          from sample_studio_finding where not of_prompt group by k) w on w.k = b.k
     where e.artifact_id = b.work_id""",
)


def _title(language: str) -> str:
    """Return SQL that picks one word of each list."""
    picked = [
        f"('{{{','.join(words)}}}'::text[])[1 + mod(pg_temp.h(n, {10 + place}), {len(words)})]"
        for place, words in enumerate(WORDS[language])
    ]
    join = " || ', ' || " if language == "en" else " || '·' || "
    return join.join(picked) + " || ' ' || n"


def open_batch(session: Session, house: House, *, low: int, high: int) -> None:
    """Say who made which works ``low`` to ``high``, when and of which sample."""
    part = house.part
    said = BATCH.format(
        a_prompt=WORKS_A_PROMPT, days=DAYS, picks=len(PICKS), zh=_title("zh"), en=_title("en")
    )
    session.execute(
        said,
        {
            "low": low,
            "high": high,
            "first": part.first,
            "works": part.works,
            "part": part.number,
            "projects": part.projects,
            "tenant": house.organisation.id,
            "picks": PICKS,
        },
    )
    session.execute("create index on batch (k)")
    session.execute("analyze batch")


def write(session: Session) -> int:
    """Write everything of the batch but its cases; return how many works that was."""
    _prompts(session)
    _jobs(session)
    made = copy_rows(
        session,
        Artifact,
        using="from batch b join sample_studio_artifact s on s.k = b.k order by b.n",
        other={
            "id": "b.work_id",
            "tenant_id": "b.tenant_id",
            "project_id": "b.project_id",
            "job_id": "b.job_id",
            "parent_id": "case when s.parent_id is not null then b.before_id end",
            "author_id": "b.author_id",
            "title": "b.title",
            "at": "b.at",
        },
    )
    copy_rows(
        session, Look, using="from batch b join sample_studio_look s on s.k = b.k order by b.n",
        other={"tenant_id": "b.tenant_id", "artifact_id": "b.work_id", "at": "b.at"},
    )  # fmt: skip
    _assessments(session)
    for statement in LISTED:
        session.execute(statement)
    return made


def _prompts(session: Session) -> None:
    """One prompt for `WORKS_A_PROMPT` works; every third has a second version."""
    whose = {"tenant_id": "b.tenant_id"}
    first = f"from batch b where b.n % {WORKS_A_PROMPT} = 0"
    copy_rows(
        session, Prompt, using=first, sample=None,
        other={**whose, "id": "b.prompt_id", "project_id": "b.project_id", "title": "b.title"},
    )  # fmt: skip
    text = "b.title || ': ' || v.text"
    numbered = (
        "from batch b cross join lateral generate_series(1, 1 + (b.j % 3 = 0)::int) number "
        "join lateral (select text from sample_studio_promptversion order by k "
        "offset pg_temp.h(b.j, 5) % 5 limit 1) v on true "
        f"where b.n % {WORKS_A_PROMPT} = 0"
    )
    copy_rows(
        session, PromptVersion, using=numbered, sample=None,
        other={
            **whose,
            "id": "case when number = 1 then b.version_id else "
                  "pg_temp.sid(6, b.asked_at + interval '1 s', b.j) end",
            "prompt_id": "b.prompt_id", "number": "number", "text": text,
            "by_id": "b.author_id", "at": "b.asked_at + number * interval '1 s'",
        },
    )  # fmt: skip


def _jobs(session: Session) -> None:
    copy_rows(
        session,
        Job,
        using="from batch b join sample_studio_job s on s.k = b.k order by b.n",
        other={
            "id": "b.job_id",
            "tenant_id": "b.tenant_id",
            "state": "'done'",
            "project_id": "b.project_id",
            "prompt_version_id": "b.version_id",
            "author_id": "b.author_id",
            "title": "b.title",
            "at": "b.at - interval '40 s'",
            "sent_at": "b.at - interval '40 s'",
            "attempts": "1",
            "share_permille": "1000",
            "lease_until": "null",
        },
    )
    _move_jobs(session, held="queued", to="running")
    _move_jobs(session, held="running", to="done")


def _move_jobs(session: Session, *, held: str, to: str) -> None:
    event = "job.started" if to == "running" else "job.finished"
    facts = "'worker', 'bench'" if to == "running" else "'artifact_id', b.work_id"
    session.execute(
        f"""
        insert into said (event_id, tenant_id, ref, type, kind, subject, at, facts)
        select pg_temp.sid({7 if to == "running" else 8}, b.at, b.n), b.tenant_id, b.tenant_ref,
               '{event}', 'job', b.job_id, b.at, jsonb_build_object('attempt', 1, {facts})
        from batch b where b.has_job order by b.n limit 1
        """
    )
    session.execute(
        "create temp table shared on commit drop as select event_id from said limit 1"
        if held == "queued"
        else "update shared set event_id = (select event_id from said limit 1)"
    )
    events.write(session)
    copy_rows(
        session, Move, using="from batch b, shared where b.has_job", sample=None,
        other={
            "tenant_id": "b.tenant_id", "kind": "'job'", "subject_id": "b.job_id",
            "held": f"'{held}'", "wanted": f"'{to}'", "by": "'process:worker'",
            "at": "b.at", "event_id": "shared.event_id",
        },
    )  # fmt: skip


def _assessments(session: Session) -> None:
    for kind, of_prompt in ((10, False), (11, True)):
        which = "s.job_id is not null" if of_prompt else "s.artifact_id is not null"
        copy_rows(
            session, Assessment,
            using=f"from batch b join sample_studio_assessment s on s.k = b.k and {which} "
                  "order by b.n",
            other={
                "id": f"pg_temp.sid({kind}, b.at, b.n)", "tenant_id": "b.tenant_id",
                "job_id": "b.job_id" if of_prompt else "null",
                "artifact_id": "null" if of_prompt else "b.work_id",
                "at": "b.at" if of_prompt else "b.at + interval '2 s'",
            },
        )  # fmt: skip
    copy_rows(
        session, Finding,
        using="from batch b join sample_studio_finding s on s.k = b.k order by b.n",
        other={
            "id": "pg_temp.sid(12 + s.r::int, b.at, b.n)", "tenant_id": "b.tenant_id",
            "assessment_id": "pg_temp.sid(case when s.of_prompt then 11 else 10 end, b.at, b.n)",
        },
    )  # fmt: skip
