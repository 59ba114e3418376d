"""A small RFC 3161 time-stamp authority for `make demo` and the tests, in Python alone.

It stamps whatever digest it is sent with this machine's clock: fit to try the path, not to testify.
Source: RFC 3161 section 2.4, RFC 5816 (ESSCertIDv2), RFC 5652 section 5.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import algos, cms, core, pem, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kernel import ending

HOST = "127.0.0.1"
POLICY = "1.3.6.1.4.1.62558.999.1"  # a TEST policy under nobody's arc
LARGEST = 8_192
_KNOWN = {"sha256": 32, "sha384": 48, "sha512": 64}


class Authority:
    """A key, its chain, and the replies made with them. Safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        key = serialization.load_pem_private_key((folder / "tsa.key").read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the authority's key is not an elliptic-curve key")
        self._key = key
        blocks = pem.unarmor((folder / "tsa-chain.pem").read_bytes(), multiple=True)
        self._chain = [asn1_x509.Certificate.load(der) for _, _, der in blocks]

    def reply(self, request: bytes) -> bytes:
        """Return the DER reply to a DER request: a token, or a refusal that names its reason."""
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            imprint = asked["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            digest = imprint["hashed_message"].native
        except (ValueError, TypeError, KeyError):
            return _refusal("bad_data_format")
        if algorithm not in _KNOWN or len(digest) != _KNOWN[algorithm]:
            return _refusal("bad_alg")
        token = self._token(asked)
        return bytes(
            tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
        )

    def _token(self, asked: Any) -> cms.ContentInfo:
        info = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": asked["message_imprint"],
            "serial_number": int.from_bytes(secrets.token_bytes(8), "big") >> 1,
            "gen_time": datetime.now(UTC).replace(microsecond=0),
            "accuracy": {"seconds": 1},
        }
        if asked["nonce"].native is not None:
            info["nonce"] = asked["nonce"]
        content = tsp.TSTInfo(info).dump()
        wanted = bool(asked["cert_req"].native)
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(content),
                },
                "certificates": self._certificates() if wanted else None,
                "signer_infos": [self._signer(content)],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})

    def _certificates(self) -> list[Any]:
        """In DER order: strict readers refuse a SET that is not sorted (X.690, 11.6)."""
        ordered = sorted(self._chain, key=lambda one: bytes(one.dump()))
        return [cms.CertificateChoices("certificate", one) for one in ordered]

    def _signer(self, content: bytes) -> cms.SignerInfo:
        leaf = self._chain[0]
        attributes = cms.CMSAttributes(
            sorted(
                [
                    _attribute("content_type", ["tst_info"]),
                    _attribute("message_digest", [hashlib.sha256(content).digest()]),
                    _attribute(
                        "signing_certificate_v2",
                        [{"certs": [{"cert_hash": hashlib.sha256(leaf.dump()).digest()}]}],
                    ),
                ],
                key=lambda one: bytes(one.dump()),
            )
        )
        signature = self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": {
                    "issuer_and_serial_number": {
                        "issuer": leaf.issuer,
                        "serial_number": leaf.serial_number,
                    }
                },
                "digest_algorithm": {"algorithm": "sha256"},
                "signed_attrs": attributes,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
                "signature": signature,
            }
        )


def _attribute(kind: str, values: list[Any]) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": values})


class _Rejection(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """A TimeStampResp without a token, which asn1crypto cannot write. Source: RFC 3161 2.4.2."""

    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012  the name and form asn1crypto reads


def _refusal(reason: str) -> bytes:
    said = {"status": "rejection", "fail_info": {reason}}
    return bytes(_Rejection({"status": said}).dump())


def server(folder: Path, *, port: int) -> ThreadingHTTPServer:
    """Return a server that answers at ``http://127.0.0.1:port/``; the caller runs and closes it."""
    authority = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 < length <= LARGEST:
                self.send_error(413)
                return
            reply = authority.reply(self.rfile.read(length))
            self.send_response(200)
            # Without this type the C2PA SDK refuses the reply.
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  http.server's name
            """Say nothing: requests hold digests of works."""

    return ThreadingHTTPServer((HOST, port), Handler)


def serve(folder: Path, *, port: int) -> None:
    """Answer until SIGTERM or Ctrl-C."""
    running = server(folder, port=port)
    stop = ending.told()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    stop.wait()
    running.shutdown()
    running.server_close()
