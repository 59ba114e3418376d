"""The object store: whole or absent, and it says when it is full."""

import errno
import hashlib
import os

import pytest
from django.core import signing

from colophon.store import services as store


@pytest.fixture
def folder(settings, tmp_path):
    settings.COLOPHON_STORE = tmp_path / "store"
    return settings.COLOPHON_STORE


def test_bytes_come_back_under_their_digest(folder):
    stored = store.put([b"ab", b"c"])
    assert stored == store.Stored(hashlib.sha256(b"abc").hexdigest(), 3)
    assert b"".join(store.pieces(stored.sha256)) == b"abc"
    assert store.put([b"abc"]) == stored


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_is_said_and_leaves_nothing(folder, monkeypatch, code):
    def refuse(_descriptor):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(store.os, "fsync", refuse)
    with pytest.raises(store.StoreFull, match="Nothing was written") as caught:
        store.put([b"x" * 100])
    assert caught.value.status == 507
    assert not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["", "../etc/passwd", "A" * 64, "0" * 63])
def test_a_name_that_is_no_digest_opens_nothing(folder, name):
    with pytest.raises(store.NotInStore):
        store.open_(name)


def test_a_link_tells_its_type_and_cannot_be_changed(folder, settings):
    stored = store.put([b"x"])
    link = store.url(stored.sha256, media_type="image/png", name="a.png")
    held = link.rsplit("/", 1)[1]
    assert store.resolve(held)[:3] == (stored.sha256, "image/png", "a.png")
    with pytest.raises(store.LinkSpent):
        store.resolve(held[:-2] + ("aa" if held[-2:] != "aa" else "bb"))
    with pytest.raises(store.LinkSpent):
        store.resolve(signing.dumps({"sha256": stored.sha256}, salt="other"))
