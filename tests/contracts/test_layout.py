"""What the shape of the repository promises."""

from __future__ import annotations

import ast
import platform
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("platform", "generation", "compliance", "workers", "bench")
# Spelled apart, so that this file passes its own test.
HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org")


def sources() -> list[Path]:
    return [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_platform_is_a_source_root_and_the_standard_library_keeps_its_module() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert Path(platform.__file__).name == "platform.py"


def test_tests_lie_in_tests_alone_and_no_two_share_a_name() -> None:
    stray = [
        path for path in sources() if path.name.startswith("test_") or path.name == "conftest.py"
    ]
    assert [path for path in stray if path.parent.name != "provenance"] == []
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_every_folder_of_code_is_a_package() -> None:
    bare = {
        path.parent.relative_to(ROOT)
        for path in sources()
        if not (path.parent / "__init__.py").exists()
    }
    assert not bare


def test_no_folder_is_called_utils_helpers_or_common() -> None:
    assert not [path for path in sources() if path.stem in ("utils", "helpers", "common", "misc")]


def test_no_file_of_code_is_longer_than_400_lines_without_a_decision() -> None:
    decisions = "".join(page.read_text() for page in (ROOT / "docs/decisions").glob("*.md"))
    long = {
        str(path.relative_to(ROOT)): count
        for path in sources()
        if "migrations" not in path.parts
        and f"`{path.relative_to(ROOT)}` may be longer" not in decisions
        and (count := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_lock_files_are_hashed_and_name_no_registry() -> None:
    for name in ("runtime.txt", "test.txt"):
        text = (ROOT / "requirements" / name).read_text()
        assert "://" not in text
        assert "--index" not in text
        blocks = re.split(r"\n(?=\S)", text.strip())
        assert all("--hash=sha256:" in block for block in blocks)


def test_the_runtime_lock_is_part_of_the_test_lock() -> None:
    runtime, test = (
        set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / name).read_text(), re.M))
        for name in ("runtime.txt", "test.txt")
    )
    assert runtime <= test


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]

    def named(lines: list[str]) -> set[str]:
        return {re.match(r"[\w-]+", line)[0].lower() for line in lines}

    def locked(name: str) -> set[str]:
        return set(re.findall(r"^([\w-]+)==", (ROOT / "requirements" / name).read_text(), re.M))

    assert named(project["dependencies"]) | named(extras["embedded"]) <= locked("runtime.txt")
    assert named(extras["test"]) <= locked("test.txt")


def test_no_registry_and_no_path_of_one_machine_is_committed() -> None:
    found = []
    for path in tracked():
        if not path.is_file() or path.suffix in (
            ".png",
            ".jpg",
            ".woff2",
            ".mo",
            ".gz",
            ".otf",
            ".ttf",
        ):
            continue
        text = path.read_text(errors="replace")
        found += [
            (path.name, word)
            for word in (*HOSTS, "/work" + "/main", "/work" + "/shared")
            if word in text
        ]
    assert not found


def test_only_the_store_knows_where_objects_lie() -> None:
    allowed = {ROOT / "platform/colophon/store", ROOT / "platform/colophon/settings"}
    found = []
    for path in sources():
        if allowed & set(path.parents):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("COLOPHON_STORE", "store_folder"):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not found


def test_no_service_imports_the_workers() -> None:
    found = [
        path
        for path in sources()
        if "workers" not in path.parts
        and re.search(r"^\s*(from|import) workers", path.read_text(), re.M)
    ]
    assert not found
