from django.db import migrations

TURN = """
-- Whoever asks for a work's release and whoever puts it aside take turns over its row. A lock of the
-- row lies on the row itself: twenty thousand in one transaction need no more shared memory than one,
-- as advisory locks would. With the owner's rights, for a work is append-only and nobody else may lock
-- it; it conflicts with nothing but itself, since nothing updates a work.
create function releases_take_work(work uuid) returns void language plpgsql
    security definer set search_path = public as $$
begin
    perform 1 from studio_artifact where id = work for no key update;
end $$;

create or replace function releases_keep_out_of_trash() returns trigger language plpgsql as $$
begin
    perform releases_take_work(new.artifact_id);
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

create or replace function releases_not_from_trash() returns trigger language plpgsql as $$
begin
    perform releases_take_work(new.artifact_id);
    if exists (select 1 from studio_trashed
                where artifact_id = new.artifact_id and restored_at is null) then
        raise exception 'a work in the trash is not released' using errcode = '23514';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0012_next_case")]

    operations = [migrations.RunSQL(TURN, migrations.RunSQL.noop)]
