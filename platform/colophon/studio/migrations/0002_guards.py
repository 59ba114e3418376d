from django.db import migrations

from colophon.ledger.schema import append_only, states, tenant_rows

# As they were when this migration was written; a test holds them against `Job.MOVES`.
START = ("queued", "refused")
MOVES = {
    "queued": ("running", "refused", "failed", "cancelled"),
    "running": ("done", "failed", "cancelled", "queued"),
}

DUE = """
create policy studio_job_owner on studio_job for select to colophon_owner using (true);
create policy studio_artifact_owner on studio_artifact for select to colophon_owner using (true);
create policy studio_assessment_owner on studio_assessment for select to colophon_owner
    using (true);

create function studio_due(seconds double precision)
    returns table (what text, tenant_id uuid, id uuid) language sql stable
    security definer set search_path = public as $$
    (select 'queued', j.tenant_id, j.id from studio_job j
      where j.state = 'queued'
        and (j.sent_at is null or j.sent_at < now() - seconds * interval '1 s')
      order by j.at limit 200)
    union all
    (select 'expired', j.tenant_id, j.id from studio_job j
      where j.state = 'running' and j.lease_until < now() limit 200)
    union all
    (select 'artifact', a.tenant_id, a.id from studio_artifact a
      left join studio_assessment s on s.artifact_id = a.id
      where s.id is null and a.at < now() - seconds * interval '1 s' limit 200)
$$;
revoke all on function studio_due(double precision) from public;
grant execute on function studio_due(double precision) to colophon_app;
"""

# Pages that are open hear of every change of their own tenant; ids and states only.
ANNOUNCE = """
create function studio_announce() returns trigger language plpgsql as $$
begin
    perform pg_notify('colophon_' || new.tenant_id, json_build_object(
        'kind', tg_argv[0], 'id', new.id, 'state', new.state)::text);
    return null;
end $$;
create trigger studio_job_announce after insert or update of state, share_permille on studio_job
    for each row execute function studio_announce('job');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0001_initial"),
        ("accounts", "0002_guards"),
        ("ledger", "0002_guards"),
    ]

    operations = [
        tenant_rows(
            "studio_project",
            "studio_prompt",
            "studio_promptversion",
            "studio_upload",
            "studio_job",
            "studio_jobinput",
            "studio_artifact",
            "studio_assessment",
            "studio_finding",
        ),
        append_only(
            "studio_promptversion",
            "studio_upload",
            "studio_jobinput",
            "studio_artifact",
            "studio_assessment",
            "studio_finding",
        ),
        states("studio_job", kind="job", start=START, moves=MOVES),
        migrations.RunSQL(DUE, migrations.RunSQL.noop),
        migrations.RunSQL(ANNOUNCE, migrations.RunSQL.noop),
    ]
