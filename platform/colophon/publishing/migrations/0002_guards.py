from django.db import migrations

from colophon.ledger.schema import append_only, tenant_rows

SEAL = """
alter table publishing_seal add constraint seal_of_cleared_bytes
    foreign key (clearance_id, artifact_sha256) references releases_clearance (id, artifact_sha256);

-- A release counts as sealed only with a seal, and as published only with a publication.
create function publishing_gate() returns trigger language plpgsql as $$
begin
    if new.state = 'sealed' and not exists (
        select 1 from publishing_seal where release_id = new.id) then
        raise exception 'sealed without a seal' using errcode = '23514';
    end if;
    if new.state = 'published' and not exists (
        select 1 from publishing_publication where release_id = new.id) then
        raise exception 'published without a publication' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger releases_release_gate_2 before insert or update of state on releases_release
    for each row execute function publishing_gate();

-- The owner's views see every tenant; row-level security binds the owner too, so it is let in here.
create policy releases_release_owner on releases_release for select to colophon_owner using (true);
create policy releases_clearance_owner on releases_clearance for select to colophon_owner
    using (true);
create policy releases_releasedestination_owner on releases_releasedestination for select
    to colophon_owner using (true);
create policy releases_decision_owner on releases_decision for select to colophon_owner
    using (true);
create policy studio_finding_owner on studio_finding for select to colophon_owner using (true);
create policy publishing_seal_owner on publishing_seal for select to colophon_owner using (true);
create policy publishing_publication_owner on publishing_publication for select to colophon_owner
    using (true);
create policy publishing_withdrawal_owner on publishing_withdrawal for select to colophon_owner
    using (true);
create policy publishing_sealattempt_owner on publishing_sealattempt for select to colophon_owner
    using (true);
create policy ledger_move_owner on ledger_move for select to colophon_owner using (true);

create view publishing_signable as
select r.id as release_id, r.tenant_id, r.state, c.id as clearance_id, c.artifact_id,
       c.artifact_sha256, c.packs_digest, r.packs_digest as release_packs_digest,
       c.destinations, c.requirements, c.event_id, r.purpose,
       (select jsonb_agg(d.destination) from releases_releasedestination d
           where d.release_id = r.id) as asked, a.title, a.media_type, a.medium, a.origin,
       a.engine, a.engine_version, a.record, a.tool, a.ai_share_permille,
       p.sha256 as parent_sha256, p.title as parent_title, a.at as made_at,
       (select count(*) from studio_finding f where f.assessment_id = s.id
           and f.answer = 'passed')::int as passed,
       (select count(*) from studio_finding f where f.assessment_id = s.id
           and f.answer = 'failed')::int as failed,
       (select count(*) from studio_finding f where f.assessment_id = s.id
           and f.answer = 'unsure')::int as unsure,
       (select jsonb_agg(d.role order by d.at) from releases_decision d
           where d.id in (c.first_id, c.second_id)) as roles,
       o.operator_name, o.provider_code, o.filing_number, o.is_test,
       (select max(t.at) from publishing_sealattempt t where t.release_id = r.id) as tried_at
  from releases_release r
  join releases_clearance c on c.release_id = r.id
  join studio_artifact a on a.id = c.artifact_id
  join studio_assessment s on s.artifact_id = a.id
  join accounts_organisation o on o.id = r.tenant_id
  left join studio_artifact p on p.id = a.parent_id
 where r.state in ('cleared', 'sealing', 'seal_held');

create view publishing_published as
select b.id, b.tenant_id, b.release_id, a.id as artifact_id, s.id as seal_id, b.title, r.state,
       b.at, b.destinations, a.medium, s.media_type, a.origin, a.engine, a.engine_version, a.tool,
       s.sealed_sha256, s.marked_sha256, s.artifact_sha256, s.manifest_sha256, s.detached, s.size,
       s.layers, c.requirements, s.leaf_index, s.stamped_at, r.persons, o.operator_name,
       o.provider_code, o.filing_number, o.is_test, w.clause, w.reason, w.at as withdrawn_at
  from publishing_publication b
  join publishing_seal s on s.id = b.seal_id
  join releases_clearance c on c.id = s.clearance_id
  join releases_release r on r.id = b.release_id
  join studio_artifact a on a.id = r.artifact_id
  join accounts_organisation o on o.id = b.tenant_id
  left join lateral (select clause, reason, at from publishing_withdrawal w
                      where w.publication_id = b.id and r.state = 'withdrawn'
                      order by at desc limit 1) w on true;

create view publishing_publicstep as
select e.event_id, b.id as publication_id, e.type, e.at, l.leaf_index
  from publishing_publication b
  join releases_release r on r.id = b.release_id
  join studio_artifact a on a.id = r.artifact_id
  join ledger_event e on e.tenant_id = b.tenant_id
   and ((e.subject_kind = 'release' and e.subject_id = r.id)
     or (e.subject_kind = 'artifact' and e.subject_id = a.id)
     or (e.subject_kind = 'job' and e.subject_id = a.job_id)
     or (e.subject_kind = 'publication' and e.subject_id = b.id))
  left join ledger_leaf l on l.event_id = e.id;

revoke all on publishing_signable, publishing_published, publishing_publicstep
    from colophon_app, public;
grant select on publishing_published, publishing_publicstep to colophon_app, colophon_exporter;

-- The sealer: this view, its own rows, and the state column of releases between the seal's states.
revoke insert on publishing_seal, publishing_sealattempt from colophon_app;
grant select on publishing_signable to colophon_sealer;
grant select, insert on publishing_seal, publishing_sealattempt, ledger_event, ledger_disclosure,
    ledger_move to colophon_sealer;
grant usage on sequence ledger_event_id_seq, ledger_disclosure_id_seq, ledger_move_id_seq
    to colophon_sealer;
grant select (id, tenant_id, state) on releases_release to colophon_sealer;
grant update (state) on releases_release to colophon_sealer;
grant select (id, ref) on accounts_organisation to colophon_sealer;
grant select (id, release_id) on releases_clearance to colophon_sealer;
grant select (id, release_id) on publishing_publication to colophon_sealer;
create policy releases_release_sealer on releases_release as restrictive for update
    to colophon_sealer
    using (state in ('cleared', 'sealing', 'sealed', 'seal_held', 'seal_failed'))
    with check (state in ('cleared', 'sealing', 'sealed', 'seal_held', 'seal_failed'));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0001_initial"),
        ("releases", "0002_guards"),
        ("accounts", "0002_guards"),
    ]

    operations = [
        tenant_rows(
            "publishing_sealattempt",
            "publishing_seal",
            "publishing_publication",
            "publishing_withdrawal",
        ),
        append_only(
            "publishing_sealattempt",
            "publishing_seal",
            "publishing_publication",
            "publishing_withdrawal",
        ),
        migrations.RunSQL(SEAL, migrations.RunSQL.noop),
    ]
