"""A marked file shows every layer, and each one that is taken away is missed by name."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marking_cases import AIGC, KEY, LABELS, PAYLOAD, full_recipe, scene
from PIL import Image, ImageCms

from compliance.marking import carriers, xmp
from compliance.marking.errors import CannotMark, LabelNotSufficient
from compliance.marking.recipe import Label, Recipe, mark, means, missing, read_back
from generation.engine import Medium

TYPES = ("image/png", "image/jpeg")
ALL = ("imperceptible", "visible", "metadata.aigc", "metadata.iptc")


@pytest.fixture
def marked(sandbox, saved, tmp_path) -> Callable[..., Path]:
    """Return a function: mark a picture by the full recipe, give the path."""

    def make(media_type: str, picture: Image.Image | None = None, **how: object) -> Path:
        source = saved(picture or scene(), media_type, **how)
        done = mark(source, into=tmp_path, recipe=full_recipe(media_type), key=KEY, sandbox=sandbox)
        assert tuple(one.name for one in done.layers) == ALL
        return done.path

    return make


@pytest.fixture
def missed(sandbox, tmp_path) -> Callable[..., tuple[str, ...]]:
    """Return a function: names of the layers a file, or bytes, does not show."""

    def look(exported: Path | bytes, media_type: str, *, key: bytes = KEY) -> tuple[str, ...]:
        path = exported
        if isinstance(exported, bytes):
            path = tmp_path / "exported"
            path.write_bytes(exported)
        recipe = full_recipe(media_type)
        layers = read_back(path, recipe=recipe, key=key, sandbox=sandbox)
        assert tuple(one.name for one in layers) == ALL
        return missing(layers)

    return look


@pytest.mark.parametrize("media_type", TYPES)
def test_every_layer_is_read_back_from_the_exported_bytes(media_type, marked, missed):
    assert missed(marked(media_type), media_type) == ()


def _plate(path: Path, sandbox) -> tuple[int, int, int, int]:
    recipe = full_recipe("image/png")
    seen = {one.name: one.facts for one in read_back(path, recipe=recipe, key=KEY, sandbox=sandbox)}
    boxes = [one["box"] for one in seen["visible"]["seen"]]
    return (
        min(box[0] for box in boxes) - 10,
        min(box[1] for box in boxes) - 10,
        max(box[2] for box in boxes) + 10,
        max(box[3] for box in boxes) + 10,
    )


def _with_pixels(
    data: bytes, media_type: str, change: Callable[[Image.Image], Image.Image]
) -> bytes:
    """Return the file with other pixels and all its metadata."""
    picture = change(Image.open(io.BytesIO(data)).convert("RGB"))
    out = io.BytesIO()
    picture.save(out, "PNG" if media_type == "image/png" else "JPEG", quality=90)
    belongings = carriers.take(data, media_type=media_type)
    return carriers.put(out.getvalue(), media_type=media_type, belongings=belongings)


@pytest.mark.parametrize("media_type", TYPES)
def test_a_label_painted_over_is_missed_by_name(media_type, marked, missed, sandbox):
    path = marked(media_type)
    box = _plate(path, sandbox)

    def paint(picture: Image.Image) -> Image.Image:
        picture.paste(scene().crop(box), box)
        return picture

    assert missed(_with_pixels(path.read_bytes(), media_type, paint), media_type) == ("visible",)


@pytest.mark.parametrize("media_type", TYPES)
def test_pixels_without_the_mark_are_missed_by_name(media_type, sandbox, saved, tmp_path, missed):
    recipe = replace(full_recipe(media_type), mark=False)
    done = mark(saved(scene(), media_type), into=tmp_path, recipe=recipe, key=KEY, sandbox=sandbox)
    assert missed(done.path, media_type) == ("imperceptible",)


@pytest.mark.parametrize("media_type", TYPES)
def test_another_payload_and_another_key_are_missed(media_type, marked, missed, sandbox):
    path = marked(media_type)
    assert missed(path, media_type, key=b"quite another key of any length") == ("imperceptible",)
    other = replace(full_recipe(media_type), payload=PAYLOAD ^ 1)
    assert missing(read_back(path, recipe=other, key=KEY, sandbox=sandbox)) == ("imperceptible",)


def _edited(data: bytes, media_type: str, change: Callable[[str], str | None]) -> bytes:
    """Return the file with its XMP changed or, for none, removed."""
    held = carriers.take(data, media_type=media_type)
    picture = Image.open(io.BytesIO(data))
    bare = Image.frombytes("RGB", picture.size, picture.convert("RGB").tobytes())
    out = io.BytesIO()
    bare.save(out, picture.format, quality=92)
    kept = carriers.Belongings(xmp=change(held.xmp or ""))
    return carriers.put(out.getvalue(), media_type=media_type, belongings=kept)


_FAULTS: dict[str, tuple[Callable[[str], str | None], tuple[str, ...]]] = {
    "all XMP gone": (lambda _: None, ("metadata.aigc", "metadata.iptc")),
    "no AIGC": (lambda text: text.replace("TC260:AIGC>", "TC260:Other>"), ("metadata.aigc",)),
    "no source type": (
        lambda text: text.replace("DigitalSourceType>", "DigitalSource>"),
        ("metadata.iptc",),
    ),
    "another source type": (
        lambda text: text.replace("algorithmicMedia", "digitalCapture"),
        ("metadata.iptc",),
    ),
    "another producer": (
        lambda text: text.replace(AIGC["ContentProducer"], "001191110000MA0000000H10002"),
        ("metadata.aigc",),
    ),
    "keys out of order": (
        lambda text: text.replace(
            '"PropagateID":"","ReservedCode2":""', '"ReservedCode2":"","PropagateID":""'
        ),
        ("metadata.aigc",),
    ),
    "a key twice": (
        lambda text: text.replace('{"Label":"1",', '{"Label":"1","Label":"1",'),
        ("metadata.aigc",),
    ),
    "wrapped": (
        lambda text: text.replace("<TC260:AIGC>", '<TC260:AIGC>{"AIGC":').replace(
            "</TC260:AIGC>", "}</TC260:AIGC>"
        ),
        ("metadata.aigc",),
    ),
    "two labels": (
        lambda text: text.replace(
            "<TC260:AIGC>", f"<TC260:AIGC>{xmp.aigc(AIGC)}</TC260:AIGC><TC260:AIGC>"
        ),
        ("metadata.aigc",),
    ),
    "broken XML": (
        lambda text: text.replace("</rdf:RDF>", ""),
        ("metadata.aigc", "metadata.iptc"),
    ),
    "a document type": (
        lambda text: text.replace("<x:xmpmeta", '<!DOCTYPE x [<!ENTITY a "b">]><x:xmpmeta', 1),
        ("metadata.aigc", "metadata.iptc"),
    ),
}


@pytest.mark.parametrize("fault", _FAULTS)
@pytest.mark.parametrize("media_type", TYPES)
def test_a_fault_in_the_metadata_is_missed_by_name(fault, media_type, marked, missed):
    change, names = _FAULTS[fault]
    data = marked(media_type).read_bytes()
    held = carriers.take(data, media_type=media_type).xmp or ""
    assert change(held) != held  # the fault is really planted
    assert missed(_edited(data, media_type, change), media_type) == names


def test_a_second_label_in_another_carrier_is_missed(marked, missed):
    data = marked("image/png").read_bytes()
    body = b"AIGC\0" + xmp.aigc(AIGC).encode()
    chunk = struct.pack(">I", len(body)) + b"tEXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"tEXt" + body))
    assert missed(data[:33] + chunk + data[33:], "image/png") == ("metadata.aigc",)


def test_a_file_that_is_no_picture_misses_everything(missed):
    assert missed(b"no picture at all", "image/png") == ALL
    assert missed(b"", "image/jpeg") == ALL


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_an_answer_and_never_a_crash(data, sandbox, tmp_path_factory):
    folder = tmp_path_factory.mktemp("damaged")
    source = folder / "work.png"
    scene(200, 160).save(source)
    whole = bytearray(source.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    source.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    recipe = replace(full_recipe("image/png"), labels=LABELS[:1], crops=())
    layers = read_back(source, recipe=recipe, key=KEY, sandbox=sandbox)
    assert tuple(one.name for one in layers) == ALL
    try:
        mark(source, into=folder, recipe=recipe, key=KEY, sandbox=sandbox)
    except CannotMark:
        assert not list(folder.glob("marked*"))


# --- what stands beside the pixels ---------------------------------------------------------------

XMP = (
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{xmp.RDF}"><rdf:Description '
    'rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights>CC-BY 中</dc:rights>'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + b'{"AIGC":{"Label":"1"}}'
    return exif


@pytest.mark.parametrize("media_type", TYPES)
def test_colour_profile_exif_and_xmp_of_others_are_carried_over(media_type, marked, missed):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    how: dict[str, object] = {"icc_profile": profile, "exif": _exif()}
    if media_type == "image/jpeg":
        how |= {"xmp": XMP.encode(), "comment": b"a comment", "quality": 92}
    path = marked(media_type, scene(480, 640), **how)
    assert missed(path, media_type) == ()
    with Image.open(path) as picture:
        picture.load()
        exif = picture.getexif()
        assert picture.info["icc_profile"] == profile
        assert exif[0x010F] == "A camera"
        assert exif[0x0112] == 1
        assert picture.size == (640, 480)  # turned upright, as the camera meant it
        assert b"AIGC" not in bytes(exif.get_ifd(0x8769).get(0x9286, b""))
        held = carriers.take(path.read_bytes(), media_type=media_type).xmp
        if media_type == "image/jpeg":
            assert picture.info["comment"] == b"a comment"
            assert "<dc:rights>CC-BY 中</dc:rights>" in held


def test_png_texts_stay_and_a_foreign_aigc_chunk_goes(sandbox, tmp_path, missed):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "nobody")
    info.add_text("AIGC", '{"Label":"1"}')
    info.add_itxt("XML:com.adobe.xmp", XMP, zip=True)
    source = tmp_path / "source.png"
    scene().save(source, pnginfo=info)
    recipe = full_recipe("image/png")
    done = mark(source, into=tmp_path, recipe=recipe, key=KEY, sandbox=sandbox)
    assert missed(done.path, "image/png") == ()
    with Image.open(done.path) as picture:
        held = dict(picture.text)
    assert held["Author"] == "nobody"
    assert "AIGC" not in held
    assert "CC-BY 中" in held["XML:com.adobe.xmp"]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P"])
def test_a_png_of_any_usual_mode_is_marked(mode, marked, missed):
    assert missed(marked("image/png", scene().convert(mode)), "image/png") == ()


def test_transparency_survives(marked):
    picture = scene().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    with Image.open(marked("image/png", picture)) as found:
        assert found.getpixel((5, 300))[3] == picture.getpixel((5, 300))[3]


@pytest.mark.parametrize(
    ("picture", "media_type", "why"),
    [
        (scene(300, 100), "image/png", "128 on its shortest side"),
        (scene().convert("CMYK"), "image/jpeg", "CMYK"),
        (Image.new("I;16", (300, 300)), "image/png", "I;16"),
    ],
)
def test_a_picture_we_would_spoil_is_refused_with_the_reason(
    picture, media_type, why, marked, tmp_path
):
    with pytest.raises(CannotMark, match=why):
        marked(media_type, picture)
    assert not list(tmp_path.glob("marked*"))


def test_moving_and_mislabelled_pictures_are_refused(sandbox, tmp_path):
    moving = tmp_path / "moving.png"
    scene().save(moving, save_all=True, append_images=[scene(seed=1)])
    png_as_jpeg = tmp_path / "wrong.jpg"
    scene().save(png_as_jpeg, "PNG")
    bomb = tmp_path / "bomb.png"
    Image.new("1", (13000, 13000)).save(bomb)
    for path, media_type, why in (
        (moving, "image/png", "several frames"),
        (png_as_jpeg, "image/jpeg", "no readable JPEG"),
        (bomb, "image/png", "megapixels|no readable PNG"),
    ):
        with pytest.raises(CannotMark, match=why):
            mark(path, into=tmp_path, recipe=full_recipe(media_type), key=KEY, sandbox=sandbox)


def test_black_and_white_without_greys_cannot_hold_the_mark_and_is_refused(marked):
    with pytest.raises(CannotMark, match="so busy"):
        marked("image/png", scene().convert("1"))


def test_a_label_without_both_elements_is_refused(sandbox, saved, tmp_path):
    label = Label(key="visible.image", language="zh", text="AI创作", place="top-right")
    recipe = Recipe(media_type="image/png", labels=(label,))
    with pytest.raises(LabelNotSufficient, match="both AI and generation"):
        mark(saved(scene()), into=tmp_path, recipe=recipe, key=KEY, sandbox=sandbox)


def test_a_recipe_survives_its_json():
    for media_type in TYPES:
        recipe = full_recipe(media_type)
        assert Recipe.from_json(recipe.as_json()) == recipe


def test_our_means_are_words_of_the_packs():
    from compliance.policy import vocabulary

    for medium in Medium:
        can = means(medium)
        assert can.labels <= vocabulary.LABELS
        assert can.marks <= vocabulary.MARKS
        assert can.metadata <= vocabulary.METADATA
    assert means(Medium.VIDEO).labels == frozenset()
