"""The sandbox in which this process has hostile bytes parsed (invariant 10)."""

from __future__ import annotations

import atexit
from functools import cache

from compliance.marking import PRELOAD as MARKING
from compliance.similarity import PRELOAD as LOOKING
from kernel.sandbox import Sandbox


@cache
def sandbox() -> Sandbox:
    """Return this process's sandbox, probed and started on first use."""
    made = Sandbox(preload=LOOKING + MARKING)
    atexit.register(made.close)
    return made
