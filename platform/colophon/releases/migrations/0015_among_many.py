from django.db import migrations, models

# As 0005 made it, and with `bulk`: the page of many at once read the ruling of all that waits instead.
ENTER = """
create function releases_bulk(ruling jsonb) returns boolean language sql immutable as $$
    select coalesce(ruling #> '{bulk,0}' is not null and ruling -> 'questions' = '[]'
                    and ruling -> 'editorial' = '[]' and ruling #> '{open,0}' is not null, false)
$$;

create or replace function releases_enter_case(asked uuid) returns void language plpgsql as $$
declare
    c releases_case;
    q releases_queue;
    before timestamptz;
    ahead int;
begin
    select r.id, r.tenant_id, r.state, a.medium, a.origin, a.engine, p.team_id, p.id, r.author_id,
           a.author_id, n.language, releases_bulk(r.ruling)
      into c.release_id, c.tenant_id, c.state, c.medium, c.origin, c.engine, c.team_id,
           c.project_id, c.author_id, c.maker_id, c.language, c.bulk
      from releases_release r
      join studio_artifact a on a.id = r.artifact_id
      join studio_project p on p.id = a.project_id
      join accounts_person n on n.id = r.author_id
     where r.id = asked;
    select coalesce(max(case f.severity when 'strong' then 3 when 'match' then 2 when 'weak' then 1
                        else 0 end) filter (where f.answer = 'failed'), 0),
           coalesce(bool_or(f.answer <> 'passed'), false)::int
      into c.severity, c.risk
      from releases_release r
      join studio_assessment s on s.artifact_id = r.artifact_id
      join studio_finding f on f.assessment_id = s.id
     where r.id = asked;
    if c.severity >= 2 then
        c.risk := 2;
    end if;
    c.destinations := coalesce((select array_agg(destination order by destination)
        from releases_releasedestination where release_id = asked), '{}');
    c.clauses := coalesce((select array_agg(distinct one ->> 'clause')
        from releases_release r, jsonb_array_elements(coalesce(r.ruling -> 'bound', '[]')) one
        where r.id = asked), '{}');
    select entered_at into before from releases_case where release_id = asked;
    c.since := now();
    c.entered_at := coalesce(before, now());
    c.placed := false;
    c.settling := false;
    select k.queue_id, k.ahead_hours into c.queue_id, ahead from releases_route(c) k;
    c.queue_id := coalesce(c.queue_id, releases_default_queue());
    select * into q from releases_queue where id = c.queue_id;
    c.due_at := c.since + releases_hours(q, c.risk);
    c.rank_at := c.due_at - coalesce(ahead, 0) * interval '1 hour';
    c.back_at := case when c.state = 'held' then now() + q.hold_hours * interval '1 hour' end;
    delete from releases_case where release_id = asked;
    insert into releases_case select c.*;
end $$;

do $$
declare
    one uuid;
begin
    for one in select id from accounts_organisation loop
        perform set_config('colophon.tenant', one::text, true);
        update releases_case c set bulk = true
          from releases_release r where r.id = c.release_id and releases_bulk(r.ruling);
    end loop;
    perform set_config('colophon.tenant', '', true);
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0014_moving")]

    operations = [
        migrations.AddField("case", "bulk", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(ENTER, migrations.RunSQL.noop),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["tenant", "entered_at", "release"],
                condition=models.Q(bulk=True, risk=0, settling=False, state="in_review"),
                name="cases_among_many",
            ),
        ),
    ]
