"""The catalogue: every sentence for people, from templates, gettext calls and `msgid(...)` calls.

``python -m colophon.web.words`` rebuilds ``locale/<language>/LC_MESSAGES/django.{po,mo}`` and lists
what is not translated; ``--check`` changes nothing and ends with 1 if it would. No gettext tools
are needed.
"""

from __future__ import annotations

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOCALE = ROOT / "platform/colophon/locale"
SOURCES = ("platform", "compliance", "generation", "workers")
TARGET = "zh_Hans"
CALLS = {"msgid", "gettext", "gettext_lazy", "pgettext", "_"}
PLURALS = {"ngettext": 0, "count": 1}
"""Calls with a singular and a plural, and where the singular stands."""
HEADER = (
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Language: {language}\n"
    "Plural-Forms: nplurals=1; plural=0;\n"
)
_STRING = r"""(?:"([^"]*)"|'([^']*)')"""
_TAGS = re.compile(r"\{%\s*(?:translate|say)\s+" + _STRING)
_COUNT = re.compile(r"\{%\s*count\s+\S+\s+" + _STRING + r"\s+" + _STRING)


@dataclass(slots=True)
class Entry:
    """One sentence: where it stands, and what it is in the other language."""

    one: str
    many: str = ""
    places: list[str] = field(default_factory=list)
    said: str = ""


def collect() -> dict[str, Entry]:
    """Return every sentence by its singular, sorted; each with the files it stands in."""
    found: dict[str, Entry] = {}
    for path in sorted(_files()):
        source = path.read_text(encoding="utf-8")
        sentences = _of_python(source) if path.suffix == ".py" else _of_template(source)
        place = path.relative_to(ROOT).as_posix()
        for one, many in sentences:
            entry = found.setdefault(one, Entry(one=one))
            entry.many = entry.many or many
            if place not in entry.places:
                entry.places.append(place)
    return dict(sorted(found.items()))


def _files() -> Iterator[Path]:
    for source in SOURCES:
        for suffix in ("*.py", "*.html"):
            for path in (ROOT / source).rglob(suffix):
                if "migrations" not in path.parts and "node_modules" not in path.parts:
                    yield path


def _of_template(source: str) -> Iterator[tuple[str, str]]:
    for found in _TAGS.finditer(source):
        yield found[1] or found[2] or "", ""
    for found in _COUNT.finditer(source):
        yield found[1] or found[2] or "", found[3] or found[4] or ""


def _of_python(source: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        texts = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
        if name in CALLS and texts and isinstance(texts[0], str) and texts[0]:
            yield texts[0], ""
        if name in PLURALS:
            at = PLURALS[name]
            match texts[at : at + 2]:
                case [str(one), str(many)]:
                    yield one, many


def read_po(path: Path) -> dict[str, str]:
    """Return singular -> translation of a .po file as `write_po` writes it."""
    said: dict[str, str] = {}
    if not path.exists():
        return said
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        parts = {"msgid": "", "msgstr": ""}
        now = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            keyword, quote, rest = line.partition('"')
            if keyword.strip():
                now = keyword.strip().removesuffix("[0]")
            if quote and now in parts:
                parts[now] += _unquoted(rest.removesuffix('"'))
        if parts["msgid"]:
            said[parts["msgid"]] = parts["msgstr"]
    return said


def write_po(entries: Iterable[Entry]) -> str:
    """Return the text of a .po file, one entry a block, in the order given."""
    blocks = ['msgid ""\nmsgstr ""\n' + _lines(HEADER.format(language=TARGET))]
    for entry in entries:
        lines = [f"#: {' '.join(entry.places)}", f"msgid {_quoted(entry.one)}"]
        if entry.many:
            lines += [f"msgid_plural {_quoted(entry.many)}", f"msgstr[0] {_quoted(entry.said)}"]
        else:
            lines.append(f"msgstr {_quoted(entry.said)}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def write_mo(entries: Iterable[Entry]) -> bytes:
    """Return the bytes of a .mo file. Source: GNU gettext manual, "The Format of GNU MO Files"."""
    pairs = [(b"", HEADER.format(language=TARGET).encode())]
    for entry in entries:
        if entry.said:
            key = entry.one + ("\0" + entry.many if entry.many else "")
            pairs.append((key.encode(), entry.said.encode()))
    pairs.sort()
    count = len(pairs)
    at = 28 + 16 * count
    tables: list[bytes] = []
    blob = b""
    for side in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[side]), at + len(blob)))
            blob += pair[side] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, at)
    return head + b"".join(tables) + blob


def build() -> tuple[str, bytes, list[str], list[str]]:
    """Return .po text, .mo bytes, sentences without translation, and translations of nothing."""
    entries = collect()
    held = read_po(LOCALE / TARGET / "LC_MESSAGES/django.po")
    for entry in entries.values():
        entry.said = held.get(entry.one, "")
    missing = [one for one, entry in entries.items() if not entry.said]
    stale = sorted(held.keys() - entries.keys())
    return write_po(entries.values()), write_mo(entries.values()), missing, stale


def main(argv: list[str] | None = None) -> int:
    """Rebuild the catalogue, or only say what it lacks."""
    parser = argparse.ArgumentParser(prog="python -m colophon.web.words", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    told = parser.parse_args(argv)
    po, mo, missing, stale = build()
    folder = LOCALE / TARGET / "LC_MESSAGES"
    if not told.check:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "django.po").write_text(po, encoding="utf-8")
        (folder / "django.mo").write_bytes(mo)
    for name, sentences in (("not translated", missing), ("translates nothing", stale)):
        for sentence in sentences:
            sys.stdout.write(f"{name}: {sentence}\n")
    fresh = (folder / "django.mo").exists() and (folder / "django.mo").read_bytes() == mo
    return 1 if missing or (told.check and (stale or not fresh)) else 0


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _unquoted(text: str) -> str:
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def _lines(text: str) -> str:
    return "\n".join(_quoted(line) for line in text.splitlines(keepends=True))


if __name__ == "__main__":
    sys.exit(main())
