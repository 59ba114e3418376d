"""Pages are compressed where the browser takes it; streams and files of works are left as they are."""

import gzip

from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from colophon.web.compression import PagesCompressed

LONG = b"<p>" + b"a lighthouse at dawn, " * 200


def answered(response):
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    return PagesCompressed(lambda _: response)(request)


def test_a_page_is_compressed_and_reads_the_same(db):
    plain = Client().get("/login")
    squeezed = Client().get("/login", headers={"accept-encoding": "gzip"})
    assert squeezed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in squeezed["Vary"]
    read = gzip.decompress(squeezed.content)
    assert read[:15] == plain.content[:15] == b"<!doctype html>"
    assert len(squeezed.content) < len(plain.content) / 2


def test_two_answers_of_one_page_differ_in_length_so_that_length_tells_nothing(db):
    sizes = {
        len(Client().get("/login", headers={"accept-encoding": "gzip"}).content) for _ in range(12)
    }
    assert len(sizes) > 1


def test_streams_and_files_are_left_alone():
    stream = StreamingHttpResponse(iter([LONG]), content_type="text/event-stream")
    picture = HttpResponse(LONG, content_type="image/png")
    for one in (stream, picture):
        assert "Content-Encoding" not in answered(one)
    assert answered(HttpResponse(LONG))["Content-Encoding"] == "gzip"
