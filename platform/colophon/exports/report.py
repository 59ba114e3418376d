"""The report of an evidence bundle: what a lawyer reads, told from the disclosed events alone.

`Telling` takes the events one by one, as `bundle` writes them; `render` makes one HTML page of it,
without script and without anything loaded from elsewhere. The words per language and the page lie
in ``templates/exports``. A value from outside can neither leave its place nor hide in it: Django
escapes it, and `visible` writes out what has no shape of its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from colophon.exports import verify_bundle

FILES = {"en": "index.html", "zh": "index.zh.html"}
MOST_WORKS = 1000  # more would make a page no browser opens; the rest is counted and named

_HERE = Path(__file__).with_name("templates") / "exports"
_SHAPELESS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_BLANK = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0", "\u034f", "\u17b4", "\u17b5"}
_SUBJECTS = {"job", "artifact", "release", "publication"}
_LINKS = ("artifact_id", "release_id", "publication_id")
_WORDED = {  # whose values are codes with words; every other value is shown as it was recorded
    "origin": "origins",
    "destination": "places",
    "destinations": "places",
    "role": "roles",
}
_PARTS = ("published", "refused", "decisions", "asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the report says besides the events."""

    origin: str
    note: str
    scope: str
    made_at: datetime
    partial: bool
    clauses: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One disclosed event."""

    leaf: int
    kind: str
    at: str
    subject: str
    facts: Mapping[str, Any]
    hidden: int


@dataclass(slots=True, kw_only=True)
class Thread:
    """The events of one work: its job, its artifact, its releases, its publications."""

    ids: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Step]:
        """Return the steps of these kinds in tree order."""
        return [step for step in self.steps if step.kind in kinds]


class Telling:
    """Gather disclosed events into one thread per work, at most `MOST_WORKS` of them."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.other: Counter[str] = Counter()
        self.first = self.last = ""
        self.shown = self.left_out = self.hidden = 0
        self._threads: dict[int, Thread] = {}
        self._home: dict[str, Thread] = {}

    def take(
        self, leaf: int, *, event: Mapping[str, Any], facts: Mapping[str, Any], hidden: int
    ) -> None:
        """Take the next event, of which ``hidden`` facts are not shown."""
        at, kind, subject = event["at"], event["type"], event["subject"]
        self.shown += 1
        self.hidden += hidden
        self.kinds[kind] += 1
        self.first, self.last = min(self.first or at, at), max(self.last, at)
        if subject["kind"] not in _SUBJECTS:
            self.other[kind] += 1
            return
        thread = self._join(
            {subject["id"], *(str(facts[link]) for link in _LINKS if link in facts)}
        )
        if thread is None:
            self.left_out += 1
            return
        step = Step(leaf=leaf, kind=kind, at=at, subject=subject["id"], facts=facts, hidden=hidden)
        thread.steps.append(step)

    def works(self) -> list[Thread]:
        """Return the threads in the order in which they began, their steps in tree order."""
        for thread in self._threads.values():
            thread.steps.sort(key=lambda step: step.leaf)
        return sorted(self._threads.values(), key=lambda thread: thread.steps[0].leaf)

    def _join(self, ids: set[str]) -> Thread | None:
        """Return the one thread of these ids; threads that turn out to be one work become one."""
        found = {id(self._home[name]): self._home[name] for name in ids if name in self._home}
        if not found and len(self._threads) >= MOST_WORKS:
            return None
        thread, *others = found.values() or [Thread()]
        self._threads[id(thread)] = thread
        for other in others:
            thread.steps += other.steps
            ids |= other.ids
            del self._threads[id(other)]
        thread.ids |= ids
        self._home.update(dict.fromkeys(ids, thread))
        return thread


def visible(text: str) -> str:
    """Return ``text`` with every character that has no shape written as ⟨U+202E⟩.

    Direction marks, zero-width characters, controls, private and unassigned ones: a reader of
    evidence must see that they are there, and they must not move what stands beside them.
    """
    return "".join(
        f"⟨U+{ord(sign):04X}⟩"
        if unicodedata.category(sign) in _SHAPELESS or sign in _BLANK
        else sign
        for sign in text
    )


