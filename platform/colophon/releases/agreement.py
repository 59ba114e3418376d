"""How far reviewers agree, and how sure a rate is: two figures, from counts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959964
"""Two-sided 95 % of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Alpha:
    """Agreement over what at least two people judged; ``value`` is None where nothing can be said."""

    value: float | None
    units: int
    ratings: int


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``n``, with the bounds between which the true share lies 95 times of 100."""

    hits: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n else None


def alpha(units: Iterable[Sequence[str]]) -> Alpha:
    """Return Krippendorff's alpha for nominal data; each unit is what its observers said.

    Observers may be missing anywhere; a unit that fewer than two judged says nothing about agreement
    and is left out. Without any difference in what was said at all alpha is undefined: None.

    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C, nominal data:
    alpha = ((n - 1) sum o_cc - sum n_c (n_c - 1)) / (n (n - 1) - sum n_c (n_c - 1)).
    """
    agreed = 0.0
    said: Counter[str] = Counter()
    number = 0
    for unit in units:
        if len(unit) < 2:
            continue
        number += 1
        counted = Counter(unit)
        said.update(counted)
        agreed += sum(n * (n - 1) for n in counted.values()) / (len(unit) - 1)
    n = said.total()
    by_chance = sum(one * (one - 1) for one in said.values())
    room = n * (n - 1) - by_chance
    value = ((n - 1) * agreed - by_chance) / room if room else None
    return Alpha(value=value, units=number, ratings=n)


def wilson(hits: int, n: int) -> Rate:
    """Return a share with its 95 % score interval; without any case it may be anything.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    if not n:
        return Rate(hits=0, n=0, low=0.0, high=1.0)
    share = hits / n
    middle = share + Z * Z / (2 * n)
    spread = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    whole = 1 + Z * Z / n
    return Rate(
        hits=hits,
        n=n,
        low=max(0.0, (middle - spread) / whole),
        high=min(1.0, (middle + spread) / whole),
    )
