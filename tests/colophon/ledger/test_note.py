"""Signed notes: what is made can be read, the published examples verify, nothing else passes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from colophon.ledger import note
from colophon.ledger.merkle import EMPTY
from colophon.ledger.note import Algorithm, BadNote, BadSignature, Signer, TreeHead

LOG = Signer(name="colophon.test/2026", algorithm=Algorithm.ED25519, seed=b"\x07" * 32)
WITNESS = Signer(name="witness.test/w1", algorithm=Algorithm.COSIGNATURE, seed=b"\x08" * 32)
HEAD = TreeHead(origin="colophon.test/2026", size=7, root=b"\x09" * 32)
SIGNED = HEAD.text + "\n" + LOG.sign(HEAD.text)
COSIGNED = SIGNED + WITNESS.cosign(HEAD.text, at=1_790_000_000)


def test_a_checkpoint_is_read_back_and_its_signatures_hold():
    found = note.parse_note(COSIGNED.encode())
    note.verify(found, by=LOG.verifier)
    assert note.verify_cosignature(found, by=WITNESS.verifier) == 1_790_000_000
    assert note.parse_tree_head(found.text) == HEAD
    assert [one.name for one in found.signatures] == [LOG.name, WITNESS.name]


def test_the_example_of_the_go_checksum_database_verifies():
    """Source: golang.org/x/mod/sumdb/note, the package's own example."""
    key = note.parse_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    blob = (
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
        "otpRZb6KE6RyyBwJnAM="
    )
    found = note.parse_note(f"{text}\n— PeterNeumann {blob}\n".encode())
    note.verify(found, by=key)
    changed = note.parse_note(
        f"{text}".replace("answer", "riddle").encode() + b"\n" + found.signatures[0].line.encode()
    )
    with pytest.raises(BadSignature):
        note.verify(changed, by=key)


def test_a_vkey_is_read_back_and_one_with_a_foreign_id_is_refused():
    for signer in (LOG, WITNESS):
        assert note.parse_vkey(signer.verifier.vkey + "\n") == signer.verifier
    name, _, material = LOG.verifier.vkey.split("+", 2)
    with pytest.raises(BadNote, match="does not belong"):
        note.parse_vkey(f"{name}+00000000+{material}")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name",
        "a+b",
        "+00000000+AQ==",
        "na me+00000000+AQ==",
        "n+00000000+",
        "n+00000000+A",
        "n+00000000+" + base64.b64encode(b"\x06" + b"k" * 32).decode(),
        "n+00000000+" + base64.b64encode(b"\x01" + b"k" * 31).decode(),
    ],
)
def test_what_is_no_vkey_is_refused(line):
    with pytest.raises(BadNote):
        note.parse_vkey(line)


def test_a_witness_key_signs_no_log_and_a_log_key_cosigns_nothing():
    with pytest.raises(ValueError, match="COSIGNATURE"):
        WITNESS.sign(HEAD.text)
    with pytest.raises(ValueError, match="ED25519"):
        LOG.cosign(HEAD.text, at=1)
    found = note.parse_note(COSIGNED.encode())
    with pytest.raises(BadSignature, match="witness"):
        note.verify(found, by=WITNESS.verifier)
    with pytest.raises(BadSignature, match="colophon"):
        note.verify_cosignature(found, by=LOG.verifier)


def test_a_signature_by_somebody_else_is_ignored_and_a_wrong_one_by_the_known_key_is_not():
    stranger = Signer(name=LOG.name, algorithm=Algorithm.ED25519, seed=b"\x0a" * 32)
    both = note.parse_note((SIGNED + stranger.sign(HEAD.text)).encode())
    note.verify(both, by=LOG.verifier)
    forged = LOG.sign(HEAD.text + "more\n")
    with pytest.raises(BadSignature):
        note.verify(note.parse_note((SIGNED + forged).encode()), by=LOG.verifier)
    alone = note.parse_note((HEAD.text + "\n" + stranger.sign(HEAD.text)).encode())
    with pytest.raises(BadSignature):
        note.verify(alone, by=LOG.verifier)


def test_a_cosignature_binds_its_time():
    line = WITNESS.cosign(HEAD.text, at=1_790_000_000)
    blob = bytearray(base64.b64decode(line.split()[2]))
    blob[11] ^= 1  # the last byte of the time
    moved = f"— {WITNESS.name} {base64.b64encode(blob).decode()}\n"
    with pytest.raises(BadSignature):
        note.verify_cosignature(note.parse_note((SIGNED + moved).encode()), by=WITNESS.verifier)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("o\n1\n", "origin"),
        ("o\n1\nAAAA\n", "SHA-256"),
        ("o\n01\n" + base64.b64encode(EMPTY).decode() + "\n", "decimal"),
        ("o\n+1\n" + base64.b64encode(EMPTY).decode() + "\n", "decimal"),
        ("o\n١\n" + base64.b64encode(EMPTY).decode() + "\n", "decimal"),
        ("o\n9223372036854775808\n" + base64.b64encode(EMPTY).decode() + "\n", "decimal"),
        ("\n1\n" + base64.b64encode(EMPTY).decode() + "\n", "origin"),
        ("o\n1\n" + base64.b64encode(EMPTY).decode(), "newline"),
        ("o\n1\n" + base64.b64encode(EMPTY).decode()[:-2] + "V=\n", "canonical"),
    ],
)
def test_what_is_no_tree_head_is_refused(text, why):
    with pytest.raises(BadNote, match=why):
        note.parse_tree_head(text)


def test_extension_lines_are_kept():
    head = TreeHead(origin="o", size=0, root=EMPTY, extensions=("one", "two"))
    assert note.parse_tree_head(head.text) == head


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "blank line"),
        (SIGNED.encode()[:-1], "newline"),
        (b"\xff" + SIGNED.encode(), "UTF-8"),
        (SIGNED.encode().replace(b"\n7\n", b"\n7\r\n"), "control"),
        (HEAD.text.encode() + b"\n- name AAAAAAAA\n", "signature line"),
        (SIGNED.replace("— ", "—  ").encode(), "signature line"),
        (HEAD.text.encode() + "\n— name AAAA\n".encode(), "too short"),
        (HEAD.text.encode() + "\n— na+me AAAAAAAA\n".encode(), "plus"),
        ((SIGNED + LOG.sign(HEAD.text) * 100).encode(), "more than 100"),
        (b"a" * (1 << 20) + b"\n", "larger"),
    ],
)
def test_what_is_no_note_is_refused(raw, why):
    with pytest.raises(BadNote, match=why):
        note.parse_note(raw)


def _read(raw):
    found = note.parse_note(raw)
    note.parse_tree_head(found.text)
    note.verify(found, by=LOG.verifier)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=300))
@example(b"\n\n\n\n")
@example("\n\n— \u2028 AAAA\n".encode())
def test_no_bytes_at_all_raise_anything_but_a_refusal(raw):
    with pytest.raises((BadNote, BadSignature)):
        _read(raw)
    with pytest.raises(BadNote):
        note.parse_vkey(raw.decode("latin-1"))


@settings(max_examples=500, deadline=None)
@given(st.integers(0, len(SIGNED.encode()) * 8 - 1))
def test_no_flipped_bit_in_a_signed_checkpoint_passes(bit):
    raw = bytearray(SIGNED.encode())
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises((BadNote, BadSignature)):
        _read(bytes(raw))


def test_a_signer_shows_no_key():
    assert "seed" not in repr(LOG)
