"""What is wrong with a pack, where, and what to do.

* PackError            a pack or the label texts cannot be read; the start stops
  - PackUnreadable     the file is no TOML, or cannot be opened
  - PackUnknownKey     a key we do not know
  - PackMissingKey     a key that must be there is not
  - PackBadValue       a value of the wrong kind
  - PackUnknownName    a check, label, mark ... that does not exist
  - PackDuplicate      an id that is taken
  - PackDates          `until` is not after `from`
"""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import Refused
from kernel.words import msgid


class PackError(Refused):
    """Facts: ``file`` (its name), ``line`` (from 1), ``path`` (dotted key), and more by kind."""

    code = "pack_error"
    status = 500
    says: ClassVar[str] = msgid("{file}, line {line}: {path} cannot be used.")
    remedy: ClassVar[str] = msgid("Correct the file and start again.")


class PackUnreadable(PackError):
    code = "pack_unreadable"
    says = msgid("{file}, line {line}: this is not TOML: {why}.")
    remedy = msgid("Correct the line and start again.")


class PackUnknownKey(PackError):
    code = "pack_unknown_key"
    says = msgid("{file}, line {line}: there is no key “{key}” in {place}.")
    remedy = msgid("Use one of: {known}.")


class PackMissingKey(PackError):
    code = "pack_missing_key"
    says = msgid("{file}, line {line}: “{key}” is missing in {place}.")
    remedy = msgid("Add “{key}” there.")


class PackBadValue(PackError):
    code = "pack_bad_value"
    says = msgid("{file}, line {line}: {path} cannot be {value}: {why}.")
    remedy = msgid("Correct the value and start again.")


class PackUnknownName(PackError):
    code = "pack_unknown_name"
    says = msgid("{file}, line {line}: “{name}” is not a known {kind}.")
    remedy = msgid("Use one of: {known}.")


class PackDuplicate(PackError):
    code = "pack_duplicate"
    says = msgid("{file}, line {line}: the id “{name}” is taken by {other}.")
    remedy = msgid("Give one of the two another id.")


class PackDates(PackError):
    code = "pack_dates"
    says = msgid(
        "{file}, line {line}: it ends on {until}, before or on the day it begins, {begins}."
    )
    remedy = msgid("Set “until” to the first day on which it no longer binds, after “from”.")
