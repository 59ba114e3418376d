"""Rows made by copying a sample's row: what is not named differently stays as the sample has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import models

Session = psycopg.Connection[Any]


def columns(model: type[models.Model]) -> list[str]:
    """Return the columns that an INSERT may name."""
    found = []
    for field in model._meta.concrete_fields:  # noqa: SLF001  the documented way to a model's fields
        computed = isinstance(field, models.GeneratedField) or getattr(field, "generated", False)
        serial = isinstance(field, models.BigAutoField | models.AutoField)
        if not computed and not serial:
            found.append(str(field.column))
    return found


def table(model: type[models.Model]) -> str:
    return str(model._meta.db_table)  # noqa: SLF001


def keep_samples(session: Session, model: type[models.Model], *, which: str) -> None:
    """Hold the rows of ``model`` that ``which`` selects, with their number ``k``, for this session."""
    name = table(model)
    session.execute(f"create temp table sample_{name} as select s.k, t.* from {name} t {which}")


def copy_rows(
    session: Session,
    model: type[models.Model],
    *,
    using: str,
    other: Mapping[str, str],
    sample: str | None = "s",
) -> int:
    """Insert a row of ``model`` per row of ``using``; return how many.

    ``other`` names columns that differ and the SQL of their value. All others come from the sample
    ``sample``, an alias in ``using``; without one they come from the model's own defaults.
    """
    names = columns(model)
    strange = other.keys() - set(names)
    assert not strange, f"{table(model)} has no {sorted(strange)}"  # noqa: S101
    said, given = [], []
    for name in names:
        value = other.get(name) or (f'{sample}."{name}"' if sample else _default(model, name))
        if value is not None:
            given.append(f'"{name}"')
            said.append(value)
    statement = f"insert into {table(model)} ({', '.join(given)}) select {', '.join(said)} {using}"
    return session.execute(statement).rowcount


def _default(model: type[models.Model], name: str) -> str | None:
    """Return the SQL of a column's default; None leaves it to the database."""
    field: Any = next(one for one in model._meta.concrete_fields if one.column == name)  # noqa: SLF001
    if field.db_default is not models.NOT_PROVIDED or (field.null and not field.has_default()):
        return None
    value = field.get_default()
    return str(psycopg.sql.quote(field.get_db_prep_save(value, _connection())))


def _connection() -> Any:
    from django.db import connection

    return connection
