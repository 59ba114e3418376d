"""The battery every check passes: a file dropped into `compliance/checks` is held to it by itself."""

from __future__ import annotations

import ast
import hashlib
import inspect
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.findings import (
    CHECK_BROKE,
    Answer,
    Check,
    CheckContext,
    Finding,
    Material,
    Severity,
    Subject,
    Term,
    ask,
    reads,
)
from compliance.shelf import CHECKS
from compliance.similarity import PRELOAD
from compliance.similarity.index import EmbeddedIndex
from kernel.canonical import canonical
from kernel.jail import bubblewrap_works
from kernel.sandbox import Level, Sandbox

EVERY = pytest.mark.parametrize("check", list(CHECKS), ids=lambda check: check.name)
NOW = datetime(2026, 11, 23, tzinfo=UTC)

HOSTILE = {
    "empty": b"",
    "png cut off": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
    "jpeg cut off": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "gif without end": b"GIF89a\xff\xff\xff\xff\xf7\0\0" + b"\0" * 800,
    "webp of four gigabytes": b"RIFF\xff\xff\xff\xffWEBPVP8L",
    "nothing but zeros": b"\0" * 5000,
    "nul and bidi": "a\0b\u202e\u2066c\ufeff\U000e0041".encode(),
    "no utf-8": b"\xff\xfe\xfa" * 50,
    "html": b"<html><script>alert(1)</script>",
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "long word": b"a" * 300_000,
    "digits": b"4" * 100_000,
    "dots": b"a." * 50_000 + b"@",
    "marks": ("a" + "\u0301" * 50_000).encode(),
    "invisible": ("\u200b" * 100_000).encode(),
}


@pytest.fixture(scope="module", params=list(Level))
def box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    if request.param is Level.ISOLATED and not bubblewrap_works():
        pytest.skip("bubblewrap does not work here")
    with Sandbox(level=request.param, preload=PRELOAD) as one:
        yield one


def context(box: Any, *, matches: Any = None) -> CheckContext:
    terms = (Term(bank="house", version="1", word="bad word"),)
    index = matches or EmbeddedIndex.build([], as_of=5)
    return CheckContext(matches=index, terms=terms, now=NOW, sandbox=box, seconds=10)


def material(data: bytes, *, path: Path | None, media_type: str, subject: Subject) -> Material:
    text = data.decode(errors="replace") if media_type.startswith("text/") else None
    digest = hashlib.sha256(data).hexdigest()
    if subject is Subject.PROMPT:
        path = None
    return Material(subject=subject, media_type=media_type, sha256=digest, text=text, path=path)


def kinds(check: Check) -> list[tuple[Subject, str]]:
    """Return every subject and one media type for each kind the check reads."""
    usual = {"image/*": "image/png", "text/*": "text/plain", "audio/*": "audio/mpeg"}
    types = [usual.get(one, one.replace("*", "octet-stream")) for one in check.reads]
    return [(subject, one) for subject in check.subjects for one in types]


def holds(check: Check, findings: tuple[Finding, ...], asked: Material) -> None:
    """Assert what is true of every answer."""
    assert findings
    for finding in findings:
        assert finding.check == check.name
        assert finding.version == check.version
        assert isinstance(finding.answer, Answer)
        assert isinstance(finding.severity, Severity)
        assert finding.sha256 == asked.sha256
        says = {**check.says, "check_broke": CHECK_BROKE}
        assert finding.code in says
        says[finding.code].format(**finding.facts)
        # Facts and evidence are hashed into the ledger: RFC 8785, and no floats at all.
        canonical({"facts": dict(finding.facts), "evidence": [dict(e) for e in finding.evidence]})
        for row in finding.evidence:
            assert isinstance(row["kind"], str)
        if finding.answer is Answer.PASSED:
            assert finding.severity is Severity.INFO


@EVERY
def test_it_asks_one_question(check: Check) -> None:
    assert check.asks.endswith("?")
    assert check.asks.count("?") == 1
    assert re.fullmatch(r"[a-z][a-z0-9_]*", check.name)
    assert check.version
    assert check.subjects <= frozenset(Subject)
    assert check.subjects
    assert check.reads


@EVERY
def test_it_lies_in_the_file_of_its_name(check: Check) -> None:
    assert type(check).__module__ == f"compliance.checks.{check.name}"


@EVERY
def test_its_sentences_are_sentences_that_promise_nothing(check: Check) -> None:
    for code, sentence in check.says.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", code)
        assert sentence[0].isupper() or sentence.startswith("{")
        assert sentence.rstrip("”").endswith((".", "{cause}"))
        assert not re.search(r"\b(legal|safe|not infringing|clean|guarantee)", sentence.lower())
        names = [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


@EVERY
def test_every_code_in_its_source_is_one_it_says(check: Check) -> None:
    tree = ast.parse(inspect.getsource(inspect.getmodule(type(check))))
    used = {
        word.value.value
        for word in ast.walk(tree)
        if isinstance(word, ast.keyword)
        and word.arg == "code"
        and isinstance(word.value, ast.Constant)
    }
    assert used <= set(check.says)


@EVERY
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_never_raise_and_never_pass_unread(
    check: Check, name: str, box: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "hostile.bin"
    path.write_bytes(HOSTILE[name])
    for subject, media_type in kinds(check):
        asked = material(HOSTILE[name], path=path, media_type=media_type, subject=subject)
        assert reads(check, asked)
        findings = ask(check, asked, context(box))
        holds(check, findings, asked)
        if media_type.startswith("image/") and check.name != "input_rights":
            assert all(finding.answer is not Answer.PASSED for finding in findings)


@given(text=st.text(max_size=400))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@EVERY
def test_any_text_is_answered(check: Check, text: str) -> None:
    if not any(one.startswith("text/") for one in check.reads) or check.name == "file_sanity":
        return  # that one reads files, not text that has been decoded
    subject = min(check.subjects)
    asked = material(text.encode(), path=None, media_type="text/plain", subject=subject)
    findings = check.ask(asked, context(None))
    holds(check, findings, asked)
    assert all(finding.code != "check_broke" for finding in findings)


class Broken:
    """An index and a sandbox that fail in every way there is."""

    level = "limited"
    as_of = 5
    works = 1

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("broken on purpose")


@EVERY
def test_a_crash_inside_is_unsure_and_never_a_pass(check: Check, tmp_path: Path) -> None:
    path = tmp_path / "any.png"
    path.write_bytes(b"\x89PNG")
    needs_more = check.name in {"text_overlap", "image_overlap", "file_sanity"}
    for subject, media_type in kinds(check):
        asked = material(b"some text", path=path, media_type=media_type, subject=subject)
        findings = ask(check, asked, context(Broken(), matches=Broken()))
        holds(check, findings, asked)
        if needs_more:
            assert [(one.answer, one.code) for one in findings] == [(Answer.UNSURE, "check_broke")]


def test_reading_the_shelf_loads_nothing_heavy() -> None:
    heavy = "numpy", "cv2", "faiss", "pdqhash", "PIL", "scipy"
    code = (
        "import sys; from compliance.shelf import CHECKS; list(CHECKS);"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )
    assert done.stdout.strip() == "[]"
