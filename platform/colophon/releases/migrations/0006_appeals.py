import colophon.ledger.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import kernel.ids
from django.conf import settings
from django.db import migrations, models

from colophon.ledger.schema import append_only, states, tenant_rows

START = ("filed",)
MOVES = {"filed": ("upheld", "overturned", "lapsed")}

GUARD = """
-- An appeal is the author's, against a refusal in effect of that very release; its words stay.
create function releases_appeal_as_filed() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if not exists (
            select 1 from releases_release r join releases_decision d on d.release_id = r.id
             where r.id = new.release_id and r.author_id = new.author_id and d.id = new.decision_id
               and d.verdict = 'refuse' and d.state = 'effective') then
            raise exception 'an appeal is its author''s, against a refusal in effect'
                using errcode = '23514';
        end if;
    elsif to_jsonb(new) - '{state,hearer_id,answer,settled_at}'::text[]
          is distinct from to_jsonb(old) - '{state,hearer_id,answer,settled_at}'::text[]
          or old.state <> 'filed' then
        raise exception 'an appeal is answered once, and its words stay' using errcode = '42501';
    end if;
    return new;
end $$;
create trigger releases_appeal_as_filed before insert or update on releases_appeal
    for each row execute function releases_appeal_as_filed();
create trigger releases_appeal_row before delete on releases_appeal
    for each row execute function ledger_refuse();
create trigger releases_appeal_all before truncate on releases_appeal
    for each statement execute function ledger_refuse();
alter table releases_appeal enable always trigger releases_appeal_as_filed;
alter table releases_appeal enable always trigger releases_appeal_row;
alter table releases_appeal enable always trigger releases_appeal_all;
revoke update, delete, truncate on releases_appeal from colophon_app;
grant update (state, hearer_id, answer, settled_at) on releases_appeal to colophon_app;

-- Heard by another: nobody who decided on the release, not its author, nobody with an interest.
create function releases_hearer_is_another() returns trigger language plpgsql as $$
begin
    if new.hearer_id is not null and (
        new.hearer_id = new.author_id
        or exists (select 1 from releases_release r join studio_artifact a on a.id = r.artifact_id
                    where r.id = new.release_id and new.hearer_id in (r.author_id, a.author_id))
        or exists (select 1 from releases_decision d where d.release_id = new.release_id
                    and d.person_id = new.hearer_id and d.state <> 'undone')
        or releases_is_interested(new.release_id, new.hearer_id)) then
        raise exception 'an appeal is heard by somebody who had no part in it'
            using errcode = '23514';
    end if;
    return new;
end $$;

create function releases_is_interested(asked uuid, who uuid) returns boolean language sql stable
    as $$ select exists (
        select 1 from releases_release r
          join studio_artifact a on a.id = r.artifact_id
          join releases_interest i on i.project_id = a.project_id
         where r.id = asked and i.person_id = who and i.ended_at is null) $$;
create trigger releases_appeal_hearer before insert or update of hearer_id on releases_appeal
    for each row execute function releases_hearer_is_another();

-- What is declared is ended, never rewritten.
revoke update, delete, truncate on releases_interest from colophon_app;
grant update (ended_at) on releases_interest to colophon_app;
create trigger releases_interest_row before delete on releases_interest
    for each row execute function ledger_refuse();

-- Neither the author, nor who was excluded from this release, nor who declared an interest decides.
create or replace function releases_no_conflict() returns trigger language plpgsql as $$
begin
    if new.person_id in (
        select r.author_id from releases_release r where r.id = new.release_id
        union all
        select a.author_id from releases_release r join studio_artifact a on a.id = r.artifact_id
         where r.id = new.release_id) then
        raise exception 'the author decides nothing of their own' using errcode = '23514';
    end if;
    if exists (select 1 from releases_exclusion x
                where x.release_id = new.release_id and x.person_id = new.person_id) then
        raise exception 'this person decides no more on this release' using errcode = '23514';
    end if;
    if releases_is_interested(new.release_id, new.person_id) then
        raise exception 'this person declared an interest in the project' using errcode = '23514';
    end if;
    if new.verdict = 'confirm' and new.person_id = (
        select d.person_id from releases_decision d
         where d.release_id = new.release_id and d.verdict = 'approve' and d.state = 'effective'
         order by d.at desc limit 1) then
        raise exception 'nobody confirms their own approval' using errcode = '23514';
    end if;
    return new;
end $$;

-- What is due over all tenants: ids alone.
create policy releases_appeal_owner on releases_appeal for select to colophon_owner using (true);
drop function releases_due();
create function releases_due() returns table (what text, tenant_id uuid, id uuid) language sql
    stable security definer set search_path = public as $$
    (select 'decision', d.tenant_id, d.id from releases_decision d
      where d.state = 'pending' and d.due_at <= now() order by d.due_at limit 200)
    union all
    (select 'appeal', a.tenant_id, a.id from releases_appeal a
      where a.state = 'filed' and a.due_at <= now() order by a.due_at limit 200)
$$;
revoke all on function releases_due() from public;
grant execute on function releases_due() to colophon_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_invitation_mail"),
        ("releases", "0005_queues"),
        ("studio", "0004_composing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Appeal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("state", models.CharField(max_length=30)),
                ("words", models.TextField()),
                ("news", models.TextField(blank=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("due_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="releases.decision",
                    ),
                ),
                (
                    "hearer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
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
                    models.Index(
                        condition=models.Q(("state", "filed")),
                        fields=["tenant", "due_at"],
                        name="unheard",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["filed", "upheld", "overturned"])),
                        fields=("decision",),
                        name="one_hearing_a_refusal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hearer__isnull", True), ("state__in", ["filed", "lapsed"])),
                            models.Q(
                                ("hearer__isnull", False), ("state__in", ["upheld", "overturned"])
                            ),
                            _connector="OR",
                        ),
                        name="heard_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True),
                        name="appeal_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[("overturned", "Overturned"), ("replaced", "Replaced")],
                        max_length=20,
                    ),
                ),
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
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exclusions",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("release", "person"), name="one_exclusion_a_person"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("relation", models.CharField(max_length=200)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "project",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("person", "project"),
                        name="one_interest_in_a_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("relation", ""), _negated=True),
                        name="interest_is_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewTerms",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("appeal_days", models.PositiveSmallIntegerField(default=14)),
                ("hearing_days", models.PositiveSmallIntegerField(default=14)),
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
                    models.UniqueConstraint(fields=("tenant",), name="one_terms_a_tenant"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appeal_days__gte", 1),
                            ("appeal_days__lte", 365),
                            ("hearing_days__gte", 1),
                            ("hearing_days__lte", 365),
                        ),
                        name="terms_from_a_day_to_a_year",
                    ),
                ],
            },
        ),
        tenant_rows(
            "releases_reviewterms",
            "releases_appeal",
            "releases_exclusion",
            "releases_interest",
        ),
        append_only("releases_exclusion"),
        states("releases_appeal", kind="appeal", start=START, moves=MOVES),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
