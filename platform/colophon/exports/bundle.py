"""Write an evidence bundle: a BagIt 1.0 bag in a ZIP that strangers verify offline.

This is a pure writer: plain values in, one file out, no database. The same `Evidence` gives the
same bytes (with one build of zlib). The formats are those of `verify_bundle`, which rides along.

A **partial** bundle (``leaf_hashes`` given) shows some events and the hash of every other. Where it
shows that a release was decided, sealed or published it must show that release from
``release.requested`` on: the verifier refuses a step whose ground it cannot see.
"""

from __future__ import annotations

import base64
import binascii
import errno
import gzip
import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from colophon.exports import report, verify_bundle
from kernel.canonical import canonical, sha256_of
from kernel.errors import Fault
from kernel.words import msgid

_BASE = "evidence"  # RFC 8493, section 4: the one folder a serialised bag unpacks to
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class NoRoom(Fault):
    code = "bundle_no_room"
    status = 507
    says = msgid("There is no room to write the evidence bundle.")
    remedy = msgid(
        "Nothing was left behind. Free space where exports are written and cut it again."
    )


class Unwritten(Fault):
    code = "bundle_unwritten"
    says = msgid("The evidence bundle could not be written: {why}.")


class Incoherent(Fault):
    """What was handed in is not evidence of the tree it names: a defect of ours, never a user's."""

    code = "bundle_incoherent"
    status = 500
    says = msgid("Leaf {leaf} cannot go into an evidence bundle: {why}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafLine:
    """One event as it stands in the tree, and what of it is shown.

    Attributes:
        index: place in the tree, from 0.
        body: the exact bytes that were hashed, without a line end.
        disclosures: shown facts, each base64url of ``[salt, name, value]`` as it was hashed.
        withheld: digests in ``_sd`` of facts that exist and are not shown.
        erased: digests in ``_sd`` of facts that were destroyed; a ``subject.erased`` event says so.
    """

    index: int
    body: bytes
    disclosures: tuple[str, ...]
    withheld: tuple[str, ...]
    erased: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A clause as the packs had it: for reading beside the decisions, not part of the proof."""

    title: str
    source: str
    text: Mapping[str, str]  # by language: "en", "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that a bundle says.

    Attributes:
        origin: name of the log.
        note: the checkpoint as a signed note, cosignatures included.
        leaves: the shown events, in tree order; read once.
        leaf_hashes: for a partial bundle the 32-byte hash of every leaf, in order; else None.
        consistency: by earlier size, the RFC 9162 proof from there to this checkpoint.
        manifests: C2PA manifest stores by plain name; a shown ``release.sealed`` names each hash.
        scope: what was asked for, in words: "all", "case 0198...".
        made_at: when the bundle was cut.
        counts: ``committed`` and ``sequenced`` as the database said; ``sequenced`` is the size.
        keys_info: texts by plain file name, for information; nobody may trust keys from here.
        clauses: by clause id, the words and source of every clause that a decision names.
        timestamp: RFC 3161 reply over the note, or None.
    """

    origin: str
    note: str
    leaves: Iterable[LeafLine]
    leaf_hashes: Iterable[bytes] | None
    consistency: Mapping[int, list[bytes]]
    manifests: Mapping[str, bytes]
    scope: str
    made_at: datetime
    counts: Mapping[str, int]
    keys_info: Mapping[str, str]
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    timestamp: bytes | None = None


def write(evidence: Evidence, path: Path) -> str:
    """Write the bundle to ``path`` and return its SHA-256.

    It is made aside in the same folder and renamed when whole and on disk, so that under ``path``
    there is never half a bundle.

    Raises:
        NoRoom: the disk is full. Unwritten: any other failure to write.
        Incoherent: a leaf whose facts are not all shown, withheld or erased; an unusable name.
    """
    aside = None
    try:
        aside = Path(tempfile.mkdtemp(prefix=".bundle-", dir=path.parent))
        bag = aside / _BASE
        _fill(bag, evidence)
        packed = aside / "packed.zip"
        _pack(bag, packed)
        with packed.open("rb") as whole:
            sha256 = sha256_of(whole)
        packed.replace(path)
        _sync(path.parent)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom from error
        raise Unwritten(why=error.strerror or str(error)) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
    return sha256


def _fill(bag: Path, evidence: Evidence) -> None:
    data = bag / "data"
    for folder in ("c2pa", "keys", "report"):
        (data / folder).mkdir(parents=True)
    told = report.Telling()
    counts = _events(data, evidence.leaves, told)
    if evidence.leaf_hashes is not None:
        with (bag / verify_bundle.HASHES).open("wb") as hashes:
            hashes.writelines(evidence.leaf_hashes)
    (data / "checkpoint").write_text(evidence.note, "utf-8", newline="")
    if evidence.timestamp is not None:
        (data / "checkpoint.tsr").write_bytes(evidence.timestamp)
    proofs = {
        str(size): [base64.b64encode(part).decode() for part in proof]
        for size, proof in evidence.consistency.items()
    }
    _json(data / "consistency.json", proofs)
    stated = dict(evidence.counts)
    _json(data / "completeness.json", {"scope": evidence.scope, "counts": counts, "stated": stated})
    clauses = {
        name: {"title": clause.title, "source": clause.source, "text": dict(clause.text)}
        for name, clause in evidence.clauses.items()
    }
    _json(data / "clauses.json", clauses)
    for name, store in evidence.manifests.items():
        (data / "c2pa" / _plain(name)).write_bytes(store)
    for name, text in evidence.keys_info.items():
        (data / "keys" / _plain(name)).write_text(text, "utf-8", newline="")
    cover = report.Cover(
        origin=evidence.origin,
        note=evidence.note,
        scope=evidence.scope,
        made_at=evidence.made_at,
        partial=evidence.leaf_hashes is not None,
        clauses=clauses,
    )
    for language, name in report.FILES.items():
        page = report.render(told, cover=cover, language=language)
        (data / "report" / name).write_text(page, "utf-8", newline="")
    _tags(bag, evidence)


def _events(data: Path, leaves: Iterable[LeafLine], told: report.Telling) -> dict[str, int]:
    """Write events, disclosures and what is derived from them, in one pass; return the counts."""
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        events = stack.enter_context(_gzip(data.parent / verify_bundle.EVENTS))
        beside = stack.enter_context(_gzip(data.parent / verify_bundle.DISCLOSURES))
        derived = {
            frozenset(kinds.split()): stack.enter_context((data.parent / name).open("wb"))
            for name, kinds in verify_bundle.PROJECTIONS.items()
        }
        for leaf in leaves:
            event, facts = _read(leaf)
            events.write(leaf.body + b"\n")
            beside.write(_line(leaf))
            for kinds, file in derived.items():
                if event["type"] in kinds:
                    file.write(canonical(verify_bundle.row(leaf.index, event, facts)) + b"\n")
            told.take(leaf.index, event=event, facts=facts, hidden=len(event["_sd"]) - len(facts))
            counts.update(verify_bundle.tally(event, _beside(leaf)))
    return {name: many for name, many in counts.items() if many}


def _beside(leaf: LeafLine) -> dict[str, Any]:
    return {
        "leaf": leaf.index,
        "disclosures": list(leaf.disclosures),
        "withheld": list(leaf.withheld),
        "erased": list(leaf.erased),
    }


def _read(leaf: LeafLine) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the event and its shown facts. Raises `Incoherent`."""
    try:
        event = json.loads(leaf.body)
        facts = verify_bundle.disclosed(event, _beside(leaf))
    except verify_bundle.Invalid as error:
        raise Incoherent(leaf=leaf.index, why=str(error)) from error
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise Incoherent(leaf=leaf.index, why=repr(error)) from error
    return event, facts


def _line(leaf: LeafLine) -> bytes:
    line = canonical(_beside(leaf)) + b"\n"
    if max(len(line), len(leaf.body) + 1) >= verify_bundle.LARGEST or b"\n" in leaf.body:
        raise Incoherent(leaf=leaf.index, why="it does not fit a line of 1 MiB")
    return line


def _tags(bag: Path, evidence: Evidence) -> None:
    """Write what BagIt asks for beside the payload, the README and the verifier last."""
    payload = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    scope = re.sub(r"\s+", " ", evidence.scope)
    oxum = f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    info = (
        f"Bag-Software-Agent: Colophon evidence bundle 1\n"
        f"Bagging-Date: {evidence.made_at.astimezone(UTC).date().isoformat()}\n"
        f"External-Description: Evidence of {evidence.origin}, scope: {scope}\n"
        f"External-Identifier: {evidence.origin}\n"
        f"Payload-Oxum: {oxum}\n"
    )
    (bag / "bagit.txt").write_bytes(verify_bundle.BAGIT)
    (bag / "bag-info.txt").write_text(info, "utf-8", newline="")
    readme = Path(__file__).with_name("templates") / "exports" / "README.txt"
    (bag / "README.txt").write_bytes(readme.read_bytes())
    program = Path(verify_bundle.__file__)
    (bag / "verify_bundle.py").write_bytes(program.read_bytes())
    _manifest(bag, verify_bundle.PAYLOAD, payload)
    _manifest(bag, verify_bundle.TAGS, sorted(path for path in bag.iterdir() if path.is_file()))


def _manifest(bag: Path, name: str, files: Iterable[Path]) -> None:
    lines = []
    for path in files:
        with path.open("rb") as file:
            lines.append(f"{sha256_of(file)}  {path.relative_to(bag).as_posix()}\n")
    (bag / name).write_text("".join(lines), "utf-8", newline="")


def _pack(bag: Path, packed: Path) -> None:
    """Store ``bag`` as a ZIP whose comment is the SHA-256 of all that stands before the comment."""
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(path for path in bag.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{_BASE}/{path.relative_to(bag).as_posix()}")
            entry.create_system = 3  # Unix, wherever this runs: the same bytes
            entry.external_attr = 0o100644 << 16
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)
        archive.comment = b"0" * 64
    total = hashlib.sha256()
    with packed.open("r+b") as file:
        left = packed.stat().st_size - 64
        while piece := file.read(min(left, 1 << 20)):
            total.update(piece)
            left -= len(piece)
        file.seek(-64, os.SEEK_END)
        file.write(total.hexdigest().encode())
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _gzip(path: Path) -> Iterator[IO[bytes]]:
    # No name and no time in the header: the same events give the same bytes.
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed,
    ):
        yield cast(IO[bytes], packed)


def _json(path: Path, value: object) -> None:
    path.write_bytes(canonical(value) + b"\n")


def _plain(name: str) -> str:
    if not _PLAIN_NAME.fullmatch(name):
        raise Incoherent(leaf="-", why=f"“{name}” is no plain file name")
    return name
