"""The TEST authority: chains that say so, and RFC 3161 replies another verifier can follow."""

from __future__ import annotations

import hashlib
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from asn1crypto import core, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from compliance.provenance import demo_chain
from compliance.provenance.time_stamping import LARGEST, Authority, server

DIGEST = hashlib.sha256(b"a signature").digest()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("chains")
    demo_chain.make(found)
    return found


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority(folder)


def request(**changes: object) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST}
    told = {"version": "v1", "message_imprint": imprint, "cert_req": True, "nonce": 2**63 + 5}
    return tsp.TimeStampReq({**told, **changes}).dump()


def certificates(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())


@pytest.mark.parametrize(
    ("chain", "purpose"),
    [
        (demo_chain.SEALER_CHAIN, ExtendedKeyUsageOID.EMAIL_PROTECTION),
        (demo_chain.TSA_CHAIN, ExtendedKeyUsageOID.TIME_STAMPING),
    ],
)
def test_a_chain_says_test_and_has_the_profile_readers_ask_for(chain, purpose, folder):
    leaf, middle = certificates(folder / chain)
    [root] = [
        one for one in certificates(folder / demo_chain.ROOTS) if one.subject == middle.issuer
    ]
    for one, issuer in ((leaf, middle), (middle, root), (root, root)):
        one.verify_directly_issued_by(issuer)
        assert "TEST" in one.subject.rfc4514_string()
        assert one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        assert one.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical
    assert list(usage.value) == [purpose]
    key_usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert key_usage.digital_signature
    assert not key_usage.key_cert_sign
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)


def test_keys_are_their_owner_s_alone_and_making_again_changes_nothing(folder):
    for name in (demo_chain.SEALER_KEY, demo_chain.TSA_KEY):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    demo_chain.make(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_half_a_chain_is_made_anew(tmp_path):
    demo_chain.make(tmp_path)
    before = (tmp_path / demo_chain.SEALER_KEY).read_bytes()
    (tmp_path / demo_chain.ROOTS).unlink()
    demo_chain.make(tmp_path)
    assert (tmp_path / demo_chain.SEALER_KEY).read_bytes() != before


def test_a_token_binds_digest_nonce_time_and_certificate(authority, folder):
    reply = tsp.TimeStampResp.load(authority.reply(request()), strict=True)
    assert reply["status"]["status"].native == "granted"
    signed = reply["time_stamp_token"]["content"]
    info = signed["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == DIGEST
    assert info["nonce"].native == 2**63 + 5
    assert abs(info["gen_time"].native - datetime.now(UTC)) < timedelta(seconds=5)
    [signer] = signed["signer_infos"]
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    content = signed["encap_content_info"]["content"].contents
    assert attributes["message_digest"][0].native == hashlib.sha256(content).digest()
    leaf, _ = certificates(folder / demo_chain.TSA_CHAIN)
    [bound] = attributes["signing_certificate_v2"][0]["certs"]
    assert bound["cert_hash"].native == leaf.fingerprint(hashes.SHA256())
    signed_bytes = signer["signed_attrs"].untag().dump()
    leaf.public_key().verify(signer["signature"].native, signed_bytes, ec.ECDSA(hashes.SHA256()))


def test_no_certificates_are_sent_where_none_were_asked_for(authority):
    reply = tsp.TimeStampResp.load(authority.reply(request(cert_req=False)))
    assert not reply["time_stamp_token"]["content"]["certificates"].native


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (b"", "bad_data_format"),
        (b"garbage", "bad_data_format"),
        (request()[:-5], "bad_data_format"),
        (
            request(
                message_imprint={
                    "hash_algorithm": {"algorithm": "sha1"},
                    "hashed_message": b"\0" * 20,
                }
            ),
            "bad_alg",
        ),
        (
            request(
                message_imprint={
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": b"\0" * 31,
                }
            ),
            "bad_alg",
        ),
    ],
    ids=["nothing", "garbage", "cut off", "SHA-1", "a short digest"],
)
def test_a_request_it_cannot_serve_is_rejected_with_its_reason(asked, reason, authority):
    class Rejection(core.Sequence):
        _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012

    reply = Rejection.load(authority.reply(asked), strict=True)
    assert reply["status"]["status"].native == "rejection"
    assert reply["status"]["fail_info"].native == {reason}


def test_serials_are_never_given_twice_by_many_threads_at_once(authority):
    def serial(_: int) -> int:
        reply = tsp.TimeStampResp.load(authority.reply(request()))
        info = reply["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
        return int(info["serial_number"].native)

    with ThreadPoolExecutor(8) as pool:
        serials = list(pool.map(serial, range(200)))
    assert len(set(serials)) == 200


def test_over_http_it_answers_with_the_right_type_and_refuses_what_is_too_long(folder):
    running = server(folder, port=0)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        asked = HTTPConnection("127.0.0.1", running.server_port, timeout=10)
        asked.request("POST", "/", request(), {"Content-Type": "application/timestamp-query"})
        reply = asked.getresponse()
        assert reply.status == 200
        assert reply.getheader("Content-Type") == "application/timestamp-reply"
        assert tsp.TimeStampResp.load(reply.read())["status"]["status"].native == "granted"
        asked.close()
        asked = HTTPConnection("127.0.0.1", running.server_port, timeout=10)
        asked.putrequest("POST", "/")
        asked.putheader("Content-Length", str(LARGEST + 1))
        asked.endheaders()
        assert asked.getresponse().status == 413
        asked.close()
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


def test_the_command_makes_both_chains(tmp_path):
    subprocess.run(
        [
            sys.executable,
            "-m",
            "compliance.provenance.demo_authority",
            "make",
            str(tmp_path / "ca"),
        ],
        check=True,
        timeout=60,
    )
    assert {path.name for path in (tmp_path / "ca").iterdir()} == {
        demo_chain.ROOTS,
        demo_chain.SEALER_KEY,
        demo_chain.SEALER_CHAIN,
        demo_chain.TSA_KEY,
        demo_chain.TSA_CHAIN,
    }
