"""The sentences of rulings: code -> msgid, with the facts in braces. Faces translate them."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.words import msgid

SAYS: Mapping[str, str] = {
    "check_passed": msgid("The check {check} {check_version} found nothing that this rule names."),
    "check_found": msgid("The check {check} {check_version} found: {finding}, {severity}."),
    "check_unsure": msgid("Unsure: the check {check} {check_version} could not tell ({finding})."),
    "check_not_asked": msgid("Unsure: the check {check} was not asked."),
    "means_missing": msgid("Not met: this installation cannot add {missing} here."),
    "sealer_adds": msgid("The sealer still adds {adds}."),
    "sealer_places": msgid("The sealer puts the label in one of these places: {places}."),
    "label_text_missing": msgid(
        "Not met: the label {key} has no text in the language {language}, needed for {destination}."
    ),
    "language_unknown": msgid("Not met: no pack names a language for labels in {destination}."),
    "label_wording": msgid("Not met: the text of the label {key} lacks one of: {wanted}."),
    "wording_met": msgid("The label's text holds the words this rule asks for."),
    "notice_text_missing": msgid(
        "Not met: the notice {key} has no text in the language {language}, needed for "
        "{destination}."
    ),
    "page_shows_notice": msgid("The page of the publication shows the notice {key}."),
    "operator_missing": msgid("Not met: the settings of this installation name no {field}."),
    "operator_malformed": msgid("Not met: the {field} in the settings does not have its form."),
    "operator_known": msgid("The settings of this installation name the {field}."),
    "person": msgid("A reviewer who is not the author still decides."),
    "second_person": msgid(
        "A second person, who is neither author nor first reviewer, still confirms."
    ),
    "questions": msgid("Before approving, the reviewer answers the questions of this rule."),
    "editorial": msgid("Before approving, the reviewer writes the editorial record."),
    "bulk": msgid("Works under this rule may be approved many at once where every check passed."),
    "unavailable": msgid("Not met: Colophon has no means for this yet."),
    "keep_record": msgid("The record is kept for {retention}."),
    "extends": msgid("Works of origin {origin} fall under the rules for {like} too."),
    "nothing_asked": msgid("This rule asks nothing of this work."),
    "no_destination": msgid("Not met: no destination is asked for."),
    "medium_unknown": msgid("Not met: the medium {medium} is not known."),
    "not_covered": msgid("Not met: no pack in force speaks of {medium} for {destination}."),
    "label_place": msgid("Not met: the rules of these destinations leave no common label place."),
    "extended_by": msgid("It binds here because of {by}."),
}

BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "destination": {
        "en": "A work is released to at least one named destination.",
        "zh": "作品须至少指定一个发布目的地。",
    },
    "medium": {
        "en": "A medium that no rule speaks of is not released.",
        "zh": "没有规则涉及的媒介不予发布。",
    },
    "coverage": {
        "en": "Where no pack in force speaks of a destination and medium, nothing is released.",
        "zh": "若没有生效的规则包涉及该目的地与媒介，则不向该地发布。",
    },
    "label-place": {
        "en": "One file carries its label in one place that every rule for it allows.",
        "zh": "同一文件的标识须置于所有相关规则都允许的同一位置。",
    },
}
