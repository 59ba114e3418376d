"""The web process: one ASGI server on the sockets it inherits, pages on one and media on the other.

``python -m colophon.stack.serve FD [FD ...]``
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Final

import uvicorn

# An open stream of events must not hold up a stop.
_GRACE_SECONDS: Final = 3


def main(descriptors: list[int]) -> None:
    proxies = os.environ.get("COLOPHON_PROXIES", "")
    config = uvicorn.Config(
        "colophon.asgi:application",
        lifespan="off",
        log_config=None,  # Django's logging, one JSON object a line
        server_header=False,
        # Whose tries to sign in these are is known by address: only named proxies may say another.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=one) for one in descriptors])


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]])
