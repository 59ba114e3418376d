"""What the pages of the line say with: names of queues, counts up to a bound."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from colophon.accounts.access import may
from colophon.accounts.roles import Act
from colophon.web import ghosts
from colophon.web.templatetags.colophon import ago, number_of, word
from kernel.words import msgid

register = template.Library()

SELECTED = SafeString(" selected")
FIELDS = {
    "state": (msgid("Step"), "state"),
    "medium": (msgid("Medium"), "medium"),
    "destination": (msgid("Destination"), "destination"),
    "risk": (msgid("Risk"), "risk"),
    "origin": (msgid("Origin"), "origin"),
    "language": (msgid("Language of the author"), "language"),
}
"""Fields of a rule with a fixed choice: what they are called, and the kind of word of their values."""


@register.simple_tag
def queue_name(queue: Any) -> SafeString:
    """Return the name of a queue in the reader's language."""
    chinese = (get_language() or "en").startswith("zh")
    return ghosts.shown(queue.name_zh if chinese else queue.name_en)


@register.filter
def until_in(at: datetime) -> str:
    """Return how long it is until then: “35 min”, “3 h 02 min”, “2 d”."""
    now = timezone.now()
    return ago(now - (at - now))


@register.filter
def upto(count: int, most: int) -> str:
    """Return “412”, or “1,000+” where counting stopped."""
    return f"{number_of(most)}+" if count > most else number_of(count)


@register.simple_tag
def queue_named(queues: Any, queue_id: Any) -> SafeString:
    """Return the name of the queue with this id."""
    held = queues.get(queue_id)
    return queue_name(held) if held is not None else SafeString("–")


@register.simple_tag
def rule_said(rule: Any, teams: Any, projects: Any) -> SafeString:
    """Return what a rule asks of a case, in the reader's words."""
    said = [_value(name, getattr(rule, name)) for name in FIELDS if getattr(rule, name)]
    names = {one.pk: one.name for one in [*teams, *projects]}
    said += [ghosts.shown(names.get(one, str(one))) for one in (rule.team, rule.project) if one]
    said += [ghosts.shown(one) for one in (rule.engine, rule.clause) if one]
    if not said:
        return SafeString(conditional_escape(gettext("every case")))
    return format_html_join(" · ", "{}", ((one,) for one in said))


@register.simple_tag
def rule_choice(name: str, values: Any, form: Any) -> SafeString:
    """Return a labelled choice of ``values``, with “any” first and what was chosen before."""
    chosen = form.get(name, "")
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((one, SELECTED if str(one) == chosen else "", _value(name, one)) for one in values),
    )
    return format_html(
        '<div class="field"><label for="r-{}">{}</label><select id="r-{}" name="{}">'
        '<option value="">{}</option>{}</select></div>',
        name,
        gettext(FIELDS[name][0]),
        name,
        name,
        gettext("any"),
        options,
    )


def _value(name: str, value: Any) -> str:
    # The language of an author is a page's language; its word is that of the tongue.
    text = str(value).partition("-")[0] if name == "language" else str(value)
    return word(text, FIELDS[name][1])


@register.simple_tag
def translate_this(text: str) -> str:
    """Return a sentence that code marked with `msgid` in the reader's language."""
    return gettext(text)


@register.simple_tag
def reviews(request: Any) -> bool:
    """Tell whether the reader reviews."""
    person = getattr(request, "person", None)
    return person is not None and may(person, Act.REVIEW)


@register.simple_tag
def keeps_rules(request: Any) -> bool:
    """Tell whether the reader keeps queues and rules."""
    person = getattr(request, "person", None)
    return person is not None and may(person, Act.KEEP_RULES)


@register.filter
def percent(share: float | None) -> str:
    """Return a share as “12.5 %”."""
    return "–" if share is None else f"{share * 100:.1f} %"


@register.simple_tag
def interval(rate: Any) -> SafeString:
    """Return a rate's interval in figures and as a bar from 0 to 100 %, its share marked."""
    low, high, share = (round(one * 100, 1) for one in (rate.low, rate.high, rate.share or 0))
    return format_html(
        '<svg class="span" viewBox="0 0 100 8" aria-hidden="true" preserveAspectRatio="none">'
        '<rect class="all" width="100" height="8"/><rect class="in" x="{}" width="{}" height="8"/>'
        '<rect class="at" x="{}" width="1" height="8"/></svg> <span class="num">{} – {} %</span>',
        low,
        round(max(0.5, high - low), 1),
        min(99, share),
        low,
        high,
    )
