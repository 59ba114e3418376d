"""What is the same in every size. `local`, `production` and `test` say what differs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from colophon.settings import env as environment
from colophon.settings.env import ROOT, Database
from colophon.settings.mail import mail_server

COLOPHON = environment.read()
COLOPHON_HOME = COLOPHON.home
COLOPHON_SECRETS = COLOPHON.secrets_folder
COLOPHON_STORE = COLOPHON.store_folder
COLOPHON_WITNESS = COLOPHON.witness_folder
COLOPHON_ROLE = COLOPHON.role
COLOPHON_ORIGIN = COLOPHON.origin
COLOPHON_MEDIA_ORIGIN = COLOPHON.media_origin
COLOPHON_OPERATOR_NAME = COLOPHON.operator_name
COLOPHON_PROVIDER_CODE = COLOPHON.provider_code
COLOPHON_FILING_NUMBER = COLOPHON.filing_number
COLOPHON_LOG_NAME = COLOPHON.log_name
COLOPHON_TSA_URL = COLOPHON.tsa_url
COLOPHON_MAIL_URL = COLOPHON.mail_url
COLOPHON_MAIL_FROM = COLOPHON.mail_from
mail_server(COLOPHON_MAIL_URL, sender=COLOPHON_MAIL_FROM)  # a bad one stops the start

DEBUG = COLOPHON.debug
SHOWS_PARTS = False
"""Whether `/about/parts` is there: for those who build pages."""
ROOT_URLCONF = "colophon.urls"
ASGI_APPLICATION = "colophon.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Person"
ALLOWED_HOSTS = sorted(
    {urlsplit(origin).hostname or "" for origin in (COLOPHON_ORIGIN, COLOPHON_MEDIA_ORIGIN)}
)
CSRF_TRUSTED_ORIGINS = [COLOPHON_ORIGIN]

# Rooms with tables, templates or commands of their own; one that is not built yet is passed over.
ROOMS = (
    "ledger",
    "store",
    "accounts",
    "rules",
    "fleet",
    "rights",
    "studio",
    "releases",
    "publishing",
    "training",
    "replay",
    "exports",
    "web",
    "portal",
    "console",
    "public",
    "api",
)
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    *(
        f"colophon.{room}"
        for room in ROOMS
        if (Path(__file__).parent.parent / room / "apps.py").exists()
    ),
    "colophon.stack",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "colophon.web.middleware.media_origin",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "colophon.web.compression.PagesCompressed",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "colophon.web.middleware.TenantMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "colophon.web.look.look",
            ],
        },
    },
]


# Without it every request and task logs in anew: a SCRAM handshake and a new server process each.
POOL = {"min_size": 1, "max_size": 8, "timeout": 10}


# Pages join nine tables, in an order that is sensible as written. Trying all orders took the planner
# up to thirty times as long as the query then took.
PLANNER: dict[str, Any] = {"options": "-c join_collapse_limit=4"}


def login(place: Database, *, role: str, password: str) -> dict[str, Any]:
    """Return Django's entry for the database at ``place``, logged in as ``role``."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": place.host,
        "PORT": str(place.port),
        "NAME": place.name,
        "USER": f"colophon_{role}",
        "PASSWORD": password,
        "ATOMIC_REQUESTS": False,  # `tenant()` opens the transaction, because it sets the tenant
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": PLANNER | ({"pool": POOL} if role == "app" else {}),
    }


def database_url(default: str) -> str:
    """Return DATABASE_URL, or ``default`` where none is given."""
    return os.environ.get("DATABASE_URL") or default


LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [ROOT / "platform/colophon/locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Pages and their media have two origins: media are other people's bytes.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, COLOPHON_MEDIA_ORIGIN],
        "media-src": [SELF, COLOPHON_MEDIA_ORIGIN],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/studio"

# A body larger than this is refused before it is read into memory; uploads stream to a file.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# Prompts, outputs and personal data never reach a log; structlog renders one JSON object a line.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "colophon.settings.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"level": "WARNING"},
    },
}


def broker_dsn(place: Database) -> str:
    """Return where pgmq keeps its queues: a database of its own, so that it can be thrown away."""
    if COLOPHON_ROLE not in ("app", "owner"):
        return ""  # the sealer and the sequencer queue nothing
    beside = Database(host=place.host, port=place.port, name=f"{place.name}_broker")
    return beside.dsn("colophon_broker", password=COLOPHON.secret("db-broker.password"))
