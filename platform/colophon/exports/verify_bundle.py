#!/usr/bin/env python3
"""Check a Colophon evidence bundle offline: standard library only, Python 3.9 or later.

    python -I -S verify_bundle.py BUNDLE --log-key F --witness F [--witness F ...] --quorum N
                                  [--since CHECKPOINT]

BUNDLE is the ZIP as it was handed over, or the folder it unpacks to. The keys, and a checkpoint
kept from an earlier day, must come from elsewhere than the bundle. One JSON line is printed:
exit 0 the bundle holds; 1 it does not (``cause``, ``says``); 2 nothing could be checked.
Sources: RFC 8493 (BagIt), RFC 9162 section 2 (tree), C2SP signed-note, tlog-checkpoint and
tlog-cosignature, RFC 8032 (Ed25519). Whoever writes bundles takes the formats from this file.
"""
from __future__ import annotations

# fmt: off  (packed into less than 400 lines, so that whoever relies on it can read all of it)
# ruff: noqa: E401, I001, UP006, UP035
import argparse, base64, gzip, hashlib, json, re, stat, sys, zipfile
from collections import Counter, namedtuple
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path
from typing import IO, Any, Callable, Dict, Iterable, Iterator, NoReturn

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
EVENTS, DISCLOSURES = "data/events.jsonl.gz", "data/disclosures.jsonl.gz"
HASHES = "data/leaf-hashes.bin"  # in a partial bundle: the hash of every leaf, shown or not
LARGEST = 1 << 20  # bytes of the longest line and of a small file: a bomb would need more
PROJECTIONS = {  # derived files, recomputed row by row from the disclosures of these events
    "data/decisions.jsonl": "job.refused release.blocked decision.made release.refused",
    "data/publications.jsonl":
        "release.cleared release.sealed release.published publication.withdrawn",
}
RULES = {  # what must come before, then the facts it needs; = < the same as, part of, what came
    "release.requested": "- artifact_id artifact_sha256 destinations packs_digest author",
    "release.blocked": "release.requested destination clauses",
    "decision.made": "release.requested release_id verdict clause reason person role "
        "artifact_sha256=artifact_sha256",
    "release.refused": "release.requested clause reason",
    "release.cleared": "release.requested clearance_id release_id artifact_sha256=artifact_sha256 "
        "packs_digest=packs_digest author=author reviewer second destinations<destinations",
    "release.sealed": "release.cleared seal_id reviewed_sha256=artifact_sha256 marked_sha256 "
        "sealed_sha256 manifest_sha256 layers",
    "release.published": "release.sealed publication_id sealed_sha256=sealed_sha256 "
        "destinations<destinations",
}
ASIDE = {"clause", "clauses", "reason", "role", "layers"}  # custody can be followed without them
CHECKS = ("container manifests log_signature quorum leaves root disclosures projections custody "
    "completeness manifest_stores").split()
NEVER = [
    "whether what a work says or shows is true",
    "the report and the clause texts: they are for reading, the data files are checked",
    "the signatures inside the C2PA manifest stores: use a C2PA tool and the root you trust",
]
Files = Dict[str, Callable[[], IO[bytes]]]
Key = namedtuple("Key", "name id public algorithm")  # a C2SP vkey: 1 signs a log, 4 cosigns it
Note = namedtuple("Note", "body origin size root signatures")  # a checkpoint

class Invalid(Exception):
    """The bundle does not hold (exit 1), or nothing could be checked (2)."""

    def __init__(self, cause: str, says: str, code: int = 1, **facts: object) -> None:
        super().__init__(says)
        self.code, self.answer = code, {"ok": False, "cause": cause, "says": says, **facts}

def must(holds: object, cause: str, says: str, **facts: Any) -> None:
    """Raise `Invalid` unless ``holds``."""
    if not holds:
        raise Invalid(cause, says, **facts)