def render(told: Telling, *, cover: Cover, language: str) -> str:
    """Return the report as one HTML page. Languages: those of `FILES`."""
    voice = _Voice(words=_words()[language], clauses=cover.clauses, language=language)
    style = (_HERE / "report.css").read_text("utf-8")
    works = [_work(thread, voice=voice) for thread in told.works()]
    context = {
        "w": voice.words,
        "language": language,
        "others": [
            (_words()[code]["tag"], name, _words()[code]["language"])
            for code, name in FILES.items()
            if code != language
        ],
        "style": style,
        "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        "cover": _cover(told, cover=cover, voice=voice),
        "figures": _figures(told, works=works, voice=voice),
        "works": works,
        **{part: [row for work in works for row in work[part]] for part in _PARTS},
        "open": _open(told, cover=cover, works=works, voice=voice),
        "other": [(visible(kind), str(many)) for kind, many in sorted(told.other.items())],
        "clauses": [voice.clause(name) for name in sorted(voice.cited)],
        "left_out": str(told.left_out) if told.left_out else "",
    }
    page = _engine().get_template("report.html")
    return page.render(Context(context, use_l10n=False, use_tz=False))


@dataclass(slots=True, kw_only=True)
class _Voice:
    """The words of one language, the clauses in it, and which of these were cited."""

    words: Mapping[str, Any]
    clauses: Mapping[str, Mapping[str, Any]]
    language: str
    cited: set[str] = field(default_factory=set)

    def row(self, step: Step) -> dict[str, Any]:
        """Return what the page shows of an event; every text in it is `visible`."""
        facts = {name: self._value(value, name=name) for name, value in step.facts.items()}
        named = step.facts.get("clauses") or [step.facts.get("clause")]
        known = [str(name) for name in named if str(name) in self.clauses]
        self.cited.update(known)
        verdict = str(step.facts.get("verdict", ""))
        return {
            "leaf": str(step.leaf),
            "at": _moment(step.at),
            "kind": step.kind.replace(".", "-") if step.kind in self.words["event"] else "",
            "says": self.words["event"].get(step.kind, visible(step.kind)),
            "facts": facts,
            "list": [(self._label(name), value) for name, value in facts.items()],
            "clauses": [self.clause(name) for name in known],
            "verdict": self.words["verdict"].get(verdict, visible(verdict)),
            "verdict_code": verdict if verdict in self.words["verdict"] else "",
            "turns_down": verdict in ("refuse", "return"),
            "hidden": str(step.hidden) if step.hidden else "",
        }

    def clause(self, name: str) -> dict[str, str]:
        """Return the words of a clause in this language, in English where they are missing."""
        clause = self.clauses[name]
        text = clause["text"].get(self.language) or clause["text"].get("en", "")
        return {
            "id": visible(name),
            "anchor": f"clause-{hashlib.sha256(name.encode()).hexdigest()[:12]}",
            "title": visible(str(clause["title"])),
            "source": visible(str(clause["source"])),
            "text": visible(str(text)),
        }

    def _value(self, value: object, *, name: str) -> str:
        words = self.words
        match value:
            case None:
                return str(words["none"])
            case bool():
                return str(words["yes"] if value else words["no"])
            case int():
                return str(value)
            case str():
                known = words[_WORDED[name]] if name in _WORDED else {}
                return visible(known.get(value, value))
            case [int() as start, int() as end] if name == "span":
                return f"{start}–{end}"
            case list() if name == "span" or all(isinstance(part, str | int) for part in value):
                parts = (self._value(part, name=name) for part in value)
                return str(words["comma"]).join(parts) or str(words["none"])
            case dict() if value:
                pairs = (f"{key}: {self._value(one, name=str(key))}" for key, one in value.items())
                return visible(str(words["comma"]).join(pairs))
        return visible(json.dumps(value, ensure_ascii=False, sort_keys=True))

    def _label(self, name: str) -> str:
        return str(self.words["fact"].get(name, visible(name)))


