"""Listening sockets, bound by the supervisor.

The supervisor binds and the web process inherits: a port that is taken is told before anything
starts, and while the web process is started again a browser waits instead of being refused.
"""

from __future__ import annotations

import contextlib
import errno
import socket
from typing import Final

from colophon.stack.errors import PortInUse

HOST: Final = "127.0.0.1"


def listen(port: int) -> socket.socket:
    """Return a socket that listens on ``port`` of this machine alone; 0 takes a free one.

    Raises:
        PortInUse: another program has it.
    """
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
    except OSError as error:
        found.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise PortInUse(host=HOST, port=port, free=free_port()) from error
    found.listen(128)
    found.set_inheritable(False)
    return found


def free_port() -> int:
    """Return a port nobody has now. Another program may take it before it is used."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def answers(port: int) -> bool:
    """Tell whether something accepts connections there."""
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False
