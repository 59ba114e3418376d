from django.db import migrations

# What the gallery shows as a work's state is that of its newest release.
STATES = """
create policy releases_release_entries on releases_release for select to colophon_owner using (true);

create function releases_enter_state() returns trigger language plpgsql
    security definer set search_path = public as $$
begin
    if not exists (select 1 from releases_release r
                    where r.artifact_id = new.artifact_id and r.at > new.at) then
        perform studio_enter_state(new.artifact_id, new.state);
    end if;
    return null;
end $$;
create trigger releases_release_enter after insert or update of state on releases_release
    for each row execute function releases_enter_state();

select studio_enter_state(artifact_id, state) from (
    select distinct on (artifact_id) artifact_id, state from releases_release
     order by artifact_id, at desc) newest;
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0003_grace"), ("studio", "0005_entries")]

    operations = [migrations.RunSQL(STATES, migrations.RunSQL.noop)]
