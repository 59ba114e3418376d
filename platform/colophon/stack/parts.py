"""Which processes make up Colophon on one machine, and what each of them is told and may read."""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from colophon.settings.env import ROOT
from colophon.stack.child import Child, Part
from colophon.stack.ports import HOST, answers
from colophon.stack.roles import Keyring

# In the order of their start: a witness must answer before the sequencer asks it.
NAMES: Final = ("tsa", "witness", "sequencer", "sealer", "worker", "sweeper", "web")
WITNESS_NAME: Final = "witness.test/demo"
_SETTLED_SECONDS: Final = 2.0
# What a child keeps of our environment, besides settings: where things lie, never what they say.
_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV", "OMP_NUM_THREADS")
# A setting that only one process may know, or that each process is given its own of.
_OWN: Final = ("COLOPHON_ADMIN_URL", "COLOPHON_SECRETS", "COLOPHON_ROLE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything the parts must agree on."""

    home: Path
    keyring: Keyring
    database_url: str
    broker_url: str
    origin: str
    media_origin: str
    web_descriptors: tuple[int, ...]
    web_port: int
    witness_port: int
    tsa_port: int
    settings: str = "colophon.settings.local"

    def env(self, process: str, *, role: str) -> dict[str, str]:
        """Return the whole environment of ``process``: settings, and the way to its secrets."""
        told = {
            name: value
            for name, value in os.environ.items()
            if name in _KEPT or (name.startswith("COLOPHON_") and name not in _OWN)
        }
        return (
            told
            | {
                "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
                "PYTHONUNBUFFERED": "1",
                "DJANGO_SETTINGS_MODULE": self.settings,
                "DATABASE_URL": self.database_url,
                "BROKER_URL": self.broker_url,
                "COLOPHON_HOME": str(self.home),
                "COLOPHON_SECRETS": str(self.keyring.folder(process)),
                "COLOPHON_ROLE": role,
                "COLOPHON_ORIGIN": self.origin,
                "COLOPHON_MEDIA_ORIGIN": self.media_origin,
            }
            | self._stamped()
        )

    def _stamped(self) -> dict[str, str]:
        if not self.tsa_port:
            return {}
        return {"COLOPHON_TSA_URL": f"http://{HOST}:{self.tsa_port}/"}

    def outside_env(self) -> dict[str, str]:
        """Return the environment of a process that stands outside: no setting, no secret."""
        told = {name: value for name, value in os.environ.items() if name in _KEPT}
        return told | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
            "PYTHONUNBUFFERED": "1",
        }

    @property
    def log_vkey(self) -> Path:
        return self.keyring.folder("sequencer") / "log.vkey"

    @property
    def authority(self) -> Path:
        """Where the TEST certificate chain and time-stamp authority lie."""
        return self.home / "authority"

    @property
    def witness_folder(self) -> Path:
        return self.home / "witness"


def part(name: str, plan: Plan) -> Part:
    """Return one of `NAMES`, as ``plan`` has it."""
    return _MAKERS[name](plan)


def _python(*arguments: str | Path) -> tuple[str, ...]:
    return (sys.executable, *map(str, arguments))


def _manage(*arguments: str) -> tuple[str, ...]:
    return _python(ROOT / "manage.py", *arguments)


def _web(plan: Plan) -> Part:
    def ready(child: Child) -> bool:
        return _status(plan.web_port, path="/readyz", host=plan.origin) == http.HTTPStatus.OK

    return Part(
        name="web",
        command=_python("-m", "colophon.stack.serve", *map(str, plan.web_descriptors)),
        env=plan.env("web", role="app"),
        ready=ready,
        descriptors=plan.web_descriptors,
    )


def _worker(plan: Plan) -> Part:
    return Part(
        name="worker",
        command=_python(
            "-m", "celery", "-A", "workers", "--skip-checks", "worker", "-P", "threads", "-c", "1",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ),
        env=plan.env("worker", role="app"),
        ready=_said("worker.ready"),
    )  # fmt: skip


def _sweeper(plan: Plan) -> Part:
    return Part(
        name="sweeper",
        command=_manage("sweeper"),
        env=plan.env("worker", role="app"),
        ready=_alive,
    )


def _sealer(plan: Plan) -> Part:
    return Part(
        name="sealer",
        command=_manage("sealer"),
        env=plan.env("sealer", role="sealer"),
        ready=_alive,
    )


def _sequencer(plan: Plan) -> Part:
    witness = ("--witness", f"http://{HOST}:{plan.witness_port}")
    vkey = str(plan.witness_folder / "witness.vkey")
    return Part(
        name="sequencer",
        command=_manage("sequencer", *witness, vkey, "--quorum", "1"),
        env=plan.env("sequencer", role="sequencer"),
        ready=_said("sequencer.started"),
    )


def _witness(plan: Plan) -> Part:
    def ready(child: Child) -> bool:
        return _status(plan.witness_port, path="/state") == http.HTTPStatus.OK

    return Part(
        name="witness",
        command=_python(
            "-m", "colophon.ledger.witness", "--folder", plan.witness_folder,
            "--name", WITNESS_NAME, "--log-vkey", plan.log_vkey, "--port", str(plan.witness_port),
        ),
        env=plan.outside_env(),
        ready=ready,
    )  # fmt: skip


def _tsa(plan: Plan) -> Part:
    return Part(
        name="tsa",
        command=_python(
            "-m", "compliance.provenance.demo_authority", "serve",
            plan.authority, "--port", str(plan.tsa_port),
        ),
        env=plan.outside_env(),
        ready=lambda child: answers(plan.tsa_port),
    )  # fmt: skip


_MAKERS: Final = {
    "tsa": _tsa,
    "witness": _witness,
    "sequencer": _sequencer,
    "sealer": _sealer,
    "worker": _worker,
    "sweeper": _sweeper,
    "web": _web,
}


class _said:  # noqa: N801  reads as a predicate where it is used
    """A part is ready once it says so in its log."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __call__(self, child: Child) -> bool:
        return child.said(self._words)


def _status(port: int, *, path: str, host: str = "") -> int | None:
    headers: Mapping[str, str] = {"Host": host.partition("//")[2]} if host else {}
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path, headers=dict(headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _alive(child: Child) -> bool:
    """A part that answers to nobody is ready when it has read its settings and not given up."""
    return child.seconds() > _SETTLED_SECONDS
