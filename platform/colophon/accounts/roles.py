"""Who may do what: one table, asked by `access.may`."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    AUTHOR = "author"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    ESCALATION_REVIEWER = "escalation_reviewer"
    AUDITOR = "auditor"
    RIGHT_HOLDER = "right_holder"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    RULE_KEEPER = "rule_keeper"


class Act(StrEnum):
    SUBMIT = "submit"
    BRING_IN = "bring_in"
    REQUEST_RELEASE = "request_release"
    SEE_WORKS = "see_works"
    REVIEW = "review"
    APPROVE_SECOND = "approve_second"
    BRING_BACK = "bring_back"
    HEAR_APPEAL = "hear_appeal"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    CUT_EVIDENCE = "cut_evidence"
    REGISTER_WORK = "register_work"
    KEEP_RULES = "keep_rules"
    INVITE = "invite"
    SEE_ADMIN = "see_admin"
    CHANGE_PEOPLE = "change_people"
    AGREE_PEOPLE = "agree_people"
    AGREE_RULES = "agree_rules"
    SWITCH_ENGINES = "switch_engines"
    CHANGE_ORGANISATION = "change_organisation"
    SET_QUOTAS = "set_quotas"


R = Role
TABLE: dict[Act, frozenset[Role]] = {
    Act.SUBMIT: frozenset({R.AUTHOR}),
    Act.BRING_IN: frozenset({R.AUTHOR}),
    Act.REQUEST_RELEASE: frozenset({R.AUTHOR}),
    Act.SEE_WORKS: frozenset(R) - {R.RIGHT_HOLDER},
    Act.REVIEW: frozenset({R.REVIEWER, R.APPROVER, R.ESCALATION_REVIEWER}),
    Act.APPROVE_SECOND: frozenset({R.APPROVER}),
    Act.BRING_BACK: frozenset({R.ESCALATION_REVIEWER}),
    Act.HEAR_APPEAL: frozenset({R.APPROVER, R.ESCALATION_REVIEWER}),
    Act.PUBLISH: frozenset({R.APPROVER, R.ADMINISTRATOR}),
    Act.WITHDRAW: frozenset({R.APPROVER, R.ADMINISTRATOR}),
    Act.CUT_EVIDENCE: frozenset({R.AUDITOR}),
    Act.REGISTER_WORK: frozenset({R.RULE_KEEPER, R.ADMINISTRATOR, R.RIGHT_HOLDER}),
    Act.KEEP_RULES: frozenset({R.RULE_KEEPER, R.ADMINISTRATOR}),
    Act.INVITE: frozenset({R.ADMINISTRATOR}),
    Act.SEE_ADMIN: frozenset({R.ADMINISTRATOR, R.OPERATOR, R.RULE_KEEPER, R.AUDITOR}),
    Act.CHANGE_PEOPLE: frozenset({R.ADMINISTRATOR}),
    Act.AGREE_PEOPLE: frozenset({R.ADMINISTRATOR, R.OPERATOR}),
    Act.AGREE_RULES: frozenset({R.RULE_KEEPER, R.ADMINISTRATOR, R.OPERATOR}),
    Act.SWITCH_ENGINES: frozenset({R.ADMINISTRATOR, R.OPERATOR}),
    Act.CHANGE_ORGANISATION: frozenset({R.ADMINISTRATOR}),
    Act.SET_QUOTAS: frozenset({R.ADMINISTRATOR}),
}


DECIDING = frozenset({R.APPROVER, R.ADMINISTRATOR, R.OPERATOR, R.RULE_KEEPER})
"""Roles that no single person hands out once there are two who could agree to it."""
