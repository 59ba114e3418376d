import colophon.ledger.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import kernel.ids
from django.conf import settings
from django.db import migrations, models

from colophon.ledger.schema import append_only, tenant_rows

GUARD = """
-- A work is moved from where it is, and its row says so only beside this one.
create function studio_placed_from() returns trigger language plpgsql as $$
begin
    if new.held_id is distinct from (select project_id from studio_artifact
                                      where id = new.artifact_id) then
        raise exception 'a work is moved from the project it is in' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger studio_placement_from before insert on studio_placement
    for each row execute function studio_placed_from();

-- Append-only as before, but for the project, which is where a work is shown and no part of it.
create function studio_work_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE'
       or to_jsonb(new) - 'project_id' is distinct from to_jsonb(old) - 'project_id' then
        raise exception 'append-only table %', tg_table_name using errcode = '42501';
    end if;
    if not exists (select 1 from studio_placement
                    where artifact_id = new.id and held_id = old.project_id
                      and wanted_id = new.project_id
                      and xact = pg_current_xact_id()::text::bigint) then
        raise exception 'a work changed its project without a Placement' using errcode = '23514';
    end if;
    return new;
end $$;
drop trigger studio_artifact_row on studio_artifact;
create trigger studio_artifact_row before update or delete on studio_artifact
    for each row execute function studio_work_stays();
alter table studio_artifact enable always trigger studio_artifact_row;
grant update (project_id) on studio_artifact to colophon_app;

-- The run that made it and the gallery's row go along, in the same transaction.
create function studio_follow_work() returns trigger language plpgsql
    security definer set search_path = public as $$
begin
    update studio_job set project_id = new.project_id where id = new.job_id;
    update studio_entry set project_id = new.project_id,
           words = ts_delete(words, '=project:' || old.project_id)
                   || array_to_tsvector(array['=project:' || new.project_id])
     where artifact_id = new.id;
    return null;
end $$;
create trigger studio_artifact_follow after update of project_id on studio_artifact
    for each row execute function studio_follow_work();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_proposals"),
        ("studio", "0010_found"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "xact",
                    models.BigIntegerField(
                        db_default=models.Func(template="pg_current_xact_id()::text::bigint")
                    ),
                ),
                (
                    "artifact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
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
                    "held",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="studio.project",
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
                (
                    "wanted",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="studio.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("held", models.F("wanted")), _negated=True),
                        name="moved_elsewhere",
                    )
                ],
            },
        ),
        tenant_rows("studio_placement"),
        append_only("studio_placement"),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
