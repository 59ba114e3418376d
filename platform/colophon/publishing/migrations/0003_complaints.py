import colophon.ledger.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import kernel.ids
from django.conf import settings
from django.db import migrations, models

from colophon.ledger.schema import states, tenant_rows

START = ("filed",)
MOVES = {"filed": ("upheld", "overturned", "lapsed")}

GUARD = """
-- An appeal is the author's, against the newest withdrawal of a publication taken; its words stay.
create function publishing_complaint_as_filed() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if not exists (
            select 1 from publishing_withdrawal w
              join publishing_publication b on b.id = w.publication_id
              join releases_release r on r.id = b.release_id
             where w.id = new.withdrawal_id and r.author_id = new.author_id
               and r.state in ('withdrawn', 'restricted')
               and not exists (select 1 from publishing_withdrawal later
                                where later.publication_id = b.id and later.at > w.at)) then
            raise exception 'an appeal is its author''s, against the withdrawal in force'
                using errcode = '23514';
        end if;
    elsif to_jsonb(new) - '{state,hearer_id,answer,settled_at}'::text[]
          is distinct from to_jsonb(old) - '{state,hearer_id,answer,settled_at}'::text[]
          or old.state <> 'filed' then
        raise exception 'an appeal is answered once, and its words stay' using errcode = '42501';
    end if;
    return new;
end $$;
create trigger publishing_complaint_as_filed before insert or update on publishing_complaint
    for each row execute function publishing_complaint_as_filed();
create trigger publishing_complaint_row before delete on publishing_complaint
    for each row execute function ledger_refuse();
create trigger publishing_complaint_all before truncate on publishing_complaint
    for each statement execute function ledger_refuse();
alter table publishing_complaint enable always trigger publishing_complaint_as_filed;
alter table publishing_complaint enable always trigger publishing_complaint_row;
alter table publishing_complaint enable always trigger publishing_complaint_all;
revoke update, delete, truncate on publishing_complaint from colophon_app;
grant update (state, hearer_id, answer, settled_at) on publishing_complaint to colophon_app;

-- Heard by another: not its author, nobody who ever took the publication back or has an interest.
create function publishing_hearer_is_another() returns trigger language plpgsql as $$
begin
    if new.hearer_id is not null and exists (
        select 1 from publishing_withdrawal w
          join publishing_publication b on b.id = w.publication_id
          join releases_release r on r.id = b.release_id
          join studio_artifact a on a.id = r.artifact_id
         where w.id = new.withdrawal_id
           and (new.hearer_id in (new.author_id, r.author_id, a.author_id)
                or releases_is_interested(r.id, new.hearer_id)
                or exists (select 1 from publishing_withdrawal one
                            where one.publication_id = b.id and one.by_id = new.hearer_id))) then
        raise exception 'an appeal is heard by somebody who had no part in it'
            using errcode = '23514';
    end if;
    return new;
end $$;
create trigger publishing_complaint_hearer before insert or update of hearer_id
    on publishing_complaint for each row execute function publishing_hearer_is_another();

-- Whose withdrawal an appeal undid does not take the publication back again.
create function publishing_overruled() returns trigger language plpgsql as $$
begin
    if exists (
        select 1 from publishing_complaint c join publishing_withdrawal w on w.id = c.withdrawal_id
         where w.publication_id = new.publication_id and w.by_id = new.by_id
           and c.state = 'overturned') then
        raise exception 'this person was overruled on this publication' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger publishing_withdrawal_overruled before insert on publishing_withdrawal
    for each row execute function publishing_overruled();

-- What is due over all tenants: ids alone.
create policy publishing_complaint_owner on publishing_complaint for select to colophon_owner
    using (true);
create function publishing_due() returns table (tenant_id uuid, id uuid) language sql
    stable security definer set search_path = public as $$
    select c.tenant_id, c.id from publishing_complaint c
     where c.state = 'filed' and c.due_at <= now() order by c.due_at limit 200
$$;
revoke all on function publishing_due() from public;
grant execute on function publishing_due() to colophon_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_proposals"),
        ("publishing", "0002_guards"),
        ("releases", "0006_appeals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
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
                    "tenant",
                    models.ForeignKey(
                        default=colophon.ledger.tenancy.current_or_none,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "withdrawal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="publishing.withdrawal",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "filed")),
                        fields=["tenant", "due_at"],
                        name="complaints_unheard",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["filed", "upheld", "overturned"])),
                        fields=("withdrawal",),
                        name="one_hearing_a_withdrawal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hearer__isnull", True), ("state__in", ["filed", "lapsed"])),
                            models.Q(
                                ("hearer__isnull", False), ("state__in", ["upheld", "overturned"])
                            ),
                            _connector="OR",
                        ),
                        name="complaint_heard_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True),
                        name="complaint_says_something",
                    ),
                ],
            },
        ),
        tenant_rows("publishing_complaint"),
        states("publishing_complaint", kind="complaint", start=START, moves=MOVES),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
