import colophon.ledger.tenancy
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import kernel.ids
from django.conf import settings
from django.db import migrations, models

from colophon.ledger.schema import TENANT, append_only, tenant_rows

HIDDEN = "(select coalesce(nullif(current_setting('colophon.hidden', true), ''), '{}'))::uuid[]"

ENTRIES = f"""
-- Triggers fill the table whoever writes the work, the sealer too, so their functions run as owner.
create policy studio_entry_owner on studio_entry to colophon_owner using (true) with check (true);
create policy studio_project_owner on studio_project for select to colophon_owner using (true);
create policy studio_promptversion_owner on studio_promptversion for select to colophon_owner
    using (true);
create policy studio_tag_owner on studio_tag for select to colophon_owner using (true);
create policy studio_tagging_owner on studio_tagging for select to colophon_owner using (true);
revoke insert, update, delete, truncate on studio_entry from colophon_app;

-- Chinese is written without spaces: a text is found by its neighbouring pairs of characters, and by
-- a single one through the prefix of a pair (each last character stands alone for that).
create function studio_pairs(said text) returns tsvector
    language sql immutable parallel safe set search_path = pg_catalog as $$
    select coalesce(array_to_tsvector(array_agg(distinct substr(run[1], at, 2))), ''::tsvector)
      from regexp_matches(said, '[\u3400-\u9fff\uf900-\ufaff]+', 'g') as run,
           generate_series(1, length(run[1])) as at
$$;

create function studio_enter(ids uuid[]) returns void language sql
    security definer set search_path = public as $$
    insert into studio_entry (artifact_id, tenant_id, at, project_id, author_id, title, state,
                              medium, origin, engine, seed, tags, trashed, words)
    select a.id, a.tenant_id, a.at, a.project_id, a.author_id, a.title, coalesce(e.state, 'checking'),
           a.medium, a.origin, a.engine, j.seed, coalesce(to_jsonb(t.words), '[]'),
           coalesce(e.trashed, false),
           to_tsvector('english', said.text) || studio_pairs(said.text)
           || array_to_tsvector(array_remove(array[
                '=t:' || a.tenant_id, '=state:' || coalesce(e.state, 'checking'),
                '=origin:' || a.origin, '=medium:' || a.medium, '=by:' || a.author_id,
                '=project:' || a.project_id, '=engine:' || nullif(a.engine, ''), '=seed:' || j.seed
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
revoke all on function studio_enter(uuid[]) from public;

create function studio_enter_state(work uuid, named text) returns void language sql
    security definer set search_path = public as $$
    update studio_entry set state = named,
           words = ts_delete(words, '=state:' || state) || array_to_tsvector(array['=state:' || named])
     where artifact_id = work and state <> named
$$;
revoke all on function studio_enter_state(uuid, text) from public;

create function studio_enter_made() returns trigger language plpgsql
    security definer set search_path = public as $$
begin
    perform studio_enter(array(select id from fresh));
    return null;
end $$;
create trigger studio_artifact_enter after insert on studio_artifact
    referencing new table as fresh for each statement execute function studio_enter_made();

create function studio_enter_look() returns trigger language plpgsql
    security definer set search_path = public as $$
begin
    perform studio_enter(array(select artifact_id from fresh where marks <> '[]'));
    return null;
end $$;
create trigger studio_look_enter after insert on studio_look
    referencing new table as fresh for each statement execute function studio_enter_look();

create function studio_enter_tagging() returns trigger language plpgsql
    security definer set search_path = public as $$
begin
    perform studio_enter(array(select distinct artifact_id from fresh));
    return null;
end $$;
create trigger studio_tagging_enter after insert on studio_tagging
    referencing new table as fresh for each statement execute function studio_enter_tagging();
create trigger studio_tagging_leave after delete on studio_tagging
    referencing old table as fresh for each statement execute function studio_enter_tagging();

create function studio_enter_assessed() returns trigger language plpgsql
    security definer set search_path = public as $$
begin
    perform studio_enter_state(e.artifact_id, 'draft') from fresh f
       join studio_entry e on e.artifact_id = f.artifact_id where e.state = 'checking';
    return null;
end $$;
create trigger studio_assessment_enter after insert on studio_assessment
    referencing new table as fresh for each statement execute function studio_enter_assessed();

-- Not a security barrier: a condition that could tell others' rows apart would have to be written
-- into a query of ours, and whoever can do that can name any tenant.
create view studio_listed as
    select * from studio_entry
     where tenant_id = {TENANT} and not trashed
       -- not "<> all": of few projects the planner would think that hardly a row is left
       and not {HIDDEN} @> array[project_id];

-- The same rows for whoever asks the index of words: there the tenant's mark leads, and a condition
-- that no other index serves keeps the planner from walking the tenant instead.
create view studio_sought as
    select * from studio_entry
     where tenant_id::text = current_setting('colophon.tenant', true) and not trashed
       and not {HIDDEN} @> array[project_id];
revoke all on studio_listed, studio_sought from colophon_app;
grant select on studio_listed, studio_sought to colophon_app;

select studio_enter(array(select id from studio_artifact));
select studio_enter_state(artifact_id, 'draft') from studio_assessment
 where artifact_id is not null;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_notes"),
        ("studio", "0004_composing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Listed",
            fields=[
                (
                    "artifact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="%(class)s",
                        serialize=False,
                        to="studio.artifact",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("title", models.CharField(max_length=120)),
                ("state", models.CharField(max_length=30)),
                ("medium", models.CharField(max_length=20)),
                ("origin", models.CharField(max_length=20)),
                ("engine", models.CharField(blank=True, max_length=60)),
                ("seed", models.BigIntegerField(null=True)),
                ("tags", models.JSONField(default=list)),
                ("trashed", models.BooleanField(default=False)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={"db_table": "studio_listed", "managed": False},
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("word", models.CharField(max_length=40)),
                (
                    "tenant",
                    models.ForeignKey(
                        default=colophon.ledger.tenancy.current_or_none,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "word"), name="one_tag_a_word")
                ]
            },
        ),
        migrations.CreateModel(
            name="Tagging",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "artifact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taggings",
                        to="studio.artifact",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taggings",
                        to="studio.tag",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        default=colophon.ledger.tenancy.current_or_none,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("artifact", "tag"), name="a_tag_once_a_work")
                ]
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "artifact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="%(class)s",
                        serialize=False,
                        to="studio.artifact",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("title", models.CharField(max_length=120)),
                ("state", models.CharField(max_length=30)),
                ("medium", models.CharField(max_length=20)),
                ("origin", models.CharField(max_length=20)),
                ("engine", models.CharField(blank=True, max_length=60)),
                ("seed", models.BigIntegerField(null=True)),
                ("tags", models.JSONField(default=list)),
                ("trashed", models.BooleanField(default=False)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="studio.project",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("trashed", False)),
                        fields=["tenant", "-at", "-artifact"],
                        name="entries_by_time",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["words"], name="entries_by_words"
                    ),
                ]
            },
        ),
        tenant_rows("studio_entry", "studio_tag", "studio_tagging"),
        append_only("studio_tag"),
        migrations.RunSQL(ENTRIES, migrations.RunSQL.noop),
    ]
