import colophon.ledger.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import kernel.ids
from django.conf import settings
from django.db import migrations, models

from colophon.ledger.schema import states, tenant_rows

START = ("pending",)
MOVES = {"pending": ("effective", "undone"), "effective": ("recalled",)}

UNTIE = """
alter table releases_clearance drop constraint clearance_by_first_decision;
alter table releases_clearance drop constraint clearance_by_second_decision;
"""

GUARD = """
-- Only decisions in effect clear, and one that has cleared keeps its state: the key holds both.
alter table releases_clearance add constraint clearance_by_first_decision
    foreign key (first_id, release_id, reviewer_id, artifact_sha256, first_verdict, first_state)
    references releases_decision (id, release_id, person_id, artifact_sha256, verdict, state);
alter table releases_clearance add constraint clearance_by_second_decision
    foreign key
        (second_id, release_id, second_person_id, artifact_sha256, second_verdict, second_state)
    references releases_decision (id, release_id, person_id, artifact_sha256, verdict, state);

-- What was decided never changes; how far it has come does, by moves alone.
create function releases_decision_as_made() returns trigger language plpgsql as $$
begin
    if to_jsonb(new) - '{state,settled_at,cause}'::text[]
       is distinct from to_jsonb(old) - '{state,settled_at,cause}'::text[] then
        raise exception 'a decision is not changed after it was made' using errcode = '42501';
    end if;
    return new;
end $$;
drop trigger releases_decision_row on releases_decision;
create trigger releases_decision_row before delete on releases_decision
    for each row execute function ledger_refuse();
create trigger releases_decision_kept before update on releases_decision
    for each row execute function releases_decision_as_made();
alter table releases_decision enable always trigger releases_decision_row;
alter table releases_decision enable always trigger releases_decision_kept;
grant update (state, settled_at, cause) on releases_decision to colophon_app;

-- Nobody decides on their own work, and nobody confirms their own approval.
create function releases_no_conflict() returns trigger language plpgsql as $$
begin
    if new.person_id in (
        select r.author_id from releases_release r where r.id = new.release_id
        union all
        select a.author_id from releases_release r join studio_artifact a on a.id = r.artifact_id
         where r.id = new.release_id) then
        raise exception 'the author decides nothing of their own' using errcode = '23514';
    end if;
    if new.verdict = 'confirm' and new.person_id = (
        select d.person_id from releases_decision d
         where d.release_id = new.release_id and d.verdict = 'approve' and d.state = 'effective'
         order by d.at desc limit 1) then
        raise exception 'nobody confirms their own approval' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger releases_decision_conflict before insert on releases_decision
    for each row execute function releases_no_conflict();

-- A pending decision takes its case off every queue before any release moves: pages hear of it.
create function releases_say_decision() returns trigger language plpgsql as $$
begin
    perform pg_notify('colophon_live', new.tenant_id || ' release ' || new.release_id);
    return null;
end $$;
create trigger releases_decision_live after insert or update of state on releases_decision
    for each row execute function releases_say_decision();

-- Which decisions take effect now, over all tenants: ids alone.
create function releases_due() returns table (tenant_id uuid, id uuid) language sql stable
    security definer set search_path = public as $$
    select d.tenant_id, d.id from releases_decision d
     where d.state = 'pending' and d.due_at <= now() order by d.due_at limit 200
$$;
revoke all on function releases_due() from public;
grant execute on function releases_due() to colophon_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guards"),
        ("releases", "0002_guards"),
        ("studio", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("said", models.JSONField(default=dict)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.RunSQL(UNTIE, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_as_made",
        ),
        migrations.AddField(
            model_name="clearance",
            name="first_state",
            field=models.CharField(default="effective", max_length=30),
        ),
        migrations.AddField(
            model_name="clearance",
            name="second_state",
            field=models.CharField(default="effective", max_length=30),
        ),
        migrations.AddField(
            model_name="decision",
            name="answers",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="decision",
            name="cause",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="due_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="decision",
            name="editorial",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="labels",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="decision",
            name="message",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="state",
            field=models.CharField(default="effective", max_length=30),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="decision",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("approve", "Approve"),
                    ("confirm", "Confirm"),
                    ("return", "Return"),
                    ("refuse", "Refuse"),
                    ("escalate", "Escalate"),
                    ("hold", "Hold"),
                    ("send_back", "Send Back"),
                    ("replace", "Replace"),
                    ("recall", "Recall"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["person", "-at"], name="releases_de_person__41dc86_idx"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["due_at"],
                name="decisions_pending",
            ),
        ),
        migrations.AddConstraint(
            model_name="clearance",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_state", "effective"), ("second_state", "effective")),
                name="decisions_in_effect",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("id", "release", "person", "artifact_sha256", "verdict", "state"),
                name="decision_as_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")),
                fields=("release",),
                name="one_pending_decision",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="drafts",
                to="releases.release",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="tenant",
            field=models.ForeignKey(
                default=colophon.ledger.tenancy.current_or_none,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=("release", "person"), name="one_draft_a_person"
            ),
        ),
        tenant_rows("releases_draft"),
        states("releases_decision", kind="decision", start=START, moves=MOVES),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
