"""Roles and permissions. A role is one row: its purpose, its permissions and how it is held.

Rules ask for permissions, never for roles; a person holds roles by dated grants.
"""

import enum
from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.text import Text


class Role(TextChoices):
    CADRE = "cadre", _("Cadre")
    LIAISON = "liaison", _("Liaison")
    HOST = "host", _("Host")
    DESK = "desk", _("Assignment desk")
    HANDLER = "handler", _("Handling department")
    OFFICE = "office", _("Programme office")
    SUPERVISOR = "supervisor", _("Supervisor")
    LEADER = "leader", pgettext_lazy("role", "Leader")
    CONDUCT = "conduct", _("Conduct recipient")
    BURDEN = "burden", _("Burden officer")
    SYSTEM_ADMIN = "system", _("System administrator")
    SECURITY_ADMIN = "security", _("Security administrator")
    AUDIT_ADMIN = "audit", _("Audit administrator")


# The value of each is its name in lower case.
Permission = enum.StrEnum(
    "Permission",
    """
    RECORD_VISITS RECORD_FOR_OTHERS READ_VISITS READ_MATTERS REGISTER_MATTERS HOST_MATTERS
    ASSIGN_MATTERS HANDLE_MATTERS URGE INSTRUCT CONFIRM_REQUESTS READ_CONTACTS
    READ_WITHHELD_NAMES ARRANGE_CALL_BACKS HOLD_MEETINGS READ_STAYS NOMINATE ATTEST_STAYS
    MANAGE_STAYS MANAGE_CAMPAIGNS HOLD_RECEPTIONS LIST_RECIPIENTS APPROVE_RECIPIENTS
    PUBLISH_NEEDS ISSUE_CARDS READ_PAIRINGS MANAGE_PAIRINGS NOTE_HELP_NEEDS OFFER_HELP
    RECORD_SUPPORT RECORD_JOINT_ACTIVITIES READ_CONTACT_POINTS MANAGE_CONTACT_POINTS
    LIFT_PROBLEMS READ_WEAK_CASES CHECK_WEAK_CASES DECIDE_WEAK_CASES READ_EVALUATION
    MANAGE_EVALUATION READ_SCORES GIVE_ORGANISATION_WORD COUNT_BALLOTS HOLD_MEMBER_APPRAISALS
    RECORD_FINDINGS READ_RESEARCH LEAD_RESEARCH CHECK_RESEARCH DECIDE_RESEARCH READ_INSPECTIONS
    LEAD_INSPECTIONS REVIEW_INSPECTIONS ANSWER_INSPECTIONS READ_PLANS MANAGE_PLANS REPORT_PROGRESS
    READ_SUPERVISION KEEP_SUPERVISION DECIDE_SUPERVISION CHECK_PRACTICES DRAFT_PAPERS CHECK_PAPERS
    SIGN_PAPERS REQUEST_DATA ADMIT_REQUESTS RECEIVE_COMPLAINTS APPRAISE_RECORDS APPROVE_DESTRUCTION
    READ_NATION EXPORT APPROVE_EXPORTS
    MANAGE_PLACES MANAGE_PEOPLE SEE_PEOPLE SET_PARAMETERS RESET_PASSWORDS NAME_STAND_INS
    PUBLISH_NOTICES READ_CONDUCT MANAGE_ACCOUNTS GIVE_GRANTS READ_AUDIT
    """,
)
P = Permission
# Never lent to a stand-in: their effects outlast the days of standing in.
NEVER_LENT_PERMISSIONS = frozenset({P.RESET_PASSWORDS, P.NAME_STAND_INS})


@dataclass(frozen=True)
class RoleRow:
    # What holders of the role do, in one sentence.
    sentence: Text
    permissions: Set[Permission]
    # The column of a record that the organ of a grant limits.
    organ_axis: str = "organ"
    # A grant must name an organ.
    needs_organ: bool = False
    # A grant without organ and area reaches everything: an empty installation has neither yet, and
    # an enterprise group has no divisions.
    may_be_unlimited: bool = False
    # One of the three separated administrators, who hold no other role.
    is_administrator: bool = False
    # Whether only the server can renew its holder's password, since it opens what nobody else may
    # read.
    is_sealed: bool = False
    # Whether a stand-in takes it over; False if it is entrusted to one person.
    is_lent: bool = True


