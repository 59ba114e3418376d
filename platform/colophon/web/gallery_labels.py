"""The words of the gallery: what works are looked up by, what colours are called, what is done to many."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.words import msgid

FACETS: Mapping[str, str] = {
    "state": msgid("State"),
    "origin": msgid("Origin"),
    "medium": msgid("Medium"),
    "engine": msgid("Engine"),
    "found": msgid("Findings"),
    "like": msgid("Like"),
    "project": msgid("Project"),
    "by": msgid("By"),
    "tag": msgid("Tag"),
    "seed": msgid("Seed"),
    "colour": msgid("Colour"),
    "since": msgid("From"),
    "until": msgid("To"),
}
HUES: Mapping[str, str] = {
    "red": msgid("Red"),
    "orange": msgid("Orange"),
    "yellow": msgid("Yellow"),
    "green": msgid("Green"),
    "cyan": msgid("Turquoise"),
    "blue": msgid("Blue"),
    "violet": msgid("Violet"),
    "pink": msgid("Pink"),
    "brown": msgid("Brown"),
    "white": msgid("White"),
    "grey": msgid("Grey"),
    "black": msgid("Black"),
}
BULK: Mapping[str, str] = {
    "tag": msgid("Tags put on"),
    "untag": msgid("Tags taken off"),
    "release": msgid("Release asked for"),
    "move": msgid("Moved to another project"),
    "board": msgid("Put on a board"),
    "unboard": msgid("Taken off the board"),
    "trash": msgid("Put into the trash"),
    "restore": msgid("Taken out of the trash"),
}
VIEWS: Mapping[str, str] = {
    "slider": msgid("Slider"),
    "side": msgid("Side by side"),
    "difference": msgid("Difference"),
}
FOUND: Mapping[str, str] = {
    "failed": msgid("Any failed"),
    "unsure": msgid("Unsure, none failed"),
    "passed": msgid("All passed"),
}
