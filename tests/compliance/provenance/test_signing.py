"""Signed files: trusted as they left, anything but trusted once touched; failures told apart."""

from __future__ import annotations

import json
import os
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from provenance_cases import PARENT, STATEMENT

from compliance.provenance import c2pa_sdk, demo_chain, manifest
from compliance.provenance.credential import State
from compliance.provenance.errors import SigningFailed, TimestampUnavailable
from generation.engine import Origin

TYPES = ("image/png", "image/jpeg", "text/plain")


@pytest.fixture
def sign(bench, plain, work_of, tmp_path):
    """Return a function: sign a plain work, stamped unless told otherwise."""

    def make(media_type: str = "image/png", **how):
        changes = {"media_type": media_type, "payload": None} | how.pop("work", {})
        told = {"credentials": bench.credentials, "timestamp_url": bench.url} | how
        made = manifest.definition(work_of(**changes), statement=STATEMENT, version="0.1.0")
        path = plain(media_type)
        return c2pa_sdk.sign(
            path,
            into=tmp_path / f"signed{path.suffix}",
            media_type=media_type,
            definition=made,
            **told,
        )

    return make


@pytest.fixture
def read(bench):
    def look(signed, media_type="image/png", *, roots=None, path=None):
        return c2pa_sdk.read(
            path or signed.path,
            media_type=media_type,
            anchors_pem=bench.roots if roots is None else roots,
            sidecar=signed.manifest if signed.sidecar else None,
        )

    return look


@pytest.mark.parametrize("media_type", TYPES)
def test_a_signed_and_stamped_work_is_trusted_and_says_what_was_claimed(media_type, sign, read):
    signed = sign(media_type)
    credential = read(signed, media_type)
    assert credential.state is State.TRUSTED
    assert credential.failures == ()
    assert credential.timestamp
    said = {one["label"]: one for one in credential.manifest["assertions"]}
    assert said[manifest.RELEASE]["data"]["ledger"]["leafIndex"] == 41
    assert all(one["created"] for one in said.values())
    assert [one.present for one in credential.layers()] == [True, True]
    assert b"thumbnail" not in signed.manifest


@pytest.mark.parametrize("media_type", TYPES)
def test_the_manifest_s_id_is_the_seal_s(media_type, sign, read):
    signed = sign(media_type, work={"manifest_id": "5d5ad0e5-68a3-4a32-a0b0-0c8f9c2f7a11"})
    label = read(signed, media_type).manifest["label"]
    assert label == "urn:c2pa:5d5ad0e5-68a3-4a32-a0b0-0c8f9c2f7a11"


@pytest.mark.parametrize("media_type", TYPES)
def test_a_changed_byte_of_content_is_invalid(media_type, sign, read, tmp_path):
    signed = sign(media_type)
    data = bytearray(signed.path.read_bytes())
    data[-20] ^= 1
    changed = tmp_path / f"changed{signed.path.suffix}"
    changed.write_bytes(data)
    credential = read(signed, media_type, path=changed)
    assert credential.state is State.INVALID
    assert credential.failures == ("assertion.dataHash.mismatch",)
    assert [one.present for one in credential.layers()] == [False, False]


@pytest.mark.parametrize("media_type", TYPES)
def test_without_our_root_a_file_is_intact_and_not_trusted(media_type, sign, read, tmp_path):
    signed = sign(media_type)
    assert read(signed, media_type, roots="").state is State.VALID
    demo_chain.make(tmp_path / "others")
    others = (tmp_path / "others" / demo_chain.ROOTS).read_text()
    credential = read(signed, media_type, roots=others)
    assert credential.state is State.VALID
    assert "signingCredential.untrusted" in credential.failures
    assert credential.timestamp == ""


def test_a_sidecar_is_asked_for_and_never_found_by_itself(sign, bench):
    signed = sign("text/plain")
    assert signed.sidecar is not None
    assert signed.sidecar.read_bytes() == signed.manifest
    credential = c2pa_sdk.read(signed.path, media_type="text/plain", anchors_pem=bench.roots)
    assert credential.state in {State.ABSENT, State.UNREADABLE}


def test_without_an_authority_a_file_is_trusted_and_not_stamped(sign, read):
    credential = read(sign(timestamp_url=""))
    assert credential.state is State.TRUSTED
    assert [one.name for one in credential.layers() if not one.present] == ["timestamp"]
    assert [one.name for one in credential.layers(stamped=False)] == ["c2pa"]


def test_an_edit_names_its_parent_as_an_ingredient(sign, read, plain):
    origin = plain("image/png")
    parent = c2pa_sdk.Ingredient(
        key="parent", title="Lighthouse", media_type="image/png", path=origin
    )
    signed = sign(work={"origin": Origin.EDITED, "parent": PARENT}, ingredients=(parent,))
    found = read(signed)
    assert found.state is State.TRUSTED
    [ingredient] = found.manifest["ingredients"]
    assert (ingredient["title"], ingredient["relationship"]) == ("Lighthouse", "parentOf")


