from django.db import migrations

from colophon.ledger.schema import append_only, policy, tenant_rows

FUNCTIONS = """
create function ledger_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'append-only table %', tg_table_name using errcode = '42501';
end $$;

-- The owner's rights: the application may add events but must not touch the list of pending ones.
create function ledger_enqueue() returns trigger language plpgsql security definer
    set search_path = public as $$
begin
    insert into ledger_pending (event_id) select id from fresh;
    perform pg_notify('ledger_pending', '');
    return null;
end $$;
create trigger ledger_event_enqueue after insert on ledger_event
    referencing new table as fresh for each statement execute function ledger_enqueue();

-- A state begins where it may begin and changes only by an allowed move that left its Move row in
-- this very transaction, whoever writes the UPDATE.
create function ledger_guard_state() returns trigger language plpgsql as $$
declare
    was text := case when tg_op = 'INSERT' then '' else old.state end;
begin
    if tg_op = 'UPDATE' and new.state = old.state then
        return new;
    end if;
    if not exists (select 1 from ledger_transition
                   where kind = tg_argv[0] and held = was and wanted = new.state) then
        raise exception 'no move of % from "%" to "%"', tg_argv[0], was, new.state
            using errcode = '23514';
    end if;
    if tg_op = 'UPDATE' and not exists (
        select 1 from ledger_move where subject_id = new.id and kind = tg_argv[0]
           and held = was and wanted = new.state
           and xact = pg_current_xact_id()::text::bigint) then
        raise exception '% changed its state without a Move', tg_argv[0] using errcode = '23514';
    end if;
    return new;
end $$;

-- How many events there are over all tenants, and nothing else of them.
create policy ledger_event_owner on ledger_event for select to colophon_owner using (true);
create function ledger_committed() returns bigint language sql stable
    security definer set search_path = public as $$ select count(*) from ledger_event $$;

revoke all on ledger_pending, ledger_leaf, ledger_tile, ledger_checkpoint, ledger_cosignature,
    ledger_transition from colophon_app;
grant select on ledger_leaf, ledger_tile, ledger_checkpoint, ledger_cosignature,
    ledger_transition to colophon_app;
grant select, delete on ledger_pending to colophon_sequencer;
grant select, insert on ledger_leaf, ledger_checkpoint, ledger_cosignature to colophon_sequencer;
grant select, insert, update on ledger_tile to colophon_sequencer;
grant usage on all sequences in schema public to colophon_sequencer;
grant select on ledger_transition, ledger_leaf, ledger_tile, ledger_checkpoint,
    ledger_cosignature to colophon_sealer, colophon_exporter;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        tenant_rows("ledger_event", "ledger_disclosure", "ledger_move"),
        append_only(
            "ledger_event",
            "ledger_disclosure",
            "ledger_move",
            "ledger_leaf",
            "ledger_checkpoint",
            "ledger_cosignature",
        ),
        policy("ledger_event", role="colophon_sequencer", to="select"),
        policy("ledger_event", role="colophon_exporter", to="select"),
    ]
