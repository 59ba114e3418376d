"""What templates say with: states, answers, hostile text, sentences, links to files, dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from string import Formatter
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from colophon.web import (
    differing,
    findings,
    gallery_labels,
    ghosts,
    glances,
    happenings,
    labels,
    line_labels,
)

register = template.Library()

KINDS: Mapping[str, Mapping[str, str]] = {
    "state": labels.STATES,
    "kind": labels.KINDS,
    "origin": labels.ORIGINS,
    "uncleared": labels.UNCLEARED,
    "answer": labels.ANSWERS,
    "severity": labels.SEVERITIES,
    "destination": labels.DESTINATIONS,
    "medium": labels.MEDIA,
    "risk": labels.RISKS,
    "certainty": labels.CERTAINTIES,
    "check": labels.CHECKS,
    "subject": labels.SUBJECTS,
    "verdict": labels.VERDICTS,
    "mark": labels.MARKS,
    **line_labels.KINDS,
    "layer": labels.LAYERS,
    "place": labels.PLACES,
    "language": labels.LANGUAGES,
    "basis": labels.BASES,
    "use": labels.USES,
    "role": labels.ROLES,
    "act": labels.ACTS,
    "event": happenings.EVENTS,
    "means": labels.MEANS,
    "operator": labels.OPERATOR,
    "facet": gallery_labels.FACETS,
    "hue": gallery_labels.HUES,
    "bulk": gallery_labels.BULK,
    "view": gallery_labels.VIEWS,
    "found": gallery_labels.FOUND,
    "level": labels.LEVELS,
    "catalogue": labels.CATALOGUES,
    "choice": labels.CHOICES,
    "parameter": labels.PARAMETERS,
    "scope": labels.SCOPES,
    "part": labels.PARTS,
    "wish": labels.WISHES,
    "value": labels.KINDS_OF_VALUE,
    "sharing": labels.SHARING,
    "field": {**line_labels.FIELDS, **labels.FIELDS},
    "purpose": labels.PURPOSES,
    "unit": labels.UNIT,
}
ICONS = {
    "passed": ("pass", "pass"),
    "met": ("pass", "pass"),
    "done": ("pass", "pass"),
    "present": ("pass", "pass"),
    "failed": ("fail", "fail"),
    "stops": ("fail", "fail"),
    "unsure": ("unsure", "unsure"),
    "not_covered": ("unsure", "unsure"),
    "not_met": ("unmet", "unmet"),
    "pending": ("wait", "wait"),
    "sealed": ("sealed", "sealed"),
}


@register.filter
def word(name: str, kind: str) -> str:
    """Return the reader's word for a short name of ``kind``; a name we lack stands as it is."""
    said = KINDS[kind].get(str(name))
    return gettext(said) if said else str(name)


@register.filter
def words(names: Any, kind: str) -> str:
    """Return several short names as one list in the reader's language."""
    return gettext(", ").join(word(one, kind) for one in names or ())


@register.simple_tag
def parameter(name: str) -> SafeString:
    """Return the reader's word for a parameter of an engine, or its own name as code."""
    said = labels.PARAMETERS.get(name)
    return format_html("{}", gettext(said)) if said else format_html("<code>{}</code>", name)


@register.simple_tag
def state(name: str) -> SafeString:
    """Return a state as a shape and a word."""
    return format_html('<span class="state" data-state="{}">{}</span>', name, word(name, "state"))


@register.simple_tag
def origin(name: str) -> SafeString:
    """Return an origin as a word over its rule."""
    return format_html(
        '<span class="origin" data-origin="{}">{}</span>', name, word(name, "origin")
    )


@register.simple_tag
def answer(name: str) -> SafeString:
    """Return an answer or standing as its icon, which carries its word."""
    look, symbol = ICONS[str(name)]
    return format_html(
        '<svg class="ans {}" role="img" aria-label="{}"><use href="#{}"/></svg>',
        look,
        word(name, "answer"),
        symbol,
    )


@register.simple_tag
def say(msgid: str, **facts: object) -> SafeString:
    """Return a sentence in the reader's language; facts are escaped and bidi-isolated."""
    return sentence(msgid, facts)


@register.simple_tag
def count(number: int, one: str, many: str) -> str:
    """Return “3 works” in the reader's language; ``{n}`` is the number."""
    return ngettext(one, many, number).replace("{n}", number_of(number))


def sentence(msgid: str, facts: Mapping[str, object]) -> SafeString:
    """Return ``msgid`` translated, with hostile facts made harmless."""
    text = gettext(msgid) if msgid else ""
    shown = {name: _fact(value, name=name) for name, value in facts.items()}
    try:
        return mark_safe(str(conditional_escape(text)).format(**shown))  # noqa: S308  escaped above
    except (KeyError, IndexError, ValueError):
        return SafeString(conditional_escape(text))


