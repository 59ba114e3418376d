"""Lists to choose from: what was chosen stays chosen, and a name is text, whatever it holds."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest

from colophon.web.templatetags.choices import options

FIRST, SECOND = (SimpleNamespace(pk=uuid4(), name=name) for name in ("Film", "Music"))


@pytest.mark.parametrize(
    "chosen", [SECOND, SECOND.pk, str(SECOND.pk), [SECOND], [str(SECOND.pk), "none"], {SECOND.pk}]
)
def test_what_was_chosen_is_selected_however_it_is_named(chosen):
    first, second = options([FIRST, SECOND], chosen).split("</option>")[:2]
    assert " selected" in second
    assert " selected" not in first


@pytest.mark.parametrize("chosen", [None, "", [], [""]])
def test_nothing_chosen_selects_nothing(chosen):
    assert "selected" not in options([FIRST, SECOND], chosen)


def test_a_name_is_text_and_its_ghosts_are_seen():
    name = "<b>\u202e\"'&"
    said = options([SimpleNamespace(pk=uuid4(), name=name)])
    assert "<b>" not in said
    assert "&lt;b&gt;[U+202E]&quot;&#x27;&amp;</option>" in said
