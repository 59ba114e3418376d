import colophon.ledger.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import kernel.ids
from django.conf import settings
from django.db import migrations, models

from colophon.ledger.schema import append_only, tenant_rows

GUARD = """
-- A reason is retired, never reworded: decisions were explained with it.
revoke update, delete, truncate on releases_cannedreason from colophon_app;
grant update (retired_at) on releases_cannedreason to colophon_app;
create trigger releases_cannedreason_row before delete on releases_cannedreason
    for each row execute function ledger_refuse();

-- A mark is on a finding of the work itself, or of the prompt and inputs it was made from.
create function releases_mark_of_the_work() returns trigger language plpgsql as $$
begin
    if not exists (
        select 1 from releases_release r
          join studio_artifact a on a.id = r.artifact_id
          join studio_assessment s on s.artifact_id = a.id or s.job_id = a.job_id
          join studio_finding f on f.assessment_id = s.id
         where r.id = new.release_id and f.id = new.finding_id) then
        raise exception 'the finding is not of this work' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger releases_findingmark_of before insert on releases_findingmark
    for each row execute function releases_mark_of_the_work();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_proposals"),
        ("releases", "0007_trash"),
        ("studio", "0006_projects"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="labels",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Bulk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("clause", models.CharField(max_length=80)),
                ("many", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="bulk",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="releases.bulk",
            ),
        ),
        migrations.CreateModel(
            name="CannedReason",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("clause", models.CharField(blank=True, max_length=80)),
                ("text_en", models.CharField(max_length=1000)),
                ("text_zh", models.CharField(max_length=1000)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at__isnull", True)),
                        fields=("tenant", "clause", "text_en"),
                        name="one_reason_a_wording",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text_en", ""), _negated=True),
                            models.Q(("text_zh", ""), _negated=True),
                        ),
                        name="reason_in_both_languages",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("confirmed", "Confirmed"), ("deconfirmed", "Deconfirmed")],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="studio.finding",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="releases.release",
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
                "indexes": [
                    models.Index(fields=["release", "-at"], name="releases_fi_release_95ca26_idx"),
                    models.Index(fields=["finding", "-at"], name="releases_fi_finding_a34d7d_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["confirmed", "deconfirmed"])),
                        name="mark_is_yes_or_no",
                    )
                ],
            },
        ),
        tenant_rows("releases_bulk", "releases_cannedreason", "releases_findingmark"),
        append_only("releases_bulk", "releases_findingmark"),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
