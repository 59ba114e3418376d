"""Is a file what it is said to be, whole, of reasonable size, and free of hidden characters?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from compliance.findings import Answer, CheckContext, Finding, Material, Severity, Subject
from compliance.intake import kinds, pixels
from kernel.canonical import Json
from kernel.sandbox import SandboxFault
from kernel.words import msgid

MOST_BYTES = {"text": 4 << 20, "image": 64 << 20}
"""Bytes of one file, by the first half of its media type."""
MOST_PLACES = 100

# Unicode TR 36: these reorder what a reader sees.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Zero-width joiners, direction marks and variation selectors belong in some scripts and in emoji;
# between Latin letters or Han characters they serve to hide.
_ZERO_WIDTH = re.compile(
    "[\u00ad\u200b\u2060-\u2064\ufeff\U000e0000-\U000e007f]"
    "|(?<=[a-zA-Z\u3400-\u9fff])[\u200c-\u200f\ufe00-\ufe0f](?=[a-zA-Z\u3400-\u9fff])"
)


class FileSanity:
    name: ClassVar[str] = "file_sanity"
    asks: ClassVar[str] = msgid("Is the file whole, and what it is said to be?")
    version: ClassVar[str] = "1"
    subjects: ClassVar[frozenset[Subject]] = frozenset({Subject.ARTIFACT, Subject.INPUT})
    reads: ClassVar[tuple[str, ...]] = (
        "text/*",
        "image/*",
        "audio/*",
        "video/*",
        "application/*",
    )
    says: ClassVar[Mapping[str, str]] = {
        "sane": msgid("The file is whole and what it is said to be ({media_type})."),
        "no_file": msgid("There is no file to look at."),
        "no_reader": msgid("Files of type {media_type} cannot be examined here."),
        "reader_stopped": msgid("The file could not be examined: {cause}"),
        "empty": msgid("The file is empty."),
        "too_large": msgid("The file has {bytes} bytes; at most {most} are taken."),
        "wrong_type": msgid("The file is said to be {media_type} but looks like {found}."),
        "damaged": msgid("The file cannot be read to its end: it is damaged or cut off."),
        "too_many_pixels": msgid("The picture has more than {most} pixels."),
        "trailing_bytes": msgid("{count} bytes follow behind the end of the picture."),
        "not_utf8": msgid("The text is not valid UTF-8, from byte {at} on."),
        "nul": msgid("The text holds {count} NUL characters."),
        "control_characters": msgid("The text holds {count} control characters."),
        "bidi_controls": msgid(
            "The text holds {count} characters that change the order in which it is shown."
        ),
        "zero_width": msgid("The text holds {count} characters that show nothing."),
    }

    def ask(self, material: Material, context: CheckContext) -> tuple[Finding, ...]:
        if material.path is None:
            return (self._finding(material, context, {"code": "no_file"}),)
        try:
            found = context.sandbox.call(
                "compliance.checks.file_sanity:inspect",
                {"media_type": material.media_type.split(";")[0]},
                reads={"file": material.path},
                seconds=context.seconds,
            )
        except SandboxFault as error:
            problem = {"code": "reader_stopped", "cause": str(error.facts.get("cause", ""))}
            return (self._finding(material, context, problem),)
        if not isinstance(found, list):
            found = [{"code": "reader_stopped", "cause": "no list"}]
        problems = [one for one in found if isinstance(one, dict)]
        return tuple(
            self._finding(material, context, problem) for problem in problems or [{"code": "sane"}]
        )

    def _finding(
        self, material: Material, context: CheckContext, problem: Mapping[str, Json]
    ) -> Finding:
        code = str(problem["code"])
        unsure = code in {"no_file", "no_reader", "reader_stopped", "zero_width"}
        answer = Answer.UNSURE if unsure else Answer.FAILED
        facts = {name: value for name, value in problem.items() if name not in {"code", "at_"}}
        places = problem.get("at_")
        evidence: tuple[Mapping[str, Json], ...] = ()
        if places:
            evidence = ({"kind": "characters", "what": code, "at": places},)
        return Finding(
            check=self.name,
            version=self.version,
            answer=Answer.PASSED if code == "sane" else answer,
            severity=Severity.INFO if code == "sane" or unsure else Severity.STRONG,
            code=code if code in self.says else "damaged",
            facts={"media_type": material.media_type, **facts},
            evidence=evidence,
            sha256=material.sha256,
            level=str(context.sandbox.level),
        )


def inspect(arguments: Mapping[str, Json], reads: Mapping[str, Path], into: Path | None) -> Json:
    """Return what is wrong with ``reads["file"]``: a list of codes with facts. A sandbox target."""
    media_type = str(arguments["media_type"])
    family = media_type.split("/", maxsplit=1)[0]
    size = reads["file"].stat().st_size
    if not size:
        return [{"code": "empty"}]
    most = MOST_BYTES.get(family)
    if most is None or (family == "image" and media_type not in pixels.FORMATS):
        return [*_strange(reads["file"], media_type)] or [{"code": "no_reader"}]
    if size > most:
        return [{"code": "too_large", "bytes": size, "most": most}]
    if family == "text":
        return [*_text_problems(reads["file"].read_bytes(), media_type)]
    return [*_picture_problems(reads["file"], media_type)]


def _strange(path: Path, media_type: str) -> Iterator[dict[str, Json]]:
    """Give a problem where a kind we cannot decode is plainly another one."""
    with path.open("rb") as stream:
        found = kinds.kind_of(stream.read(64))
    if found and found.split("/")[0] != media_type.split("/", maxsplit=1)[0]:
        yield {"code": "wrong_type", "found": found}


def _picture_problems(path: Path, media_type: str) -> Iterator[dict[str, Json]]:
    data = path.read_bytes()
    found = kinds.kind_of(data[:64])
    if found != media_type:
        yield {"code": "wrong_type", "found": found or "something else"}
        return
    end = kinds.end_of(data, media_type=media_type)
    if end is None:
        yield {"code": "damaged"}
        return
    try:
        with pixels.opened(path, media_type=media_type):
            pass
    except pixels.TooManyPixels:
        yield {"code": "too_many_pixels", "most": pixels.MOST_PIXELS}
        return
    except pixels.NoPicture:
        yield {"code": "damaged"}
        return
    # A phone's JPEG may carry more pictures behind the first (CIPA DC-007): those start as JPEG.
    if end < len(data) and not (media_type == "image/jpeg" and data[end : end + 2] == b"\xff\xd8"):
        yield {"code": "trailing_bytes", "count": len(data) - end}


def _text_problems(data: bytes, media_type: str) -> Iterator[dict[str, Json]]:
    found = kinds.kind_of(data[:64])
    # Two letters are a magic number and also the start of many a text.
    if found and not (data.startswith((b"BM", b"MZ", b"ID3")) and b"\0" not in data):
        yield {"code": "wrong_type", "found": found}
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield {"code": "not_utf8", "at": error.start}
        return
    patterns = (
        ("nul", re.compile("\0")),
        ("control_characters", _CONTROL),
        ("bidi_controls", _BIDI),
        ("zero_width", _ZERO_WIDTH),
    )
    for code, pattern in patterns:
        places = [match.start() for match in pattern.finditer(text)]
        if places:
            yield {"code": code, "count": len(places), "at_": [*places[:MOST_PLACES]]}


CHECK = FileSanity()
