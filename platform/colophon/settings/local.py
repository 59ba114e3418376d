"""A laptop, `make demo`, `make up`: the embedded PostgreSQL and a broker in it."""

from __future__ import annotations

import os

from colophon.settings import base
from colophon.settings.base import *  # noqa: F403
from colophon.settings.broker import celery
from colophon.settings.env import database
from colophon.stack import postgres

_PLACE = database(base.database_url(postgres.url(base.COLOPHON_HOME / "postgres", name="colophon")))
DATABASES = {
    "default": base.login(
        _PLACE,
        role=base.COLOPHON.role,
        password=base.COLOPHON.secret(f"db-{base.COLOPHON.role}.password"),
    )
}
# Only processes that answer people sign cookies and links; the others get a key they never use.
SECRET_KEY = (
    base.COLOPHON.secret("django.key") if base.COLOPHON.role == "app" else os.urandom(32).hex()
)

CELERY = celery(
    os.environ.get("BROKER_URL") or "pgmq://",
    dsn=base.broker_dsn(_PLACE),
    longest_task_seconds=base.COLOPHON.longest_task_seconds,
)
WHITENOISE_USE_FINDERS = True
SHOWS_PARTS = True
STATIC_ROOT = None
