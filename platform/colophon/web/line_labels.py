"""Words of the line: why cases are skipped, how hard material is shown."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.words import msgid

SKIPS: Mapping[str, str] = {
    "not_my_field": msgid("Not my field"),
    "interest": msgid("I have an interest in it"),
    "language": msgid("I do not read this language well enough"),
    "needs_colleague": msgid("It needs a colleague"),
    "rather_not": msgid("I would rather not look at this"),
    "other": msgid("Another reason"),
}
VEILS: Mapping[str, str] = {
    "blur": msgid("Blurred"),
    "grey": msgid("In grey"),
    "mute": msgid("Muted"),
    "small": msgid("Small at first"),
}
VEIL_LEVELS: Mapping[str, str] = {
    "always": msgid("anything: every case"),
    "weak": msgid("weak or more"),
    "match": msgid("a match or more"),
    "strong": msgid("strong"),
    "never": msgid("nothing: no case"),
}
VEIL_WAYS: Mapping[str, str] = {
    "hold": msgid("while it is held down"),
    "toggle": msgid("until it is pressed again"),
}
BUDGETS: Mapping[str, str] = {
    "items_day": msgid("Strong cases a day, each person"),
    "items_week": msgid("Strong cases a week, each person"),
    "minutes_day": msgid("Minutes with them a day"),
    "break_after": msgid("A break after so many without a pause"),
    "break_minutes": msgid("Minutes of a break"),
    "rotate_after": msgid("Another kind after so many in a row"),
}
TERMS: Mapping[str, str] = {
    "appeal_days": msgid("Days to appeal against a refusal"),
    "hearing_days": msgid("Days within which an appeal is heard"),
    "complaint_days": msgid("Days to appeal against a withdrawal"),
}
FIELDS: Mapping[str, str] = {
    **VEILS,
    **BUDGETS,
    **TERMS,
    "veil_from": msgid("Veil cases whose findings are"),
    "personal_figures": msgid("Figures of single people"),
    "one_permille": msgid("second looks, one decider, in thousandths"),
    "two_permille": msgid("second looks, two deciders, in thousandths"),
    "name_en": msgid("name in English"),
    "name_zh": msgid("name in Chinese"),
    "position": msgid("place in the list"),
    "hours_high": msgid("hours at high risk"),
    "hours_medium": msgid("hours at medium risk"),
    "hours_low": msgid("hours at low risk"),
    "hold_hours": msgid("hours of a hold"),
    "hidden_verdicts": msgid("decisions not offered"),
    "teams": msgid("teams"),
    "people": msgid("people"),
    "engine": msgid("engine"),
    "parameters": msgid("parameters"),
    "words": msgid("wording"),
    "shared": msgid("shared with the team"),
}
"""Fields of rules that the ledger carries with before and after."""

KINDS: Mapping[str, Mapping[str, str]] = {
    "skip": SKIPS,
    "veil": VEILS,
    "veil_level": VEIL_LEVELS,
    "veil_way": VEIL_WAYS,
    "budget": BUDGETS,
    "term": TERMS,
}