def _those_named(names):
    return {P[name] for name in names.split()}


ROLES = {
    Role.CADRE: RoleRow(
        _("Writes down visits and matters; sees what they wrote and what became of it."),
        _those_named("RECORD_VISITS REGISTER_MATTERS SEE_PEOPLE RECORD_SUPPORT"),
        needs_organ=True,
    ),
    Role.LIAISON: RoleRow(
        _(
            "Looks after the cadres of one sending organ: enters for them, sees the organ's diary "
            "and ledger, resets their passwords."
        ),
        _those_named(
            "RECORD_FOR_OTHERS READ_VISITS READ_MATTERS REGISTER_MATTERS EXPORT RESET_PASSWORDS "
            "NAME_STAND_INS PUBLISH_NOTICES SEE_PEOPLE READ_STAYS NOMINATE LIST_RECIPIENTS "
            "ISSUE_CARDS READ_PAIRINGS OFFER_HELP RECORD_SUPPORT RECORD_JOINT_ACTIVITIES "
            "READ_CONTACT_POINTS GIVE_ORGANISATION_WORD HOLD_MEMBER_APPRAISALS READ_RESEARCH "
            "LEAD_RESEARCH ANSWER_INSPECTIONS REPORT_PROGRESS DRAFT_PAPERS REQUEST_DATA"
        ),
        needs_organ=True,
    ),
    Role.HOST: RoleRow(
        _(
            "The township, or whoever manages the unit: takes matters up, handles them or passes "
            "them to the county, reviews results."
        ),
        _those_named(
            "RECORD_VISITS RECORD_FOR_OTHERS READ_VISITS READ_MATTERS REGISTER_MATTERS "
            "HOST_MATTERS CONFIRM_REQUESTS READ_CONTACTS URGE ARRANGE_CALL_BACKS HOLD_MEETINGS "
            "EXPORT PUBLISH_NOTICES SEE_PEOPLE READ_STAYS ATTEST_STAYS MANAGE_CAMPAIGNS "
            "HOLD_RECEPTIONS LIST_RECIPIENTS PUBLISH_NEEDS ISSUE_CARDS READ_PAIRINGS "
            "NOTE_HELP_NEEDS RECORD_SUPPORT RECORD_JOINT_ACTIVITIES READ_CONTACT_POINTS "
            "READ_WEAK_CASES CHECK_WEAK_CASES GIVE_ORGANISATION_WORD HOLD_MEMBER_APPRAISALS "
            "READ_RESEARCH ANSWER_INSPECTIONS REPORT_PROGRESS REQUEST_DATA APPROVE_EXPORTS"
        ),
        needs_organ=True,
        organ_axis="host_organ",
    ),
    Role.DESK: RoleRow(
        _("Assigns matters county-wide, decides who is competent, urges and supervises."),
        _those_named(
            "READ_MATTERS REGISTER_MATTERS ASSIGN_MATTERS CONFIRM_REQUESTS URGE "
            "ARRANGE_CALL_BACKS HOLD_MEETINGS EXPORT SEE_PEOPLE HOLD_RECEPTIONS LIFT_PROBLEMS "
            "READ_CONTACT_POINTS COUNT_BALLOTS READ_PLANS KEEP_SUPERVISION DRAFT_PAPERS"
        ),
    ),
    Role.HANDLER: RoleRow(
        _("Signs for matters given to the organ, handles them and reports results."),
        _those_named("HANDLE_MATTERS EXPORT SEE_PEOPLE ANSWER_INSPECTIONS REPORT_PROGRESS"),
        needs_organ=True,
    ),
    Role.OFFICE: RoleRow(
        _("Owns the programme: places, people, contact areas, norms, official sheets."),
        _those_named(
            "READ_VISITS READ_MATTERS REGISTER_MATTERS CONFIRM_REQUESTS URGE READ_WITHHELD_NAMES "
            "ARRANGE_CALL_BACKS HOLD_MEETINGS EXPORT MANAGE_PLACES MANAGE_PEOPLE SET_PARAMETERS "
            "RESET_PASSWORDS NAME_STAND_INS PUBLISH_NOTICES SEE_PEOPLE READ_STAYS MANAGE_STAYS "
            "MANAGE_CAMPAIGNS HOLD_RECEPTIONS APPROVE_RECIPIENTS LIST_RECIPIENTS ISSUE_CARDS "
            "READ_PAIRINGS MANAGE_PAIRINGS NOTE_HELP_NEEDS OFFER_HELP RECORD_JOINT_ACTIVITIES "
            "READ_CONTACT_POINTS MANAGE_CONTACT_POINTS LIFT_PROBLEMS READ_WEAK_CASES "
            "DECIDE_WEAK_CASES READ_EVALUATION MANAGE_EVALUATION READ_SCORES COUNT_BALLOTS "
            "HOLD_MEMBER_APPRAISALS READ_RESEARCH LEAD_RESEARCH CHECK_RESEARCH READ_INSPECTIONS "
            "REVIEW_INSPECTIONS READ_PLANS MANAGE_PLANS READ_SUPERVISION CHECK_PRACTICES "
            "DRAFT_PAPERS CHECK_PAPERS REQUEST_DATA RECEIVE_COMPLAINTS APPRAISE_RECORDS "
            "READ_NATION APPROVE_EXPORTS"
        ),
        may_be_unlimited=True,
    ),
    Role.SUPERVISOR: RoleRow(
        _(
            "Reads everything of the area without names; gives instructions, writes down own "
            "visits."
        ),
        _those_named(
            "RECORD_VISITS READ_VISITS READ_MATTERS URGE INSTRUCT EXPORT SEE_PEOPLE READ_STAYS "
            "READ_PAIRINGS READ_CONTACT_POINTS READ_EVALUATION READ_RESEARCH READ_INSPECTIONS "
            "LEAD_INSPECTIONS REVIEW_INSPECTIONS READ_PLANS READ_SUPERVISION DRAFT_PAPERS "
            "READ_NATION"
        ),
    ),
    Role.LEADER: RoleRow(
        _(
            "Sees what carries the leader's name, without names of raisers: contact points, "
            "matters and weak organisations; writes down own visits, gives instructions there."
        ),
        _those_named(
            "RECORD_VISITS REGISTER_MATTERS SEE_PEOPLE RECORD_SUPPORT INSTRUCT DECIDE_RESEARCH "
            "DECIDE_SUPERVISION SIGN_PAPERS APPROVE_DESTRUCTION READ_NATION"
        ),
        needs_organ=True,
    ),
    Role.CONDUCT: RoleRow(
        _("Reads complaints about the conduct of a person, and nothing else."),
        {P.READ_CONDUCT, P.RECORD_FINDINGS},
        is_sealed=True,
        is_lent=False,
    ),
    Role.BURDEN: RoleRow(
        _(
            "Of the mechanism that lightens the burden on the grassroots, outside the office: "
            "admits requests for data, receives complaints about the portal."
        ),
        _those_named("ADMIT_REQUESTS RECEIVE_COMPLAINTS EXPORT SEE_PEOPLE"),
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


def _roles_with(flag):
    return frozenset(role for role, row in ROLES.items() if getattr(row, flag))


ADMINISTRATORS = _roles_with("is_administrator")
NEVER_LENT = ADMINISTRATORS | (frozenset(ROLES) - _roles_with("is_lent"))
SEALED_ROLES = ADMINISTRATORS | _roles_with("is_sealed")
ORGAN_ROLES = _roles_with("needs_organ")
UNLIMITED_ROLES = _roles_with("may_be_unlimited")
# {role: its permissions}
GRANTS = {role: frozenset(row.permissions) for role, row in ROLES.items()}
# Functions that return the permissions that nobody holds now (`portal/uses.py`).
WITHHELD: list[Callable[[], frozenset[Permission]]] = []


def withheld() -> frozenset[Permission]:
    """What is subtracted from the permissions of every role."""
    return frozenset().union(*(one() for one in WITHHELD))


def granted():
    """{role: its permissions}, without those that nobody holds now."""
    return _without(withheld())


@cache
def _without(taken: frozenset[Permission]):
    return {role: may - taken for role, may in GRANTS.items()}


def organ_axis(role):
    """The column that the organ of a grant limits; "organ" for a role that no longer exists."""
    return ROLES[role].organ_axis if role in ROLES else "organ"


def role_choices():
    """Choices of model fields; as a function, a new role needs no migration."""
    return Role.choices
