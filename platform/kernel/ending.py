"""SIGTERM and Ctrl-C as an event that a loop waits for."""

from __future__ import annotations

import signal
import threading


def told() -> threading.Event:
    """Return the event that SIGTERM and SIGINT set from now on; for the main thread alone.

    `Event.set` takes a lock that this very thread may hold in its `wait` when the signal strikes, and
    would never get it. A thread of its own gets it as soon as the wait goes on.
    """
    event = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=event.set).start())
    return event
