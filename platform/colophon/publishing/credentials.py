"""The sealer's keys, and what is signed with them. Only the sealer's process can read the files.

In ``COLOPHON_SECRETS`` of the sealer: ``c2pa.key``, ``c2pa-chain.pem`` (leaf first), ``c2pa-root.pem``
(the roots it reads back with) and ``mark.key`` (64 hexadecimal digits).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from colophon import VERSION
from colophon.publishing.models import Signable
from colophon.rules.selectors import packs
from colophon.store import services as store
from compliance.marking.recipe import SUFFIXES, Layer, Marked, Recipe
from compliance.provenance import c2pa_sdk, manifest
from compliance.provenance.credential import Credential
from generation.engine import Origin
from kernel.errors import Refused
from kernel.words import msgid

PARENT = "parent"


class NoCredentials(Refused):
    code = "no_credentials"
    status = 409
    says = msgid("The sealer cannot sign: {why}.")
    remedy = msgid(
        "Put key, chain, roots and mark key into the sealer's secrets; `make up` makes TEST ones."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signed file and what its seal will record."""

    path: Path
    manifest: bytes
    detached: bool
    recipe: Recipe
    leaf_index: int
    seal_id: UUID
    credential: Credential

    @property
    def stamped_at(self) -> datetime | None:
        said = self.credential.timestamp
        return datetime.fromisoformat(said) if said else None


def check() -> None:
    """Raise `NoCredentials` unless key, chain, roots and mark key are there and fit together."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    mark_key()
    held = _credentials()
    try:
        leaf = x509.load_pem_x509_certificates(held.chain_pem.encode())[0]
        key = load_pem_private_key(held.key_pem.encode(), password=None)
    except (ValueError, IndexError) as error:
        raise NoCredentials(why="key or certificate chain cannot be read") from error
    if leaf.public_key() != key.public_key():
        raise NoCredentials(why="the key does not belong to the first certificate of the chain")
    _roots()


@cache
def mark_key() -> bytes:
    """Return the key of the imperceptible mark. Raises `NoCredentials`."""
    try:
        found = bytes.fromhex(_secret("mark.key").strip())
    except ValueError as error:
        raise NoCredentials(why="mark.key is not hexadecimal") from error
    if len(found) < 16:
        raise NoCredentials(why="mark.key is shorter than 16 bytes")
    return found


def sign(
    signable: Signable,
    *,
    seal_id: UUID,
    marked: Marked,
    recipe: Recipe,
    leaf_index: int,
    into: Path,
) -> Signed:
    """Sign the marked file last of all, and read the credential back from what was written.

    Raises `ManifestRefused`, `TimestampUnavailable`, `SigningFailed`, `NoCredentials`.
    """
    parent = _parent(signable)
    definition = manifest.definition(
        _work(signable, seal_id=seal_id, recipe=recipe),
        statement=_statement(signable, leaf_index=leaf_index),
        version=VERSION,
    )
    signed = c2pa_sdk.sign(
        marked.path,
        into=into / f"sealed{SUFFIXES[signable.media_type]}",
        media_type=signable.media_type,
        definition=definition,
        credentials=_credentials(),
        timestamp_url=settings.COLOPHON_TSA_URL,
        ingredients=(parent,) if parent else (),
    )
    credential = c2pa_sdk.read(
        signed.path,
        media_type=signable.media_type,
        anchors_pem=_roots(),
        sidecar=signed.manifest if signed.sidecar else None,
    )
    return Signed(
        path=signed.path,
        manifest=signed.manifest,
        detached=signed.sidecar is not None,
        recipe=recipe,
        leaf_index=leaf_index,
        seal_id=seal_id,
        credential=credential,
    )


def read_layers(signable: Signable, signed: Signed) -> tuple[Layer, ...]:
    """Return the layers that signing made: the credential, and the time-stamp where asked for."""
    return signed.credential.layers(stamped=bool(signable.requirements["timestamp"]))


def _work(signable: Signable, *, seal_id: UUID, recipe: Recipe) -> manifest.Work:
    record = signable.record
    return manifest.Work(
        manifest_id=str(seal_id),
        title=signable.title,
        media_type=signable.media_type,
        origin=Origin(signable.origin),
        made_at=signable.made_at,
        maker=manifest.Maker(
            name=signable.engine or signable.tool,
            version=signable.engine_version or "as declared",
            model=str(record.get("model", "")),
            model_digest=str(record.get("model_digest", "")),
        ),
        parent=manifest.Parent(
            key=PARENT,
            title=signable.parent_title or "",
            media_type=signable.media_type,
        )
        if signable.parent_sha256
        else None,
        payload=recipe.payload if recipe.mark else None,
        ai_took_part=bool(signable.ai_share_permille),
    )


def _statement(signable: Signable, *, leaf_index: int) -> manifest.Statement:
    return manifest.Statement(
        release_id=str(signable.release_id),
        artifact_id=str(signable.artifact_id),
        packs_digest=signable.packs_digest,
        packs={pack.id: pack.version for pack in packs()},
        findings={
            "passed": signable.passed,
            "failed": signable.failed,
            "unsure": signable.unsure,
        },
        decided_by=signable.roles,
        event_id=str(signable.event_id),
        leaf_index=leaf_index,
        operator=signable.operator_name,
        test=signable.is_test,
    )


def _parent(signable: Signable) -> c2pa_sdk.Ingredient | None:
    if not signable.parent_sha256:
        return None
    return c2pa_sdk.Ingredient(
        key=PARENT,
        title=signable.parent_title or "",
        media_type=signable.media_type,
        path=store.path_of(signable.parent_sha256),
    )


@cache
def _credentials() -> c2pa_sdk.Credentials:
    return c2pa_sdk.Credentials(chain_pem=_secret("c2pa-chain.pem"), key_pem=_secret("c2pa.key"))


@cache
def _roots() -> str:
    return _secret("c2pa-root.pem")


def _secret(name: str) -> str:
    try:
        return (Path(settings.COLOPHON_SECRETS) / name).read_text()
    except OSError as error:
        raise NoCredentials(why=f"{name} is missing from its secrets") from error
