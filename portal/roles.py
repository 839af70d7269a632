"""Roles and permissions. A role is one row: what it is for, what it opens, and how it is held.

Rules never name a role, only a permission; a person holds roles by dated grants.
"""

import enum
from collections.abc import Set
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    CADRE = "cadre", _("Cadre")
    LIAISON = "liaison", _("Liaison")
    HOST = "host", _("Host")
    DESK = "desk", _("Assignment desk")
    HANDLER = "handler", _("Handling department")
    OFFICE = "office", _("Programme office")
    SUPERVISOR = "supervisor", _("Supervisor")
    CONDUCT = "conduct", _("Conduct recipient")
    SYSTEM_ADMIN = "system", _("System administrator")
    SECURITY_ADMIN = "security", _("Security administrator")
    AUDIT_ADMIN = "audit", _("Audit administrator")


class Permission(enum.StrEnum):
    RECORD_VISITS = "record_visits"
    RECORD_FOR_OTHERS = "record_for_others"
    READ_VISITS = "read_visits"
    READ_MATTERS = "read_matters"
    REGISTER_MATTERS = "register_matters"
    HOST_MATTERS = "host_matters"
    ASSIGN_MATTERS = "assign_matters"
    HANDLE_MATTERS = "handle_matters"
    URGE = "urge"
    INSTRUCT = "instruct"
    CONFIRM_REQUESTS = "confirm_requests"
    READ_CONTACTS = "read_contacts"
    READ_WITHHELD_NAMES = "read_withheld_names"
    ARRANGE_CALL_BACKS = "arrange_call_backs"
    HOLD_MEETINGS = "hold_meetings"
    READ_STAYS = "read_stays"
    NOMINATE = "nominate"
    ATTEST_STAYS = "attest_stays"
    MANAGE_STAYS = "manage_stays"
    MANAGE_CAMPAIGNS = "manage_campaigns"
    HOLD_RECEPTIONS = "hold_receptions"
    LIST_RECIPIENTS = "list_recipients"
    APPROVE_RECIPIENTS = "approve_recipients"
    PUBLISH_NEEDS = "publish_needs"
    ISSUE_CARDS = "issue_cards"
    READ_PAIRINGS = "read_pairings"
    MANAGE_PAIRINGS = "manage_pairings"
    NOTE_HELP_NEEDS = "note_help_needs"
    OFFER_HELP = "offer_help"
    RECORD_SUPPORT = "record_support"
    RECORD_JOINT_ACTIVITIES = "record_joint_activities"
    READ_CONTACT_POINTS = "read_contact_points"
    MANAGE_CONTACT_POINTS = "manage_contact_points"
    LIFT_PROBLEMS = "lift_problems"
    READ_WEAK_CASES = "read_weak_cases"
    CHECK_WEAK_CASES = "check_weak_cases"
    DECIDE_WEAK_CASES = "decide_weak_cases"
    READ_EVALUATION = "read_evaluation"
    MANAGE_EVALUATION = "manage_evaluation"
    READ_SCORES = "read_scores"
    GIVE_ORGANISATION_WORD = "give_organisation_word"
    COUNT_BALLOTS = "count_ballots"
    HOLD_MEMBER_APPRAISALS = "hold_member_appraisals"
    RECORD_FINDINGS = "record_findings"
    EXPORT = "export"
    MANAGE_PLACES = "manage_places"
    MANAGE_PEOPLE = "manage_people"
    SEE_PEOPLE = "see_people"
    SET_PARAMETERS = "set_parameters"
    RESET_PASSWORDS = "reset_passwords"
    NAME_STAND_INS = "name_stand_ins"
    PUBLISH_NOTICES = "publish_notices"
    READ_CONDUCT = "read_conduct"
    MANAGE_ACCOUNTS = "manage_accounts"
    GIVE_GRANTS = "give_grants"
    READ_AUDIT = "read_audit"


P = Permission
# What a stand-in never takes over of a role that is lent: it would outlive the days.
NEVER_LENT_PERMISSIONS = frozenset({P.RESET_PASSWORDS, P.NAME_STAND_INS})


