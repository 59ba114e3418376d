"""Signed notes: the text a log signs, a witness cosigns and everyone else verifies.

Parsing is strict: whatever is not exactly the format is `BadNote`, and nothing else is raised for
any bytes at all. Sources: c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature (v1, Ed25519).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from colophon.ledger.merkle import HASH_BYTES
from kernel.errors import Refused
from kernel.words import msgid

_DASH = "\u2014"
_MOST_BYTES = 1 << 20
_MOST_SIGNATURES = 100
_LARGEST = (1 << 63) - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class BadNote(Refused):
    code = "bad_note"
    status = 422
    says = msgid("This is no valid signed note: {why}.")
    remedy = msgid("Take the note again from where it was published, byte for byte.")


class BadSignature(Refused):
    code = "bad_signature"
    status = 422
    says = msgid("The note carries no valid signature by {name}.")
    remedy = msgid("Check that the verification key is the one you received outside the note.")


class Algorithm(IntEnum):
    """Signature types of c2sp.org/signed-note that we make and accept."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Who may sign, by which public key: what a vkey line says."""

    name: str
    algorithm: Algorithm
    public: bytes

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, algorithm, public key)."""
        head = self.name.encode() + b"\n" + bytes([self.algorithm])
        return hashlib.sha256(head + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as people exchange it: ``<name>+<key id>+<base64>``."""
        material = base64.b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"

    def accepts(self, signature: bytes, *, message: bytes) -> bool:
        """Tell whether ``signature`` (64 bytes) is this key's over ``message``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A private key with the name it signs under. Its representation shows no key."""

    name: str
    algorithm: Algorithm
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        public = self._key().public_key().public_bytes_raw()
        return Verifier(name=self.name, algorithm=self.algorithm, public=public)

    def sign(self, text: str) -> str:
        """Return the signature line of a log over ``text``, newline included."""
        self._must_be(Algorithm.ED25519)
        return self._line(self._key().sign(text.encode()))

    def cosign(self, text: str, *, at: int) -> str:
        """Return the cosignature line of a witness over ``text``; ``at`` is in Unix seconds."""
        self._must_be(Algorithm.COSIGNATURE)
        stamp = at.to_bytes(8, "big")
        return self._line(stamp + self._key().sign(_cosigned(text, at=at)))

    def _must_be(self, algorithm: Algorithm) -> None:
        if self.algorithm is not algorithm:
            raise ValueError(f"the key of {self.name} is for {self.algorithm.name}")

    def _line(self, signature: bytes) -> str:
        blob = base64.b64encode(self.verifier.id + signature).decode()
        return f"{_DASH} {self.name} {blob}\n"

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line, not yet believed."""

    name: str
    key_id: bytes
    blob: bytes
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text with its signature lines. Do not read ``text`` before a `verify` returned."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """What a checkpoint says: the log's origin, how many leaves, under which root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        root = base64.b64encode(self.root).decode()
        return "\n".join((self.origin, str(self.size), root, *self.extensions)) + "\n"


def parse_vkey(line: str) -> Verifier:
    """Return the key a vkey line names.

    Raises:
        BadNote: not ``<name>+<key id>+<base64>``, an algorithm we do not know, or a key id that
            does not belong to the key.
    """
    parts = line.strip().split("+", 2)
    if len(parts) != 3:
        raise BadNote(why="a verification key has three parts joined by +")
    name, key_id, material = parts[0], parts[1], strict_base64(parts[2])
    check_name(name)
    try:
        algorithm = Algorithm(material[0])
    except (IndexError, ValueError):
        raise BadNote(why="the verification key is of no known algorithm") from None
    if len(material) != 33:
        raise BadNote(why="an Ed25519 key has 32 bytes")
    verifier = Verifier(name=name, algorithm=algorithm, public=material[1:])
    if verifier.id.hex() != key_id:
        raise BadNote(why="the key id does not belong to the key")
    return verifier


