"""Write a bundle of many events and verify it, each in a process of its own; print time and memory.

PYTHONPATH=platform:.:tests/colophon/exports python tests/colophon/exports/measure_evidence.py 100000
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from make_evidence import Log, Trust, consistency, evidence, note_of, published

from colophon.exports import verify_bundle
from colophon.exports.bundle import write

# Peak memory is read from inside: what a parent is told of a child counts the parent's own pages.
MEASURED = """
import re, runpy, sys, time
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    peak = int(re.search("VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
    sys.stderr.write(f"{time.process_time():6.2f} s of CPU, {peak:.0f} MiB at most\\n")
"""
ALONE = [sys.executable, "-I", "-S", "-c", MEASURED]


def main(many: int) -> None:
    log = Log()
    while len(log.entries) < many:
        published(log, f"w{len(log.entries)}")
    del log.entries[many:]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        hashes = log.hashes()
        whole = evidence(log, consistency={many // 2: consistency(many // 2, hashes)}, manifests={})
        began = time.perf_counter()
        write(whole, home / "x.zip")
        sys.stdout.write(f"write   {time.perf_counter() - began:6.2f} s\n")
        (home / "held").write_text(note_of(hashes[: many // 2], witnesses=()), "utf-8")
        del log, hashes, whole
        arguments = Trust(home / "trust").arguments(quorum=3, since=home / "held")
        said = subprocess.run(
            [*ALONE, str(verify_bundle.__file__), str(home / "x.zip"), *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        size = (home / "x.zip").stat().st_size / 1e6
        sys.stdout.write(f"verify  {said.stderr}bundle {size:.1f} MB\n{said.stdout}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
