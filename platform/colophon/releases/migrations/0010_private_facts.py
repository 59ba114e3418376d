from django.db import migrations

from colophon.ledger.schema import HIDDEN

SQL = f"""
-- The project that an event's subject lies in now, private or not; none for what lies in no project.
-- With the owner's rights: who looks must not see the rows that this asks.
create function releases_project_of(kind text, subject uuid) returns uuid language plpgsql stable
    security definer set search_path = public as $$
begin
    return case kind
        when 'project' then subject
        when 'artifact' then (select project_id from studio_artifact where id = subject)
        when 'job' then (select project_id from studio_job where id = subject)
        when 'batch' then (select project_id from studio_batch where id = subject)
        when 'prompt' then (select project_id from studio_prompt where id = subject)
        when 'prompt_version' then (
            select p.project_id from studio_promptversion v join studio_prompt p on p.id = v.prompt_id
             where v.id = subject)
        when 'label_move' then (
            select p.project_id from studio_labelmove m join studio_prompt p on p.id = m.prompt_id
             where m.id = subject)
        when 'release' then (
            select a.project_id from releases_release r join studio_artifact a on a.id = r.artifact_id
             where r.id = subject)
        when 'golden' then releases_project_of('release', subject)
        when 'decision' then (
            select releases_project_of('release', release_id) from releases_decision
             where id = subject)
        when 'appeal' then (
            select releases_project_of('release', release_id) from releases_appeal
             where id = subject)
        when 'interest' then (select project_id from releases_interest where id = subject)
        when 'quota' then (
            select subject_id from studio_quota where id = subject and scope = 'project')
        when 'comment' then (
            select releases_project_of(
                case subject_kind when 'work' then 'artifact' when 'case' then 'release'
                                  else subject_kind end, subject_id)
              from studio_comment where id = subject)
    end;
end $$;

-- Whether what an event says is kept from who must not see these projects.
create function releases_kept_back(event uuid, hidden uuid[]) returns boolean language plpgsql stable
    security definer set search_path = public as $$
begin
    return coalesce((select releases_project_of(subject_kind, subject_id) = any (hidden)
                       from ledger_event where event_id = event), false);
end $$;

-- Read by every page, search and list alike. Nobody has anything hidden from them: nothing is asked.
create policy ledger_disclosure_private on ledger_disclosure as restrictive for select
    to colophon_app using ({HIDDEN} = '{{}}' or not releases_kept_back(event_id, {HIDDEN}));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0009_care_and_golden"),
        ("studio", "0010_found"),
        ("ledger", "0004_search"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
