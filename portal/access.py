"""Roles, permissions, what each role grants, and refusals that can say why.

Rules never name a role, only a permission; a person holds roles by dated grants. Nothing here
knows a particular noun: a scoped model tells by its column names where it stands (see `reach`).
"""

import enum
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, F, Func, Q, TextChoices
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


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
# What a stand-in never takes over: separated duties, and what was entrusted to one person.
NEVER_LENT = ADMINISTRATORS | {Role.CONDUCT}

ROLE_SENTENCES = {
    Role.CADRE: _("Writes down visits and matters; sees what they wrote and what became of it."),
    Role.LIAISON: _(
        "Looks after the cadres of one sending organ: enters for them, sees the organ's diary "
        "and ledger, resets their passwords."
    ),
    Role.HOST: _(
        "The township, or whoever manages the unit: takes matters up, handles them or passes "
        "them to the county, reviews results."
    ),
    Role.DESK: _("Assigns matters county-wide, decides who is competent, urges and supervises."),
    Role.HANDLER: _("Signs for matters given to the organ, handles them and reports results."),
    Role.OFFICE: _("Owns the programme: places, people, contact areas, norms, official sheets."),
    Role.SUPERVISOR: _("Reads everything of the area without names; gives instructions."),
    Role.CONDUCT: _("Reads complaints about the conduct of a person, and nothing else."),
    Role.SYSTEM_ADMIN: _("Makes and ends accounts; reads no business data."),
    Role.SECURITY_ADMIN: _("Gives and revokes roles, never to itself; unlocks accounts."),
    Role.AUDIT_ADMIN: _("Reads the audit events, never the contents."),
}


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
GRANTS: dict[str, frozenset[Permission]] = {
    Role.CADRE: frozenset({P.RECORD_VISITS, P.REGISTER_MATTERS, P.SEE_PEOPLE, P.RECORD_SUPPORT}),
    Role.LIAISON: frozenset({
        P.RECORD_FOR_OTHERS, P.READ_VISITS, P.READ_MATTERS, P.REGISTER_MATTERS, P.EXPORT,
        P.RESET_PASSWORDS, P.NAME_STAND_INS, P.PUBLISH_NOTICES, P.SEE_PEOPLE, P.READ_STAYS,
        P.NOMINATE, P.LIST_RECIPIENTS, P.ISSUE_CARDS,
        P.READ_PAIRINGS, P.OFFER_HELP, P.RECORD_SUPPORT, P.RECORD_JOINT_ACTIVITIES,
        P.READ_CONTACT_POINTS, P.GIVE_ORGANISATION_WORD, P.HOLD_MEMBER_APPRAISALS,
    }),
    Role.HOST: frozenset({
        P.RECORD_VISITS, P.RECORD_FOR_OTHERS, P.READ_VISITS, P.READ_MATTERS, P.REGISTER_MATTERS,
        P.HOST_MATTERS, P.CONFIRM_REQUESTS, P.READ_CONTACTS, P.URGE,
        P.ARRANGE_CALL_BACKS, P.HOLD_MEETINGS, P.EXPORT, P.PUBLISH_NOTICES, P.SEE_PEOPLE,
        P.READ_STAYS, P.ATTEST_STAYS, P.MANAGE_CAMPAIGNS, P.HOLD_RECEPTIONS, P.LIST_RECIPIENTS,
        P.PUBLISH_NEEDS, P.ISSUE_CARDS,
        P.READ_PAIRINGS, P.NOTE_HELP_NEEDS, P.RECORD_SUPPORT, P.RECORD_JOINT_ACTIVITIES,
        P.READ_CONTACT_POINTS, P.READ_WEAK_CASES, P.CHECK_WEAK_CASES,
        P.GIVE_ORGANISATION_WORD, P.HOLD_MEMBER_APPRAISALS,
    }),
    Role.DESK: frozenset({
        P.READ_MATTERS, P.REGISTER_MATTERS, P.ASSIGN_MATTERS,
        P.CONFIRM_REQUESTS, P.URGE, P.ARRANGE_CALL_BACKS, P.HOLD_MEETINGS, P.EXPORT, P.SEE_PEOPLE,
        P.HOLD_RECEPTIONS,
        P.LIFT_PROBLEMS, P.READ_CONTACT_POINTS, P.COUNT_BALLOTS,
    }),
    Role.HANDLER: frozenset({P.HANDLE_MATTERS, P.EXPORT, P.SEE_PEOPLE}),
    Role.OFFICE: frozenset({
        P.READ_VISITS, P.READ_MATTERS, P.REGISTER_MATTERS, P.CONFIRM_REQUESTS, P.URGE,
        P.READ_WITHHELD_NAMES, P.ARRANGE_CALL_BACKS, P.HOLD_MEETINGS, P.EXPORT, P.MANAGE_PLACES,
        P.MANAGE_PEOPLE, P.SET_PARAMETERS, P.RESET_PASSWORDS, P.NAME_STAND_INS, P.PUBLISH_NOTICES,
        P.SEE_PEOPLE, P.READ_STAYS, P.MANAGE_STAYS, P.MANAGE_CAMPAIGNS, P.HOLD_RECEPTIONS,
        P.APPROVE_RECIPIENTS, P.LIST_RECIPIENTS, P.ISSUE_CARDS,
        P.READ_PAIRINGS, P.MANAGE_PAIRINGS, P.NOTE_HELP_NEEDS, P.OFFER_HELP,
        P.RECORD_JOINT_ACTIVITIES, P.READ_CONTACT_POINTS, P.MANAGE_CONTACT_POINTS,
        P.LIFT_PROBLEMS, P.READ_WEAK_CASES, P.DECIDE_WEAK_CASES,
        P.READ_EVALUATION, P.MANAGE_EVALUATION, P.READ_SCORES, P.COUNT_BALLOTS,
        P.HOLD_MEMBER_APPRAISALS,
    }),
    Role.SUPERVISOR: frozenset({
        P.READ_VISITS, P.READ_MATTERS, P.URGE, P.INSTRUCT, P.EXPORT, P.SEE_PEOPLE, P.READ_STAYS,
        P.READ_PAIRINGS, P.READ_CONTACT_POINTS, P.READ_EVALUATION,
    }),
    Role.CONDUCT: frozenset({P.READ_CONDUCT, P.RECORD_FINDINGS}),
    Role.SYSTEM_ADMIN: frozenset({P.MANAGE_ACCOUNTS}),
    Role.SECURITY_ADMIN: frozenset({P.GIVE_GRANTS}),
    Role.AUDIT_ADMIN: frozenset({P.READ_AUDIT}),
}  # fmt: skip

