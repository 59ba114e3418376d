"""Dates as a colophon writes them: in words."""

from __future__ import annotations

from datetime import date

from django.utils.dates import MONTHS

_DAYS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]
_DIGITS = "〇一二三四五六七八九"


def in_words(day: date, *, language: str) -> str:
    """Return “the twenty-third of November 2026”, or “二〇二六年十一月二十三日”."""
    if language.startswith("zh"):
        year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
        return f"{year}年{_han(day.month)}月{_han(day.day)}日"
    return f"the {_DAYS[day.day - 1]} of {MONTHS[day.month]} {day.year}"


def _han(number: int) -> str:
    """Return 1 to 99 in Chinese figures."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones else "")
