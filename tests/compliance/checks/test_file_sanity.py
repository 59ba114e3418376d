"""Hostile and damaged files, in a sandbox of each level."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from bench import similarity as made
from compliance import findings
from compliance.checks.file_sanity import CHECK
from compliance.checks.image_overlap import CHECK as IMAGE_OVERLAP
from compliance.findings import Answer


def picture(form="PNG", *, seed=1, **options):
    into = io.BytesIO()
    Image.fromarray(made.textured(seed, width=120, height=90)).save(into, form, **options)
    return into.getvalue()


def bomb():
    """Return a PNG of 13,000 x 13,000 pixels in about 20 kB."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 13_000, 13_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (13_000 * (1 + 13_000 // 8)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def ask(each_sandbox, context, material, tmp_path):
    def answers(data, media_type):
        path = tmp_path / "file"
        path.write_bytes(data)
        asked = material(path, media_type=media_type)
        return {one.code: one for one in CHECK.ask(asked, context(box=each_sandbox))}

    return answers


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("TIFF", "image/tiff"),
        ("BMP", "image/bmp"),
    ],
)
def test_whole_pictures_pass(ask, each_sandbox, form, media_type):
    found = ask(picture(form), media_type)
    assert set(found) == {"sane"}
    assert found["sane"].answer is Answer.PASSED
    assert found["sane"].level == each_sandbox.level


@pytest.mark.parametrize(
    ("data", "media_type", "code"),
    [
        (b"", "image/png", "empty"),
        (b"", "text/plain", "empty"),
        (picture()[:-40], "image/png", "damaged"),
        (picture("JPEG")[:-200], "image/jpeg", "damaged"),
        (picture("WEBP")[:-100], "image/webp", "damaged"),
        (picture("GIF")[:-100], "image/gif", "damaged"),
        (picture()[:60] + b"\xff" * 500 + picture()[560:], "image/png", "damaged"),
        (picture("JPEG"), "image/png", "wrong_type"),
        (b"<html><script>alert(1)</script>", "image/png", "wrong_type"),
        (picture(), "text/plain", "wrong_type"),
        (picture(), "audio/mpeg", "wrong_type"),
        (picture() + b"PK\x03\x04 a zip follows", "image/png", "trailing_bytes"),
        (picture("JPEG") + b"<script>alert(1)</script>", "image/jpeg", "trailing_bytes"),
        (picture("GIF") + b"PK\x03\x04", "image/gif", "trailing_bytes"),
        (bomb(), "image/png", "too_many_pixels"),
        (b"a" * ((4 << 20) + 1), "text/plain", "too_large"),
        (b"caf\xe9", "text/plain", "not_utf8"),
        (b"a\0b", "text/plain", "nul"),
        (b"a\x1b[31mb", "text/plain", "control_characters"),
        ("file\u202etxt.exe".encode(), "text/plain", "bidi_controls"),
    ],
)
def test_a_bad_file_fails_and_says_why(ask, data, media_type, code):
    found = ask(data, media_type)
    assert found[code].answer is Answer.FAILED
    assert "{" not in CHECK.says[code].format(**found[code].facts)


def test_the_bomb_is_small_and_refused_at_once(ask):
    data = bomb()
    assert len(data) < 32_000
    begun = time.monotonic()
    assert set(ask(data, "image/png")) == {"too_many_pixels"}
    assert time.monotonic() - begun < 5


def test_hidden_characters_are_placed(ask):
    found = ask("ab\u200bcd\u200b \u202e".encode(), "text/plain")
    assert found["zero_width"].answer is Answer.UNSURE
    assert found["zero_width"].evidence == (
        {"kind": "characters", "what": "zero_width", "at": [2, 5]},
    )
    assert found["bidi_controls"].evidence[0]["at"] == [7]


def test_ordinary_text_in_several_scripts_passes(ask):
    text = "\ufeffBMW said: “床前明月光”\r\n\tمی‌خواهم 👩‍🚀\n"
    assert set(ask(text.encode(), "text/plain")) == {"sane"}


def test_a_second_picture_behind_a_jpeg_is_a_phone_and_no_polyglot(ask):
    assert set(ask(picture("JPEG") + picture("JPEG", seed=2), "image/jpeg")) == {"sane"}


def test_what_cannot_be_decoded_here_is_unsure(ask):
    found = ask(b"OggS" + b"\0" * 100, "audio/ogg")
    assert found["no_reader"].answer is Answer.UNSURE


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", picture()[:400], bomb(), b"text"])
def test_the_picture_check_is_unsure_of_every_bad_picture(
    each_sandbox, context, material, tmp_path, data
):
    path = tmp_path / "bad.png"
    path.write_bytes(data)
    (finding,) = findings.ask(IMAGE_OVERLAP, material(path), context(box=each_sandbox))
    assert finding.answer is Answer.UNSURE
