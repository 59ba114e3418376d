"""Each story has an organisation of its own, founded when it begins."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from telling import House

from colophon.demo import scenario
from colophon.demo.client import Caller
from colophon.demo.seeding import Cast


@pytest.fixture
def house(stage, visitor) -> Callable[..., House]:
    """Return a function: a new organisation with these people, each with a name and a language.

    ``AGAIN=b`` founds others than a stage that is up already has of an earlier run.
    """

    def found(key: str, name: str, **people: tuple[str, str]) -> House:
        key += os.environ.get("AGAIN", "")
        said = stage.ask("house", key=key, name=name, people=people)
        callers = {
            part: Caller(base=stage["origin"], token=token, name=part)
            for part, token in said["tokens"].items()
        }
        cast = Cast(organisation=None, **callers)  # type: ignore[arg-type]
        return House(
            key=key, story=scenario.Story(cast=cast, says=lambda said: None), open_=visitor
        )

    return found
