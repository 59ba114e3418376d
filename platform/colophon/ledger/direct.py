"""Sessions of psycopg's own on Django's default database, under the role this process runs as."""

from __future__ import annotations

from django.db import connection
from psycopg.conninfo import make_conninfo

_KEPT = ("host", "port", "dbname", "user", "password", "sslmode", "sslrootcert")


def dsn() -> str:
    """Return the libpq connection string of Django's default database. It holds the password."""
    told = connection.get_connection_params()
    return make_conninfo(**{key: told[key] for key in _KEPT if told.get(key)})
