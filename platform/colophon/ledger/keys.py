"""Key files of the log and of its witnesses: a raw Ed25519 seed, readable by one user only."""

from __future__ import annotations

import base64
import os
import secrets
import stat
from pathlib import Path

from colophon.ledger.note import Algorithm, BadNote, Signer, check_name, strict_base64
from kernel.errors import Refused
from kernel.words import msgid

_SEED_BYTES = 32


class KeyExists(Refused):
    code = "key_exists"
    status = 409
    says = msgid("There is a key at {path} already; it is not replaced.")
    remedy = msgid("A log that changes its key is another log: choose another place.")


class NoKey(Refused):
    code = "no_key"
    status = 422
    says = msgid("There is no usable key at {path}: {why}.")
    remedy = msgid(
        "Make one with colophon.ledger.keys.make_key, or restore the one that was there."
    )


def make_key(path: Path, name: str, *, algorithm: Algorithm = Algorithm.ED25519) -> str:
    """Make a key at ``path`` (0600) and return its vkey, also written beside it as ``.vkey``.

    Raises:
        KeyExists: something is at ``path``.
        BadNote: ``name`` cannot name a key.
    """
    check_name(name)
    signer = Signer(name=name, algorithm=algorithm, seed=secrets.token_bytes(_SEED_BYTES))
    vkey = signer.verifier.vkey
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        held = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyExists(path=path) from None
    with os.fdopen(held, "wb") as file:
        file.write(base64.b64encode(signer.seed) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    path.with_suffix(".vkey").write_text(vkey + "\n", encoding="utf-8")
    return vkey


def read_key(path: Path, name: str, *, algorithm: Algorithm = Algorithm.ED25519) -> Signer:
    """Return the key at ``path``, to sign under ``name``.

    Raises:
        NoKey: it is missing, not a seed, or readable by others.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise NoKey(path=path, why="other users may read it; its mode must be 0600")
        seed = strict_base64(path.read_text(encoding="ascii").removesuffix("\n"))
    except OSError as error:
        raise NoKey(path=path, why=error.strerror or str(error)) from error
    except (BadNote, UnicodeDecodeError) as error:
        raise NoKey(path=path, why="it is not one line of base64") from error
    if len(seed) != _SEED_BYTES:
        raise NoKey(path=path, why=f"it holds {len(seed)} bytes, not {_SEED_BYTES}")
    return Signer(name=name, algorithm=algorithm, seed=seed)
