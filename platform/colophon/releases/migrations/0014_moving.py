from django.db import migrations

MOVING = """
-- Who decides on a work depends on its project (interests, queues): nobody moves it meanwhile.
create function releases_stays_meanwhile() returns trigger language plpgsql as $$
begin
    perform releases_take_work(new.artifact_id);
    if exists (select 1 from releases_release where artifact_id = new.artifact_id
                and state not in ('refused', 'returned', 'withdrawn_by_author', 'superseded_by',
                                  'published', 'superseded')) then
        raise exception 'a work stays in its project while its release is under way'
            using errcode = '23514';
    end if;
    return new;
end $$;
create trigger studio_placement_meanwhile before insert on studio_placement
    for each row execute function releases_stays_meanwhile();
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0013_turn_of_a_work"), ("studio", "0011_placements")]

    operations = [migrations.RunSQL(MOVING, migrations.RunSQL.noop)]