# Not Q(): that is no condition at all, and vanishes when relations are added with OR.
EVERYTHING = ~Q(pk__in=())

# Which column of a record the organ of a grant limits; the organ that wrote it unless named here.
ORGAN_AXIS = {Role.HOST: "host_organ"}

# The column that holds a record's ancestor of each division level.
PLACE_COLUMNS = {1: "province", 2: "city", 3: "county", 4: "township", 5: "division"}


@dataclass(frozen=True)
class Decision:
    """A yes, or a no that can say why; use it as a truth value."""

    refusal: str = ""

    def __bool__(self):
        return not self.refusal


class NotYours(Decision):
    """A refusal because of the person: the button is not shown at all."""


class NotNow(Decision):
    """A refusal because of the state that needs no dashed button: the state itself says it."""


ALLOWED = Decision()


def require(decision):
    """Raise PermissionDenied with the reason unless the decision is a yes."""
    if not decision:
        raise PermissionDenied(str(decision.refusal))


def _places(division):
    """{column: ids}: the division itself, and what it took over in a reorganisation."""
    places = {PLACE_COLUMNS[division.level]: [division.pk]}
    for level, ids in (division.former or {}).items():
        column = PLACE_COLUMNS[int(level)]
        places[column] = [*places.get(column, []), *ids]
    return places


def _lies_in(division, via):
    # One place is an equality, so that lists take their order from the index.
    inside = Q()
    for column, ids in _places(division).items():
        column = f"{via}{column}"
        inside |= Q(**{f"{column}_id": ids[0]} if len(ids) == 1 else {f"{column}_id__in": ids})
    return inside


def reach(user, permission, *, via="", only=None):
    """The records of a scoped model that the user's grants open for a permission, as a Q; `only`
    says of a grant whether it counts.

    Within one grant organ AND territory (empty = no limit); several grants OR. The model has
    the columns of PLACE_COLUMNS, `organ` and `host_organ`, or leads `via` somewhere to one.
    """
    opened = Q(pk__in=())
    for grant in user.grants_with(permission):
        if only and not only(grant):
            continue
        limit = Q()
        if grant.division_id:
            limit &= _lies_in(grant.division, via)
        if grant.organ_id:
            axis = ORGAN_AXIS.get(grant.role, "organ")
            organs = grant.organ_ids
            if len(organs) == 1:
                limit &= Q(**{f"{via}{axis}_id": organs[0]})
            else:
                limit &= Q(**{f"{via}{axis}_id__in": organs})
        if not limit:
            return EVERYTHING
        opened |= limit
    return opened


class IsAnyOf(Func):
    """column = ANY (ARRAY (subquery)): a relation as a value of the row's own column.

    Among alternatives, `IN (subquery)` and joins make the database read every row; of this it
    looks the values up once and then takes each alternative from its own index.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    output_field = BooleanField()
    conditional = True

    def __init__(self, column, queryset):
        super().__init__(F(column), ArraySubquery(queryset))


def covers(grant, record):
    """Whether one grant reaches one record: `reach` for a record already in hand."""
    if grant.division_id:
        places = _places(grant.division).items()
        if not any(getattr(record, f"{column}_id") in ids for column, ids in places):
            return False
    if grant.organ_id:
        axis = ORGAN_AXIS.get(grant.role, "organ")
        return getattr(record, f"{axis}_id") in grant.organ_ids
    return True


def organ_reach(user, permission, *, to="organ"):
    """The rows whose organ the user's grants reach, as a Q; `to` names the way to the organ,
    and is empty where the rows are organs themselves."""
    opened, way = Q(pk__in=()), f"{to}__" if to else ""
    for grant in user.grants_with(permission):
        limit = Q()
        if grant.organ_id:
            limit &= Q(**{f"{way}path__startswith": grant.organ.path})
        if grant.division_id:
            limit &= Q(**{f"{way}division__path__startswith": grant.division.path})
        if not limit:
            return EVERYTHING
        opened |= limit
    return opened
