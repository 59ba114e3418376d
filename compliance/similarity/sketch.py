"""A few numbers that say which texts are like which: the smallest hashes of their runs of five.

Two texts share a smallest hash as often as they share a run, so that counting what two sketches have
in common estimates how alike the texts are. It finds kin for people who look around; what is
evidence is found by `postings`, run by run.

Source: Broder, "On the resemblance and containment of documents", 1997 (bottom-k sketches).
"""

from __future__ import annotations

import numpy as np

from compliance.similarity import text
from compliance.similarity.postings import gram_hashes

GRAM = 5
MOST = 32


def sketch(words: str) -> list[str]:
    """Return up to `MOST` names of runs of five words, or Han characters; none for a shorter text."""
    hashes = [gram_hashes(found.ids, gram=GRAM) for found in text.streams(words).values()]
    kept = np.unique(np.concatenate(hashes))[:MOST]
    return [f"{int(one):016x}" for one in kept]
