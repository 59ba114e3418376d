#!/usr/bin/env python3
"""Check a Colophon evidence bundle offline: standard library only, Python 3.9 or later.

    python -I -S verify_bundle.py BUNDLE --log-key F --witness F [--witness F ...] --quorum N
                                  [--since CHECKPOINT]

BUNDLE is the ZIP as it was handed over, or the folder it unpacks to. The keys, and a checkpoint
kept from an earlier day, must come from elsewhere than the bundle. One JSON line is printed:
exit 0 the bundle holds; 1 it does not (``cause``, ``says``); 2 nothing could be checked.
Sources: RFC 8493 (BagIt), RFC 9162 (tree), RFC 8032 (Ed25519), C2SP signed-note and tlog-cosignature.
"""
from __future__ import annotations
# fmt: off  (packed into less than 400 lines, so that whoever relies on it can read all of it)
# ruff: noqa: E401, I001, UP006, UP035
import argparse, base64, gzip, hashlib, json, re, stat, sys, zipfile
from collections import Counter, namedtuple
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, NoReturn

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"  # RFC 8493, section 2.1.1
PAYLOAD, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
EVENTS, DISCLOSURES = "data/events.jsonl.gz", "data/disclosures.jsonl.gz"
HASHES = "data/leaf-hashes.bin"  # in a partial bundle: the hash of every leaf, shown or not
LARGEST = 1 << 20  # bytes of the longest line and of a small file: a bomb would need more
PROJECTIONS = {  # derived files, recomputed row by row from the disclosures of these events
    "data/decisions.jsonl": "job.refused release.blocked decision.made release.refused",
    "data/publications.jsonl": "release.cleared release.sealed release.published publication.withdrawn "
        "publication.restricted publication.reinstated",
}
RULES = {  # what must come before, then the facts it needs; = < the same as, part of, what came
    "release.requested": "- artifact_id artifact_sha256 destinations packs_digest author",
    "release.blocked": "release.requested destination clauses",
    "decision.made": "release.requested release_id verdict clause reason person role artifact_sha256=artifact_sha256",
    "release.refused": "release.requested clause reason",
    "release.cleared": "release.requested clearance_id release_id artifact_sha256=artifact_sha256 "
        "packs_digest=packs_digest author=author reviewer second destinations<destinations",
    "release.sealed": "release.cleared seal_id reviewed_sha256=artifact_sha256 marked_sha256 sealed_sha256 manifest_sha256 layers",
    "release.published": "release.sealed publication_id sealed_sha256=sealed_sha256 destinations<destinations",
}
KEPT = {*re.findall(r"[=<](\w+)", str(RULES))}  # the facts of a release that later ones are held against
ASIDE = {"clause", "clauses", "reason", "role", "layers"}  # custody can be followed without them
CHECKS = ["container", "manifests", "log_signature", "quorum", "root", "events", "disclosures", "custody",
    "projections", "completeness", "manifest_stores"]
NEVER = ["whether what a work says or shows is true", "the report and the words of clauses: for reading",
    "signatures inside C2PA manifest stores: use a C2PA tool and the root you trust"]
Files = Dict[str, Callable[[], Any]]  # what opens each file, by name
Key = namedtuple("Key", "name id public algorithm")  # a C2SP vkey: 1 signs a log, 4 cosigns it
Note = namedtuple("Note", "body origin size root signatures")  # a checkpoint

class Invalid(Exception):
    """The bundle does not hold (exit 1), or nothing could be checked (2)."""
    def __init__(self, cause: str, says: str, code: int, **facts: object) -> None:
        super().__init__(says)
        self.code, self.answer = code, {"ok": False, "cause": cause, "says": says, **facts}

def must(holds: object, cause: str, says: str, code: int = 1, **facts: object) -> None:
    """Raise `Invalid` unless ``holds``."""
    if not holds:
        raise Invalid(cause, says, code, **facts)