def parse_note(raw: bytes) -> Note:
    """Split a signed note into text and signature lines; nothing is verified yet.

    Raises:
        BadNote: the bytes are anything else.
    """
    if len(raw) > _MOST_BYTES:
        raise BadNote(why=f"it is larger than {_MOST_BYTES} bytes")
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BadNote(why="it is not UTF-8") from None
    if any(sign < " " and sign != "\n" for sign in whole):
        raise BadNote(why="it holds control characters")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise BadNote(why="no blank line divides a text from signatures that end in a newline")
    found = lines[:-1].split("\n")
    if len(found) > _MOST_SIGNATURES:
        raise BadNote(why=f"it has more than {_MOST_SIGNATURES} signatures")
    return Note(text=text + "\n", signatures=tuple(parse_signature(line) for line in found))


def parse_signature(line: str) -> Signature:
    """Return one signature line (without its newline) in parts.

    Raises:
        BadNote: it is not ``— <name> <base64>``.
    """
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != _DASH:
        raise BadNote(why="a signature line is not “— name base64”")
    check_name(parts[1])
    blob = strict_base64(parts[2])
    if len(blob) < 5:
        raise BadNote(why="a signature is too short to hold a key id")
    return Signature(name=parts[1], key_id=blob[:4], blob=blob[4:], line=line + "\n")


def parse_tree_head(text: str) -> TreeHead:
    """Return what the text of a checkpoint says.

    Raises:
        BadNote: fewer than three lines, an empty line, or a size or root not in the one form.
    """
    if not text.endswith("\n"):
        raise BadNote(why="the text does not end in a newline")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise BadNote(why="a checkpoint has an origin, a size and a root, and no empty line")
    root = strict_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise BadNote(why="the root is no SHA-256 hash")
    return TreeHead(
        origin=lines[0], size=strict_number(lines[1]), root=root, extensions=tuple(lines[3:])
    )


def verify(note: Note, *, by: Verifier) -> None:
    """Return when the note carries a valid plain signature by the key.

    Raises:
        BadSignature: none, or one that names the key and does not verify.
    """
    message = note.text.encode()
    found = _signed_by(note, by)
    if by.algorithm is not Algorithm.ED25519 or not found:
        raise BadSignature(name=by.name)
    if not all(by.accepts(one.blob, message=message) for one in found):
        raise BadSignature(name=by.name)


def verify_cosignature(note: Note, *, by: Verifier) -> int:
    """Return when the witness cosigned, in Unix seconds.

    Raises:
        BadSignature: it did not, or a line that names its key does not verify.
    """
    found = _signed_by(note, by)
    if by.algorithm is not Algorithm.COSIGNATURE or not found:
        raise BadSignature(name=by.name)
    times = []
    for one in found:
        at = int.from_bytes(one.blob[:8], "big")
        if at > _LARGEST or not by.accepts(one.blob[8:], message=_cosigned(note.text, at=at)):
            raise BadSignature(name=by.name)
        times.append(at)
    return max(times)


def check_name(name: str) -> None:
    """Return when ``name`` may name a key.

    Raises:
        BadNote: it is empty or holds a space, a control character or a plus.
    """
    if not name or "+" in name or any(sign.isspace() or sign < " " for sign in name):
        raise BadNote(why="a key name is empty or holds a space or a plus")


def strict_base64(text: str) -> bytes:
    """Return the bytes of standard base64 in its one canonical form.

    Raises:
        BadNote: other signs, missing padding or stray bits.
    """
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote(why="a part is not base64") from None
    if base64.b64encode(found).decode() != text:
        raise BadNote(why="a part is not canonical base64")
    return found


def strict_number(text: str) -> int:
    """Return a size: ASCII decimal, no leading zero, below 2**63.

    Raises:
        BadNote: anything else.
    """
    if not _NUMBER.fullmatch(text) or int(text) > _LARGEST:
        raise BadNote(why="a size is not a plain decimal number")
    return int(text)


def _signed_by(note: Note, key: Verifier) -> list[Signature]:
    wanted = (key.name, key.id)
    return [one for one in note.signatures if (one.name, one.key_id) == wanted]


def _cosigned(text: str, *, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
