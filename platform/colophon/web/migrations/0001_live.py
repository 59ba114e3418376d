from django.db import migrations

# NOTIFY takes one lock per database at commit, so only what pages show is said: moves of jobs and
# releases, progress (a worker writes it twice a second at most), and the answers of checks.
SQL = """
create function web_say_move() returns trigger language plpgsql as $$
begin
    perform pg_notify('colophon_live', new.tenant_id || ' ' || new.kind || ' ' || new.subject_id);
    return null;
end $$;
create trigger ledger_move_live after insert on ledger_move
    for each row execute function web_say_move();

create function web_say_progress() returns trigger language plpgsql as $$
begin
    perform pg_notify('colophon_live', new.tenant_id || ' job ' || new.id);
    return null;
end $$;
create trigger studio_job_live after update of share_permille on studio_job
    for each row when (old.share_permille is distinct from new.share_permille)
    execute function web_say_progress();

create function web_say_assessed() returns trigger language plpgsql as $$
begin
    if new.artifact_id is not null then
        perform pg_notify('colophon_live', new.tenant_id || ' work ' || new.artifact_id);
    end if;
    return null;
end $$;
create trigger studio_assessment_live after insert on studio_assessment
    for each row execute function web_say_assessed();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards"), ("studio", "0002_guards")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
