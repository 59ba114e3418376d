"""Ledger events by the set: the same canonical leaf and salted disclosures as `ledger.services`.

Steps put rows into the session's table ``said``; `write` makes events of them, in their order.
"""

from __future__ import annotations

from bench.archive.copying import Session

PREPARE = """
create temp table said (
    ord bigint generated always as identity, event_id uuid, tenant_id uuid, ref uuid, type text,
    kind text, subject uuid, at timestamptz, facts jsonb);
create temp table told (ord bigint, event_id uuid, tenant_id uuid, key text, disclosure text);
create function pg_temp.url64(bytea) returns text language sql immutable as
    $$ select translate(encode($1, 'base64'), E'+/=\\n', '-_') $$;
"""
# The salt is made of what it salts: nothing here is a secret.
TELL = """
insert into told
select e.ord, e.event_id, e.tenant_id, f.key, pg_temp.url64(convert_to(
    '["' || left(md5(e.event_id || f.key), 22) || '","' || f.key || '",' || f.value || ']', 'UTF8'))
from said e, jsonb_each(e.facts) f
"""
EVENTS = """
with fresh as (
insert into ledger_event (event_id, tenant_id, type, subject_kind, subject_id, at, body)
select s.event_id, s.tenant_id, s.type, s.kind, s.subject, s.at, convert_to(format(
    '{"_sd":[%s],"_sd_alg":"sha-256","at":"%s","id":"%s","subject":{"id":"%s","kind":"%s"},'
    '"tenant_ref":"%s","type":"%s","v":1}',
    d.digests, to_char(s.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), s.event_id,
    s.subject, s.kind, s.ref, s.type), 'UTF8')
from said s left join (
    select ord, string_agg('"' || digest || '"', ',' order by digest) as digests from (
        select ord, pg_temp.url64(sha256(convert_to(disclosure, 'UTF8'))) collate "C" as digest
        from told) hashed group by ord) d using (ord)
order by s.ord
returning id)
insert into ledger_pending (event_id) select id from fresh
"""
DISCLOSURES = """
insert into ledger_disclosure (event_id, tenant_id, name, disclosure)
select event_id, tenant_id, key, disclosure from told order by ord, key
"""


def write(session: Session) -> int:
    """Write what was said since the last call; return how many events that was."""
    session.execute(TELL)
    written = session.execute(EVENTS).rowcount
    session.execute(DISCLOSURES)
    session.execute("truncate said, told")
    return written
