"""Our scripts are modules: each has its names to itself, so two that come together cannot collide."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "platform" / "colophon"
_SCRIPT = re.compile(r"<script\b[^>]*>")


def test_every_script_of_our_own_is_a_module():
    found = [
        (path.name, tag)
        for path in ROOT.rglob("templates/**/*.html")
        for tag in _SCRIPT.findall(path.read_text(encoding="utf-8"))
    ]
    ours = [one for one in found if "htmx.min.js" not in one[1]]
    assert len(ours) > 5
    assert not [one for one in ours if 'type="module"' not in one[1]]
