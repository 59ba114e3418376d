from django.db import migrations, models

# Whose turn it is, as functions: a session plans them once. As plain statements they were planned by
# every claim and every page of a case, which took several times as long as they then ran.
# The line is read in its order by its index and no further than is asked, whatever the planner
# thinks of rows it cannot count: hence the fence (offset 0) and no sorting inside.
NEAR = """
create function releases_near(
    own uuid, me uuid, her_team uuid, her_roles text[], steps text[], only_queue uuid, but uuid,
    below int, many int)
    returns table (release_id uuid) language plpgsql rows 10
    set plan_cache_mode = force_generic_plan set enable_sort = off set enable_seqscan = off
    set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
    return query
    select n.release_id from (
        select q.id from releases_queue q
         where q.tenant_id = own and not q.closed and (only_queue is null or q.id = only_queue)
           and (not exists (select 1 from releases_queuemember m where m.queue_id = q.id)
                or exists (select 1 from releases_queuemember m where m.queue_id = q.id
                           and (m.role = any (her_roles) or m.team_id = her_team
                                or m.person_id = me)))
         offset 0) mine
     cross join unnest(steps) as step(name)
     cross join lateral (
        select c.release_id, c.rank_at from (
            select * from releases_case line
             where line.tenant_id = own and line.queue_id = mine.id and line.state = step.name
             order by line.rank_at, line.release_id offset 0) c
         where c.author_id <> me and c.maker_id <> me and not c.settling
           and (c.held_until is null or c.held_until <= now() or c.held_by_id = me)
           and c.release_id is distinct from but
           and c.severity < below
           and not exists (select 1 from releases_skip s
                            where s.person_id = me and s.release_id = c.release_id
                              and s.at > now() - interval '8 hours')
           and not exists (select 1 from releases_goldenanswer g
                            where g.golden_id = c.release_id and g.person_id = me)
           and not exists (select 1 from releases_exclusion x
                            where x.release_id = c.release_id and x.person_id = me)
           and not exists (select 1 from releases_interest i
                            where i.person_id = me and i.project_id = c.project_id
                              and i.ended_at is null)
           and (c.state <> 'second_review' or not exists (
                select 1 from releases_decision d
                 where d.release_id = c.release_id and d.person_id = me
                   and d.verdict = 'approve' and d.state = 'effective'))
         order by c.rank_at, c.release_id limit many) n
     order by n.rank_at, n.release_id limit many;
end $$;
"""

# Nobody waits: a case that somebody else is taking is passed over; the second look goes further than
# there are people. Conditions on the case stand here again, because the row may have changed between
# our snapshot and our lock. A case that nobody held is taken at once; one that was held, by its asker
# or until it ran out, is left to the caller, who holds its row.
TAKE = """
create function releases_take(
    own uuid, me uuid, her_team uuid, her_roles text[], steps text[], only_queue uuid, but uuid,
    below int, seconds int)
    returns table (release_id uuid, held_by uuid, claim_id uuid, at timestamptz, until timestamptz,
                   severity smallint) language plpgsql rows 1
    set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    many int;
    one uuid;
    holder uuid;
    seen int;
begin
    foreach many in array array[8, 400] loop
        seen := 0;
        for one in select n.release_id from releases_near(
            own, me, her_team, her_roles, steps, only_queue, but, below, many) n
        loop
            seen := seen + 1;
            select c.held_by_id into holder
              from releases_case c join releases_release r on r.id = c.release_id
             where c.release_id = one and r.state = c.state
               and c.author_id <> me and c.maker_id <> me and not c.settling
               and (c.held_until is null or c.held_until <= now() or c.held_by_id = me)
               and c.severity < below
               for no key update of r, c skip locked;
            if not found then
                continue;
            end if;
            if holder is not null then
                return query select one, holder, null::uuid, null::timestamptz, null::timestamptz,
                                    null::smallint;
            else
                return query
                insert into releases_claim as k
                       (id, tenant_id, release_id, reviewer_id, at, until, severity)
                values (uuidv7(), own, one, me, now(), now() + seconds * interval '1 second', 0)
                returning k.release_id, null::uuid, k.id, k.at, k.until, k.severity;
            end if;
            return;
        end loop;
        exit when seen < many;
    end loop;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0011_complaint_days")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("severity__gte", 3)),
                fields=["reviewer", "-at"],
                name="claims_strong",
            ),
        ),
        migrations.RunSQL(NEAR, migrations.RunSQL.noop),
        migrations.RunSQL(TAKE, migrations.RunSQL.noop),
    ]
