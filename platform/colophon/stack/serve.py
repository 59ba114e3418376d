"""The web process: one ASGI server on the sockets it inherits, pages on one and media on the other.

``python -m colophon.stack.serve FD [FD ...]``
"""

from __future__ import annotations

import gc
import os
import socket
import sys
from importlib import import_module
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
    config.load()
    import_module("colophon.urls")  # with every view, else at the first request
    # A full collection walks everything that was ever loaded, for 200 ms in the midst of a page.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=one) for one in descriptors])


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]])
