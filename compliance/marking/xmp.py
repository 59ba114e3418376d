"""XMP packets: our properties spliced in, everything else left byte for byte as it was.

An existing packet is read with expat only to find where things are; the text itself is cut and
joined. So no namespace prefix, comment, padding or order of another tool is lost.

Source: ISO 16684-1 (XMP), GB 45438-2025 Annex E and TC260-PG-20259A (``TC260:AIGC``), IPTC 2025.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from compliance.marking.errors import CannotMark
from compliance.policy.provider_code import well_formed

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
"""Where IPTC Core keeps its ``Instructions``."""
AIGC_KEYS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
_VALUE = re.compile(r"[\x21-\x7e]*")
_NAME = re.compile(r"[\s<](?:(?P<prefix>[\w.-]+):)?(?P<local>[\w.-]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')")

Property = tuple[str, str]
"""Namespace URI and local name."""
_PREFIXES = {TC260: "TC260", IPTC: "Iptc4xmpExt", PHOTOSHOP: "photoshop"}


def aigc(values: Mapping[str, str]) -> str:
    """Return the ``AIGC`` label as bare JSON: seven keys, in order, all strings, ASCII.

    Raises:
        CannotMark: a key is missing or unknown, a value breaks the charset of Annex E, the label is
            not ``1``, an id is empty, or the producer is no verified provider code.
    """
    if set(values) != set(AIGC_KEYS):
        raise CannotMark(why="the AIGC label needs exactly its seven keys")
    for key, value in values.items():
        if not _VALUE.fullmatch(value):
            raise CannotMark(why=f"{key} of the AIGC label has a space or a character beyond ASCII")
    if values["Label"] != "1":
        raise CannotMark(why="a generator writes Label 1 and no other")
    if not values["ProduceID"]:
        raise CannotMark(why="the AIGC label needs a ProduceID")
    if not well_formed(values["ContentProducer"]):
        raise CannotMark(why="ContentProducer is no provider code whose check digit verifies")
    return json.dumps({key: values[key] for key in AIGC_KEYS}, separators=(",", ":"))


def merged(existing: str | None, properties: Mapping[Property, str]) -> str:
    """Return a packet with ``properties``, and all of ``existing`` that they do not replace.

    Raises:
        CannotMark: ``existing`` is no well-formed XMP, or declares a document type.
    """
    if existing is None or not existing.strip("\ufeff\0 \t\r\n"):
        return _HEAD + _description(properties, about="") + _TAIL
    found = _survey(existing, properties)
    if found.end is None:
        raise CannotMark(why="its XMP metadata has no rdf:RDF; remove or repair it")
    data = existing.encode()
    cuts = sorted([*found.cuts, (found.end, found.end)])
    pieces, at = [], 0
    for start, stop in cuts:
        pieces.append(data[at:start])
        if start == stop == found.end:
            pieces.append(_description(properties, about=found.about).encode())
        at = stop
    pieces.append(data[at:])
    return b"".join(pieces).decode()


_HEAD = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    f'<rdf:RDF xmlns:rdf="{RDF}">\n'
)
_TAIL = '</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'


def _description(properties: Mapping[Property, str], *, about: str) -> str:
    spaces = sorted({space for space, _ in properties})
    names = "".join(f' xmlns:{_PREFIXES[space]}="{space}"' for space in spaces)
    inner = "".join(
        f"<{_PREFIXES[space]}:{local}>{escape(value)}</{_PREFIXES[space]}:{local}>\n"
        for (space, local), value in properties.items()
    )
    subject = escape(about, {'"': "&quot;"})
    return (
        f'<rdf:Description xmlns:rdf="{RDF}" rdf:about="{subject}"{names}>\n{inner}'
        "</rdf:Description>\n"
    )


# --- where things are in an existing packet ------------------------------------------------------


@dataclass(slots=True)
class _Survey:
    cuts: list[tuple[int, int]] = field(default_factory=list)
    """Byte ranges of properties that are to be replaced."""
    end: int | None = None
    """Where the first ``</rdf:RDF>`` begins."""
    about: str = ""


class _Walker:
    """Follows one packet; positions are byte offsets into its UTF-8."""

    def __init__(self, data: bytes, wanted: frozenset[Property]) -> None:
        self.survey = _Survey()
        self._data = data
        self._wanted = wanted
        self._spaces: list[dict[str, str]] = [{"xml": "http://www.w3.org/XML/1998/namespace"}]
        self._open: list[tuple[Property, int]] = []
        self._parser = expat.ParserCreate(encoding="utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.ordered_attributes = True
        self._after: int | None = None

    def walk(self) -> _Survey:
        self._parser.Parse(self._data, True)  # noqa: FBT003  expat takes it by place alone
        return self.survey

    def _doctype(self, *_: Any) -> None:
        raise CannotMark(why="its XMP metadata declares a document type; remove or repair it")

    def _resolve(self, name: str, *, attribute: bool = False) -> Property:
        prefix, colon, local = name.rpartition(":")
        if attribute and not colon:
            return "", local
        for spaces in reversed(self._spaces):
            if prefix in spaces:
                return spaces[prefix], local
        return "", local

    def _start(self, name: str, attributes: list[str]) -> None:
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        self._spaces.append(
            {
                key[6:] if key.startswith("xmlns:") else "": value
                for key, value in pairs
                if key == "xmlns" or key.startswith("xmlns:")
            }
        )
        resolved = self._resolve(name)
        self._open.append((resolved, self._parser.CurrentByteIndex))
        if resolved == (RDF, "Description") and self._depth() == 1:
            for key, value in pairs:
                if self._resolve(key, attribute=True) in {(RDF, "about"), ("", "about")}:
                    self.survey.about = self.survey.about or value
            self._cut_attributes(pairs)

    def _depth(self) -> int:
        """Return how many rdf:Description are open: nested ones are values, not the resource."""
        return sum(name == (RDF, "Description") for name, _ in self._open)

    def _cut_attributes(self, pairs: list[tuple[str, str]]) -> None:
        unwanted = {key for key, _ in pairs if self._resolve(key, attribute=True) in self._wanted}
        if not unwanted:
            return
        begin = self._parser.CurrentByteIndex
        tag = self._data[begin : _tag_end(self._data, begin)].decode()
        for match in _NAME.finditer(tag):
            prefix = match["prefix"]
            if (f"{prefix}:{match['local']}" if prefix else match["local"]) in unwanted:
                at = begin + len(tag[: match.start() + 1].encode())
                self.survey.cuts.append((at, begin + len(tag[: match.end()].encode())))

    def _end(self, _: str) -> None:
        resolved, begin = self._open.pop()
        self._spaces.pop()
        here = self._parser.CurrentByteIndex
        if resolved == (RDF, "RDF") and self.survey.end is None:
            if self._closes_itself(begin):
                raise CannotMark(why="its XMP metadata is an empty rdf:RDF; remove it")
            self.survey.end = here
        if resolved in self._wanted and self._depth() == 1:
            last = begin if self._closes_itself(begin) else here
            self.survey.cuts.append((begin, _tag_end(self._data, last)))

    def _closes_itself(self, begin: int) -> bool:
        """Tell whether the tag at ``begin`` is ``<like/>``: expat reports its end after it."""
        stop = _tag_end(self._data, begin)
        return self._data[stop - 2 : stop] == b"/>"


def _tag_end(data: bytes, begin: int) -> int:
    """Return the offset after the ``>`` of the tag at ``begin``; a quoted ``>`` does not count."""
    quote = 0
    for at in range(begin, len(data)):
        one = data[at]
        if quote:
            quote = 0 if one == quote else quote
        elif one in b"\"'":
            quote = one
        elif one == ord(">"):
            return at + 1
    return len(data)


def _survey(existing: str, properties: Mapping[Property, str]) -> _Survey:
    try:
        return _Walker(existing.rstrip("\0 \t\r\n").encode(), frozenset(properties)).walk()
    except expat.ExpatError as error:
        raise CannotMark(
            why=f"its XMP metadata is no well-formed XML (line {error.lineno}); remove or repair it"
        ) from None
