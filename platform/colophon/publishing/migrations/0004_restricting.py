from django.db import migrations, models

RESTRICT = """
-- A release counts as restricted only beside a statement that says from where.
create or replace function publishing_gate() returns trigger language plpgsql as $$
begin
    if new.state = 'sealed' and not exists (
        select 1 from publishing_seal where release_id = new.id) then
        raise exception 'sealed without a seal' using errcode = '23514';
    end if;
    if new.state = 'published' and not exists (
        select 1 from publishing_publication where release_id = new.id) then
        raise exception 'published without a publication' using errcode = '23514';
    end if;
    if new.state = 'restricted' and not exists (
        select 1 from publishing_withdrawal w
          join publishing_publication b on b.id = w.publication_id
         where b.release_id = new.id and w.destinations <> '[]'
           and b.destinations @> w.destinations and b.destinations <> w.destinations) then
        raise exception 'restricted without saying from where' using errcode = '23514';
    end if;
    return new;
end $$;

create or replace view publishing_published as
select b.id, b.tenant_id, b.release_id, a.id as artifact_id, s.id as seal_id, b.title, r.state,
       b.at, b.destinations, a.medium, s.media_type, a.origin, a.engine, a.engine_version, a.tool,
       s.sealed_sha256, s.marked_sha256, s.artifact_sha256, s.manifest_sha256, s.detached, s.size,
       s.layers, c.requirements, s.leaf_index, s.stamped_at, r.persons, o.operator_name,
       o.provider_code, o.filing_number, o.is_test, w.clause, w.reason, w.at as withdrawn_at,
       w.destinations as taken_from
  from publishing_publication b
  join publishing_seal s on s.id = b.seal_id
  join releases_clearance c on c.id = s.clearance_id
  join releases_release r on r.id = b.release_id
  join studio_artifact a on a.id = r.artifact_id
  join accounts_organisation o on o.id = b.tenant_id
  left join lateral (select clause, reason, at, destinations from publishing_withdrawal w
                      where w.publication_id = b.id and r.state in ('withdrawn', 'restricted')
                      order by at desc limit 1) w on true;
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0003_complaints")]

    operations = [
        migrations.AddField(
            model_name="withdrawal",
            name="destinations",
            field=models.JSONField(db_default=models.Value([], models.JSONField())),
        ),
        migrations.RunSQL(RESTRICT, migrations.RunSQL.noop),
    ]
