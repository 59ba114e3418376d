"""The only module that speaks to the c2pa SDK: sign a file, read a file.

One Context and one Signer are made per process on first use: objects that cross a fork are dead. So is
the SDK's HTTP client: a process that has fetched a time-stamp must not fork children that fetch one
(measured: they end in `TimestampUnavailable`; the sealer forks none).

The SDK's exceptions never leave this module. "No exception" is never taken as success: the state
decides. Measured behaviour this relies on: reference/c2pa.md, decisions 1-9.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from compliance.provenance.credential import Credential, State
from compliance.provenance.errors import SigningFailed, TimestampUnavailable

if TYPE_CHECKING:
    import c2pa

EMBEDDED = frozenset({"image/png", "image/jpeg"})
"""Types whose files carry the credential inside; others get a file of their own beside them."""
SIDECAR = ".c2pa"
_EKU = "1.3.6.1.5.5.7.3.4\n1.3.6.1.4.1.62558.2.1"  # e-mail protection, C2PA claim signing


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The signer: a certificate chain and a key, or something that signs with a key kept elsewhere."""

    chain_pem: str
    """Leaf first, then intermediates; the root is not needed."""
    algorithm: str = "es256"
    key_pem: str = ""
    sign: Callable[[bytes], bytes] | None = None
    """Gets the bytes to be signed, not their digest; returns r||s or DER for ECDSA."""

    def __post_init__(self) -> None:
        if bool(self.key_pem) == bool(self.sign):
            raise ValueError("credentials need either a key or a function that signs")

    def __repr__(self) -> str:
        return f"Credentials(algorithm={self.algorithm!r})"  # the key never reaches a log


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """A file the work was made from; ``key`` is its label in the definition."""

    key: str
    title: str
    media_type: str
    path: Path
    relationship: str = "parentOf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    path: Path
    manifest: bytes
    """The manifest store, as embedded or as written to the sidecar."""
    sidecar: Path | None = None


def sign(
    path: Path,
    *,
    into: Path,
    media_type: str,
    definition: Mapping[str, Any],
    credentials: Credentials,
    timestamp_url: str = "",
    ingredients: Sequence[Ingredient] = (),
) -> Signed:
    """Sign ``path`` into the new file ``into``; a text gets ``into`` + ``.c2pa`` beside it.

    The definition must have passed `manifest.check`. No file is left where signing failed.

    Raises:
        TimestampUnavailable: ``timestamp_url`` answered nothing usable; hanging costs 30 s.
        SigningFailed: certificate, key or definition were not accepted; the cause is told.
    """
    import c2pa

    order = _Order(path=path, media_type=media_type, definition=definition, ingredients=ingredients)
    signing = _signing(os.getpid(), threading.get_ident(), credentials, timestamp_url)
    try:
        with into.open("w+b") as target:
            store = _sign(order, signing, target)
    except c2pa.C2paError as error:
        into.unlink(missing_ok=True)
        if timestamp_url and not signing.failed and _signs_unstamped(order, credentials):
            raise TimestampUnavailable(cause=str(error)[:200]) from error
        raise _fault(error, signing.failed) from error
    if media_type in EMBEDDED:
        return Signed(path=into, manifest=store)
    shutil.copyfile(path, into)
    sidecar = into.with_name(into.name + SIDECAR)
    sidecar.write_bytes(store)
    return Signed(path=into, manifest=store, sidecar=sidecar)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    path: Path
    media_type: str
    definition: Mapping[str, Any]
    ingredients: Sequence[Ingredient]


def _sign(order: _Order, signing: _Signing, target: IO[bytes]) -> bytes:
    import c2pa

    signing.failed.clear()
    whole = dict(order.definition)
    if order.ingredients:
        whole["ingredients"] = []  # they come with their files
    with c2pa.Builder(whole, context=_signing_context(os.getpid())) as builder:
        for ingredient in order.ingredients:
            with ingredient.path.open("rb") as stream:
                builder.add_ingredient(_described(ingredient), ingredient.media_type, stream)
        if order.media_type not in EMBEDDED:
            builder.set_no_embed()
        with order.path.open("rb") as source:
            return bytes(builder.sign(signing.signer, order.media_type, source, target))