def _fact(value: object, *, name: str = "") -> object:
    if isinstance(value, SafeString):
        return value
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int):
        return permille(value) if name.endswith("_permille") else number_of(value)
    if name in ("unit", "basis", "level"):
        return word(str(value), name)
    if isinstance(value, list | tuple):
        return _fact(gettext(", ").join(map(str, value)))
    return ghosts.shown(str(value))


@register.filter
def told(said: Any) -> SafeString:
    """Return a `compliance.policy.sentence.Sentence` in the reader's language."""
    return sentence(said.says, _named(said.facts))


def _named(facts: Mapping[str, Any]) -> dict[str, object]:  # noqa: C901  one case per kind of fact
    """Put the reader's words for the short names that facts carry."""
    kinds = {"severity": "severity", "destination": "destination", "origin": "origin"}
    kinds |= {"like": "origin", "medium": "medium", "language": "language"}
    shown: dict[str, object] = dict(facts)
    for name, kind in kinds.items():
        if isinstance(shown.get(name), str):
            shown[name] = word(str(shown[name]), kind)
    for name in ("adds", "missing", "add"):
        held = shown.get(name)
        if isinstance(held, str | list):
            shown[name] = words(held.split(", ") if isinstance(held, str) else held, "means")
    if isinstance(shown.get("places"), str):
        shown["places"] = words(str(shown["places"]).split(", "), "place")
    if isinstance(shown.get("field"), str):
        shown["field"] = word(str(shown["field"]), "operator")
    if isinstance(shown.get("roles"), str):
        shown["roles"] = words(str(shown["roles"]).split(", "), "role")
    if isinstance(shown.get("retention"), str):
        shown["retention"] = duration(str(shown["retention"]))
    if isinstance(shown.get("check"), str):
        shown |= _of_check(facts)
    for name in ("open", "blocked"):
        if isinstance(shown.get(name), str):
            shown[name] = words([one for one in str(shown[name]).split(", ") if one], "destination")
    return shown


def duration(iso: str) -> str:
    """Return “6 months” for P6M, “3 years” for P3Y; other durations stand as they are."""
    number, unit = iso[1:-1], iso[-1:]
    if not number.isdecimal():
        return iso
    if unit == "M":
        return count(int(number), "{n} month", "{n} months")
    if unit == "Y":
        return count(int(number), "{n} year", "{n} years")
    return count(int(number), "{n} day", "{n} days") if unit == "D" else iso


def _of_check(facts: Mapping[str, Any]) -> dict[str, object]:
    """Name the check, and say what it found in its own sentence instead of by its code."""
    name = str(facts["check"])
    found = findings.msgid_of(name, str(facts.get("finding", "")))
    said: dict[str, object] = {"check": word(name, "check")}
    if found:
        spoken = sentence(found, facts.get("finding_facts") or {})
        said["finding"] = SafeString(spoken.rstrip(".。"))
    return said


@register.simple_tag
def finding(row: Any) -> SafeString:
    """Return what a check found, in its own sentence."""
    msgid = findings.msgid_of(row.check_name, row.code)
    return sentence(msgid, row.facts) if msgid else SafeString(conditional_escape(row.code))


@register.filter
def hostile(text: object) -> SafeString:
    """Return text from outside, escaped, isolated, its invisible characters shown as boxes."""
    return ghosts.shown(str(text or ""))


@register.filter
def hostile_plain(text: object) -> str:
    """The same for attributes and titles, where no element can stand: ``[U+202E]``."""
    return ghosts.plain(str(text or ""))


@register.filter
def short(digest: str, keep: int = 4) -> SafeString:
    """Return a hash or id, cut in the middle; the whole stands in its title."""
    text = str(digest or "")
    if len(text) <= 2 * keep + 1:
        return format_html('<span class="hash">{}</span>', text)
    return format_html(
        '<span class="hash" title="{}">{}…{}</span>', text, text[:keep], text[-keep:]
    )


@register.simple_tag
def media(sha256: str, media_type: str, name: str = "", *, save: bool = False) -> str:
    """Return a link to stored bytes on the media origin; ``save`` them instead of showing them."""
    return glances.link(sha256, media_type, name or sha256[:12], save=save)


@register.simple_tag
def difference(first: str, second: str) -> SafeString:
    """Return how one text becomes another, word by word, for a ``.diff``."""
    return differing.shown(first, second)


