"""A log of our own, small and real: keys, tree, checkpoint, cosignatures, and bundles of it.

Written apart from `colophon.ledger` and from the verifier, by recursion as RFC 9162 defines it, so
that a mistake there is not repeated here.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from colophon.exports import verify_bundle
from colophon.exports.bundle import Clause, Evidence, LeafLine, write

ORIGIN = "log.test/2026"
BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLAUSES = {
    "house.similarity.copied": Clause(
        title="House rules",
        source="House rules of the festival, 4.2",
        text={
            "en": "Nothing is published that copies a registered work without licence.",
            "zh": "未经许可复制登记作品的内容不得发布。",
        },
    )
}


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01", root_of(leaves[:k]), root_of(leaves[k:]))


def consistency(m: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """RFC 9162, section 2.1.4.1: SUBPROOF(m, D_n, b)."""
    if m == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if m <= k:
        return [*consistency(m, leaves[:k], whole=whole), root_of(leaves[k:])]
    return [*consistency(m - k, leaves[k:], whole=False), root_of(leaves[:k])]


def url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(frozen=True, kw_only=True)
class Signer:
    name: str
    seed: bytes
    algorithm: int

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def id(self) -> bytes:
        packed = bytes([self.algorithm]) + self.key.public_key().public_bytes_raw()
        return sha(self.name.encode(), b"\n", packed)[:4]

    @property
    def vkey(self) -> str:
        packed = bytes([self.algorithm]) + self.key.public_key().public_bytes_raw()
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(packed).decode()}\n"

    def line(self, body: str) -> str:
        if self.algorithm == 1:
            raw = self.key.sign(body.encode())
        else:
            stamp = int(BEGAN.timestamp())
            raw = stamp.to_bytes(8, "big")
            raw += self.key.sign(f"cosignature/v1\ntime {stamp}\n{body}".encode())
        return f"\u2014 {self.name} {base64.b64encode(self.id + raw).decode()}\n"


LOG = Signer(name=ORIGIN, seed=b"L" * 32, algorithm=1)
WITNESSES = [
    Signer(name=f"witness{n}.test/w", seed=bytes([40 + n]) * 32, algorithm=4) for n in range(3)
]


def note_of(
    leaves: list[bytes], *, witnesses: Iterable[Signer] = WITNESSES, log: Signer = LOG
) -> str:
    root = base64.b64encode(root_of(leaves)).decode()
    body = f"{log.name}\n{len(leaves)}\n{root}\n"
    return body + "\n" + log.line(body) + "".join(one.line(body) for one in witnesses)


@dataclass
class Entry:
    event: dict[str, Any]
    disclosures: list[str]

    @property
    def body(self) -> bytes:
        return json.dumps(self.event, sort_keys=True, separators=(",", ":")).encode()

    def facts(self) -> dict[str, Any]:
        return {name: value for _, name, value in map(opened, self.disclosures)}


def opened(disclosure: str) -> list[Any]:
    found: list[Any] = json.loads(base64.urlsafe_b64decode(disclosure + "=="))
    return found


def digest_of(disclosure: str) -> str:
    return url64(sha(disclosure.encode()))


@dataclass
class Log:
    entries: list[Entry] = field(default_factory=list)

    def add(self, type_: str, kind: str, id_: str, **facts: Any) -> int:
        self.entries.append(make_entry(len(self.entries), type_, kind, id_, facts))
        return len(self.entries) - 1

    def hashes(self) -> list[bytes]:
        return [sha(b"\x00", entry.body) for entry in self.entries]


def make_entry(
    n: int, type_: str, kind: str, id_: str, facts: dict[str, Any], tenant: str = "t1"
) -> Entry:
    shown = []
    for number, (name, value) in enumerate(sorted(facts.items())):
        salt = url64(sha(f"{n}/{number}".encode())[:16])
        shown.append(url64(json.dumps([salt, name, value], ensure_ascii=False).encode()))
    event = {
        "v": 1,
        "id": str(UUID(int=n + 1)),
        "type": type_,
        "at": (BEGAN + timedelta(seconds=n)).isoformat(timespec="milliseconds")[:-6] + "Z",
        "tenant_ref": tenant,
        "subject": {"kind": kind, "id": id_},
        "_sd": sorted(map(digest_of, shown)),
        "_sd_alg": "sha-256",
    }
    return Entry(event, shown)


def digest_for(text: str) -> str:
    return sha(text.encode()).hex()


def published(log: Log, name: str, *, second: bool = True) -> None:
    """Add a work that goes all the way: asked for, made, judged, cleared, sealed, published."""
    job, work, release = f"job-{name}", f"work-{name}", f"release-{name}"
    made, packs = digest_for(name), digest_for("packs")
    log.add("job.submitted", "job", job, prompt_sha256=digest_for("p"), engine="house_scene",
            origin="procedural")  # fmt: skip
    log.add("job.started", "job", job, attempt=1)
    log.add("artifact.made", "artifact", work, sha256=made, media_type="image/png",
            origin="procedural", engine="house_scene", engine_version="1.2", seed="7")  # fmt: skip
    log.add("job.finished", "job", job, artifact_id=work)
    log.add("artifact.assessed", "artifact", work, passed=5, failed=0, unsure=1,
            findings_sha256=digest_for("f"))  # fmt: skip
    log.add("release.requested", "release", release, artifact_id=work, artifact_sha256=made,
            destinations=["CN", "EU", "US-CA"], packs_digest=packs, author="p-author")  # fmt: skip
    log.add("release.blocked", "release", release, destination="US-CA",
            clauses=["house.similarity.copied"])  # fmt: skip
    log.add("review.claimed", "release", release, reviewer="p-reviewer")
    decide(log, name, verdict="approve", person="p-reviewer", role="reviewer")
    if second:
        decide(log, name, verdict="confirm", person="p-second", role="approver")
    log.add("release.cleared", "release", release, clearance_id=f"clear-{name}", release_id=release,
            destinations=["CN", "EU"], artifact_sha256=made, packs_digest=packs, author="p-author",
            reviewer="p-reviewer", second="p-second" if second else None)  # fmt: skip
    sealed, store = digest_for(f"sealed {name}"), sha(store_of(name)).hex()
    log.add("release.sealed", "release", release, seal_id=f"seal-{name}", reviewed_sha256=made,
            marked_sha256=digest_for(f"marked {name}"), sealed_sha256=sealed,
            manifest_sha256=store, layers=["mark", "label", "metadata", "c2pa"])  # fmt: skip
    log.add("release.published", "release", release, publication_id=f"pub-{name}",
            sealed_sha256=sealed, destinations=["CN", "EU"])  # fmt: skip


def store_of(name: str) -> bytes:
    return f"C2PA manifest store of {name}".encode()


def decide(log: Log, name: str, *, verdict: str, person: str, role: str, **more: Any) -> None:
    facts = {
        "release_id": f"release-{name}",
        "verdict": verdict,
        "clause": "house.similarity.copied" if verdict == "refuse" else "",
        "reason": "It copies a registered work." if verdict == "refuse" else "Looked at in full.",
        "person": person,
        "person_name": f"Name of {person}",
        "role": role,
        "artifact_sha256": digest_for(name),
    }
    log.add("decision.made", "release", f"release-{name}", **{**facts, **more})


def refused(log: Log, name: str) -> None:
    work, release, made = f"work-{name}", f"release-{name}", digest_for(name)
    log.add("artifact.brought_in", "artifact", work, sha256=made, media_type="text/plain",
            origin="edited", parent="work-a", tool="pen", ai_share_permille=200)  # fmt: skip
    log.add("release.requested", "release", release, artifact_id=work, artifact_sha256=made,
            destinations=["EU"], packs_digest=digest_for("packs"), author="p-author")  # fmt: skip
    decide(log, name, verdict="refuse", person="p-reviewer", role="reviewer")
    log.add("release.refused", "release", release, clause="house.similarity.copied",
            reason="It copies a registered work.")  # fmt: skip


def story() -> Log:
    log = Log()
    log.add("organisation.founded", "organisation", "o1", name="Festival", test=True)
    log.add("job.submitted", "job", "job-x", prompt_sha256=digest_for("x"), engine="house_copy",
            origin="procedural")  # fmt: skip
    log.add("job.refused", "job", "job-x", clause="house.words.banned", code="banned", span=[3, 9])
    published(log, "a")
    refused(log, "b")
    published(log, "c", second=False)
    log.add("publication.withdrawn", "release", "release-c", publication_id="pub-c",
            clause="house.similarity.copied", reason="The licence ended.")  # fmt: skip
    return log


def evidence(log: Log, **changes: Any) -> Evidence:
    """All of ``log`` as evidence; names of people are withheld."""
    hashes = log.hashes()
    shown = changes.pop("shown", range(len(log.entries)))
    names = [log.entries[n].facts().get("publication_id") for n in shown]
    parts: dict[str, Any] = {
        "origin": ORIGIN,
        "note": note_of(hashes),
        "leaves": [leaf_line(n, log.entries[n]) for n in shown],
        "leaf_hashes": hashes if len(shown) < len(hashes) else None,
        "consistency": {m: consistency(m, hashes) for m in (1, len(hashes) // 2) if m},
        "manifests": {
            f"{name}.c2pa": store_of(name.removeprefix("pub-"))
            for name in dict.fromkeys(names)
            if name
        },
        "scope": "all",
        "made_at": BEGAN + timedelta(hours=5),
        "counts": {"committed": len(hashes), "sequenced": len(hashes)},
        "keys_info": {"log.vkey": LOG.vkey},
        "clauses": CLAUSES,
    }
    return Evidence(**{**parts, **changes})


def leaf_line(index: int, entry: Entry, *, hide: tuple[str, ...] = ("person_name",)) -> LeafLine:
    shown = [text for text in entry.disclosures if opened(text)[1] not in hide]
    hidden = [digest_of(text) for text in entry.disclosures if text not in shown]
    return LeafLine(index=index, body=entry.body, disclosures=tuple(shown), withheld=tuple(hidden))


@dataclass(frozen=True)
class Trust:
    """The keys an outsider holds, as files."""

    folder: Path

    def arguments(self, *, quorum: int = 2, since: Path | None = None) -> list[str]:
        found = ["--log-key", self._file("log.vkey", LOG.vkey), "--quorum", str(quorum)]
        for n, witness in enumerate(WITNESSES):
            found += ["--witness", self._file(f"witness{n}.vkey", witness.vkey)]
        return found + (["--since", str(since)] if since else [])

    def _file(self, name: str, text: str) -> str:
        self.folder.mkdir(exist_ok=True)
        (self.folder / name).write_text(text)
        return str(self.folder / name)


def run(*arguments: object) -> tuple[int, dict[str, Any]]:
    """Run the verifier in this process: its exit code and its one line."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = verify_bundle.main([str(one) for one in arguments])
    (line,) = said.getvalue().splitlines()
    answer: dict[str, Any] = json.loads(line)
    assert answer["ok"] is (code == 0)
    assert code == 0 or (answer["cause"] and answer["says"].endswith("."))
    return code, answer