@dataclass(frozen=True)
class RoleRow:
    # What its holder does, in one sentence.
    sentence: str
    permissions: Set[Permission]
    # The column of a record that the organ of a grant limits: the organ that wrote it, or another.
    organ_axis: str = "organ"
    # Says nothing without the organ that it is held in.
    needs_organ: bool = False
    # Reaches everything where neither organ nor area is named: in an empty installation nothing
    # can be named yet, and an enterprise group has no divisions.
    may_be_unlimited: bool = False
    # One of the three separated administrators: nobody holds another role beside it.
    is_administrator: bool = False
    # Nobody else inside the portal renews the password of its holder: it would open what they alone
    # may read.
    is_sealed: bool = False
    # Whether a stand-in takes it over; not what was entrusted to one person.
    is_lent: bool = True


ROLES = {
    Role.CADRE: RoleRow(
        _("Writes down visits and matters; sees what they wrote and what became of it."),
        {P.RECORD_VISITS, P.REGISTER_MATTERS, P.SEE_PEOPLE, P.RECORD_SUPPORT},
        needs_organ=True,
    ),
    Role.LIAISON: RoleRow(
        _(
            "Looks after the cadres of one sending organ: enters for them, sees the organ's diary "
            "and ledger, resets their passwords."
        ),
        {
            P.RECORD_FOR_OTHERS,
            P.READ_VISITS,
            P.READ_MATTERS,
            P.REGISTER_MATTERS,
            P.EXPORT,
            P.RESET_PASSWORDS,
            P.NAME_STAND_INS,
            P.PUBLISH_NOTICES,
            P.SEE_PEOPLE,
            P.READ_STAYS,
            P.NOMINATE,
            P.LIST_RECIPIENTS,
            P.ISSUE_CARDS,
            P.READ_PAIRINGS,
            P.OFFER_HELP,
            P.RECORD_SUPPORT,
            P.RECORD_JOINT_ACTIVITIES,
            P.READ_CONTACT_POINTS,
            P.GIVE_ORGANISATION_WORD,
            P.HOLD_MEMBER_APPRAISALS,
        },
        needs_organ=True,
    ),
    Role.HOST: RoleRow(
        _(
            "The township, or whoever manages the unit: takes matters up, handles them or passes "
            "them to the county, reviews results."
        ),
        {
            P.RECORD_VISITS,
            P.RECORD_FOR_OTHERS,
            P.READ_VISITS,
            P.READ_MATTERS,
            P.REGISTER_MATTERS,
            P.HOST_MATTERS,
            P.CONFIRM_REQUESTS,
            P.READ_CONTACTS,
            P.URGE,
            P.ARRANGE_CALL_BACKS,
            P.HOLD_MEETINGS,
            P.EXPORT,
            P.PUBLISH_NOTICES,
            P.SEE_PEOPLE,
            P.READ_STAYS,
            P.ATTEST_STAYS,
            P.MANAGE_CAMPAIGNS,
            P.HOLD_RECEPTIONS,
            P.LIST_RECIPIENTS,
            P.PUBLISH_NEEDS,
            P.ISSUE_CARDS,
            P.READ_PAIRINGS,
            P.NOTE_HELP_NEEDS,
            P.RECORD_SUPPORT,
            P.RECORD_JOINT_ACTIVITIES,
            P.READ_CONTACT_POINTS,
            P.READ_WEAK_CASES,
            P.CHECK_WEAK_CASES,
            P.GIVE_ORGANISATION_WORD,
            P.HOLD_MEMBER_APPRAISALS,
        },
        needs_organ=True,
        organ_axis="host_organ",
    ),
    Role.DESK: RoleRow(
        _("Assigns matters county-wide, decides who is competent, urges and supervises."),
        {
            P.READ_MATTERS,
            P.REGISTER_MATTERS,
            P.ASSIGN_MATTERS,
            P.CONFIRM_REQUESTS,
            P.URGE,
            P.ARRANGE_CALL_BACKS,
            P.HOLD_MEETINGS,
            P.EXPORT,
            P.SEE_PEOPLE,
            P.HOLD_RECEPTIONS,
            P.LIFT_PROBLEMS,
            P.READ_CONTACT_POINTS,
            P.COUNT_BALLOTS,
        },
    ),
    Role.HANDLER: RoleRow(
        _("Signs for matters given to the organ, handles them and reports results."),
        {P.HANDLE_MATTERS, P.EXPORT, P.SEE_PEOPLE},
        needs_organ=True,
    ),
    Role.OFFICE: RoleRow(
        _("Owns the programme: places, people, contact areas, norms, official sheets."),
        {
            P.READ_VISITS,
            P.READ_MATTERS,
            P.REGISTER_MATTERS,
            P.CONFIRM_REQUESTS,
            P.URGE,
            P.READ_WITHHELD_NAMES,
            P.ARRANGE_CALL_BACKS,
            P.HOLD_MEETINGS,
            P.EXPORT,
            P.MANAGE_PLACES,
            P.MANAGE_PEOPLE,
            P.SET_PARAMETERS,
            P.RESET_PASSWORDS,
            P.NAME_STAND_INS,
            P.PUBLISH_NOTICES,
            P.SEE_PEOPLE,
            P.READ_STAYS,
            P.MANAGE_STAYS,
            P.MANAGE_CAMPAIGNS,
            P.HOLD_RECEPTIONS,
            P.APPROVE_RECIPIENTS,
            P.LIST_RECIPIENTS,
            P.ISSUE_CARDS,
            P.READ_PAIRINGS,
            P.MANAGE_PAIRINGS,
            P.NOTE_HELP_NEEDS,
            P.OFFER_HELP,
            P.RECORD_JOINT_ACTIVITIES,
            P.READ_CONTACT_POINTS,
            P.MANAGE_CONTACT_POINTS,
            P.LIFT_PROBLEMS,
            P.READ_WEAK_CASES,
            P.DECIDE_WEAK_CASES,
            P.READ_EVALUATION,
            P.MANAGE_EVALUATION,
            P.READ_SCORES,
            P.COUNT_BALLOTS,
            P.HOLD_MEMBER_APPRAISALS,
        },
        may_be_unlimited=True,
    ),
    Role.SUPERVISOR: RoleRow(
        _("Reads everything of the area without names; gives instructions."),
        {
            P.READ_VISITS,
            P.READ_MATTERS,
            P.URGE,
            P.INSTRUCT,
            P.EXPORT,
            P.SEE_PEOPLE,
            P.READ_STAYS,
            P.READ_PAIRINGS,
            P.READ_CONTACT_POINTS,
            P.READ_EVALUATION,
        },
    ),
    Role.CONDUCT: RoleRow(
        _("Reads complaints about the conduct of a person, and nothing else."),
        {P.READ_CONDUCT, P.RECORD_FINDINGS},
        is_sealed=True,
        is_lent=False,
    ),
    Role.SYSTEM_ADMIN: RoleRow(
        _("Makes and ends accounts; reads no business data."),
        {P.MANAGE_ACCOUNTS},
        is_administrator=True,
    ),
    Role.SECURITY_ADMIN: RoleRow(
        _("Gives and revokes roles, never to itself; unlocks accounts."),
        {P.GIVE_GRANTS},
        is_administrator=True,
    ),
    Role.AUDIT_ADMIN: RoleRow(
        _("Reads the audit events, never the contents."), {P.READ_AUDIT}, is_administrator=True
    ),
}


def _those(flag):
    return frozenset(role for role, row in ROLES.items() if getattr(row, flag))


ADMINISTRATORS = _those("is_administrator")
NEVER_LENT = ADMINISTRATORS | (frozenset(ROLES) - _those("is_lent"))
SEALED_ROLES = ADMINISTRATORS | _those("is_sealed")
ORGAN_ROLES = _those("needs_organ")
UNLIMITED_ROLES = _those("may_be_unlimited")
# {role: its permissions}
GRANTS = {role: frozenset(row.permissions) for role, row in ROLES.items()}


def organ_axis(role):
    """The column that the organ of a grant limits; that of the writer for a role of the past."""
    return ROLES[role].organ_axis if role in ROLES else "organ"


def role_choices():
    """For model fields: as a function, so that a new role needs no migration."""
    return Role.choices
