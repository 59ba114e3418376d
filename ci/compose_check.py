"""What the Compose schema cannot see in docker-compose.yml, checked without Docker.

``python ci/compose_check.py FILE``: prints each problem and exits 1, or says ok.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

SECRET_WORDS = ("PASSWORD", "PASS", "SECRET", "TOKEN")


def problems(document: dict[str, Any]) -> Iterator[str]:
    """Yield each problem as a sentence."""
    services = document["services"]
    for name, service in services.items():
        yield from (f"{name}: {one}" for one in _waits(service, services=services))
        yield from (f"{name}: {one}" for one in _mounts(service, document=document))
        yield from (f"{name}: {one}" for one in _tells(service))
        for port in service.get("ports", ()):
            if not str(port).startswith("127.0.0.1:"):
                yield f"{name}: port {port} is open to the world"
        if "-P solo" in str(service.get("command")):
            yield f"{name}: -P solo stalls with RabbitMQ, use -P threads -c 1"
    yield from _keeps_apart(services)


def _waits(service: dict[str, Any], *, services: dict[str, Any]) -> Iterator[str]:
    for other, how in service.get("depends_on", {}).items():
        if other not in services:
            yield f"waits for {other}, which is no service"
        elif how["condition"] == "service_healthy" and "healthcheck" not in services[other]:
            yield f"waits for the health of {other}, which has no health check"


def _mounts(service: dict[str, Any], *, document: dict[str, Any]) -> Iterator[str]:
    for volume in service.get("volumes", ()):
        source = volume.split(":")[0]
        if source[0] not in "./~" and source not in document.get("volumes", {}):
            yield f"volume {source} is not declared"


def _tells(service: dict[str, Any]) -> Iterator[str]:
    for name, value in service.get("environment", {}).items():
        secret = name != "COLOPHON_SECRETS" and any(word in name for word in SECRET_WORDS)
        if secret and ":?" not in str(value):
            yield f"{name} must be required as ${{NAME:?why}}"


def _keeps_apart(services: dict[str, Any]) -> Iterator[str]:
    """Yield where the sealer's secrets or its user are shared: invariant 2 at this size."""
    for name, service in services.items():
        if name in ("sealer", "provision"):
            continue
        if any("secrets-sealer" in volume for volume in service.get("volumes", ())):
            yield f"{name}: mounts the sealer's secrets"
        if str(service.get("user", "")).split(":")[0] == "10002":
            yield f"{name}: runs as the sealer's user"


def main(path: Path) -> int:
    found = list(problems(YAML(typ="safe").load(path)))
    sys.stdout.write("\n".join([*found, "" if found else f"{path} ok\n"]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