def test_a_parent_that_carries_a_credential_keeps_it_inside_ours(sign, read, tmp_path):
    first = sign()
    kept = tmp_path / "first.png"
    first.path.rename(kept)
    parent = c2pa_sdk.Ingredient(key="parent", title="First", media_type="image/png", path=kept)
    signed = sign(work={"origin": Origin.EDITED, "parent": PARENT}, ingredients=(parent,))
    assert read(signed).state is State.TRUSTED
    assert len(signed.manifest) > len(first.manifest)
    [ingredient] = read(signed).manifest["ingredients"]
    assert ingredient["active_manifest"].startswith("urn:c2pa:")


# --- what can go wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://authority.invalid/"])
def test_an_authority_out_of_reach_holds_the_seal_and_leaves_no_file(url, sign, tmp_path):
    with pytest.raises(TimestampUnavailable):
        sign(timestamp_url=url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: 7\r\n\r\ngarbage",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
        b"",
    ],
    ids=["garbage", "another type", "busy", "hangs up"],
)
def test_an_authority_that_lies_holds_the_seal(answer, sign, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def once() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=once)
        thread.start()
        with pytest.raises(TimestampUnavailable):
            sign(timestamp_url=f"http://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join()
    assert list(tmp_path.iterdir()) == []


def test_a_key_kept_elsewhere_signs_through_a_function(sign, read, bench):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(bench.credentials.key_pem.encode(), None)
    held = c2pa_sdk.Credentials(
        chain_pem=bench.credentials.chain_pem,
        sign=lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())),
    )
    assert read(sign(credentials=held)).state is State.TRUSTED


def test_a_key_service_that_is_down_is_named_as_the_cause(sign, bench, tmp_path):
    def down(_: bytes) -> bytes:
        raise ConnectionError("the key service is down")

    held = c2pa_sdk.Credentials(chain_pem=bench.credentials.chain_pem, sign=down)
    with pytest.raises(SigningFailed, match="the key service is down"):
        sign(credentials=held)
    assert list(tmp_path.iterdir()) == []


def test_a_key_service_that_lies_is_found_out_at_signing(sign, bench, tmp_path):
    held = c2pa_sdk.Credentials(chain_pem=bench.credentials.chain_pem, sign=lambda _: b"\x01" * 64)
    with pytest.raises(SigningFailed):
        sign(credentials=held)
    assert list(tmp_path.iterdir()) == []


def test_another_s_key_is_found_out_at_signing(sign, bench, tmp_path):
    demo_chain.make(tmp_path / "others")
    stolen = (tmp_path / "others" / demo_chain.SEALER_KEY).read_text()
    with pytest.raises(SigningFailed):
        sign(credentials=replace(bench.credentials, key_pem=stolen))


def test_credentials_need_exactly_one_way_to_sign_and_show_no_key(bench):
    with pytest.raises(ValueError, match="either a key or a function"):
        c2pa_sdk.Credentials(chain_pem=bench.credentials.chain_pem)
    assert "PRIVATE" not in repr(bench.credentials)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"plain words", b"\x00" * 4096],
    ids=["empty", "PNG head", "JPEG head", "words", "zeros"],
)
@pytest.mark.parametrize("media_type", TYPES)
def test_a_file_without_a_credential_is_an_answer_and_no_exception(
    data, media_type, bench, tmp_path
):
    path = tmp_path / "file"
    path.write_bytes(data)
    credential = c2pa_sdk.read(path, media_type=media_type, anchors_pem=bench.roots)
    assert credential.state in {State.ABSENT, State.UNREADABLE, State.INVALID}
    assert not credential.trusted


def test_a_child_that_was_forked_signs_with_objects_of_its_own(sign, read, bench, tmp_path):
    """Context and Signer are dead in a child; a cache that forgot the process would fail here.

    Unstamped: the SDK's HTTP client does not cross a fork either, and there is nothing to be done.
    """
    sign(timestamp_url="")
    answer, told = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover  the child reports by the pipe and leaves at once
        try:
            state = read(sign(timestamp_url="")).state.value
        except BaseException as error:  # noqa: BLE001  nothing may climb into the parent's pytest
            state = repr(error)
        os.write(told, state.encode()[:4000])
        os._exit(0)
    os.close(told)
    with os.fdopen(answer, "rb") as stream:
        said = stream.read().decode()
    os.waitpid(child, 0)
    assert said == "Trusted"


def test_only_one_module_imports_the_sdk():
    root = Path(__file__).resolve().parents[3]
    folders = [root / name for name in ("compliance", "generation", "workers", "platform")]
    files = [file for folder in folders for file in folder.rglob("*.py")]
    users = [
        file.relative_to(root).as_posix()
        for file in files
        if any(
            line.split()[:2] in (["import", "c2pa"], ["from", "c2pa"])
            for line in file.read_text("utf-8").splitlines()
        )
    ]
    assert users == ["compliance/provenance/c2pa_sdk.py"]


def test_a_definition_that_was_not_checked_still_cannot_put_text_into_json(sign, read):
    title = 'quotes " and \\ and 中文 \u202e'
    found = read(sign(work={"title": title})).manifest
    assert found["title"] == title
    assert json.dumps(found)
