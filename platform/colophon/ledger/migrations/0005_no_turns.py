from django.db import migrations

# NOTIFY takes one lock for the whole database at commit and holds it until the commit is on disk, so
# every act of everybody, all of which have an event, took turns. The sequencer looks for itself.
SQL = """
create or replace function ledger_enqueue() returns trigger language plpgsql security definer
    set search_path = public as $$
begin
    insert into ledger_pending (event_id) select id from fresh;
    return null;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_search")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