def _signs_unstamped(order: _Order, credentials: Credentials) -> bool:
    """Tell whether all but the stamp works: the SDK's sentences do not tell the causes apart."""
    import c2pa

    signing = _signing(os.getpid(), threading.get_ident(), credentials, "")
    try:
        with tempfile.TemporaryFile() as nowhere:
            _sign(order, signing, nowhere)
    except c2pa.C2paError:
        return False
    return True


def read(
    path: Path, *, media_type: str, anchors_pem: str, sidecar: bytes | None = None
) -> Credential:
    """Read and validate the credential of ``path`` against the roots in ``anchors_pem``.

    Never goes to the network. A file that cannot be read is ``UNREADABLE``, never an exception.
    """
    import c2pa

    context = _reading_context(os.getpid(), anchors_pem)
    try:
        with path.open("rb") as stream:
            reader = (
                c2pa.Reader(media_type, stream, context=context)
                if sidecar is None
                else c2pa.Reader(media_type, stream, sidecar, context=context)
            )
            with reader:
                report = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return Credential(state=State.ABSENT)
    except (c2pa.C2paError, ValueError) as error:
        return Credential(state=State.UNREADABLE, failures=(type(error).__name__,))
    return _credential(report)


def _credential(report: Mapping[str, Any]) -> Credential:
    results = (report.get("validation_results") or {}).get("activeManifest") or {}
    failures = tuple(sorted({str(one["code"]) for one in results.get("failure", ())}))
    passed = {str(one["code"]) for one in results.get("success", ())}
    manifest = (report.get("manifests") or {}).get(report.get("active_manifest"))
    if manifest is None:
        return Credential(state=State.INVALID, failures=failures or ("manifest.missing",))
    stamped = "timeStamp.trusted" in passed and "timeStamp.validated" in passed
    time = str((manifest.get("signature_info") or {}).get("time") or "") if stamped else ""
    try:
        state = State(str(report.get("validation_state")))
    except ValueError:
        state = State.INVALID
    return Credential(state=state, failures=failures, manifest=manifest, timestamp=time)


def _described(ingredient: Ingredient) -> dict[str, str]:
    return {
        "label": ingredient.key,
        "title": ingredient.title,
        "format": ingredient.media_type,
        "relationship": ingredient.relationship,
    }


def _fault(error: Exception, failed: list[BaseException]) -> SigningFailed:
    if failed:
        return SigningFailed(
            cause=f"the key service said {type(failed[-1]).__name__}: {failed[-1]}"
        )
    return SigningFailed(cause=str(error)[:200])


# --- one of each per process ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Signing:
    signer: c2pa.Signer
    failed: list[BaseException]
    """What our own signing function raised: the SDK says only "signature invalid"."""


@lru_cache(maxsize=8)
def _signing(_pid: int, _thread: int, credentials: Credentials, timestamp_url: str) -> _Signing:
    """Return the signer of this process and thread; the thread owns the list of what failed."""
    import c2pa

    failed: list[BaseException] = []
    algorithm = c2pa.C2paSigningAlg[credentials.algorithm.upper()]
    act = credentials.sign
    if act is None:
        info = c2pa.C2paSignerInfo(
            alg=algorithm,
            sign_cert=credentials.chain_pem.encode(),
            private_key=credentials.key_pem.encode(),
            ta_url=timestamp_url.encode() or None,
        )
        return _Signing(c2pa.Signer.from_info(info), failed)

    def guarded(data: bytes) -> bytes:
        try:
            return act(data)
        except BaseException as error:
            failed.append(error)
            raise

    signer = c2pa.Signer.from_callback(
        guarded, algorithm, credentials.chain_pem, timestamp_url or None
    )
    return _Signing(signer, failed)


@lru_cache(maxsize=1)
def _signing_context(_pid: int) -> c2pa.Context:
    return _context("")


@lru_cache(maxsize=8)
def _reading_context(_pid: int, anchors_pem: str) -> c2pa.Context:
    return _context(anchors_pem)


def _context(anchors_pem: str) -> c2pa.Context:
    import c2pa

    trust = {"user_anchors": anchors_pem} if anchors_pem else {}
    return c2pa.Context.from_dict(
        {
            "trust": {**trust, "trust_config": _EKU},
            "verify": {
                "remote_manifest_fetch": False,
                "ocsp_fetch": False,
                "verify_after_sign": True,
            },
            "builder": {"thumbnail": {"enabled": False}},
        }
    )