# Ed25519, verification only: cofactorless, no small-order keys. Points are X, Y, Z, T.
_P, _ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D, _I = -121665 * pow(121666, -1, _P) % _P, pow(2, (_P - 1) // 4, _P)

def _add(a: Any, b: Any) -> Any:
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    c, d = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P

def _times(n: int, a: Any) -> Any:
    total: Any = (0, 1, 1, 0)
    while n:
        total, a, n = _add(total, a) if n & 1 else total, _add(a, a), n >> 1
    return total

def _point(raw: bytes) -> Any:
    sign, y = raw[31] >> 7, int.from_bytes(raw, "little") & (1 << 255) - 1
    xx = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(xx, (_P + 3) // 8, _P)
    x = x * _I % _P if (x * x - xx) % _P else x
    x = x if x & 1 == sign else _P - x
    return (x, y, 1, x * y % _P) if y < _P and (x * x - xx) % _P == 0 and 0 < x < _P else None

def ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether ``signature`` (64 bytes) over ``message`` is by ``key`` (32 bytes)."""
    a, s = _point(key), int.from_bytes(signature[32:], "little")
    if a is None or s >= _ORDER or _times(8, a)[0] % _P == 0:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little")
    base, minus = _point(b"\x58" + b"\x66" * 31), (_P - a[0], a[1], 1, _P - a[3])
    x, y, z, _ = _add(_times(s, base), _times(k % _ORDER, minus))
    x, y = x * pow(z, -1, _P) % _P, y * pow(z, -1, _P) % _P
    return signature[:32] == (y | (x & 1) << 255).to_bytes(32, "little")

def digest(*parts: bytes) -> bytes:
    """Return the SHA-256: of a leaf over 0 and its line, of a node over 1 and its children."""
    return hashlib.sha256(b"".join(parts)).digest()

def tree_of(leaves: Iterable[bytes]) -> tuple[int, bytes]:
    """Return the size and the root of a stream of leaf hashes; memory grows with the logarithm."""
    peaks: list[bytes] = []
    size = 0
    for leaf in leaves:
        root, left = leaf, size
        while left & 1:
            root, left = digest(b"\1", peaks.pop(), root), left >> 1
        peaks.append(root)
        size += 1
    root = peaks.pop() if peaks else b""
    while peaks:
        root = digest(b"\1", peaks.pop(), root)
    return size, root

def consistent(old: Note, new: Note, proof: list[bytes]) -> bool:
    """Return whether ``proof`` shows the tree of ``old`` to be the beginning of that of ``new``."""
    rest = proof[::-1]

    def both(m: int, n: int, known: bytes | None) -> tuple[bytes, bytes]:
        if m == n:
            same = rest.pop() if known is None else known
            return same, same
        k = 1 << (n - 1).bit_length() - 1
        old, new = both(m, k, known) if m <= k else both(m - k, n - k, None)
        side = rest.pop()
        return (old if m <= k else digest(b"\1", side, old),
                digest(b"\1", new, side) if m <= k else digest(b"\1", side, new))

    try:
        return both(old.size, new.size, old.root) == (old.root, new.root) and not rest
    except IndexError:  # the proof is too short
        return False

def read_key(path: str, algorithm: int) -> Key:
    """Return the key in a vkey file."""
    text = Path(path).read_text("utf-8", "replace").strip()
    found = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})", text)
    name, number, packed = found.groups() if found else ("", "", "")
    raw = base64.b64decode(packed)
    known = digest(name.encode(), b"\n", raw)[:4]
    good = known.hex() == number and raw[0] == algorithm
    must(good, "key_malformed", "The file holds no key of the kind asked.", code=2, file=path)
    return Key(name, known, raw[1:], algorithm)

def read_note(raw: bytes) -> Note:
    """Return the checkpoint in ``raw``."""
    shape = "(.+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n(?:.+\n)*\n((?:\u2014 \\S+ \\S+\n)+)"
    found = re.fullmatch(shape, raw.decode("utf-8", "replace"))
    if found is None:
        raise Invalid("checkpoint_malformed", "The checkpoint is no signed note.")
    origin, size, root, lines = found.groups()
    must(int(size), "checkpoint_empty", "A checkpoint over no events proves nothing.")
    signed = [line.split(" ")[1:] for line in lines.split("\n")[:-1]]
    signatures = [(name, base64.b64decode(packed, validate=True)) for name, packed in signed]
    body = found.string[: found.start(4) - 1]
    return Note(body, origin, int(size), base64.b64decode(root), signatures)

def is_signed(note: Note, key: Key) -> bool:
    """Return whether ``key`` signed ``note``; a signature in its name that is wrong is `Invalid`."""
    cosigns, found = key.algorithm == 4, False
    for name, raw in note.signatures:
        if (name, raw[:4]) == (key.name, key.id):
            moment = b"cosignature/v1\ntime %d\n" % int.from_bytes(raw[4:12], "big")
            message = (moment if cosigns else b"") + note.body.encode()
            found = len(raw) == (76 if cosigns else 68) and ed25519(key.public, message, raw[-64:])
            cause = "cosignature_bad" if cosigns else "log_signature_bad"
            must(found, cause, "A signature under the checkpoint does not hold.", signer=name)
    return found

def files_in(path: Path) -> Files:
    """Return what opens each file of a bundle, by name, from a folder or a ZIP."""
    if not path.is_dir():
        return _files_in_zip(path)
    files: Files = {}
    for found in path.rglob("*"):
        name, mode = found.relative_to(path).as_posix(), found.lstat().st_mode
        must(stat.S_ISREG(mode) or stat.S_ISDIR(mode), "link", "A file is a link.", file=name)
        files.update({name: partial(found.open, "rb")} if stat.S_ISREG(mode) else {})
    return files

def _files_in_zip(path: Path) -> Files:
    total, held = hashlib.sha256(), b""
    for piece in pieces({"": partial(path.open, "rb")}, ""):
        total.update((held + piece)[:-64])
        held = (held + piece)[-64:]  # to ZIP a comment: the SHA-256 of all that comes before it
    says = "The ZIP is not as it was written; if someone packed it anew, unpack it first."
    must(held == total.hexdigest().encode(), "zip_changed", says)
    archive, seen = zipfile.ZipFile(path), set()
    for entry in archive.infolist():
        name, link = entry.filename, stat.S_ISLNK(entry.external_attr >> 16)
        plain = re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)+", name, re.ASCII)
        must(plain, "zip_path", "A name in the ZIP leads elsewhere.", file=name)
        must(name.lower() not in seen, "zip_duplicate", "A name comes twice.", file=name)
        must(not link, "link", "A file is a link.", file=name)
        must(not entry.compress_type, "zip_compressed", "A file is compressed.", file=name)
        seen.add(name.lower())
    whole = sum(entry.file_size for entry in archive.infolist()) < path.stat().st_size
    must(whole, "zip_overlap", "The files in the ZIP are larger than the ZIP.")
    return {e.filename.split("/", 1)[1]: partial(archive.open, e) for e in archive.infolist()}

def pieces(files: Files, name: str, size: int = LARGEST) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces."""
    must(name in files, "file_missing", "A file is missing.", file=name)
    with files[name]() as file:
        while piece := file.read(size):
            yield piece

def small(files: Files, name: str) -> bytes:
    """Return the bytes of a small file; what lies beyond is not read."""
    return b"".join(islice(pieces(files, name), 1))

def lines(files: Files, name: str) -> Iterator[bytes]:
    """Yield the lines of a file without their ends, unpacked if it is a ``.gz``."""
    must(name in files, "file_missing", "A file is missing.", file=name)
    with files[name]() as packed:
        file: Any = gzip.GzipFile(fileobj=packed) if name.endswith(".gz") else packed
        while line := file.readline(LARGEST):
            must(line[-1:] == b"\n", "line_malformed", "A line has no end.", file=name)
            yield line[:-1]

def check_bag(files: Files) -> dict[str, str]:
    """Return the SHA-256 of every file by name, having found them to be these and no others."""
    must(small(files, "bagit.txt") == BAGIT, "bag_declaration", "bagit.txt is not as it must be.")
    listed: dict[str, str] = {}
    for manifest, line in ((name, line) for name in (TAGS, PAYLOAD) for line in lines(files, name)):
        known, _, name = line.decode("utf-8", "replace").partition("  ")
        good = name not in listed and name.startswith("data/") == (manifest == PAYLOAD)
        must(good, "manifest_malformed", "A line of a manifest is wrong.", file=manifest)
        listed[name] = known
    more = sorted(files.keys() - listed.keys() - {TAGS})
    must(not more, "file_unlisted", "A file is in no manifest.", file=more[:1])
    for name, known in listed.items():
        total = hashlib.sha256()
        for piece in pieces(files, name):
            total.update(piece)
        same = total.hexdigest() == known
        must(same, "file_changed", "A file is not the one its manifest names.", file=name)
    return listed

def load(raw: bytes) -> Any:
    """Return the JSON value in ``raw``; a key that comes twice is `Invalid`."""
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        once = len(dict(pairs)) == len(pairs)
        must(once, "json_duplicate_key", "A key comes twice.", keys=[key for key, _ in pairs][:9])
        return dict(pairs)
    return json.loads(raw.decode(), object_pairs_hook=unique)

def disclosed(event: Any, entry: Any) -> dict[str, Any]:
    """Return the facts shown of an event; each ``_sd`` digest must be accounted for once."""
    facts: dict[str, Any] = {}
    kept, leaf = [*entry["withheld"], *entry["erased"]], entry["leaf"]
    for text in entry["disclosures"]:
        kept.append(base64.urlsafe_b64encode(digest(text.encode())).decode().rstrip("="))
        known = kept[-1] in event["_sd"]
        must(known, "disclosure_foreign", "A disclosure is not of its event.", leaf=leaf)
        _, name, value = load(base64.urlsafe_b64decode(text + "=="))
        must(name not in facts, "disclosure_repeated", "A fact is shown twice.", leaf=leaf)
        facts[name] = value
    whole = sorted(kept) == sorted(event["_sd"])
    must(whole, "disclosure_missing", "A fact is neither shown nor withheld.", leaf=leaf)
    return facts

def row(leaf: int, event: Any, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the line of an event in a projection."""
    return {**facts, "leaf": leaf, **{key: event[key] for key in ("id", "type", "at", "subject")}}

class Custody:
    """Follow every release: asked for, decided, cleared, sealed, published; one file throughout."""

    def __init__(self) -> None:
        self.releases: dict[str, dict[str, Any]] = {}
        self.made: dict[str, str] = {}
        self.unseen: set[str] = set()
        self.unreviewed = 0

    def take(self, leaf: int, event: Any, facts: dict[str, Any], hidden: int) -> None:
        """Take the next event, of which ``hidden`` facts are not shown."""
        kind, subject = event["type"], event["subject"]
        if kind in ("artifact.made", "artifact.brought_in") and "sha256" in facts:
            self.made[subject["id"]] = facts["sha256"]
        if kind not in RULES:
            return
        (before, *_), *rules = (re.split("([=<])", rule) for rule in RULES[kind].split())
        missing = {fact for fact, *_ in rules} - facts.keys()
        must(len(missing) <= hidden, "fact_missing", "A decision lacks a fact.", leaf=leaf)
        name, cause = facts.get("release_id", subject["id"]), kind.replace(".", "_")
        self.unseen |= {name} if missing - ASIDE else set()
        if name in self.unseen:
            return
        known = self.releases.setdefault(name, {"seen": {"-"}, "approved": set(), "blocked": set()})
        must(before in known["seen"], cause + "_out_of_order", "A step was left out.", leaf=leaf)
        for fact, sign, other in (rule for rule in rules if len(rule) == 3):
            ours, theirs = facts[fact], known[other]
            holds = ours == theirs if sign == "=" else set(ours) <= set(theirs)
            must(holds, f"{cause}_{fact}_differs", "An event speaks of something else.", leaf=leaf)
        self._weigh(kind, known, facts, leaf)
        known.update(facts)
        known["seen"].add(kind)

    def _weigh(self, kind: str, known: dict[str, Any], facts: dict[str, Any], leaf: int) -> None:
        if kind == "release.requested":
            same = self.made.get(facts["artifact_id"], facts["artifact_sha256"])
            same, says = same == facts["artifact_sha256"], "Another file was made than asked for."
            must(same, "release_requested_artifact_sha256_differs", says, leaf=leaf)
        elif kind == "release.blocked":
            known["blocked"].add(facts["destination"])
        elif kind == "release.refused":
            known.update(approved=set(), seen={"-", "release.requested"})
        elif kind == "decision.made":
            approves = facts["verdict"] in ("approve", "confirm")
            known["approved"] = {*known["approved"], facts["person"]} if approves else set()
        elif kind == "release.cleared":
            people = [facts[part] for part in ("author", "reviewer", "second") if facts[part]]
            self.unreviewed += len(people) == 1
            once, says = len(set(people)) == len(people), "One person stands in two parts."
            must(once, "clearance_same_person", says, leaf=leaf)
            approved = known["approved"].issuperset(people[1:])
            must(approved, "clearance_without_decision", "A reviewer did not approve.", leaf=leaf)
            free, says = known["blocked"].isdisjoint(facts["destinations"]), "It was blocked there."
            must(free, "clearance_blocked_destination", says, leaf=leaf)

def same_row(name: str, ours: dict[str, Any] | None, raw: bytes | None) -> None:
    """Compare a line of a derived file with what the disclosures say, field by field."""
    mine, other = ours or {}, load(raw) if raw else {}
    keys = [k for k in {**mine, **other} if json.dumps(mine.get(k)) != json.dumps(other.get(k))]
    same, cause = json.dumps(mine, sort_keys=True) == json.dumps(other, sort_keys=True), Path(name)
    says, leaf = "A derived file does not say what the events say.", mine.get("leaf")
    must(same, cause.stem[:-1] + "_differs", says, file=name, leaf=leaf, fields=sorted(keys))

def check_events(files: Files, note: Note) -> tuple[Counter[str], Custody, set[str]]:
    """Hold events, disclosures and derived files against the tree; return what was counted."""
    some, events = HASHES in files, lines(files, EVENTS)
    leaves = pieces(files, HASHES, 32) if some else (digest(b"\0", line) for line in events)
    size, root = tree_of(islice(leaves, note.size + 1))
    must(size == note.size, "event_count", "There are more or fewer events than were signed.")
    must(root == note.root, "root_differs", "The events do not hash to the signed root.")
    counts, custody, stores, last = Counter[str](), Custody(), set(), -1
    derived, hashes = {name: lines(files, name) for name in PROJECTIONS}, pieces(files, HASHES, 32)
    for line, beside in zip_longest(lines(files, EVENTS), lines(files, DISCLOSURES)):
        must(line and beside, "disclosures_length", "An event has no line of disclosures.")
        event, entry = load(line), load(beside)
        leaf, kind = entry["leaf"], event["type"]
        order = last < leaf < note.size if some else leaf == last + 1
        must(order, "leaf_order", "The events are not in the order of the tree.", leaf=leaf)
        held = not some or next(islice(hashes, leaf - last - 1, None)) == digest(b"\0", line)
        must(held, "leaf_differs", "An event is not the one in the tree at its place.", leaf=leaf)
        facts, last = disclosed(event, entry), leaf
        custody.take(leaf, event, facts, len(event["_sd"]) - len(facts))
        stores |= {facts.get("manifest_sha256", "")} if kind == "release.sealed" else set()
        for name in (name for name, kinds in PROJECTIONS.items() if kind in kinds.split()):
            same_row(name, row(leaf, event, facts), next(derived[name], None))
        hidden = {part: len(entry[part]) for part in ("withheld", "erased")}
        counts.update({"events": 1, "facts": len(facts), **hidden, kind: 1, event["at"][:10]: 1})
    for name, rest in derived.items():
        same_row(name, None, next(rest, None))
    return counts, custody, stores

def check_since(files: Files, path: str, note: Note, log: Key) -> None:
    """Hold the bundle against a checkpoint kept from an earlier day."""
    old = read_note(Path(path).read_bytes())
    good = old.origin == note.origin and is_signed(old, log)
    must(good, "since_foreign", "The earlier checkpoint is not of this log.", code=2)
    must(old.size <= note.size, "rolled_back", f"You hold a checkpoint over {old.size} events.")
    proof = load(small(files, "data/consistency.json")).get(str(old.size), [])
    says = f"The bundle has no proof from the checkpoint you hold, over {old.size} events."
    must(proof or old.size == note.size, "consistency_missing", says)
    same = consistent(old, note, [base64.b64decode(part) for part in proof])
    must(same, "history_rewritten", "History was rewritten since the checkpoint you hold.")

def verify(options: argparse.Namespace) -> dict[str, Any]:
    """Return the answer for a bundle that holds."""
    log, keys = read_key(options.log_key, 1), [read_key(path, 4) for path in options.witness]
    witnesses = {key.public: key for key in keys if key.public != log.public}
    enough = 0 <= options.quorum <= len(witnesses)
    must(enough, "usage", "The quorum is larger than the number of distinct witnesses.", code=2)
    files = files_in(Path(options.bundle))
    listed, note = check_bag(files), read_note(small(files, "data/checkpoint"))
    must(note.origin == log.name, "origin_differs", "The checkpoint is of another log.")
    must(is_signed(note, log), "log_signature_missing", "The log did not sign the checkpoint.")
    cosigned = sorted(key.name for key in witnesses.values() if is_signed(note, key))
    short, says = len(cosigned) < options.quorum, "Too few witnesses cosigned the checkpoint."
    must(not short, "quorum_short", says, cosigned_by=cosigned)
    if options.since:
        check_since(files, options.since, note, log)
    counts, custody, stores = check_events(files, note)
    said, counted = load(small(files, "data/completeness.json")), dict(+counts)
    wrong = sorted(k for k in {**said["counts"], **counted} if said["counts"].get(k) != counted.get(k))
    must(not wrong, "completeness_differs", "The counts are not those of the events.", fields=wrong)
    explained = counts["subject.erased"] or not counts["erased"]
    must(explained, "erasure_unexplained", "Facts are erased and no event says so.")
    kept = {sha for name, sha in listed.items() if name.startswith("data/c2pa/")}
    named, says = kept <= stores, "No seal names a C2PA manifest store that is here."
    must(named, "manifest_store_foreign", says, sha256=sorted(kept - stores))
    open_ = {
        "events whose hashes are in the tree and which are not shown": note.size - counts["events"],
        "facts that are withheld": counts["withheld"], "facts that were erased": counts["erased"],
        "releases of which a deciding fact is not shown": len(custody.unseen),
        "clearances that name no reviewer": custody.unreviewed,
        "C2PA manifest stores that are not here": len(stores - kept),
    }
    never = ["a rewriting of all of it by the log's owner: no witness was asked"][options.quorum:]
    never += ["what came before: no earlier checkpoint was given"] * (not options.since) + NEVER
    return {"ok": True, "events": counts["events"], "size": note.size, "origin": note.origin,
            "cosigned_by": cosigned, "checks": CHECKS + ["since"] * bool(options.since),
            "not_checked": [f"{many} {says}" for says, many in open_.items() if many] + never}

def main(arguments: list[str]) -> int:
    """Print one JSON line; return 0, 1 or 2."""
    def usage(message: str) -> NoReturn:
        raise Invalid("usage", message, code=2)

    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.error = usage  # type: ignore[method-assign]
    for name in ("bundle", "--log-key", "--since"):
        parser.add_argument(name, **({"required": True} if name == "--log-key" else {}))
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--quorum", type=int, required=True)
    code = 0
    try:
        answer = verify(parser.parse_args(arguments))
    except Invalid as error:
        code, answer = error.code, error.answer
    except Exception as error:  # noqa: BLE001  a stranger's bytes must never end in a traceback
        code = 2 if isinstance(error, OSError) and error.errno else 1
        says = f"Something is not as bundles are ({type(error).__name__}: {error})."[:300]
        answer = {"ok": False, "cause": ("", "malformed", "cannot_read")[code], "says": says}
    sys.stdout.write(json.dumps(answer) + "\n")
    return code

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
