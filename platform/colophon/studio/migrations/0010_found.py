from django.db import migrations, models

from colophon.ledger.schema import TENANT

HIDDEN = "(select coalesce(nullif(current_setting('colophon.hidden', true), ''), '{}'))::uuid[]"

FOUND = f"""
create or replace function studio_enter(ids uuid[]) returns void language sql
    security definer set search_path = public as $$
    insert into studio_entry (artifact_id, tenant_id, at, project_id, author_id, title, state,
                              medium, origin, engine, seed, tags, trashed, found, words)
    select a.id, a.tenant_id, a.at, a.project_id, a.author_id, a.title, coalesce(e.state, 'checking'),
           a.medium, a.origin, a.engine, j.seed, coalesce(to_jsonb(t.words), '[]'),
           coalesce(e.trashed, false), coalesce(e.found, ''),
           to_tsvector('english', said.text) || studio_pairs(said.text)
           || array_to_tsvector(array_remove(array[
                '=t:' || a.tenant_id, '=state:' || coalesce(e.state, 'checking'),
                '=origin:' || a.origin, '=medium:' || a.medium, '=by:' || a.author_id,
                '=project:' || a.project_id, '=found:' || nullif(e.found, ''), '=engine:' || nullif(a.engine, ''), '=seed:' || j.seed
              ] || array(select '=tag:' || one from unnest(t.words) as one)
                || array(select '=' || one
                           from jsonb_array_elements_text(coalesce(l.marks, '[]')) as one), null))
      from studio_artifact a
      left join studio_entry e on e.artifact_id = a.id
      left join studio_job j on j.id = a.job_id
      left join studio_promptversion v on v.id = j.prompt_version_id
      left join studio_look l on l.artifact_id = a.id
      left join lateral (
            select array_agg(g.word::text order by g.word) as words from studio_tagging x
              join studio_tag g on g.id = x.tag_id where x.artifact_id = a.id) t on true
      cross join lateral (
            select a.title || ' ' || left(coalesce(v.text, ''), 4000) || ' '
                   || coalesce(array_to_string(t.words, ' '), '') as text) said
     where a.id = any (ids)
    on conflict (artifact_id) do update set tags = excluded.tags, words = excluded.words
$$;

create function studio_enter_found() returns trigger language plpgsql
    security definer set search_path = public as $$
begin
    update studio_entry e set found = worst.answer,
           words = ts_delete(words, '=found:' || e.found)
                   || array_to_tsvector(array['=found:' || worst.answer])
      from (select a.artifact_id, case when bool_or(f.answer = 'failed') then 'failed'
                                       when bool_or(f.answer = 'unsure') then 'unsure'
                                       else 'passed' end as answer
              from studio_finding f join studio_assessment a on a.id = f.assessment_id
             where a.artifact_id is not null
               and f.assessment_id in (select assessment_id from fresh)
             group by a.artifact_id) worst
     where e.artifact_id = worst.artifact_id and e.found <> worst.answer;
    return null;
end $$;
create trigger studio_finding_enter after insert on studio_finding
    referencing new table as fresh for each statement execute function studio_enter_found();

create or replace view studio_listed as
    select * from studio_entry
     where tenant_id = {TENANT} and not trashed
       -- not "<> all": of few projects the planner would think that hardly a row is left
       and not {HIDDEN} @> array[project_id];

-- The same rows for whoever asks the index of words: there the tenant's mark leads, and a condition
-- that no other index serves keeps the planner from walking the tenant instead.
create or replace view studio_sought as
    select * from studio_entry
     where tenant_id::text = current_setting('colophon.tenant', true) and not trashed
       and not {HIDDEN} @> array[project_id];

-- What is like a picture is asked of all hashes of a tenant: read from here, not from whole rows.
create index looks_by_hash on studio_look (tenant_id, seq) include (artifact_id, pdq)
    where pdq is not null;

update studio_entry e set found = worst.answer,
       words = words || array_to_tsvector(array['=found:' || worst.answer])
  from (select a.artifact_id, case when bool_or(f.answer = 'failed') then 'failed'
                                   when bool_or(f.answer = 'unsure') then 'unsure'
                                   else 'passed' end as answer
          from studio_finding f join studio_assessment a on a.id = f.assessment_id
         where a.artifact_id is not null group by a.artifact_id) worst
 where e.artifact_id = worst.artifact_id;
"""


class Migration(migrations.Migration):
    dependencies = [("studio", "0009_private_batches"), ("publishing", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="found",
            field=models.CharField(default="", max_length=10),
        ),
        migrations.RunSQL(FOUND, migrations.RunSQL.noop),
    ]