def unpacked(bundle: Path, folder: Path) -> Path:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder / "evidence"


def redo_manifests(bag: Path) -> None:
    """Do what a forger does after a change: list every file anew."""
    for name, wanted in (("manifest-sha256.txt", True), ("tagmanifest-sha256.txt", False)):
        lines = []
        for path in sorted(path for path in bag.rglob("*") if path.is_file()):
            short = path.relative_to(bag).as_posix()
            if short.startswith("data/") == wanted and short != "tagmanifest-sha256.txt":
                lines.append(f"{sha(path.read_bytes()).hex()}  {short}\n")
        (bag / name).write_text("".join(lines))


def rewrite(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the lines of a file, packed or not."""
    packed = path.suffix == ".gz"
    raw = path.read_bytes()
    lines = (gzip.decompress(raw) if packed else raw).splitlines(keepends=True)
    new = b"".join(change(lines))
    path.write_bytes(gzip.compress(new, mtime=0) if packed else new)


def make(log: Log, path: Path, **changes: Any) -> Path:
    write(evidence(log, **changes), path)
    return path


_STORY: list[bytes] = []


def make_story(path: Path) -> Path:
    """Make the bundle of the whole story, the same bytes each time; written once a run."""
    if not _STORY:
        _STORY.append(make(story(), path).read_bytes())
    path.write_bytes(_STORY[0])
    return path
