"""Everything an installation may choose, in one typed place, read from the environment.

``COLOPHON_*`` names are the fields of `Environment` in capitals; ``DATABASE_URL`` and
``BROKER_URL`` keep the names that everybody knows. A name this file does not know stops the start:
a setting that is misspelt and silently ignored is worse than none. Secrets are never here, they
are files.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from kernel.errors import Refused
from kernel.words import msgid

ROOT: Final = Path(__file__).resolve().parents[3]
ROLES: Final = ("owner", "app", "sequencer", "sealer", "exporter")
BROKERS: Final = ("pgmq", "amqp", "amqps", "redis", "rediss", "memory")


class UnknownSetting(Refused):
    code = "unknown_setting"
    says = msgid("There is no setting called {name}. Known: {known}.")
    remedy = msgid("Correct the name, or take it out of the environment.")


class BadSetting(Refused):
    code = "bad_setting"
    says = msgid("The setting {name} cannot be “{value}”: {why}.")
    remedy = msgid("Correct it in the environment and start again.")


class MissingSecret(Refused):
    code = "missing_secret"
    says = msgid("There is no secret {path}.")
    remedy = msgid(
        "`make up` makes one for this machine; elsewhere put the file there (mode 0600)."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where a PostgreSQL lies. Who logs in is not said here: each process has a role of its own."""

    host: str
    port: int
    name: str

    def dsn(self, role: str, *, password: str) -> str:
        """Return a libpq connection string for ``role`` (``colophon_app``, say)."""
        parts = {"host": self.host, "port": str(self.port), "dbname": self.name}
        parts |= {"user": role, "password": password}
        return " ".join(f"{key}='{_quoted(value)}'" for key, value in parts.items())

    @property
    def url(self) -> str:
        """The same place in the form that DATABASE_URL has."""
        if self.host.startswith("/"):
            return f"postgresql:///{self.name}?host={self.host}&port={self.port}"
        return f"postgresql://{self.host}:{self.port}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What this process was told. Paths are absolute."""

    # folders
    home: Path = ROOT / "var"
    secrets: Path | None = None  # this process's own folder of secret files; home/secrets/<process>
    store: Path | None = None  # objects by SHA-256; home/store
    witness: Path | None = None  # the demo witness's own folder, outside the secrets; home/witness

    # who this process is, and where it answers
    role: str = "app"  # its login to the database: owner, app, sequencer, sealer, exporter
    debug: bool = False
    origin: str = "http://127.0.0.1:8000"
    media_origin: str = "http://localhost:8001"  # another host name, because cookies ignore ports
    sealer_uid: int | None = None  # production: the operating system's user of the sealer

    # who answers for what is published; the defaults say TEST and production refuses them
    operator_name: str = "TEST Operator"
    provider_code: str = "TEST-PROVIDER"
    filing_number: str = "TEST-FILING"
    log_name: str = "colophon.test/log"  # the ledger's name in every checkpoint
    tsa_url: str = ""  # RFC 3161 time-stamp authority

    # seconds
    grace_seconds: int = 60  # within which a decision can be undone; 0: it takes effect at once
    longest_task_seconds: int = 1800
    job_seconds: int = 900  # an engine run that takes longer ends in a fault
    lease_seconds: int = 60  # a worker silent for this long has lost its job
    resend_seconds: int = 30  # a queued row unheard of for this long is sent again
    media_seconds: int = 3600  # how long a link to a file works

    # names and addresses of neighbours
    worker_name: str = "worker"
    proxies: str = ""  # addresses of proxies whose X-Forwarded-For counts, separated by commas
    mail_url: str = ""  # smtp://user:password@host:port or smtps://…; empty: no mail is sent
    mail_from: str = ""  # the sender of our mail: Colophon <colophon@example.org>
    witnesses: str = ""  # addresses of witnesses, separated by commas

    # only `python -m colophon.stack` reads it: a login that may create roles and databases
    admin_url: str = ""

    @property
    def secrets_folder(self) -> Path:
        return self.secrets or self.home / "secrets" / ("web" if self.role == "app" else self.role)

    @property
    def store_folder(self) -> Path:
        return self.store or self.home / "store"

    @property
    def witness_folder(self) -> Path:
        return self.witness or self.home / "witness"

    def secret(self, name: str) -> str:
        """Return the content of a secret file of this process. Raises `MissingSecret`."""
        path = self.secrets_folder / name
        try:
            return path.read_text().strip()
        except OSError as error:
            raise MissingSecret(path=path) from error


def names() -> list[str]:
    """Return every COLOPHON_ name there is."""
    return sorted(f"COLOPHON_{field.name.upper()}" for field in fields(Environment))


def read(source: Mapping[str, str] | None = None) -> Environment:
    """Return what the environment says. Raises `UnknownSetting`, `BadSetting`."""
    source = os.environ if source is None else source
    known = {f"COLOPHON_{field.name.upper()}": field for field in fields(Environment)}
    told: dict[str, object] = {}
    for name, value in source.items():
        if not name.startswith("COLOPHON_"):
            continue
        if name not in known:
            raise UnknownSetting(name=name, known=", ".join(sorted(known)))
        field = known[name]
        told[field.name] = _typed(name, value=value, kind=str(field.type))
        assert field.default is not MISSING  # noqa: S101  a bare clone has no settings
    found = Environment(**told)  # type: ignore[arg-type]
    if found.role not in ROLES:
        raise BadSetting(
            name="COLOPHON_ROLE", value=found.role, why="it is one of " + ", ".join(ROLES)
        )
    return found


def database(url: str) -> Database:
    """Return the place that a DATABASE_URL names. Raises `BadSetting`."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadSetting(
            name="DATABASE_URL",
            value=parts.scheme,
            why="Colophon needs PostgreSQL 18, in every size",
        )
    if parts.username or parts.password:
        raise BadSetting(
            name="DATABASE_URL",
            value=f"{parts.scheme}://…@{parts.hostname or ''}",
            why="each process logs in as its own role with a password file; "
            "an administrator's login belongs in COLOPHON_ADMIN_URL",
        )
    query = parse_qs(parts.query)
    host = query.get("host", [unquote(parts.hostname or "localhost")])[0]
    port = int(query.get("port", [str(parts.port or 5432)])[0])
    return Database(host=host, port=port, name=unquote(parts.path.lstrip("/")) or "colophon")


def _typed(name: str, *, value: str, kind: str) -> object:
    if "Path" in kind:
        return Path(value).expanduser().resolve()
    if kind == "bool":
        if value.lower() not in ("0", "1", "false", "true", "no", "yes"):
            raise BadSetting(name=name, value=value, why="it is 0 or 1")
        return value.lower() in ("1", "true", "yes")
    if "int" in kind:
        if not value.isdecimal():
            raise BadSetting(name=name, value=value, why="it is a whole number")
        return int(value)
    return value


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
