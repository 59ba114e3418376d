"""What migrations say to PostgreSQL beyond tables: tenancy, append-only, allowed moves, grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.migrations import RunSQL

TENANT = "nullif(current_setting('colophon.tenant', true), '')::uuid"


def tenant_rows(*tables: str, column: str = "tenant_id", shared: bool = False) -> RunSQL:
    """Show and take rows of the current tenant only; FORCE, so that the owner is bound as well.

    ``shared`` also shows, but never takes, rows without a tenant (the platform's own).
    """
    seen = f"{column} = {TENANT}" + (f" or {column} is null" if shared else "")
    return RunSQL(
        "\n".join(
            f"""
            alter table {table} enable row level security;
            alter table {table} force row level security;
            create policy {table}_tenant on {table}
                using ({seen}) with check ({column} = {TENANT});
            """
            for table in tables
        ),
        RunSQL.noop,
    )


def append_only(*tables: str) -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE, also to the owner and under replica role (ENABLE ALWAYS).

    A superuser can still switch triggers off: only checkpoints held outside find that.
    """
    return RunSQL(
        "\n".join(
            f"""
            create trigger {table}_row before update or delete on {table}
                for each row execute function ledger_refuse();
            create trigger {table}_all before truncate on {table}
                for each statement execute function ledger_refuse();
            alter table {table} enable always trigger {table}_row;
            alter table {table} enable always trigger {table}_all;
            revoke update, delete, truncate on {table} from colophon_app;
            """
            for table in tables
        ),
        RunSQL.noop,
    )


def states(
    table: str, *, kind: str, start: Iterable[str], moves: Mapping[str, Iterable[str]]
) -> RunSQL:
    """Let ``table.state`` begin in ``start`` and follow ``moves``, each with its Move row."""
    pairs = [(kind, "", first) for first in start]
    pairs += [(kind, held, wanted) for held, all_ in moves.items() for wanted in sorted(all_)]
    values = ",\n".join(f"('{k}', '{held}', '{wanted}')" for k, held, wanted in pairs)
    return RunSQL(  # the values come from the model's own table of moves
        f"""
        insert into ledger_transition (kind, held, wanted) values {values};
        create trigger {table}_state before insert or update of state on {table}
            for each row execute function ledger_guard_state('{kind}');
        """,  # noqa: S608  names from our own tables, in a migration
        RunSQL.noop,
    )


HIDDEN = "(select coalesce(nullif(current_setting('colophon.hidden', true), ''), '{}'))::uuid[]"


def kept_private(*tables: str, column: str = "project_id") -> RunSQL:
    """Keep rows of private projects from whom `studio.seeing` says they are not for.

    The list is read once a query, not once a row. Workers, who set none, see all of their tenant.
    """
    return RunSQL(
        "\n".join(
            f"create policy {table}_private on {table} as restrictive for select to colophon_app"
            f" using ({column} <> all ({HIDDEN}));"
            for table in tables
        ),
        RunSQL.noop,
    )


def policy(table: str, *, role: str, using: str = "true", check: str = "", to: str = "") -> RunSQL:
    """Let ``role`` see rows of every tenant that satisfy ``using``; ``to`` are its privileges."""
    checked = f"with check ({check})" if check else ""
    name = f"{table}_{role.removeprefix('colophon_')}"
    grant = f"grant {to} on {table} to {role};" if to else ""
    return RunSQL(
        f"create policy {name} on {table} to {role} using ({using}) {checked};\n{grant}",
        RunSQL.noop,
    )
