"""The TEST authority of `make demo`: its certificate chains, and time-stamps on request.

``python -m compliance.provenance.demo_authority make FOLDER`` writes both chains;
``... serve FOLDER --port N`` writes what is missing and answers RFC 3161 requests.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compliance.provenance.demo_chain import make
from compliance.provenance.time_stamping import serve


def main(argv: list[str] | None = None) -> int:
    """Run one of the two commands; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("make", "serve"):
        one = commands.add_parser(name)
        one.add_argument("folder", type=Path)
        if name == "serve":
            one.add_argument("--port", type=int, required=True)
    told = parser.parse_args(argv)
    make(told.folder)
    if told.command == "serve":
        serve(told.folder, port=told.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
