"""Run all tests in four groups, two groups at a time: ``python ci/run_tests.py [pytest options]``.

Tests of pages and of whole stacks mostly wait for other processes, so a second group fits beside
them. Browser tests have a process of their own for another reason, too: Playwright keeps an event
loop running in it, in which Django refuses a connection.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

AT_ONCE = 2
BROWSER = ("tests/browser",)
PAGES = ("tests/colophon",)
STACKS = ("tests/path", "tests/faults", "tests/stack", "tests/workers")
# The longest first. What no group names is in the last, so a new folder is never left out.
GROUPS = {
    "browser": BROWSER,
    "pages": PAGES,
    "stacks": STACKS,
    "rest": ("tests", *(f"--ignore={one}" for one in (*BROWSER, *PAGES, *STACKS))),
}
LIMIT_SECONDS = 1200
"""A browser that never answers holds its group for ever; pytest has said where long before."""
NO_TESTS = 5  # pytest's answer when options leave nothing of a group

_NAMED = ("FAILED ", "ERROR ")
_COUNTED = re.compile(r"(\d+) (passed|failed|errors?|skipped)")

_printing = threading.Lock()
_counts: Counter[str] = Counter()
_named: list[str] = []
"""Tests that failed, told once more at the very end: of a long output that is what people see."""


def run(name: str, options: list[str]) -> tuple[str, int, float]:
    """Run one group, its lines told as they come; return its name, exit status and seconds."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", *GROUPS[name], *options]
    last = ""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None  # noqa: S101
        clock = threading.Timer(LIMIT_SECONDS, process.kill)
        clock.start()
        for line in process.stdout:
            with _printing:
                sys.stdout.write(f"{name:>7} | {line}")
                sys.stdout.flush()
            last = line
            if line.startswith(_NAMED):
                _named.append(line)
        clock.cancel()
        _counts.update({what.rstrip("s"): int(n) for n, what in _COUNTED.findall(last)})
    return name, process.returncode, time.monotonic() - began


def main(options: list[str]) -> int:
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(lambda name: run(name, options), GROUPS))
    for name, status, seconds in done:
        verdict = {0: "passed", NO_TESTS: "had no tests"}.get(status, f"FAILED ({status})")
        sys.stdout.write(f"{name:>7} {verdict} in {seconds:.0f} s\n")
    sys.stdout.writelines(_named)
    sys.stdout.write(f"all in {time.monotonic() - began:.0f} s\n")
    failed, skipped = _counts["failed"] + _counts["error"], _counts["skipped"]
    sys.stdout.write(f"{_counts['passed']} passed, {failed} failed, {skipped} skipped\n")
    return 0 if all(status in (0, NO_TESTS) for _, status, _ in done) else 1


if __name__ == "__main__":
    if not Path("tests").is_dir():
        sys.exit("Run this from the root of the repository.")
    sys.exit(main(sys.argv[1:]))