# Ed25519, verification only: cofactorless, no small-order keys. Points are X, Y, Z, T.
_P, _ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D, _I = -121665 * pow(121666, -1, _P) % _P, pow(2, (_P - 1) // 4, _P)
def _add(a: Any, b: Any) -> Any:
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    c, d = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P
def _sum(n: int, a: Any, m: int, b: Any) -> Any:  # n times a and m times b
    total, adds = (0, 1, 1, 0), (None, a, b, _add(a, b))
    for more in (adds[n >> at & 1 | (m >> at & 1) << 1] for at in reversed(range(max(n, m).bit_length()))):
        total = _add(_add(total, total), more) if more else _add(total, total)
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
    if a is None or len(signature) != 64 or s >= _ORDER or _sum(8, a, 0, a)[0] % _P == 0:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _ORDER
    base, minus = _point(b"\x58" + b"\x66" * 31), (_P - a[0], a[1], 1, _P - a[3])
    x, y, z, _ = _sum(s, base, k, minus)
    x, y = x * pow(z, -1, _P) % _P, y * pow(z, -1, _P) % _P
    return bool(signature[:32] == (y | (x & 1) << 255).to_bytes(32, "little"))

def digest(*parts: bytes) -> bytes:
    """Return the SHA-256: of a leaf over 0 and its line, of a node over 1 and its children."""
    return hashlib.sha256(b"".join(parts)).digest()

def tree_of(leaves: Iterable[bytes]) -> tuple[int, bytes]:
    """Return the size and the root of a stream of leaf hashes; memory grows with the logarithm."""
    peaks, size = list[bytes](), 0
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
        return (old, digest(b"\1", new, side)) if m <= k else (digest(b"\1", side, old), digest(b"\1", side, new))
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
    must(known.hex() == number and raw[0] == algorithm, "key_malformed", "This is no key of the kind asked.", 2, file=path)
    return Key(name, known, raw[1:], algorithm)

def read_note(raw: bytes) -> Note:
    """Return the checkpoint in ``raw``."""
    shape = "(.+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n(?:.+\n)*\n((?:\u2014 \\S+ \\S+\n)+)"
    found: Any = re.fullmatch(shape, raw.decode("utf-8", "replace"))
    must(found, "checkpoint_malformed", "The checkpoint is no signed note.")
    origin, size, root, lines = found.groups()
    must(int(size), "checkpoint_empty", "A checkpoint over no events proves nothing.")
    signed = [line.split(" ")[1:] for line in lines.split("\n")[:-1]]
    signatures = [(name, base64.b64decode(packed, validate=True)) for name, packed in signed]
    return Note(found.string[: found.start(4) - 1], origin, int(size), base64.b64decode(root), signatures)

def is_signed(note: Note, key: Key) -> bool:
    """Return whether ``key`` signed ``note``; a signature in its name that is wrong is `Invalid`."""
    cosigns, found = key.algorithm == 4, False
    for name, raw in note.signatures:
        if (name, raw[:4]) == (key.name, key.id):
            message = b"cosignature/v1\ntime %d\n" % int.from_bytes(raw[4:12], "big") if cosigns else b""
            found = len(raw) == (76 if cosigns else 68) and ed25519(key.public, message + note.body.encode(), raw[-64:])
            must(found, "cosignature_bad" if cosigns else "log_signature_bad", "A signature does not hold.", signer=name)
    return bool(found)

def files_in(path: Path) -> Files:
    """Return what opens each file of a bundle, by name, from a folder or a ZIP."""
    if not path.is_dir():
        return _files_in_zip(path)
    files: Files = {}
    for found in path.rglob("*"):
        if not stat.S_ISDIR(found.lstat().st_mode):
            must(stat.S_ISREG(found.lstat().st_mode), "link", "A file is a link or a device.", file=found.name)
            files[found.relative_to(path).as_posix()] = partial(found.open, "rb")
    return files

def _files_in_zip(path: Path) -> Files:
    total, held = hashlib.sha256(), b""
    for piece in pieces({"": partial(path.open, "rb")}, ""):
        total.update((held + piece)[:-64])
        held = (held + piece)[-64:]  # to ZIP a comment: the SHA-256 of all that comes before it
    must(held == total.hexdigest().encode(), "zip_changed", "The ZIP is not as it was written; if packed anew, unpack it.")
    archive, seen, files = zipfile.ZipFile(path), set(), dict[str, Any]()
    for entry, name in ((entry, entry.filename) for entry in archive.infolist()):
        must(re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)+", name, re.ASCII), "zip_path", "A name leads elsewhere.", file=name)
        must(name.lower() not in seen, "zip_duplicate", "A name comes twice.", file=name)
        must(not stat.S_ISLNK(entry.external_attr >> 16), "link", "A file is a link.", file=name)
        must(not entry.compress_type, "zip_compressed", "A file is compressed.", file=name)
        seen.add(name.lower())
        files[name.split("/", 1)[1]] = partial(archive.open, entry)
    must(sum(e.file_size for e in archive.infolist()) < path.stat().st_size, "zip_overlap", "Files in the ZIP overlap.")
    return files

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
    must(files.keys() <= {*listed, TAGS}, "file_unlisted", "A file is unlisted.", files=sorted({*files} - {*listed, TAGS})[:9])
    for name, known in listed.items():
        total = hashlib.sha256()
        for piece in pieces(files, name):
            total.update(piece)
        must(total.hexdigest() == known, "file_changed", "A file is not the one its manifest names.", file=name)
    return listed

def load(raw: bytes) -> Any:
    """Return the JSON value in ``raw``; a key that comes twice is `Invalid`."""
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        must(len(dict(pairs)) == len(pairs), "json_duplicate_key", "A key comes twice in one object.")
        return dict(pairs)
    return json.loads(raw.decode(), object_pairs_hook=unique)

def disclosed(event: Any, entry: Any) -> dict[str, Any]:
    """Return the facts shown of an event; each ``_sd`` digest must be accounted for once."""
    facts, kept, leaf = dict[str, Any](), [*entry["withheld"], *entry["erased"]], entry["leaf"]
    for text in entry["disclosures"]:
        kept.append(base64.urlsafe_b64encode(digest(text.encode())).decode().rstrip("="))
        must(kept[-1] in event["_sd"], "disclosure_foreign", "A disclosure is not of its event.", leaf=leaf)
        _, name, value = load(base64.urlsafe_b64decode(text + "=="))
        must(name not in facts, "disclosure_repeated", "A fact is shown twice.", leaf=leaf)
        facts[name] = value
    must(sorted(kept) == sorted(event["_sd"]), "disclosure_missing", "A fact is neither shown nor withheld.", leaf=leaf)
    return facts

def row(leaf: int, event: Any, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the line of an event in a projection."""
    return {**facts, "leaf": leaf, **{key: event[key] for key in ("id", "type", "at", "subject")}}

def tally(event: Any, entry: Any) -> dict[str, int]:
    """Return what an event adds to the counts: over all, of its type, of its day."""
    lists = {part: len(entry[part]) for part in ("disclosures", "withheld", "erased")}
    return {"events": 1, **lists, event["type"]: 1, event["at"][:10]: 1}

class Custody:
    """Follow every release: asked for, decided, cleared, sealed, published; one file throughout."""
    def __init__(self) -> None:
        self.releases, self.made, self.unseen, self.unreviewed = dict[str, Any](), dict[str, Any](), set[str](), 0

    def take(self, leaf: int, event: Any, facts: dict[str, Any], hidden: int) -> None:
        """Take the next event, of which ``hidden`` facts are not shown."""
        kind, subject = event["type"], event["subject"]
        made = kind in ("artifact.made", "artifact.brought_in") and "sha256" in facts
        self.made.update({subject["id"]: facts["sha256"]} if made else {})
        if kind not in RULES:
            return
        (before, *_), *rules = (re.split("([=<])", rule) for rule in RULES[kind].split())
        missing = {fact for fact, *_ in rules} - facts.keys()
        must(len(missing) <= hidden, "fact_missing", "A decision lacks a fact.", leaf=leaf)
        name, cause = facts.get("release_id", subject["id"]), kind.replace(".", "_")
        must(subject["kind"] != "release" or subject["id"] == name, "subject_differs", "It names two releases.", leaf=leaf)
        self.unseen |= {name} if missing - ASIDE else set()
        if name in self.unseen:
            return
        known = self.releases.setdefault(name, {"seen": "-", "approved": frozenset(), "blocked": frozenset()})
        must(before in known["seen"].split(), cause + "_out_of_order", "A step was left out.", leaf=leaf)
        for fact, sign, other in (rule for rule in rules if len(rule) == 3):
            holds = facts[fact] == known[other] if sign == "=" else set(facts[fact]) <= set(known[other])
            must(holds, f"{cause}_{fact}_differs", "An event speaks of something else.", leaf=leaf)
        self._weigh(kind, known, facts, leaf)
        known.update({fact: facts[fact] for fact in KEPT & facts.keys()}, seen=sys.intern(f"{known['seen']} {kind}"))

    def _weigh(self, kind: str, known: dict[str, Any], facts: dict[str, Any], leaf: int) -> None:
        if kind == "release.requested":
            same = self.made.get(facts["artifact_id"], facts["artifact_sha256"]) == facts["artifact_sha256"]
            must(same, "release_requested_artifact_differs", "Another file was made than is asked for.", leaf=leaf)
        elif kind == "release.blocked":
            known["blocked"] |= {facts["destination"]}
        elif kind == "release.refused":
            known.update(approved=frozenset(), seen="- release.requested")
        elif kind == "decision.made":
            approves = facts["verdict"] in ("approve", "confirm")
            known["approved"] = known["approved"] | {facts["person"]} if approves else frozenset()
        elif kind == "release.cleared":
            people = [facts[part] for part in ("author", "reviewer", "second") if facts[part]]
            self.unreviewed += len(people) == 1
            must(len({*people}) == len(people), "clearance_same_person", "One person has two parts.", leaf=leaf)
            must(known["approved"] >= {*people[1:]}, "clearance_without_decision", "A reviewer did not approve.", leaf=leaf)
            must(not known["blocked"] & {*facts["destinations"]}, "clearance_blocked_destination", "It is blocked there.", leaf=leaf)

def same_row(name: str, ours: dict[str, Any], raw: bytes | None) -> None:
    """Compare a line of a derived file with what the disclosures say, field by field."""
    theirs, plain = load(raw) if raw else {}, partial(json.dumps, sort_keys=True)
    if plain(ours) != plain(theirs):
        fields = sorted(key for key in {**ours, **theirs} if plain(ours.get(key)) != plain(theirs.get(key)))
        says, leaf, cause = "A derived file does not say what happened.", ours.get("leaf"), Path(name).stem[:-1] + "_differs"
        raise Invalid(cause, says, 1, file=name, leaf=leaf, fields=fields)

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
        must(last < leaf < size and (some or leaf == last + 1), "leaf_order", "The events are not in the tree's order.", leaf=leaf)
        held = not some or next(islice(hashes, leaf - last - 1, None)) == digest(b"\0", line)
        must(held, "leaf_differs", "An event is not the one in the tree at its place.", leaf=leaf)
        facts, last = disclosed(event, entry), leaf
        custody.take(leaf, event, facts, len(event["_sd"]) - len(facts))
        stores |= {facts.get("manifest_sha256", "")} if kind == "release.sealed" else set()
        for name in (name for name, kinds in PROJECTIONS.items() if kind in kinds.split()):
            same_row(name, row(leaf, event, facts), next(derived[name], None))
        counts.update(tally(event, entry))
    for name, rest in derived.items():
        same_row(name, {}, next(rest, None))
    return counts, custody, stores

def check_since(files: Files, path: str, note: Note, log: Key) -> None:
    """Hold the bundle against a checkpoint kept from an earlier day."""
    old = read_note(Path(path).read_bytes())
    must(old.origin == note.origin and is_signed(old, log), "since_foreign", "Your checkpoint is not of this log.", 2)
    must(old.size <= note.size, "rolled_back", f"You hold a checkpoint over {old.size} events.")
    proof = [*map(base64.b64decode, load(small(files, "data/consistency.json")).get(str(old.size), []))]
    must(proof or old.size == note.size, "consistency_missing", "It holds no proof from your checkpoint.", size=old.size)
    must(consistent(old, note, proof), "history_rewritten", "History was rewritten since the checkpoint you hold.")

def verify(options: argparse.Namespace) -> dict[str, Any]:
    """Return the answer for a bundle that holds."""
    log, keys = read_key(options.log_key, 1), [read_key(path, 4) for path in options.witness]
    witnesses = {key.public: key for key in keys if key.public != log.public}
    must(0 <= options.quorum <= len(witnesses), "usage", "The quorum is larger than the number of distinct witnesses.", 2)
    files = files_in(Path(options.bundle))
    listed, note = check_bag(files), read_note(small(files, "data/checkpoint"))
    must(note.origin == log.name, "origin_differs", "The checkpoint is of another log.")
    must(is_signed(note, log), "log_signature_missing", "The log did not sign the checkpoint.")
    cosigned = sorted(key.name for key in witnesses.values() if is_signed(note, key))
    must(len(cosigned) >= options.quorum, "quorum_short", "Too few witnesses cosigned the head.", cosigned_by=cosigned)
    if options.since:
        check_since(files, options.since, note, log)
    size, (counts, custody, stores) = note.size, check_events(files, note)
    said = load(small(files, "data/completeness.json"))
    whole = said["counts"] == dict(+counts) and said["stated"].get("sequenced", size) == size
    must(whole, "completeness_differs", "The counts are not those of the events.")
    must(counts["subject.erased"] or not counts["erased"], "erasure_unexplained", "Facts are erased and no event says so.")
    kept = {sha for name, sha in listed.items() if name.startswith("data/c2pa/")}
    must(kept <= stores, "manifest_store_foreign", "No seal names a C2PA manifest store.")
    open_ = {
        "events whose hashes are in the tree and which are not shown": size - counts["events"],
        "facts that are withheld": counts["withheld"], "facts that were erased": counts["erased"],
        "releases of which a deciding fact is not shown": len(custody.unseen),
        "clearances that name no reviewer": custody.unreviewed,
        "C2PA manifest stores that are not here": len(stores - kept),
        "events committed and not in this tree yet": said["stated"].get("committed", size) - size,
    }
    never = ["a rewriting of all of it by whoever holds the log's key: no witness was asked"][options.quorum:]
    never += ["what came before: no earlier checkpoint was given"] * (not options.since) + NEVER
    return {"ok": True, "events": counts["events"], "size": size, "origin": note.origin,
            "cosigned_by": cosigned, "checks": CHECKS + ["since"] * bool(options.since),
            "not_checked": [f"{many} {says}" for says, many in open_.items() if many] + never}

def main(arguments: list[str]) -> int:
    """Print one JSON line; return 0, 1 or 2."""
    def usage(message: str) -> NoReturn:
        raise Invalid("usage", message + ".", 2)
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.error = usage  # type: ignore[method-assign]
    parser.add_argument("bundle")
    parser.add_argument("--log-key", required=True)
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--quorum", type=int, required=True)
    parser.add_argument("--since")
    try:
        code, answer = 0, verify(parser.parse_args(arguments))
    except Invalid as error:
        code, answer = error.code, error.answer
    except Exception as error:  # noqa: BLE001  a stranger's bytes must never end in a traceback
        code = 2 if isinstance(error, OSError) and error.errno else 1
        says = f"Something is not as it must be ({type(error).__name__}: {error})."[:300]
        answer = {"ok": False, "cause": "cannot_read" if code == 2 else "malformed", "says": says}
    sys.stdout.write(json.dumps(answer) + "\n")
    return code

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
