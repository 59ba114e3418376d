"""Parts drawn by SVG attributes, since no page carries a style: colours of a picture, small charts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
WIDTH, HEIGHT, GAP = 100, 24, 1


@register.simple_tag
def swatches(colours: Sequence[str], label: str) -> SafeString:
    """Return the colours of a picture as a row of squares; ``label`` is its name.

    What is no ``#rrggbb`` is left out: the attribute must never carry anything else.
    """
    shown = [one for one in colours if _COLOUR.fullmatch(one)]
    squares = format_html_join(
        "",
        '<rect x="{}" width="10" height="10" fill="{}"/>',
        ((10 * at, one) for at, one in enumerate(shown)),
    )
    return format_html(
        '<svg class="swatches" role="img" aria-label="{}" viewBox="0 0 {} 10">{}</svg>',
        label,
        10 * max(1, len(shown)),
        squares,
    )


@register.simple_tag
def bars(values: Sequence[float], label: str) -> SafeString:
    """Return ``values`` as bars from zero to the largest, the last one in ink; ``label`` says it."""
    top = max([*values, 0]) or 1
    wide = WIDTH / max(1, len(values))
    drawn = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" fill="currentColor"/>',
        (
            (
                "now" if at == len(values) - 1 else "",
                _figure(at * wide),
                _figure(HEIGHT - _tall(value, top)),
                _figure(max(0.5, wide - GAP)),
                _figure(_tall(value, top)),
            )
            for at, value in enumerate(values)
        ),
    )
    return _chart(drawn, label)


@register.simple_tag
def line(values: Sequence[float], label: str) -> SafeString:
    """Return ``values`` as a line from zero to the largest, with their mean dashed."""
    top = max([*values, 0]) or 1
    step = WIDTH / max(1, len(values) - 1)
    points = " ".join(
        f"{_figure(at * step)},{_figure(HEIGHT - _tall(value, top))}"
        for at, value in enumerate(values)
    )
    mean = HEIGHT - _tall(sum(values) / max(1, len(values)), top)
    drawn = format_html(
        '<line class="mean" x1="0" x2="{}" y1="{}" y2="{}" vector-effect="non-scaling-stroke"/>'
        '<polyline class="now" points="{}" fill="none" stroke="currentColor" stroke-width="1.5"'
        ' vector-effect="non-scaling-stroke"/>',
        WIDTH,
        _figure(mean),
        _figure(mean),
        points,
    )
    return _chart(drawn, label)


def _chart(drawn: SafeString, label: str) -> SafeString:
    return format_html(
        '<svg class="chart" role="img" aria-label="{}" viewBox="0 0 {} {}"'
        ' preserveAspectRatio="none">{}</svg>',
        label,
        WIDTH,
        HEIGHT,
        drawn,
    )


def _tall(value: float, top: float) -> float:
    return max(0.0, value) / top * HEIGHT


def _figure(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
