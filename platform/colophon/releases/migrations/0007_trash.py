from django.db import migrations

TRASH = """
-- Asking for release and putting aside take the same turn as `releases.services.request`, so that
-- whichever comes second sees the first.
create function releases_keep_out_of_trash() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('release ' || new.artifact_id, 0));
    if exists (select 1 from releases_release r join studio_artifact a on a.id = r.artifact_id
                where (a.id = new.artifact_id or a.parent_id = new.artifact_id)
                  and r.state <> 'withdrawn_by_author')
       or exists (select 1 from releases_decision d join releases_release r on r.id = d.release_id
                   where r.artifact_id = new.artifact_id and d.state <> 'undone') then
        raise exception 'what was asked to be released or decided on is evidence'
            using errcode = '23514';
    end if;
    return new;
end $$;
create trigger studio_trashed_keep before insert on studio_trashed
    for each row execute function releases_keep_out_of_trash();

create function releases_not_from_trash() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('release ' || new.artifact_id, 0));
    if exists (select 1 from studio_trashed
                where artifact_id = new.artifact_id and restored_at is null) then
        raise exception 'a work in the trash is not released' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger releases_release_trash before insert on releases_release
    for each row execute function releases_not_from_trash();
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0006_appeals"), ("studio", "0006_projects")]

    operations = [migrations.RunSQL(TRASH, migrations.RunSQL.noop)]