def _cover(told: Telling, *, cover: Cover, voice: _Voice) -> dict[str, Any]:
    note = verify_bundle.read_note(cover.note.encode())
    cosigners = dict.fromkeys(name for name, _ in note.signatures if name != note.origin)
    return {
        "origin": visible(cover.origin),
        "scope": visible(voice.words["scopes"].get(cover.scope, cover.scope)),
        "made_at": _moment(cover.made_at.astimezone(UTC).isoformat()),
        "partial": cover.partial,
        "first": _moment(told.first),
        "last": _moment(told.last),
        "note": "\n".join(map(visible, cover.note.split("\n"))),
        "size": str(note.size),
        "root": base64.b64encode(note.root).decode(),
        "cosigners": [visible(name) for name in cosigners],
    }


def _work(thread: Thread, *, voice: _Voice) -> dict[str, Any]:
    made = next(iter(thread.of("artifact.made", "artifact.brought_in")), thread.steps[0])
    name = visible(made.subject)
    work = {"name": name[-12:], "id": name, "anchor": f"work-{thread.steps[0].leaf}"}
    media = visible(str(made.facts.get("media_type", "")))
    turns = ("publication.withdrawn", "publication.reinstated")
    last = [step.kind for step in thread.steps if step.kind in turns][-1:]
    withdrawn = last == ["publication.withdrawn"]

    def rows(*kinds: str) -> list[dict[str, Any]]:
        return [{**voice.row(step), "work": work, "media": media} for step in thread.of(*kinds)]

    states = [step.kind for step in thread.steps if step.kind in voice.words["state"]]
    return {
        **work,
        "media": media,
        "state": states[-1].replace(".", "-") if states else "",
        "state_says": voice.words["state"][states[-1]] if states else "",
        "steps": [voice.row(step) for step in thread.steps],
        "published": [
            row | {"withdrawn": withdrawn} | _ground(thread, leaf=int(row["leaf"]), voice=voice)
            for row in rows("release.published")
        ],
        "refused": rows("job.refused", "release.refused", "release.blocked"),
        "decisions": rows("decision.made"),
        "asked": rows("job.submitted", "release.requested"),
        "assessed": rows("artifact.assessed"),
    }


def _ground(thread: Thread, *, leaf: int, voice: _Voice) -> dict[str, Any]:
    """Return the seal and the clearance on which a publication stands: the last before it."""
    found = {"seal": "release.sealed", "clearance": "release.cleared"}
    before = {part: [s for s in thread.of(kind) if s.leaf < leaf] for part, kind in found.items()}
    return {part: voice.row(steps[-1]) for part, steps in before.items() if steps}


def _figures(told: Telling, *, works: list[dict[str, Any]], voice: _Voice) -> list[tuple[str, str]]:
    kinds = told.kinds
    counted = {
        "published": kinds["release.published"],
        "withdrawn": kinds["publication.withdrawn"],
        "refused": kinds["job.refused"] + kinds["release.refused"],
        "blocked": kinds["release.blocked"],
        "decisions": kinds["decision.made"],
        "works": len(works),
    }
    return [(voice.words["figure"][name], str(many)) for name, many in counted.items()]


def _open(told: Telling, *, cover: Cover, works: list[dict[str, Any]], voice: _Voice) -> list[str]:
    """Return what was not checked or is not shown, as sentences."""
    said, none = voice.words["open"], ("", "0", str(voice.words["none"]))
    missing = verify_bundle.read_note(cover.note.encode()).size - told.shown
    lines = [said["hidden"].format(many=missing)] if missing > 0 else []
    lines += [said["withheld"].format(many=told.hidden)] if told.hidden else []
    for work in works:
        for row in work["assessed"]:
            if (unsure := row["facts"].get("unsure", "")) not in none:
                lines.append(said["unsure"].format(work=work["name"], what=unsure))
        for row in work["refused"]:
            if row["kind"] == "release-blocked":
                place, clauses = row["facts"].get("destination"), row["facts"].get("clauses")
                lines.append(said["blocked"].format(work=work["name"], place=place, what=clauses))
    return [*lines, *said["always"]]


def _moment(at: str) -> str:
    """Return ``2026-11-23 09:00:00 UTC`` of an instant."""
    return visible(at[:19].replace("T", " ") + " UTC") if at else ""


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((_HERE / "report.words.toml").read_text("utf-8"))


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(_HERE)], autoescape=True)
