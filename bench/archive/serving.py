"""Settings of the web process while it is measured: those of a laptop, and one header more.

``X-Measured: <ms> <ms of its own thread> <queries> <ms in queries>`` is what the server spent from
the first middleware to the last. No platform in use says that: it would time one tenant's rows to
another (invariant 9).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from colophon.settings.local import *  # noqa: F403  as settings inherit
from colophon.settings.local import MIDDLEWARE as _MIDDLEWARE

MIDDLEWARE = ["bench.archive.serving.measured", *_MIDDLEWARE]


class _Queries:
    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], *told: Any) -> Any:
        self.count += 1
        began = time.perf_counter()
        try:
            return execute(*told)
        finally:
            self.seconds += time.perf_counter() - began


def measured(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def middleware(request: Any) -> Any:
        from django.db import connection

        queries, began, own = _Queries(), time.perf_counter(), time.thread_time()
        with connection.execute_wrapper(queries):
            response = get_response(request)
        said = (
            1000 * (time.perf_counter() - began),
            1000 * (time.thread_time() - own),
            queries.count,
            1000 * queries.seconds,
        )
        response["X-Measured"] = "{:.3f} {:.3f} {} {:.3f}".format(*said)
        return response

    return middleware
