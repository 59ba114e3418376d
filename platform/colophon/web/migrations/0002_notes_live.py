from django.db import migrations

# The id is the person's: the stream of nobody else hears it. PostgreSQL says equal things of one
# transaction once, so marking a hundred notes read is one message.
SQL = """
create function web_say_note() returns trigger language plpgsql as $$
begin
    perform pg_notify('colophon_live', new.tenant_id || ' note ' || new.person_id);
    return null;
end $$;
create trigger accounts_note_live after insert or update of facts, read_at on accounts_note
    for each row execute function web_say_note();
"""


class Migration(migrations.Migration):
    dependencies = [("web", "0001_live"), ("accounts", "0003_notes")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
