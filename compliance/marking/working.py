"""A copy to work on: labelled and described as not cleared, and never signed.

It is no publication, so what a destination asks of labels plays no part here. What has to be told is
that nobody cleared the file, on its face and in its metadata.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from compliance.marking import carriers, child, text_label, visible, xmp
from compliance.marking.errors import CannotMark, LabelNotSufficient, MarkMissing
from compliance.marking.recipe import MEMORY_MB, SECONDS, SUFFIXES
from kernel.canonical import Json

if TYPE_CHECKING:
    from kernel.sandbox import Sandbox

PLACE = "bottom-right"


def copy(
    source: Path,
    *,
    into: Path,
    media_type: str,
    lines: Sequence[str],
    says: str,
    source_type: str,
    sandbox: Sandbox,
) -> tuple[Path, str]:
    """Write a working copy of ``source`` into the folder ``into``; return its path and SHA-256.

    ``lines`` stand on its face, ``says`` in its metadata (IPTC Instructions); a text has both at
    its head. Runs in the sandboxed child, which reads its own file again before it answers.

    Raises:
        CannotMark: its type is none that can be labelled, or the file is broken.
        LabelNotSufficient: the picture is too small for the label.
        MarkMissing: the copy does not show what was written into it.
        SandboxFault: the child crashed or ran out of time or memory.
    """
    if media_type not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise CannotMark(why=f"its type is {media_type}, and we can mark {known}")
    arguments: dict[str, Json] = {
        "media_type": media_type,
        "lines": [*lines],
        "says": says,
        "source_type": source_type,
    }
    with tempfile.TemporaryDirectory(dir=into) as folder:
        child_said = sandbox.call(
            "compliance.marking.working:make",
            arguments,
            reads={"source": source},
            into=Path(folder),
            seconds=SECONDS,
            memory_mb=MEMORY_MB,
        )
        made = Path(folder) / f"copy{SUFFIXES[media_type]}"
        match child_said:
            case {"cannot_mark": str(why)}:
                raise CannotMark(why=why)
            case {"made": True} if made.is_file():
                path = into / made.name
                made.replace(path)
                return path, hashlib.sha256(path.read_bytes()).hexdigest()
    raise MarkMissing(layer="not cleared", why="the copy does not show it")


def make(arguments: Mapping[str, Json], reads: Mapping[str, Path], into: Path | None) -> Json:
    """Write ``copy`` beside the metadata of ``reads["source"]``. A sandbox target."""
    assert into is not None  # noqa: S101  `copy` always gives a folder
    media_type, says = str(arguments["media_type"]), str(arguments["says"])
    given = arguments["lines"]
    lines = [str(one) for one in given] if isinstance(given, list) else []
    data = reads["source"].read_bytes()
    try:
        if media_type == "text/plain":
            made = "\n".join([*lines, says, "", text_label.normal(data)]).encode()
            shown = made.decode().startswith("\n".join([*lines, says]))
        else:
            properties = {
                (xmp.PHOTOSHOP, "Instructions"): says,
                (xmp.IPTC, "DigitalSourceType"): str(arguments["source_type"]),
            }
            made = _picture(data, media_type=media_type, lines=lines, properties=properties)
            held = carriers.take(made, media_type=media_type).xmp or ""
            shown = escape(says) in held
    except (CannotMark, LabelNotSufficient) as refusal:
        return {"cannot_mark": str(refusal.facts["why"])}
    (into / f"copy{SUFFIXES[media_type]}").write_bytes(made)
    return {"made": shown}


def _picture(
    data: bytes, *, media_type: str, lines: Sequence[str], properties: Mapping[xmp.Property, str]
) -> bytes:
    picture, encode = child.open_picture(data, media_type=media_type)
    visible.draw(picture, texts=lines, place=PLACE)
    belongings = carriers.take(data, media_type=media_type)
    packet = xmp.merged(belongings.xmp, properties)
    # Inbound credentials stay out: they speak of other bytes. The work itself keeps them.
    described = carriers.Belongings(xmp=packet, parts=belongings.parts)
    return carriers.put(encode(picture), media_type=media_type, belongings=described)
