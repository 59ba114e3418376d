"""A server or many. Starts only if nothing here is a demonstration's value; says which if not."""

from __future__ import annotations

import os

from colophon.settings import base
from colophon.settings.base import *  # noqa: F403
from colophon.settings.broker import celery
from colophon.settings.env import BadSetting, Database, Environment, database
from kernel.jail import bubblewrap_works

KEY_BYTES = 32


def refuse_unsafe(
    told: Environment, *, place: Database, uid: int, secret_key: str, isolates: bool
) -> None:
    """Raise `BadSetting` for the first value that must not stand in production."""
    for name, value in (
        ("COLOPHON_OPERATOR_NAME", told.operator_name),
        ("COLOPHON_PROVIDER_CODE", told.provider_code),
        ("COLOPHON_FILING_NUMBER", told.filing_number),
        ("COLOPHON_LOG_NAME", told.log_name),
    ):
        if "test" in value.lower():
            raise BadSetting(name=name, value=value, why="it is a test value")
    if told.debug:
        raise BadSetting(name="COLOPHON_DEBUG", value="1", why="it shows settings to strangers")
    for name, origin in (
        ("COLOPHON_ORIGIN", told.origin),
        ("COLOPHON_MEDIA_ORIGIN", told.media_origin),
    ):
        if not origin.startswith("https://"):
            raise BadSetting(name=name, value=origin, why="it must be https")
    if told.origin == told.media_origin:
        raise BadSetting(
            name="COLOPHON_MEDIA_ORIGIN",
            value=told.media_origin,
            why="pages lie on the same origin",
        )
    if place.host.startswith(str(told.home)):
        raise BadSetting(
            name="DATABASE_URL", value=place.url, why="it is the embedded database of one machine"
        )
    if told.role == "app" and len(secret_key) < KEY_BYTES:
        raise BadSetting(
            name="django.key", value="…", why=f"it is shorter than {KEY_BYTES} characters"
        )
    if told.role in ("app", "sealer") and not isolates:
        raise BadSetting(
            name="COLOPHON_ROLE",
            value=told.role,
            why="it reads files of strangers, and bubblewrap (bwrap) is missing or not permitted",
        )
    _refuse_one_user(told, uid=uid)


def _refuse_one_user(told: Environment, *, uid: int) -> None:
    # The signing key is out of the web process's reach only if another user owns it.
    if told.sealer_uid is None:
        raise BadSetting(name="COLOPHON_SEALER_UID", value="", why="the sealer's user is not named")
    if told.role == "sealer" and uid != told.sealer_uid:
        raise BadSetting(
            name="COLOPHON_SEALER_UID",
            value=str(told.sealer_uid),
            why=f"this sealer runs as user {uid}",
        )
    if told.role != "sealer" and uid == told.sealer_uid:
        raise BadSetting(
            name="COLOPHON_SEALER_UID",
            value=str(told.sealer_uid),
            why=f"this process ({told.role}) runs as the sealer's user",
        )


if not os.environ.get("DATABASE_URL"):
    raise BadSetting(name="DATABASE_URL", value="", why="production needs a database server")
if not os.environ.get("BROKER_URL"):
    raise BadSetting(name="BROKER_URL", value="", why="production needs RabbitMQ or Redis")

_PLACE = database(os.environ["DATABASE_URL"])
SECRET_KEY = (
    base.COLOPHON.secret("django.key") if base.COLOPHON.role == "app" else os.urandom(32).hex()
)
refuse_unsafe(
    base.COLOPHON,
    place=_PLACE,
    uid=os.geteuid(),
    secret_key=SECRET_KEY,
    isolates=bubblewrap_works(),  # probed, not told
)

DATABASES = {
    "default": base.login(
        _PLACE,
        role=base.COLOPHON.role,
        password=base.COLOPHON.secret(f"db-{base.COLOPHON.role}.password"),
    )
}

CELERY = celery(
    os.environ["BROKER_URL"],
    dsn=base.broker_dsn(_PLACE) if os.environ["BROKER_URL"].startswith("pgmq") else "",
    longest_task_seconds=base.COLOPHON.longest_task_seconds,
)
STATIC_ROOT = base.COLOPHON_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SECURE_SSL_REDIRECT = False  # the proxy in front does it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
