from django.db import migrations

from colophon.ledger.schema import TENANT, tenant_rows

SQL = f"""
alter table accounts_organisation enable row level security;
alter table accounts_organisation force row level security;
create policy accounts_organisation_own on accounts_organisation
    using (id = {TENANT}) with check (id = {TENANT});
create policy accounts_organisation_owner on accounts_organisation for select to colophon_owner
    using (true);
create policy accounts_person_owner on accounts_person for select to colophon_owner using (true);
create policy accounts_token_owner on accounts_token for select to colophon_owner using (true);
create policy accounts_invitation_owner on accounts_invitation for select to colophon_owner
    using (true);

-- Before a person is known there is no tenant. This answers only: whose key is it?
create function accounts_tenant_by(kind text, key text) returns uuid language sql stable
    security definer set search_path = public as $$
    select tenant_id from accounts_person where kind = 'email' and email = key and is_active
    union all
    select tenant_id from accounts_token
        where kind = 'token' and sha256 = key and revoked_at is null
    union all
    select tenant_id from accounts_invitation
        where kind = 'invitation' and sha256 = key and used_at is null and until > now()
    limit 1
$$;
revoke all on function accounts_tenant_by(text, text) from public;
grant execute on function accounts_tenant_by(text, text) to colophon_app;

-- An empty database is told from one in use without seeing any tenant.
create function accounts_founded() returns boolean language sql stable
    security definer set search_path = public as $$
    select exists (select 1 from accounts_organisation)
$$;
grant execute on function accounts_founded() to colophon_app;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("ledger", "0002_guards")]

    operations = [
        tenant_rows(
            "accounts_team",
            "accounts_person",
            "accounts_token",
            "accounts_invitation",
            "accounts_idempotencykey",
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
