import colophon.ledger.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from colophon.ledger.schema import append_only, tenant_rows

UNSEEN = """
create policy studio_look_owner on studio_look for select to colophon_owner using (true);

create function studio_unseen(most integer) returns table (tenant_id uuid, id uuid)
    language sql stable security definer set search_path = public as $$
    select a.tenant_id, a.id from studio_artifact a
      join studio_assessment s on s.artifact_id = a.id
      left join studio_look l on l.artifact_id = a.id
      where l.seq is null order by a.at desc limit most
$$;
revoke all on function studio_unseen(integer) from public;
grant execute on function studio_unseen(integer) to colophon_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guards"),
        ("studio", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("small_sha256", models.CharField(blank=True, max_length=64)),
                ("large_sha256", models.CharField(blank=True, max_length=64)),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("colours", models.JSONField(default=list)),
                ("marks", models.JSONField(default=list)),
                ("pdq", models.BinaryField(null=True)),
                ("quality", models.PositiveSmallIntegerField(null=True)),
                ("excerpt", models.CharField(blank=True, max_length=400)),
                ("why", models.CharField(blank=True, max_length=200)),
                ("version", models.CharField(max_length=30)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "artifact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="look",
                        to="studio.artifact",
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
        tenant_rows("studio_look"),
        append_only("studio_look"),
        migrations.RunSQL(UNSEEN, migrations.RunSQL.noop),
    ]
