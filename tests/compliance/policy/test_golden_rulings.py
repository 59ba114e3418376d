"""Situations by jurisdiction, medium and case, each held against the regulation text by hand."""

from __future__ import annotations

import golden_content
import golden_means
import pytest
from golden import PACKS, Says

from compliance.policy.ruling import judge

SITUATIONS = golden_means.SITUATIONS | golden_content.SITUATIONS


def test_no_situation_hides_another() -> None:
    assert len(SITUATIONS) == len(golden_means.SITUATIONS) + len(golden_content.SITUATIONS)


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_ruling_says_what_the_regulation_says(name: str) -> None:
    case, expected = SITUATIONS[name]

    ruling = judge(case, PACKS)

    assert ruling.deciding is not None
    assert (
        Says(
            open=ruling.open,
            blocked=dict(ruling.blocked),
            persons=ruling.persons,
            deciding=ruling.deciding.clause,
            standing=ruling.deciding.standing,
            code=ruling.deciding.code,
        )
        == expected
    )
