"""For pytest. `tests/conftest.py` starts a PostgreSQL and fills in where it lies.

A process that a test starts is told by DATABASE_URL and COLOPHON_SECRETS, as anywhere else.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from colophon.settings import base
from colophon.settings.base import *  # noqa: F403
from colophon.settings.broker import celery
from colophon.settings.env import database

if "COLOPHON_HOME" not in os.environ:
    # Named, not made: type checkers and linters import this file, too.
    COLOPHON_HOME = Path(tempfile.gettempdir()) / f"colophon-test-{os.getpid()}"
    COLOPHON_SECRETS = COLOPHON_HOME / "secrets"
    COLOPHON_STORE = COLOPHON_HOME / "store"
    COLOPHON_WITNESS = COLOPHON_HOME / "witness"

# Decisions take effect at once, unless a test or the environment says otherwise.
if "COLOPHON_GRACE_SECONDS" not in os.environ:
    COLOPHON = replace(base.COLOPHON, grace_seconds=0)

_PLACE = database(base.database_url("postgresql:///colophon"))
_TOLD = "DATABASE_URL" in os.environ
DATABASES = {
    "default": base.login(
        _PLACE,
        role=base.COLOPHON.role,
        password=base.COLOPHON.secret(f"db-{base.COLOPHON.role}.password") if _TOLD else "",
    )
}
# Tests move from one database to another; a pool would keep the one before.
DATABASES["default"]["OPTIONS"] = base.PLANNER
SECRET_KEY = "test-key-of-no-value"  # noqa: S105
_BROKER = os.environ.get("BROKER_URL", "memory://")
CELERY = celery(
    _BROKER,
    dsn=base.broker_dsn(_PLACE) if _BROKER.startswith("pgmq") else "",
    longest_task_seconds=base.COLOPHON.longest_task_seconds,
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
SHOWS_PARTS = True
WHITENOISE_AUTOREFRESH = False
STATIC_ROOT = None
ALLOWED_HOSTS = [*base.ALLOWED_HOSTS, "testserver"]
LOGGING = {"version": 1, "disable_existing_loggers": False}
