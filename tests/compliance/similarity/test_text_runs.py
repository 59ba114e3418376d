"""Every planted run is found, with its exact place on both sides; nothing else is."""

from __future__ import annotations

import random
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.similarity import text
from compliance.similarity.errors import DamagedFingerprint
from compliance.similarity.fingerprint import text_fingerprint
from compliance.similarity.index import EmbeddedIndex, Reference
from compliance.similarity.postings import gram_hashes, winnow

WORKS = [UUID(int=number) for number in range(1, 9)]
HERE = [f"here{number}" for number in range(400)]
THERE = [f"there{number}" for number in range(400)]
SHARED = [f"shared{number}" for number in range(60)]


def references(source: str, work_id: UUID) -> list[Reference]:
    return [
        Reference(work_id=work_id, kind=one.kind, payload=one.payload)
        for one in text_fingerprint(source)
    ]


def found(index: EmbeddedIndex, query: str, *, stream: str = "en") -> list[tuple[UUID, str, str]]:
    tokens = text.streams(query)[stream]
    least = text.STREAMS[stream].weak
    return [
        (
            hit.work_id,
            query[tokens.starts[hit.start] : tokens.ends[hit.end - 1]],
            hit.there_span,
        )
        for hit in index.text(tokens.ids, stream=stream, least=least)
    ]


@given(
    length=st.integers(8, 60),
    before=st.integers(0, 120),
    behind=st.integers(0, 120),
    there_before=st.integers(0, 120),
    there_behind=st.integers(0, 120),
)
@settings(max_examples=150, deadline=None)
def test_every_planted_run_of_eight_words_and_more_is_found_with_its_exact_span(
    length, before, behind, there_before, there_behind
):
    run = " ".join(SHARED[:length])
    here = " ".join([*HERE[:before], run.upper().replace(" ", ",  "), *HERE[200 : 200 + behind]])
    there = " ".join([*THERE[:there_before], run, *THERE[200 : 200 + there_behind]])
    index = EmbeddedIndex.build(
        [*references(there, WORKS[0]), *references(" ".join(THERE), WORKS[1])], as_of=1
    )

    ((work, ours, span),) = found(index, here)

    assert work == WORKS[0]
    assert ours == run.upper().replace(" ", ",  ")
    assert there[span[0] : span[1]] == run


@given(length=st.integers(1, 7), where=st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_runs_of_seven_words_and_fewer_are_not_reported(length, where):
    here = " ".join([*HERE[:where], *SHARED[:length], *HERE[200:260]])
    there = " ".join([*THERE[:50], *SHARED[:length], *THERE[200:260]])

    assert found(EmbeddedIndex.build(references(there, WORKS[0]), as_of=1), here) == []


@given(length=st.integers(13, 50), where=st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_every_planted_run_of_thirteen_han_characters_is_found_across_punctuation(length, where):
    run = "".join(chr(0x4E00 + number) for number in range(length))
    mine = "".join(chr(0x6000 + number) for number in range(100))
    theirs = "".join(chr(0x7000 + number) for number in range(100))
    here = mine[:where] + "，".join([run[:5], run[5:]]) + mine[where:]
    there = theirs[:40] + "。\n".join([run[:7], run[7:]]) + theirs[40:]
    index = EmbeddedIndex.build(references(there, WORKS[0]), as_of=1)

    ((_, ours, span),) = found(index, here, stream="zh")

    assert ours == "，".join([run[:5], run[5:]])
    assert there[span[0] : span[1]] == "。\n".join([run[:7], run[7:]])


@given(order=st.permutations(range(6)))
@settings(max_examples=20, deadline=None)
def test_the_order_in_which_works_come_changes_no_answer(order):
    rng = random.Random(3)
    texts = [" ".join(rng.choices(SHARED[:30], k=120)) for _ in WORKS[:6]]
    rows = [references(one, work) for one, work in zip(texts, WORKS, strict=False)]
    query = " ".join(texts[2].split()[30:70] + texts[4].split()[10:30])
    sorted_index = EmbeddedIndex.build([row for rows_ in rows for row in rows_], as_of=1)
    shuffled = EmbeddedIndex.build([row for at in order for row in rows[at]], as_of=1)
    ids = text.streams(query)["en"].ids

    assert sorted_index.text(ids, stream="en", least=8)
    assert shuffled.text(ids, stream="en", least=8) == sorted_index.text(ids, stream="en", least=8)


def test_a_copy_is_found_among_two_hundred_near_identical_works():
    base = " ".join(SHARED[:40])
    many = [UUID(int=number) for number in range(1, 201)]
    rows = [row for work in many for row in references(f"{work.hex} {base}", work)]

    hits = found(EmbeddedIndex.build(rows, as_of=1), "mine " + base)

    assert {work for work, _, _ in hits} == set(many)


def test_no_run_goes_across_two_works():
    index = EmbeddedIndex.build(
        [
            *references(" ".join([*THERE[:20], *SHARED[:6]]), WORKS[0]),
            *references(" ".join([*SHARED[6:12], *THERE[20:40]]), WORKS[1]),
        ],
        as_of=1,
    )

    assert found(index, " ".join(SHARED[:12])) == []


def test_a_run_of_stock_phrases_alone_is_nothing_but_one_with_more_is_found():
    stock = "The quick brown fox jumps over the lazy dog"
    index = EmbeddedIndex.build(
        references(f"{' '.join(THERE[:9])} {stock} near the river bank {THERE[30]}", WORKS[0]),
        as_of=1,
    )

    assert found(index, f"{HERE[0]} {stock} {HERE[1]}") == []
    ((_, ours, _),) = found(index, f"{HERE[0]} {stock} near the river {HERE[1]}")
    assert ours == f"{stock} near the river"


@given(st.lists(st.integers(0, 2**64 - 1), min_size=4, max_size=60))
def test_winnowing_keeps_one_hash_of_every_window(values):
    hashes = np.array(values, np.uint64)
    kept = winnow(hashes, window=4)

    assert (np.diff(kept) >= 1).all()
    for start in range(len(values) - 3):
        inside = [at for at in kept if start <= at < start + 4]
        assert inside
        assert min(values[start : start + 4]) in {values[at] for at in inside}


def test_a_text_shorter_than_one_gram_has_no_hashes():
    assert len(gram_hashes(np.arange(4, dtype=np.uint32), gram=5)) == 0


@given(st.text(max_size=300))
def test_tokens_come_back_from_their_fingerprint_as_they_were(source):
    for tokens in text.streams(source).values():
        again = text.unpack(text.pack(tokens))
        assert (again.ids == tokens.ids).all()
        assert (again.starts == tokens.starts).all()
        assert (again.ends == tokens.ends).all()


@pytest.mark.parametrize("payload", [b"", b"tok1", b"tok0\1\0\0\0abc", b"tok1\1\0\0\0abc"])
def test_a_damaged_fingerprint_is_refused_and_not_skipped(payload):
    index = EmbeddedIndex.build(
        [Reference(work_id=WORKS[0], kind="text.en", payload=payload)], as_of=1
    )

    with pytest.raises(DamagedFingerprint):
        found(index, " ".join(SHARED))


def test_a_very_short_text_has_no_fingerprint_and_a_mixed_one_has_two():
    assert text_fingerprint("seven words are too few to find") == ()
    mixed = text_fingerprint("the moon " * 6 + "床前明月光疑是地上霜举头望明月")
    assert {one.kind for one in mixed} == {"text.en", "text.zh"}
