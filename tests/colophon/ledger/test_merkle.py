"""The tree against foreign vectors, against its own definition, and against itself in tiles."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colophon.ledger import tiles
from colophon.ledger.merkle import (
    EMPTY,
    Tree,
    fold,
    leaf_hash,
    node_hash,
    stream_root,
    verify_consistency,
    verify_inclusion,
)

VECTORS = json.loads((Path(__file__).parent / "vectors" / "transparency-dev.json").read_text())
LEAVES = [leaf_hash(b"%d" % i) for i in range(130)]


def _hash(text):
    return base64.b64decode(text) if text else b""


def _accepts(kind, case):
    proof = [_hash(one) for one in case["proof"] or []]
    if kind == "inclusion":
        return verify_inclusion(
            _hash(case["leafHash"]),
            index=case["leafIdx"],
            size=case["treeSize"],
            proof=proof,
            root=_hash(case["root"]),
        )
    return verify_consistency(
        case["size1"],
        new=case["size2"],
        proof=proof,
        old_root=_hash(case["root1"]),
        new_root=_hash(case["root2"]),
    )


@pytest.mark.parametrize(
    ("kind", "path"),
    [(kind, path) for kind in ("inclusion", "consistency") for path in VECTORS[kind]],
)
def test_a_vector_of_transparency_dev_is_judged_as_it_says(kind, path):
    case = VECTORS[kind][path]
    assert _accepts(kind, case) is not case["wantErr"], case["desc"]


def test_there_are_196_vectors_of_which_184_must_be_refused():
    wants = [
        case["wantErr"] for kind in ("inclusion", "consistency") for case in VECTORS[kind].values()
    ]
    assert (len(wants), sum(wants)) == (196, 184)


def _root_by_definition(leaves):
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(_root_by_definition(leaves[:k]), _root_by_definition(leaves[k:]))


def test_every_tree_up_to_130_leaves_has_the_defined_root_and_proves_each_leaf_and_size():
    tree, inclusions, consistencies = Tree(LEAVES), 0, 0
    for size in range(1, len(LEAVES) + 1):
        root = _root_by_definition(LEAVES[:size])
        assert tree.root(size) == root
        assert stream_root(LEAVES[:size]) == (size, root)
        for index in range(size):
            proof = tree.inclusion(index, size=size)
            good = {"size": size, "proof": proof, "root": root}
            assert verify_inclusion(LEAVES[index], index=index, **good)
            assert not verify_inclusion(LEAVES[index], index=index + 1, **good)
            assert not verify_inclusion(LEAVES[index], index=index - 1, **good)
            inclusions += 1
        for old in range(1, size + 1):
            assert verify_consistency(
                old,
                new=size,
                proof=tree.consistency(old, size=size),
                old_root=tree.root(old),
                new_root=root,
            )
            consistencies += 1
    assert (inclusions, consistencies) == (8515, 8515)


def test_the_empty_tree_has_the_hash_of_nothing_and_proves_nothing():
    tree = Tree()
    assert tree.root() == EMPTY == stream_root([])[1]
    with pytest.raises(ValueError, match="not in a tree of 0"):
        tree.inclusion(0)
    with pytest.raises(ValueError, match="no proof from size 0"):
        Tree(LEAVES).consistency(0)
    assert not verify_consistency(0, new=0, proof=[], old_root=EMPTY, new_root=EMPTY)


def test_a_tree_refuses_what_is_no_hash_and_sizes_it_never_had():
    with pytest.raises(ValueError, match="32 bytes"):
        Tree([b"short"])
    with pytest.raises(ValueError, match="not 131"):
        Tree(LEAVES).root(131)
    with pytest.raises(ValueError, match="no complete subtree"):
        fold(LEAVES[:3])


@settings(max_examples=200, deadline=None)
@given(data=st.data(), size=st.integers(1, 700))
def test_any_proof_that_is_bent_anywhere_is_refused(data, size):
    leaves = [leaf_hash(b"%d/%d" % (size, i)) for i in range(size)]
    tree = Tree(leaves)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    inclusion, consistency = tree.inclusion(index), tree.consistency(old)
    good = {"size": size, "root": tree.root()}
    roots = {"old_root": tree.root(old), "new_root": tree.root()}
    assert verify_inclusion(leaves[index], index=index, proof=inclusion, **good)
    assert verify_consistency(old, new=size, proof=consistency, **roots)

    bent = _bent(data, inclusion)
    if bent != inclusion:
        assert not verify_inclusion(leaves[index], index=index, proof=bent, **good)
    bent = _bent(data, consistency)
    if bent != consistency:
        assert not verify_consistency(old, new=size, proof=bent, **roots)


def _bent(data, proof):
    how = data.draw(st.sampled_from(["flip", "drop", "repeat", "swap", "append"]))
    if not proof or how == "append":
        return [*proof, data.draw(st.binary(min_size=32, max_size=32))]
    at = data.draw(st.integers(0, len(proof) - 1))
    if how == "flip":
        bit = data.draw(st.integers(0, 255))
        one = bytearray(proof[at])
        one[bit // 8] ^= 1 << bit % 8
        return [*proof[:at], bytes(one), *proof[at + 1 :]]
    if how == "drop":
        return proof[:at] + proof[at + 1 :]
    if how == "repeat":
        return [*proof[: at + 1], *proof[at:]]
    return proof[::-1]


class Shelfful:
    """Tiles in a dictionary, as the sequencer writes them."""

    def __init__(self):
        self.held = {}
        self.reads = 0

    def read(self, level, n, width):
        self.reads += 1
        return self.held[level, n][: 32 * width]


SIZES = [1, 2, 255, 256, 257, 511, 512, 65535, 65536, 65537, 66000]


@pytest.fixture(scope="module")
def many():
    """66,000 leaves: a tree with a tile of level 2."""
    return Tree(leaf_hash(b"%d" % i) for i in range(66_000))


def _write(edge, shelf, hashes):
    edge.extend(hashes)
    shelf.held.update(edge.take_changed())


@pytest.mark.parametrize("batch", [1, 7, 255, 256, 257, 20_000])
def test_tiles_written_batch_by_batch_hold_the_tree(many, batch):
    size = 1_500 if batch == 1 else 66_000
    leaves = [many.subtree(0, i) for i in range(size)]
    edge, shelf = tiles.Edge(), Shelfful()
    for at in range(0, size, batch):
        _write(edge, shelf, leaves[at : at + batch])
        if at % (batch * 40) == 0:
            assert edge.root() == many.root(edge.size)
            edge = tiles.Edge.read(shelf.read, edge.size)  # as after a crash
    assert edge.root() == many.root(size)
    widths = {(level, n): width for level, n, width in tiles.tiles_of(size)}
    assert {key: len(tile) // 32 for key, tile in shelf.held.items()} == widths


@pytest.fixture(scope="module")
def shelf(many):
    shelf = Shelfful()
    _write(tiles.Edge(), shelf, [many.subtree(0, i) for i in range(66_000)])
    return shelf


@pytest.mark.parametrize("size", SIZES)
def test_proofs_from_tiles_are_those_of_the_tree_in_memory(many, shelf, size):
    assert tiles.root_at(shelf.read, size) == many.root(size)
    for index in {0, 1, 254, 255, 256, 257, size // 2, size - 2, size - 1}:
        if 0 <= index < size:
            proof = tiles.inclusion_proof(shelf.read, index, size)
            assert proof == many.inclusion(index, size=size)
    for old in SIZES:
        if old <= size:
            proof = tiles.consistency_proof(shelf.read, old, size)
            assert proof == many.consistency(old, size=size)


def test_a_proof_reads_a_handful_of_tiles(shelf):
    shelf.reads = 0
    tiles.inclusion_proof(shelf.read, 33_333, 66_000)
    assert shelf.reads <= 4


def test_a_tile_shorter_than_the_size_says_is_no_proof(shelf):
    with pytest.raises(ValueError, match=r"tile/0/000.* holds 3 hashes, 256 are needed"):
        tiles.inclusion_proof(lambda level, n, width: b"\0" * 96, 0, 66_000)


@pytest.mark.parametrize(
    ("level", "n", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (1, 1234067, 256, "tile/1/x001/x234/067"),
        (0, 273, 112, "tile/0/273.p/112"),
        (2, 1000, 1, "tile/2/x001/000.p/1"),
    ],
)
def test_a_tile_lies_where_c2sp_says(level, n, width, path):
    assert tiles.tile_path(level, n=n, width=width) == path


def test_a_tree_of_70000_is_made_of_the_tiles_that_c2sp_counts():
    found = list(tiles.tiles_of(70_000))
    assert sum(level == 0 and width == 256 for level, _, width in found) == 273
    assert [one for one in found if one[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert list(tiles.tiles_of(256)) == [(0, 0, 256), (1, 0, 1)]
    assert tiles.width_of(0, n=273, size=70_000) == 112
    assert tiles.width_of(0, n=274, size=70_000) == 0
