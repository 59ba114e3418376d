from django.db import migrations

from colophon.ledger.schema import append_only, states, tenant_rows

START = ("requested",)
MOVES = {
    "requested": ("in_review", "cleared", "refused", "withdrawn_by_author"),
    "in_review": (
        "second_review",
        "cleared",
        "returned",
        "refused",
        "escalated",
        "held",
        "withdrawn_by_author",
    ),
    "second_review": ("cleared", "returned", "refused", "in_review", "withdrawn_by_author"),
    "escalated": ("in_review", "withdrawn_by_author"),
    "held": ("in_review", "withdrawn_by_author"),
    "returned": ("superseded_by", "withdrawn_by_author"),
    "refused": ("appealed",),
    "appealed": ("in_review", "refused"),
    "cleared": ("sealing", "sealed", "seal_held", "seal_failed"),
    "sealing": ("sealed", "seal_held", "seal_failed"),
    "seal_held": ("sealing",),
    "seal_failed": ("cleared", "refused"),
    "sealed": ("published", "withdrawn"),
    "published": ("restricted", "withdrawn", "superseded"),
    "restricted": ("withdrawn", "superseded", "published"),
    "withdrawn": ("published",),
}

GATE = """
-- What was asked for never changes; only the state moves.
create function releases_as_asked() returns trigger language plpgsql as $$
begin
    if row(new.tenant_id, new.artifact_id, new.artifact_sha256, new.author_id, new.purpose,
           new.packs_digest, new.persons, new.ruling::text)
       is distinct from
       row(old.tenant_id, old.artifact_id, old.artifact_sha256, old.author_id, old.purpose,
           old.packs_digest, old.persons, old.ruling::text) then
        raise exception 'a release is not changed after it was asked for' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger releases_release_as_asked before update on releases_release
    for each row execute function releases_as_asked();
create trigger releases_release_kept before delete on releases_release
    for each row execute function ledger_refuse();

alter table releases_release add constraint release_of_these_bytes
    foreign key (artifact_id, artifact_sha256) references studio_artifact (id, sha256);
alter table releases_clearance add constraint clearance_of_this_release
    foreign key (release_id, artifact_id, artifact_sha256, packs_digest, persons, author_id)
    references releases_release
        (id, artifact_id, artifact_sha256, packs_digest, persons, author_id);
alter table releases_clearance add constraint clearance_by_first_decision
    foreign key (first_id, release_id, reviewer_id, artifact_sha256, first_verdict)
    references releases_decision (id, release_id, person_id, artifact_sha256, verdict);
alter table releases_clearance add constraint clearance_by_second_decision
    foreign key (second_id, release_id, second_person_id, artifact_sha256, second_verdict)
    references releases_decision (id, release_id, person_id, artifact_sha256, verdict);
alter table releases_clearance add constraint clearance_in_ledger
    foreign key (event_id) references ledger_event (event_id);

-- Gate: a release counts as cleared only while its clearance exists.
create function releases_cleared_by_clearance() returns trigger language plpgsql as $$
begin
    if new.state = 'cleared' and not exists (
        select 1 from releases_clearance where release_id = new.id) then
        raise exception 'cleared without a clearance' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger releases_release_announce after insert or update of state on releases_release
    for each row execute function studio_announce('release');
create trigger releases_release_gate before insert or update of state on releases_release
    for each row execute function releases_cleared_by_clearance();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0001_initial"),
        ("studio", "0002_guards"),
        ("ledger", "0002_guards"),
    ]

    operations = [
        tenant_rows(
            "releases_release",
            "releases_releasedestination",
            "releases_claim",
            "releases_decision",
            "releases_clearance",
        ),
        append_only("releases_releasedestination", "releases_decision", "releases_clearance"),
        states("releases_release", kind="release", start=START, moves=MOVES),
        migrations.RunSQL(GATE, migrations.RunSQL.noop),
    ]
