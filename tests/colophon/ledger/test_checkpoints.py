"""What the rest of Colophon asks of the tree: heads, proofs, and waiting for an event."""

from __future__ import annotations

import threading
import time
import uuid

import pytest

from colophon.ledger import checkpoints, note, tenancy
from colophon.ledger.checkpoints import NoCheckpoint, NotSequenced
from colophon.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion

TENANT = uuid.UUID(int=7)  # that of `ledger.write`


def test_an_event_is_proved_against_a_signed_head(ledger):
    early = ledger.write(300, each=300)
    ledger.sequence()
    late = ledger.write(300, each=300)
    ledger.sequence()
    with tenancy.tenant(TENANT):
        for event, size in [(early[0], None), (early[0], 300), (early[299], 600), (late[17], None)]:
            found = checkpoints.proof_of(event, size=size)
            signed = note.parse_note(found.note.encode())
            note.verify(signed, by=ledger.signer.verifier)
            head = note.parse_tree_head(signed.text)
            body = ledger.one("select body from ledger_event where event_id = %s", event)
            assert head.size == found.size
            assert verify_inclusion(
                leaf_hash(bytes(body)),
                index=found.index,
                size=found.size,
                proof=found.hashes,
                root=head.root,
            )
        with pytest.raises(NotSequenced):
            checkpoints.proof_of(late[0], size=300)
        with pytest.raises(NoCheckpoint, match="301"):
            checkpoints.proof_of(late[0], size=301)


def test_heads_follow_from_one_another(ledger):
    with pytest.raises(NoCheckpoint):
        checkpoints.latest()
    for _ in range(3):
        ledger.write(100, each=100)
        ledger.sequence()
    old, new = checkpoints.at_size(100), checkpoints.latest()
    assert verify_consistency(
        old.size,
        new=new.size,
        proof=checkpoints.consistency(100, 300),
        old_root=old.root,
        new_root=new.root,
    )
    assert checkpoints.holding(100).size == 200
    with pytest.raises(NoCheckpoint):
        checkpoints.holding(300)
    with pytest.raises(ValueError, match="2 are needed"):
        checkpoints.consistency(1, 300 + 256)


def test_waiting_ends_when_the_event_is_sequenced_and_says_so_when_it_is_not(ledger):
    (event,) = ledger.write(1)
    with tenancy.tenant(TENANT):
        began = time.monotonic()
        with pytest.raises(NotSequenced, match=f"Event {event} is not in the tree yet"):
            checkpoints.awaited(event, timeout_seconds=0.3)
        assert 0.3 <= time.monotonic() - began < 2
        found = checkpoints.lag()
        assert found.unsequenced == 1
        assert 0.3 <= found.oldest_seconds < 60
        soon = threading.Timer(0.2, ledger.sequence)
        soon.start()
        assert checkpoints.awaited(event, timeout_seconds=10) == 0
        soon.join()
        assert checkpoints.lag() == checkpoints.Lag(unsequenced=0, oldest_seconds=0.0)


def test_another_tenants_event_is_not_there(ledger):
    (event,) = ledger.write(1)
    ledger.sequence()
    with tenancy.tenant(uuid.UUID(int=8)):
        assert checkpoints.leaf_index(event) is None
        with pytest.raises(NotSequenced):
            checkpoints.proof_of(event)


def test_a_head_comes_with_the_cosignatures_it_has(ledger, witness):
    with ledger.sequencer("--period", "0.05", *witness.args):
        ledger.write(3, each=3)
        ledger.until(lambda: ledger.count("cosignature") >= 1)
    size = checkpoints.newest_cosigned(1).size
    (found,) = checkpoints.cosigned(size)
    assert found.witness == "witness.test/w1"
    whole = note.parse_note(checkpoints.cosigned_note(size).encode())
    note.verify(whole, by=ledger.signer.verifier)
    note.verify_cosignature(whole, by=witness.key)
    assert checkpoints.newest_cosigned(2) is None