@register.simple_tag
def thumb(work: Any, side: str = "small", alt: str = "") -> SafeString:
    """Return a work at a glance: its small view, its first lines, or a sign of its medium.

    ``work`` comes with its look (``select_related("look")``); the whole file is never loaded here.
    """
    return glances.shown(work, side=side, alt=alt)


@register.filter
def in_language(texts: Mapping[str, str] | None) -> str:
    """Return the reader's text of {en, zh}."""
    held = texts or {}
    key = (get_language() or "en").split("-")[0]
    return held.get(key) or held.get("en") or ""


@register.filter
def trashed_by(note: Any) -> list[str]:
    """Return the works that the act a note tells of put into the trash, for its undo."""
    tags = str(getattr(note, "extra_tags", "") or "")
    return tags.removeprefix("trashed ").split(",") if tags.startswith("trashed ") else []


@register.filter
def moment(at: datetime | None) -> SafeString:
    """Return a time of day, or a date where it is not today, with the whole instant behind it."""
    if at is None:
        return SafeString("")
    local = timezone.localtime(at)
    today = local.date() == timezone.localdate()
    shown = local.strftime("%H:%M") if today else date_format(local, "DATE_FORMAT")
    return _time(at, shown)


@register.filter
def clock(at: datetime | None) -> SafeString:
    """Return a time of day to the second."""
    return _time(at, timezone.localtime(at).strftime("%H:%M:%S")) if at else SafeString("")


@register.filter
def stamp(at: datetime | None) -> SafeString:
    """Return date and time in UTC."""
    return _time(at, at.strftime("%Y-%m-%d %H:%M UTC")) if at else SafeString("")


def _time(at: datetime, shown: str) -> SafeString:
    iso = at.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', iso, iso, shown)


@register.filter
def ago(at: datetime) -> str:
    """Return how long something waits: “35 min”, “3 h 02 min”, “2 d”."""
    minutes = max(0, int((timezone.now() - at).total_seconds() // 60))
    if minutes < 60:
        return gettext("{minutes} min").format(minutes=minutes)
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return gettext("{hours} h {minutes} min").format(hours=hours, minutes=f"{rest:02d}")
    return gettext("{days} d").format(days=minutes // (24 * 60))


@register.filter(name="number")
def number_of(value: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{value:,}"


@register.filter
def permille(value: int | None) -> str:
    """Return permille as per cent: 54 -> “5.4”, 1000 -> “100”."""
    return f"{(value or 0) / 10:.1f}".removesuffix(".0")


@register.filter
def size(value: int) -> str:
    """Return bytes as “47 kB” or “1.2 MB”."""
    if value < 1000:
        return f"{value} B"
    if value < 1_000_000:
        return f"{value / 1000:.0f} kB"
    return f"{value / 1_000_000:.1f} MB"


@register.filter
def kind(media_type: str) -> str:
    """Return the everyday name of a file type: “PNG”, “TXT”."""
    names = {"text/plain": "TXT", "image/jpeg": "JPEG"}
    return names.get(media_type, media_type.rpartition("/")[2].upper())


@register.filter
def initials(name: str) -> str:
    """Return up to two letters that stand for a person."""
    parts = [part for part in str(name).split() if part]
    return "".join(part[0] for part in parts[:2]).upper() or "·"


@register.filter
def suggested(said: Mapping[str, Any]) -> SafeString:
    """Return a stored suggestion ({says, facts}) in the reader's language."""
    return sentence(str(said.get("says", "")), _named(said.get("facts") or {}))


@register.filter
def blanks(msgid: str) -> SafeString:
    """Return an error's sentence with ‹names› where its facts will stand."""
    names = {name: f"‹{name}›" for _, name, _, _ in Formatter().parse(msgid) if name}
    return sentence(msgid, names)


@register.filter
def witnesses(cosigned: Any) -> str:
    """Return “1 witness” or “2 witnesses”."""
    return count(len(cosigned), "{n} witness", "{n} witnesses")


@register.filter
def layer(said: Mapping[str, Any]) -> SafeString:
    """Return what was read back of one layer, in a sentence; empty where there is no more to say."""
    facts = said.get("facts") or {}
    if not said.get("present"):
        return sentence(labels.LAYER_MISSING, {"why": facts.get("why", "—")})
    if said["name"] == "visible":
        texts = [f"“{one.get('text', '')}”" for one in facts.get("seen", ())]
        return sentence(labels.LAYER_SAYS["visible"], {"texts": texts})
    if said["name"] == "text_label":
        return sentence(labels.LAYER_SAYS["text_label"], {"lines": facts.get("lines", [])})
    return sentence(labels.LAYER_SAYS.get(said["name"], ""), facts)
