"""XMP of other tools is merged, never lost; ours is there exactly once."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marking_cases import AIGC

from compliance.marking import xmp
from compliance.marking.errors import CannotMark

OURS = {
    (xmp.TC260, "AIGC"): xmp.aigc(AIGC),
    (xmp.IPTC, "DigitalSourceType"): "http://x/algorithmic",
}
Q = {space: f"{{{space}}}" for space in (xmp.RDF, xmp.TC260, xmp.IPTC)}


def parsed(packet: str) -> ET.Element:
    return ET.fromstring(packet.strip("\ufeff\0 \n"))  # noqa: S314  our own packets


def properties(packet: str) -> list[tuple[str, str]]:
    """Return name and canonical XML of every property of the resource, in no order of ours."""
    found = []
    for rdf in parsed(packet).iter(f"{Q[xmp.RDF]}RDF"):
        for description in rdf.findall(f"{Q[xmp.RDF]}Description"):
            about = f"{Q[xmp.RDF]}about"
            found += [(key, value) for key, value in description.attrib.items() if key != about]
            found += [
                (child.tag, ET.canonicalize(ET.tostring(child), strip_text=True))
                for child in description
            ]
    return sorted(found)


def foreign(packet: str) -> list[tuple[str, str]]:
    return [one for one in properties(packet) if one[0] not in {f"{{{s}}}{n}" for s, n in OURS}]


def values(packet: str, space: str, name: str) -> list[str]:
    return [one.text or "" for one in parsed(packet).iter(f"{{{space}}}{name}")]


def packet_of(body: str, *, about: str = "", rdf: str = "rdf", spaces: str = "") -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><{rdf}:RDF xmlns:{rdf}="{xmp.RDF}">'
        f'<{rdf}:Description {rdf}:about="{about}" {spaces}>{body}</{rdf}:Description>'
        f'</{rdf}:RDF></x:xmpmeta>{" " * 40}<?xpacket end="w"?>'
    )


_NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True)
_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=30
)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


@settings(max_examples=200, deadline=None)
@given(
    elements=st.dictionaries(_NAMES, _TEXT, max_size=5),
    attributes=st.dictionaries(_NAMES, _TEXT, max_size=4),
    prefix=_NAMES.filter(lambda name: name.lower() not in {"x", "rdf", "xml", "r", "xmlns"}),
    rdf=st.sampled_from(["rdf", "r"]),
    about=st.sampled_from(["", "uuid:1", "a&amp;b"]),
    comment=_TEXT.filter(lambda text: "--" not in text and not text.endswith("-")),
)
def test_whatever_another_tool_wrote_is_there_after_merging(
    elements, attributes, prefix, rdf, about, comment
):
    body = f"<!--{comment}-->" + "".join(
        f"<{prefix}:{name}><{rdf}:Bag><{rdf}:li>{_escaped(text)}</{rdf}:li></{rdf}:Bag></{prefix}:{name}>"
        for name, text in elements.items()
    )
    held = "".join(f' {prefix}:{name}="{_escaped(text)}"' for name, text in attributes.items())
    before = packet_of(body, about=about, rdf=rdf, spaces=f'xmlns:{prefix}="urn:other"{held}')
    after = xmp.merged(before, OURS)
    assert foreign(after) == foreign(before)
    assert f"<!--{comment}-->" in after
    assert values(after, xmp.TC260, "AIGC") == [xmp.aigc(AIGC)]
    assert values(after, xmp.IPTC, "DigitalSourceType") == ["http://x/algorithmic"]
    again = xmp.merged(after, OURS)
    assert properties(again) == properties(after)


@pytest.mark.parametrize(
    "before",
    [
        packet_of("<T:AIGC>{}</T:AIGC>", spaces=f'xmlns:T="{xmp.TC260}"'),
        packet_of("", spaces=f'xmlns:T="{xmp.TC260}" T:AIGC="{{&quot;a>b&quot;}}"'),
        packet_of(f'<AIGC xmlns="{xmp.TC260}">old</AIGC>'),
        packet_of(f'<T:AIGC xmlns:T="{xmp.TC260}"/>'),
        packet_of("<T:AIGC>1</T:AIGC><T:AIGC>2</T:AIGC>", spaces=f"xmlns:T='{xmp.TC260}'"),
    ],
    ids=["element", "attribute", "default namespace", "empty element", "two of them"],
)
def test_an_older_label_is_replaced_whatever_its_form(before):
    after = xmp.merged(before, OURS)
    assert values(after, xmp.TC260, "AIGC") == [xmp.aigc(AIGC)]
    assert f'{{{xmp.TC260}}}AIGC="' not in after
    assert len(re.findall("AIGC>", after)) == 2


def test_a_property_of_the_same_name_in_another_namespace_stays():
    before = packet_of("<o:AIGC>theirs</o:AIGC>", spaces='xmlns:o="urn:other"')
    assert "<o:AIGC>theirs</o:AIGC>" in xmp.merged(before, OURS)


def test_a_label_inside_a_structure_is_not_the_resource_s_and_stays():
    inner = f'<o:Part><rdf:Description><T:AIGC xmlns:T="{xmp.TC260}">x</T:AIGC></rdf:Description></o:Part>'
    after = xmp.merged(packet_of(inner, spaces='xmlns:o="urn:other"'), OURS)
    assert inner in after


@pytest.mark.parametrize("nothing", [None, "", "\0\0", "\ufeff \n"])
def test_without_xmp_a_whole_packet_is_written(nothing):
    packet = xmp.merged(nothing, OURS)
    assert packet.startswith("<?xpacket begin=")
    assert packet.endswith('<?xpacket end="w"?>')
    assert values(packet, xmp.TC260, "AIGC") == [xmp.aigc(AIGC)]


@pytest.mark.parametrize(
    ("packet", "why"),
    [
        ("<not xml", "well-formed"),
        ("<a><b></a>", "well-formed"),
        ("<x/>", "no rdf:RDF"),
        (f'<rdf:RDF xmlns:rdf="{xmp.RDF}"/>', "empty rdf:RDF"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        ("\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), "well-formed"),
    ],
)
def test_xmp_that_cannot_be_merged_is_refused_and_not_dropped(packet, why):
    with pytest.raises(CannotMark, match=why):
        xmp.merged(packet, OURS)


def test_the_label_is_bare_ascii_json_of_seven_keys_in_order():
    label = xmp.aigc(dict(reversed(AIGC.items())))
    assert label == (
        '{"Label":"1","ContentProducer":"001191110000MA0000000H10001",'
        '"ProduceID":"0193b6a2-1d5e-7c3a-9f00-5d2f6f3c1a77","ReservedCode1":"",'
        '"ContentPropagator":"","PropagateID":"","ReservedCode2":""}'
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"Label": "2"}, "Label 1"),
        ({"ProduceID": ""}, "ProduceID"),
        ({"ProduceID": "with space"}, "beyond ASCII"),
        ({"ReservedCode1": "生成"}, "beyond ASCII"),
        ({"ContentProducer": ""}, "provider code"),
        ({"ContentProducer": "001191110000MA0000000H1000"}, "provider code"),
        ({"ContentProducer": "001191110000MA0000000J10001"}, "provider code"),
        ({"Extra": "x"}, "seven keys"),
    ],
)
def test_a_label_that_breaks_annex_e_is_refused(change, why):
    with pytest.raises(CannotMark, match=why):
        xmp.aigc(AIGC | change)
