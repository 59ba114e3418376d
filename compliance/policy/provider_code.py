"""The 27-character code under which an operator writes itself into Chinese metadata."""

from __future__ import annotations

import re

# GB 32100: no I, O, S, V, Z, so that nothing is read as a digit.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE = re.compile(r"0011[0-9A-HJ-NP-RTUW-Y]{18}([12][0-9A-Z]{4}|00000)")


def well_formed(code: str) -> bool:
    """Tell whether ``code`` has the form and the check digit of a provider code.

    Positions: ``00`` format, ``1`` organisation, ``1`` bound to its credit code, 18 characters of
    Unified Social Credit Code, ``1|2`` service type, 4 of the operator's own (or ``00000``).

    Source: reference/regulation.md 1.3 (secondary: three implementers and files in circulation).
    """
    return _CODE.fullmatch(code) is not None and _check_digit(code[4:21]) == code[21]


def _check_digit(first: str) -> str:
    """Return the last character of a credit code. Source: GB 32100-2015, weights 3^i mod 31."""
    total = sum(_ALPHABET.index(one) * pow(3, place, 31) for place, one in enumerate(first))
    return _ALPHABET[-total % 31]
