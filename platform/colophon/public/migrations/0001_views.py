from django.db import migrations, models

# What was asked of a published work, and what could not be asked: without facts, text or persons.
SQL = """
create view public_asked as
select f.id, b.id as publication_id, f.check_name, f.version, f.subject, f.answer
  from publishing_publication b
  join releases_release r on r.id = b.release_id
  join studio_artifact a on a.id = r.artifact_id
  join studio_assessment s on s.artifact_id = a.id or s.job_id = a.job_id
  join studio_finding f on f.assessment_id = s.id;

create view public_notasked as
select b.id as publication_id, s.not_asked
  from publishing_publication b
  join releases_release r on r.id = b.release_id
  join studio_assessment s on s.artifact_id = r.artifact_id;

revoke all on public_asked, public_notasked from colophon_app, public;
grant select on public_asked, public_notasked to colophon_app, colophon_exporter;
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="Asked",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("publication_id", models.UUIDField()),
                ("check_name", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=30)),
                ("subject", models.CharField(max_length=20)),
                ("answer", models.CharField(max_length=10)),
            ],
            options={"db_table": "public_asked", "managed": False},
        ),
        migrations.CreateModel(
            name="NotAsked",
            fields=[
                ("publication_id", models.UUIDField(primary_key=True, serialize=False)),
                ("not_asked", models.JSONField()),
            ],
            options={"db_table": "public_notasked", "managed": False},
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
