"""What a test may ask of a stage that is up, by one line of JSON: a house of its own, or payloads.

Houses are built when a story asks for its own, so that a stage is up as soon as it can be. Only
`stage.py` opens this door, on a socket in its own folder.
"""

from __future__ import annotations

import json
import socketserver
import threading
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


def house(origin: str, *, key: str, name: str, people: Mapping[str, tuple[str, str]]) -> Any:
    """Found an organisation with the demo's parts, played by ``people``: name and language."""
    from colophon.accounts.models import Person
    from colophon.demo.seeding import PEOPLE, seed
    from colophon.ledger.tenancy import tenant

    cast = seed(origin, name=name, domain=f"{key}.test")
    with tenant(cast.organisation.id):
        for part, (full_name, language) in people.items():
            rows = Person.objects.filter(email=f"{part}@{key}.test")
            rows.update(name=full_name, language=language)
    return {"key": key, "tokens": {part: getattr(cast, part).token for part, _, _ in PEOPLE}}


@cache
def hostile(origin: str) -> Any:
    """Fill a house with payloads, once a stage; see `hostile.py`."""
    from hostile import plant

    return plant(origin)


def sound(origin: str, *, key: str, project: str) -> Any:
    """Put a tone that every check has answered into a house."""
    from stage import sound as tone

    return tone(project, 220, domain=f"{key}.test", assessed=True)


ORDERS = {"house": house, "hostile": hostile, "sound": sound}


class _Order(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        from django.db import connection

        asked = json.loads(self.rfile.readline())
        try:
            said = ORDERS[asked.pop("do")](self.server.origin, **asked)  # type: ignore[attr-defined]
        except Exception:  # noqa: BLE001  whatever broke is told to the test that asked
            said = {"broke": traceback.format_exc()}
        finally:
            connection.close()
        self.wfile.write(json.dumps(said).encode() + b"\n")


def open_door(at: Path, origin: str) -> str:
    """Answer on a socket at ``at`` from a thread of its own; return where."""
    server = socketserver.ThreadingUnixStreamServer(str(at), _Order)
    server.daemon_threads = True
    server.origin = origin  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return str(at)
